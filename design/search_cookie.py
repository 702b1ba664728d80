"""What was typed into the search box of a list of people: in a sealed cookie, not in an address or the database.

It is a name or an NHS number, and an address is kept in histories and logs, a session in backups. The cookie is
encrypted, is sent to its list alone, opens only in the log-in session that it was typed in, and ends with the browser.
"""

import hashlib
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.encryption import Box, CannotBeOpened
from core.text import searched_for

SEARCH = "search"


def remember(request: HttpRequest, response: HttpResponse, path: str = "") -> str:
    """Note on `response` what was posted as `search` for the list at `path`, else for this one; answers it, fit to look for."""
    path = path or request.path
    words = searched_for(request.POST.get("search", ""))
    if not words:
        response.delete_cookie(SEARCH, path=path, samesite="Lax")
        return words
    response.set_cookie(
        SEARCH,
        _box().seal(f"{_whose(request, path)} {words}").decode(),
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return words


def recall(request: HttpRequest) -> str:
    """What was last searched for on this list in this log-in session; "" for nothing."""
    sealed = request.COOKIES.get(SEARCH, "")
    if not sealed:
        return ""
    try:
        opened = _box().open(sealed.encode(), seconds=settings.SESSION_COOKIE_AGE)
    except CannotBeOpened:
        return ""
    whose, _, words = opened.partition(" ")
    return words if compare_digest(whose, _whose(request, request.path)) else ""


def _whose(request: HttpRequest, path: str) -> str:
    return hashlib.sha256(f"{request.session.session_key} {path}".encode()).hexdigest()


def _box() -> Box:
    return Box("search:", [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
