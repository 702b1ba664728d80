"""Small guards in front of every request."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse

from itsyourmove.errors import bad_request

Handler = Callable[[HttpRequest], HttpResponse]


class RefuseBrokenInputMiddleware:
    """A NUL byte in a cookie, path or query would reach PostgreSQL as a 500: the answer is 400 (reliability.md 6).

    Form bodies are left to the forms, which give the page back with what was typed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_broken(request):
            return bad_request(request)
        return self.get_response(request)

    @staticmethod
    def is_broken(request: HttpRequest) -> bool:
        texts = [request.path, *request.COOKIES.values()]
        for key, values in request.GET.lists():
            texts += [key, *values]
        return any("\0" in text for text in texts)


class ActingUserMiddleware:
    """Row history keeps who acted: the user's id and nothing else of the request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} or not request.user.is_authenticated:
            return self.get_response(request)
        with pghistory.context(user=request.user.pk):
            return self.get_response(request)
