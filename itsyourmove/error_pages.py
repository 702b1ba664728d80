"""Error pages: each says what happened, what to do and whom to ring."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import security_log
from accounts.clinical_sign_off.services import NotSignedOff
from accounts.models import Organisation
from accounts.requests import user_of
from accounts.throttle_cache import cannot_save
from itsyourmove.views import nothing_to_show


def _page(template: str, status: int) -> HttpResponse:
    # Without the request: these pages must render with no database, log-in or session.
    return HttpResponse(render_to_string(template), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    user = getattr(request, "user", None)
    security_log.note(
        security_log.Event.REFUSED, user_id=security_log.user_of(request), request=request, status_code=403
    )
    known = user is not None and user.is_authenticated and not user.is_staff
    if known and not Organisation.objects.for_user(user_of(request)).exists():
        return nothing_to_show(request, status=403)
    return _page("403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    security_log.note(security_log.Event.CSRF_FAILED, user_id=security_log.user_of(request), request=request)
    return _page("403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; where PostgreSQL is away or too busy it is a 503 that asks to come back.

    Django calls this inside the `except` block, for views and middleware alike, so the cause is at hand.
    """
    fault = sys.exc_info()[1]
    if cannot_save(fault):
        return nothing_saved(request)
    if isinstance(fault, (OperationalError, InterfaceError)):
        return _unavailable("503.html")
    return _page("500.html", 500)


def demonstration_stopped() -> HttpResponse:
    response = _page("demonstration_stopped.html", 503)
    response["Cache-Control"] = "no-store"
    return response


def not_signed_off(request: HttpRequest, refusal: NotSignedOff) -> HttpResponse:
    """We may not go by a health text yet. What was sent stands in the page, to be sent again later."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    layout = "base.html" if request.user.is_authenticated else "base_link.html"
    context = {"heading": refusal.heading, "typed": typed, "layout": layout}
    response = render(request, "not_signed_off.html", context, status=503)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def nothing_saved(request: HttpRequest) -> HttpResponse:
    """PostgreSQL answers and takes nothing: its disk is full, or it is read-only."""
    signing_in = request.path.startswith(reverse("sign_in"))
    return _unavailable("503_sign_in.html" if signing_in else "503_nothing_saved.html")


def _unavailable(template: str) -> HttpResponse:
    response = _page(template, 503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
