"""Small guards in front of every request."""

import re
from collections.abc import Callable

import pghistory
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.clinical_sign_off.services import NotSignedOff
from itsyourmove import logs
from itsyourmove.error_pages import bad_request, demonstration_stopped, not_signed_off
from participants import demo

Handler = Callable[[HttpRequest], HttpResponse]
SPREADSHEETS = "/admin/referrals/spreadsheet/add/"  # the one page that takes a file
UNREAD = 10  # times the largest file that it takes: read past, to say so on the page


class RefuseBrokenInputMiddleware:
    """What would end as a 500, or fill our disk, deeper inside: the answer is 400.

    That is a NUL byte in a cookie, path or query, which PostgreSQL refuses; a form in another encoding than the pages'
    own, which can carry what no text holds (`charset=base64`, lone surrogates by `charset=utf-7`); and a body longer
    than any form of ours: files have no limit of Django's. The one page that takes a file says itself when it is too large,
    as far as a browser sends one by mistake; more than its limit is let go by and kept nowhere.
    Form bodies are else left to the forms, which give the page back with what was typed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_too_long(request) or self.is_in_other_letters(request) or self.is_broken(request):
            return bad_request(request)
        return self.get_response(request)

    @staticmethod
    def is_too_long(request: HttpRequest) -> bool:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # "²" and "٣" are digits to Python too, and int() refuses more than 4,300 of any.
        is_length = re.fullmatch(r"[0-9]{1,18}", length)
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.path == SPREADSHEETS:
            most = UNREAD * settings.SPREADSHEET_MAX_BYTES
        return not is_length or int(length) > most

    @staticmethod
    def is_in_other_letters(request: HttpRequest) -> bool:
        return (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8")

    @staticmethod
    def is_broken(request: HttpRequest) -> bool:
        texts = [request.path, *request.COOKIES.values()]
        for key, values in request.GET.lists():
            texts += [key, *values]
        return any("\0" in text for text in texts)


class RouteMiddleware:
    """Log lines of a request say which page it asked for, by its name in urls.py."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            logs.route.set("")

    def process_view(self, request: HttpRequest, *view: object) -> None:
        logs.route.set(request.resolver_match.view_name if request.resolver_match else "")


class MadeUpPeopleOnlyMiddleware:
    """A demonstration shows nothing while its database holds people who are not made up. Installed there only."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/livez" and demo.has_real_people():
            return demonstration_stopped()
        return self.get_response(request)


class HealthTextsMiddleware:
    """Where a health text is not signed off: one page that says whom to call, with what was typed still in it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return not_signed_off(request, fault) if isinstance(fault, NotSignedOff) else None


class ActingUserMiddleware:
    """Row history keeps who acted: the user's id and nothing else of the request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} or not request.user.is_authenticated:
            return self.get_response(request)
        with pghistory.context(user=request.user.pk):
            return self.get_response(request)
