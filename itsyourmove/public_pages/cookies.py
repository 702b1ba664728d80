"""Every cookie that the service sets: its name, what it is for and how long it stays. A test looks for others."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from accounts.sign_in import known_browser
from design import search_cookie
from itsyourmove.public_pages.facts import in_words
from participants.personal_links import birth_date_gate
from referrals.clinician_link import views as clinician_link_views

UNTIL_CLOSED = "Until you close your browser"


@dataclass(frozen=True)
class Cookie:
    name: str  # as browsers show it; "..." stands for what differs from link to link
    purpose: str
    lasts: str


def all_of_them() -> list[Cookie]:
    prefix = settings.COOKIE_PREFIX
    session = f"{UNTIL_CLOSED}, or for {_words(settings.SESSION_COOKIE_AGE)} at most"
    return [
        Cookie(settings.SESSION_COOKIE_NAME, "Keeps you signed in.", session),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            "Checks that a form comes from this site, and not from someone else’s.",
            _words(settings.CSRF_COOKIE_AGE),
        ),
        Cookie(
            f"{prefix}{known_browser.COOKIE}",
            "Knows that you have signed in on this browser before. No one else’s attempts can then lock you out.",
            _words(known_browser.ONE_YEAR),
        ),
        Cookie(
            f"{prefix}referral_form",
            "Saves a half-finished referral if you are signed out while you type.",
            in_words(timedelta(days=settings.DRAFT_DAYS)),
        ),
        Cookie(
            search_cookie.SEARCH,
            "Keeps what you searched for on a list of people, so that it is not in the page’s address. It is encrypted.",
            UNTIL_CLOSED,
        ),
        Cookie(
            f"{prefix}proof_...",
            "Knows that you gave your date of birth on your own page, so that we do not ask again.",
            _words(birth_date_gate.PROVEN_FOR),
        ),
        Cookie(
            f"{prefix}clinician_...",
            "Knows that a clinician without an account has entered their code and the patient’s details.",
            _words(clinician_link_views.PROVEN_FOR),
        ),
    ]


def _words(seconds: int) -> str:
    return in_words(timedelta(seconds=seconds))
