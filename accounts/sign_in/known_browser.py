"""A browser that somebody has signed in with before is known by a random number, signed; it says nothing of whom.

Limits count per known browser, and only else per internet address: so neither a stranger nor a colleague can use
up another person's tries, though a practice, or the whole NHS network, may share one internet address.
"""

import secrets

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse

from design import signed_cookies

COOKIE = "known_browser"
ONE_YEAR = 365 * 24 * 60 * 60


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its number after a sign-in, if it has none."""
    if not _number(request):
        signed_cookies.set_cookie(response, COOKIE, secrets.token_urlsafe(16), max_age=ONE_YEAR)


def limit_key(request: HttpRequest, address: str) -> str:
    """What a limit counts by: this browser, or failing that this internet address, and the e-mail address."""
    return f"{_number(request) or get_adapter().get_client_ip(request)} {address}"


def _number(request: HttpRequest) -> str:
    return signed_cookies.read_cookie(request, COOKIE, max_age=ONE_YEAR)
