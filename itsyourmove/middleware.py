"""Small guards in front of every request."""

import logging
from collections.abc import Callable

import pghistory
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from itsyourmove.errors import bad_request, service_unavailable

log = logging.getLogger("itsyourmove.web")
Handler = Callable[[HttpRequest], HttpResponse]


class DatabaseDownMiddleware:
    """PostgreSQL away: a kind 503 page with Retry-After, and no restart needed when it is back."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "database_down", False):
            return service_unavailable(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, (OperationalError, InterfaceError)):
            return service_unavailable(request)
        return None


class RefuseBrokenInputMiddleware:
    """NUL bytes in a cookie, path, query or form would reach PostgreSQL as a 500: answer 400 instead."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_broken(request):
            return bad_request(request, None)
        return self.get_response(request)

    @staticmethod
    def is_broken(request: HttpRequest) -> bool:
        if "\0" in request.path or any("\0" in value for value in request.COOKIES.values()):
            return True
        return any("\0" in text for key, values in request.GET.lists() for text in (key, *values))


class ActingUserMiddleware:
    """Row history keeps who acted: the user's id and nothing else of the request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} or not request.user.is_authenticated:
            return self.get_response(request)
        with pghistory.context(user=request.user.pk):
            return self.get_response(request)
