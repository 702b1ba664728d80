"""Pages for everybody, signed in or not: how to talk about the programme, and the leaflet to print."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.clinical_sign_off.services import NOT_SHOWN, require_signed_off
from referrals.guidance import content as guidance_content


@require_safe
def talk(request: HttpRequest) -> HttpResponse:
    require_signed_off(guidance_content.TALK_KEY, now=timezone.now(), heading=NOT_SHOWN)
    about, suits, wait, after = guidance_content.filled(
        (guidance_content.ABOUT, guidance_content.SUITS, guidance_content.NOT_NOW, guidance_content.AFTER),
        facts(),
    )
    context = {
        "parts": [about, suits, wait],
        "talk": guidance_content.TALK,
        "instead": guidance_content.INSTEAD,
        "after": after,
        "forms": guidance_content.FORMS,
    }
    return render(request, "referrals/guidance/talk.html", context)


@require_safe
def leaflet(request: HttpRequest, form: str) -> HttpResponse:
    """The leaflet for the person in one of its three forms, laid out for A4."""
    if form not in guidance_content.FORMS:
        raise Http404
    require_signed_off(guidance_content.LEAFLET_KEY, now=timezone.now(), heading=NOT_SHOWN)
    context = {
        "form_name": form,
        "forms": guidance_content.FORMS,
        "title": guidance_content.LEAFLET_TITLE,
        "parts": guidance_content.filled(guidance_content.LEAFLET, facts()),
        "easy_read": guidance_content.EASY_READ if form == "easy-read" else (),
    }
    return render(request, "referrals/guidance/leaflet.html", context)


def facts() -> dict[str, object]:
    return {
        "name": settings.SERVICE_NAME,
        "phone": settings.SERVICE_PHONE,
        "email": settings.SERVICE_EMAIL,
        "minimum_age": settings.MINIMUM_AGE,
    }
