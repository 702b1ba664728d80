"""Error pages: each says what happened, what to do and whom to ring."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from itsyourmove.context import service


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    # No request context: these pages must render without database, log-in or session.
    return HttpResponse(render_to_string(template, service(request)), status=status)


def bad_request(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    return _page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    return _page(request, "403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    return _page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, "500.html", 500)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    response = _page(request, "503.html", 503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
