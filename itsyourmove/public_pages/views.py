"""Pages of words, for everyone, signed in or not. Nothing is asked, and but for sign-offs nothing is read from the database."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.clinical_sign_off.services import NOT_SHOWN, require_signed_off
from itsyourmove.public_pages import cookies, safety_text
from itsyourmove.public_pages.facts import notice_facts
from referrals.guidance import content as guidance_content
from referrals.guidance.views import facts

View = Callable[[HttpRequest], HttpResponse]


def page(name: str) -> View:
    """The view of a page that has nothing but its template and the facts of the deployment."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, f"itsyourmove/public_pages/{name}.html", notice_facts())

    return view


@require_safe
def is_it_safe(request: HttpRequest) -> HttpResponse:
    keys = (safety_text.KEY, guidance_content.LEAFLET_KEY)
    require_signed_off(*keys, now=timezone.now(), heading=NOT_SHOWN)
    _, _, hurts, _, emergency = guidance_content.LEAFLET
    parts = (emergency, safety_text.BEFORE, safety_text.SESSIONS, hurts, safety_text.NOT_SURE)
    context = {"parts": guidance_content.filled(parts, facts())}
    return render(request, "itsyourmove/public_pages/is_it_safe.html", context)


@require_safe
def cookies_used(request: HttpRequest) -> HttpResponse:
    return render(request, "itsyourmove/public_pages/cookies.html", {"cookies": cookies.all_of_them()})
