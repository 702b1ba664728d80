"""All pages together: which a sender fills in, what was answered in all of them, and what is still missing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.dates import birth_date, day
from participants.contact_details import spoken_phone, spoken_postcode
from participants.needs import services as needs
from participants.nhs_number import spaced
from referrals import safety
from referrals.models import Referral
from referrals.models.draft import Typed
from referrals.submission.forms.base import Page
from referrals.submission.forms.consent import ConsentPage
from referrals.submission.forms.contact import EMAIL
from referrals.submission.forms.optional import MorePage
from referrals.submission.forms.patient import PatientPage
from referrals.submission.forms.safety import SafetyPage
from referrals.submission.optional_summary import optional_summary as told_in_passing
from referrals.summary import NOT_GIVEN

PAGES: dict[str, type[Page]] = {page.name: page for page in (PatientPage, ConsentPage, SafetyPage)}
# Never on the way: it is reached from the last look at the answers alone.
OPTIONAL: dict[str, type[Page]] = {MorePage.name: MorePage}
EVERY = PAGES | OPTIONAL


def on_the_way(typed: Typed, *, user: User, now: datetime) -> list[str]:
    """The names of the pages that this sender fills in: the safety lists are left out by who leaves them to a clinician."""
    consent = ConsentPage.refilled(typed, user=user, now=now)
    return [name for name in PAGES if name != SafetyPage.name or consent.answers_follow()]


def asked(box: str) -> bool:
    """Whether any page has a box of this name."""
    return any(page.asks(box) for page in EVERY.values())


def judged(typed: Typed, *, user: User, now: datetime) -> dict[str, Page]:
    """Each page with what was typed, validated when it is asked whether it is valid; no optional one left alone."""
    way = on_the_way(typed, user=user, now=now)
    asked = [name for name, page in EVERY.items() if name in way or name in OPTIONAL and page.own(typed)]
    return {name: EVERY[name].judged(typed, user=user, now=now) for name in asked}


def facts(pages: Mapping[str, Page]) -> dict[str, Any]:
    """What `services.submit` wants to know, once every page is valid."""
    return {name: value for page in pages.values() for name, value in page.facts().items()}


def shown(pages: Mapping[str, Page]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The answers as people read them, by page: its name and title, and label and value of each; nothing for an
    optional page that was left alone. Every page must be valid."""
    told = facts(pages)
    rows = {
        "patient": [
            ("Referred for", str(told["organisation"])),
            ("Name", f"{told['given_name']} {told['family_name']}"),
            ("Preferred name", told["preferred_name"] or told["given_name"]),
            ("Date of birth", birth_date(told["date_of_birth"])),
            ("NHS number", spaced(told["nhs_number"]) or NOT_GIVEN),
            ("GP practice", str(told["practice"])),
            ("Phone", spoken_phone(told["phone"]) if told["phone"] else NOT_GIVEN),
            ("Email", told["email"] or NOT_GIVEN),
            ("Postcode", spoken_postcode(told["postcode"])),
            ("Contact preference", "Email" if told["preferred_contact"] == EMAIL else "Phone"),
            ("Safe to leave a message", "Yes" if told["message_safe"] else "No"),
            ("Needs", "; ".join(needs.BY_CODE[code].words for code in told["needs"]) or "None"),
            ("Note", told["note"] or "None"),
        ],
        "consent": [
            ("Pain for 3 months or more", "Yes"),
            ("Patient agreed on", day(told["agreed_on"])),
            (
                "Referred by",
                f"{told['referrer_name']}, {Referral.ReferrerRole(told['referrer_role']).label}",
            ),
            *([] if SafetyPage.name in pages else _left(told)),
        ],
        "safety": _lists(told) if SafetyPage.name in pages else [],
        "more": told_in_passing(told["extra"]) if "extra" in told else [],
    }
    return [(name, page.title, rows[name]) for name, page in EVERY.items() if rows[name]]


def _left(told: Mapping) -> list[tuple[str, str]]:
    """Of a referral whose safety questions a clinician is sent."""
    asked = safety.NOT_ASKED not in told["answers"][safety.EMERGENCY.code]
    return [
        ("Emergency signs", "Patient asked: none" if asked else "Not asked: patient not present"),
        ("Safety questions", f"Emailed to {told['clinician_name']}, {told['clinician_email']}"),
    ]


def _lists(told: Mapping) -> list[tuple[str, str]]:
    rows = []
    for each in safety.QUESTION_SETS:
        ticked = told["answers"][each.code]
        if ticked == [safety.NOT_CLINICIAN]:
            words = f"Left to {told['clinician_name']}, {told['clinician_email']}"
        else:
            words = "; ".join(each.words_of(ticked)) or safety.NONE_WORDS
        rows.append((each.noun.capitalize(), words))
    return rows
