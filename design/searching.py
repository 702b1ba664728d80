"""What was typed into the search box of a list of people: in a sealed cookie, not in an address or the database.

It is a name or an NHS number, and an address is kept in histories and logs, a session in backups. The cookie is
encrypted, is sent to its list alone, opens only in the log-in session that it was typed in, and ends with the browser.
"""

import base64
import hashlib
from hmac import compare_digest

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from design.text import searched_for

SEARCH = "search"


def remember(request: HttpRequest, response: HttpResponse) -> str:
    """Note on `response` what was posted as `search` to this list; answers it, fit to look for."""
    words = searched_for(request.POST.get("search", ""))
    if not words:
        response.delete_cookie(SEARCH, path=request.path, samesite="Lax")
        return words
    response.set_cookie(
        SEARCH,
        _box().encrypt(f"{_whose(request)} {words}".encode()).decode(),
        path=request.path,
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
        opened = _box().decrypt(sealed.encode(), ttl=settings.SESSION_COOKIE_AGE).decode()
    except InvalidToken:
        return ""
    whose, _, words = opened.partition(" ")
    return words if compare_digest(whose, _whose(request)) else ""


def _whose(request: HttpRequest) -> str:
    return hashlib.sha256(f"{request.session.session_key} {request.path}".encode()).hexdigest()


def _box() -> Fernet:
    key = hashlib.sha256(b"search:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
