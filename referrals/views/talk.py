"""Pages for everybody, signed in or not: how to talk about the programme, and the leaflet to print."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from referrals import conversation


@require_safe
def talk(request: HttpRequest) -> HttpResponse:
    about, suits, wait, after = conversation.filled(
        (conversation.ABOUT, conversation.SUITS, conversation.NOT_NOW, conversation.AFTER), facts()
    )
    context = {
        "parts": [about, suits, wait],
        "talk": conversation.TALK,
        "instead": conversation.INSTEAD,
        "after": after,
        "forms": conversation.FORMS,
        "sign_off": conversation.sign_off(),
    }
    return render(request, "referrals/talk.html", context)


@require_safe
def leaflet(request: HttpRequest, form: str) -> HttpResponse:
    """The leaflet for the person in one of its three forms, laid out for A4."""
    if form not in conversation.FORMS:
        raise Http404
    context = {
        "form_name": form,
        "forms": conversation.FORMS,
        "title": conversation.LEAFLET_TITLE,
        "parts": conversation.filled(conversation.LEAFLET, facts()),
        "easy_read": conversation.EASY_READ if form == "easy-read" else (),
        "sign_off": conversation.sign_off(),
    }
    return render(request, "referrals/leaflet.html", context)


def facts() -> dict[str, object]:
    return {
        "name": settings.SERVICE_NAME,
        "phone": settings.SERVICE_PHONE,
        "email": settings.SERVICE_EMAIL,
        "minimum_age": settings.MINIMUM_AGE,
    }
