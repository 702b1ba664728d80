"""Our own signed cookies. Each belongs to this very host (`__Host-`), so no neighbouring site can plant one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def set_cookie(response: HttpResponse, name: str, value: str, *, max_age: int, salt: str = "") -> None:
    """Let the browser keep this value for `max_age` seconds. `__Host-` allows no narrower path than the whole site."""
    response.set_signed_cookie(
        _name(name),
        value,
        salt=salt,
        max_age=max_age,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read_cookie(request: HttpRequest, name: str, *, max_age: int, salt: str = "") -> str:
    """What the browser keeps under this name; empty where that is nothing, too old, or not by our hand."""
    return request.get_signed_cookie(_name(name), default="", salt=salt, max_age=max_age) or ""


def _name(name: str) -> str:
    return f"{settings.COOKIE_PREFIX}{name}"
