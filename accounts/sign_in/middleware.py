"""Guards at the door: a crowd that asks for codes, a screen that was left alone, and staff without a second step."""

import time
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

from accounts.members import terms
from accounts.security_log import Event, note
from accounts.sign_in import second_factor

Handler = Callable[[HttpRequest], HttpResponse]
SEEN_AT = "seen_at"
TIMED_OUT = "timed_out"  # read once by the sign-in page, which then says why
WRITE_EVERY = 60  # seconds: writing the session at each request would double the work of every page


class OneCodeAtATimeMiddleware:
    """In each process one request at a time asks for a code; a few wait for their turn, and the rest are asked to come back.

    At most half of the threads queue here, so the other pages always have threads to run in. Nothing else queues:
    entering a code and using a passkey do not.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.page = reverse("sign_in")
        self.room = BoundedSemaphore(max(1, settings.WEB_THREADS // 2))
        self.turn = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path_info != self.page:
            return self.get_response(request)
        try:
            request.body  # noqa: B018 - all of it is here before anybody waits for it
        except UnreadablePostError as error:  # the line broke off
            raise BadRequest from error
        if not self.room.acquire(blocking=False):
            return _come_back()
        try:
            # The one before may hang on a database that does not answer.
            if not self.turn.acquire(timeout=settings.CODE_TURN_SECONDS):
                return _come_back()
            try:
                return self.get_response(request)
            finally:
                self.turn.release()
        finally:
            self.room.release()


def _come_back() -> HttpResponse:
    """The same for every address: it is sent before the address is looked up."""
    page = render_to_string("503_crowd.html")
    answer = HttpResponse(page, status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"})
    # Django's log_response would write a line for each, and a crowd would fill the disk.
    answer._has_been_logged = True
    return answer


class IdleTimeoutMiddleware:
    """Signs out whoever did nothing for `IDLE_SECONDS`: practice computers are shared and left open."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        idle = now - request.session.get(SEEN_AT, now)
        if idle > settings.IDLE_SECONDS:
            user = request.user
            logout(request)
            note(Event.SESSION_ENDED, kind="idle", user_id=user.pk)
            request.session[TIMED_OUT] = True
            if request.method == "POST" and _rescues(request):
                request.timed_out_user = user  # the view keeps what was typed, and asks to sign in
                return self.get_response(request)
            return redirect_to_login(_page(request))
        if idle >= WRITE_EVERY or SEEN_AT not in request.session:
            request.session[SEEN_AT] = now
        return self.get_response(request)


class SecondFactorMiddleware:
    """Staff see nothing but the set-up page until they have a second step, and have given it in this session."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.always_open = {reverse(name) for name in ("sign_out", "signed_out")}
        self.set_up = reverse("mfa_activate_totp")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.needs_second_factor and request.path not in self.always_open:
            factors = second_factor.factors_of(user)
            if second_factor.is_proven(request, factors):
                return self.get_response(request)
            if factors:
                note(Event.SESSION_ENDED, kind="second_step", user_id=user.pk)
                logout(request)
                return redirect_to_login(_page(request))
            if request.path != self.set_up:
                return redirect(f"{self.set_up}?{urlencode({'next': _page(request)})}")
        return self.get_response(request)


class TermsMiddleware:
    """Whoever was invited sees the terms and nothing else until they have accepted them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.terms = reverse("accept_terms")
        self.always_open = {self.terms, *(reverse(name) for name in ("sign_out", "signed_out"))}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        due = request.user.is_authenticated and request.session.get(terms.DUE)
        if due and request.path not in self.always_open:
            return redirect(self.terms)
        return self.get_response(request)


def _rescues(request: HttpRequest) -> bool:
    """Whether the view keeps what is posted to it although nobody is signed in any more."""
    try:
        return getattr(resolve(request.path_info).func, "rescues", False)
    except Resolver404:
        return False


def _page(request: HttpRequest) -> str:
    """The page to come back to: for a form that was sent, the page it was on (its address may not answer a GET)."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # "http://["
        return reverse("home")
    if before.netloc != request.get_host():
        return reverse("home")
    return before._replace(scheme="", netloc="", fragment="").geturl() or reverse("home")
