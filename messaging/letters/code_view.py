"""The page where people type the code from their letter; it leads to the page that a mail's link leads to (adr/0017)."""

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.security_log import Event, note
from accounts.sign_in.known_browser import limit_key
from messaging.letters import codes
from messaging.letters.code_form import LetterCodeForm

EVERYBODY = "everybody"
TOO_OFTEN = "Too many tries. Wait 10 minutes and try again, or call us on {}"
# The same words for a code that never was and for one whose time is over: they tell a stranger nothing.
WRONG = "That code does not work or has expired. Check your letter, or call us on {}"


@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code. Looking changes nothing; a right code leads on and changes nothing either."""
    form = LetterCodeForm(request.POST if request.method == "POST" else None)
    path = ""
    if request.method == "POST" and form.is_valid():
        if not _may_try(request):
            form.add_error("code", TOO_OFTEN.format(settings.SERVICE_PHONE))
        else:
            path = codes.path_of(form.cleaned_data["code"], timezone.now())
            if not path:
                form.add_error("code", WRONG.format(settings.SERVICE_PHONE))
    response = redirect(path) if path else render(request, "messaging/letters/code.html", {"form": form})
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _may_try(request: HttpRequest) -> bool:
    """Counted before the code is looked up, so that tries that are sent at the same moment count too."""
    here = ratelimit.consume(request, action="letter_code", key=limit_key(request, "letter code"))
    may = bool(here) and bool(ratelimit.consume(request, action="letter_code_of_all", key=EVERYBODY))
    if not may:
        note(Event.LOCKED_OUT, kind="letter_code")
    return may
