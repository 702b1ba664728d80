"""Referrals for tests, in the trade's words."""

from datetime import UTC, date, datetime
from uuid import uuid4

import factory
from django.http import HttpResponse
from django.test import Client

from accounts.models import Organisation, User
from accounts.tests.factories import OrganisationFactory, UserFactory
from participants.tests.factories import PersonFactory
from referrals import safety
from referrals.models import Referral
from referrals.statuses import Status
from referrals.submission import services as submission
from referrals.submission.forms import PAGES

NOW = datetime(2026, 2, 16, 9, tzinfo=UTC)  # a Monday


def as_known(name: str) -> factory.LazyAttribute:
    """The organisation told what is known of the person."""
    return factory.LazyAttribute(lambda referral: getattr(referral.participant, name))


class ReferralFactory(factory.django.DjangoModelFactory):
    """A referral that has just been received."""

    class Meta:
        model = Referral

    reference = factory.Sequence(lambda n: f"IYM-{n:04d}-XXX")
    submission_key = factory.LazyFunction(uuid4)
    participant = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    submitted_by = factory.SubFactory(UserFactory)
    submitted_at = NOW
    referrer_name = "Sam O’Brien"
    referrer_role = Referral.ReferrerRole.GP
    pain_three_months = True
    agreed_on = date(2026, 2, 13)
    told_given_name = as_known("given_name")
    told_family_name = as_known("family_name")
    told_preferred_name = as_known("preferred_name")
    told_date_of_birth = as_known("date_of_birth")
    told_nhs_number = as_known("nhs_number")
    told_email = as_known("email")
    told_phone = as_known("phone")
    told_postcode = as_known("postcode")
    told_preferred_contact = as_known("preferred_contact")
    told_message_safe = as_known("message_safe")
    told_practice = as_known("practice")
    told_needs = factory.LazyFunction(list)
    told_more = factory.LazyFunction(list)
    status_at = NOW
    ended_as = factory.LazyAttribute(
        lambda referral: Status.COMPLETED if getattr(referral, "status", "") == Status.CLOSED else ""
    )


def details(**changed: object) -> dict[str, object]:
    """What `services.submit` is told about one person, whose name shows escaping mistakes."""
    told = {
        "submission_key": uuid4(),
        "given_name": "Aoife",
        "family_name": "O’Neill",
        "preferred_name": "",
        "date_of_birth": date(1958, 3, 27),
        "nhs_number": "",
        "email": "aoife@home.example",
        "phone": "",
        "postcode": "GL1 2AB",
        "preferred_contact": "email",
        "message_safe": True,
        "note": "",
        "referrer_name": "Dr Ruth O'Brien",
        "referrer_role": Referral.ReferrerRole.GP,
        "agreed_on": NOW.date(),
        "answers": {asked.code: [] for asked in safety.QUESTION_SETS},
        "needs": [],
        "assessed": False,
        "clinician_name": "",
        "clinician_email": "",
    }
    assert not set(changed) - {*told, "practice", "synthetic", "extra"}
    return told | changed


def submitted(*, organisation: Organisation, by: User, now: datetime = NOW, **changed: object) -> Referral:
    """A referral sent by the real service, with its history and its receipt."""
    changed.setdefault("practice", organisation)
    return submission.submit(organisation=organisation, by=by, now=now, **details(**changed))


def typed(**changed: object) -> dict[str, object]:
    """A whole form as a receptionist fills it in; a value of None leaves that box out."""
    answers = {
        "submission_key": str(uuid4()),
        "given_name": "Aoife",
        "family_name": "O’Neill",
        "preferred_name": "",
        "date_of_birth_day": "27",
        "date_of_birth_month": "3",
        "date_of_birth_year": "1958",
        "nhs_number": "999 000 0018",
        "practice": "Riverbank Surgery (Z99001)",
        "phone": "07700 900123",
        "email": "aoife@home.example",
        "postcode": "gl12ab",
        "preferred_contact": "email",
        "message_safe": "yes",
        "note": "Needs an interpreter (Irish).",
        "pain_three_months": "yes",
        "answers_here": "on",
        "safety_cauda_equina": ["none"],
        "safety_contraindications": ["none"],
        "safety_red_flags": ["none"],
        "safety_conversation": ["none"],
        "agreed": "today",
        "agreed_on_day": "",
        "agreed_on_month": "",
        "agreed_on_year": "",
        "referrer_name": "Dr Ruth O'Brien",
        "referrer_role": "gp",
    }
    whole = {name: value for name, value in (answers | changed).items() if value is not None}
    return (
        whole
        | lists(whole)
        | {name: value for name, value in changed.items() if name.endswith("_which") and value is not None}
    )


def send(client: Client, form: dict[str, object]) -> HttpResponse:
    """Fill the pages and send, as a browser does; the first answer that is not the way to the next page.

    `typed()["submission_key"]` is the draft's key; "again" is pressed where we ask about the same person, if the form
    holds it.
    """
    key = form.get("submission_key") or uuid4()
    address = f"/referrals/new/{key}/{next(iter(PAGES))}/"
    while (name := address.split("/")[4]) in PAGES:
        own = {box: value for box, value in form.items() if PAGES[name].asks(box)}
        answer = shown(client, client.post(address, own))
        if answer.status_code != 302 or not answer.url.startswith("/referrals/new/"):
            return answer
        address = answer.url
        if address.endswith("/alike/"):
            asked = client.get(address)
            if "again" not in form:
                return asked
            address = client.post(address, {"seen": [each.reference for each in asked.context["found"]]}).url
    looked = client.get(answer.url)
    again = {"again": "1"} if "again" in form else {}
    return client.post(answer.url, again) if looked.status_code == 200 else looked


def shown(client: Client, answer: HttpResponse) -> HttpResponse:
    """The page with its errors, which comes by a GET of its own; any other answer as it is."""
    return client.get(answer.url) if answer.status_code == 302 and "?mend" in answer.url else answer


def lists(answers: dict[str, object]) -> dict[str, object]:
    """The safety lists, each told as its ticks, as the form asks for them: what applies to the whole list, and which."""
    asked = {f"safety_{each.code}" for each in safety.QUESTION_SETS}
    told = {}
    for name, ticked in answers.items():
        if name in asked and isinstance(ticked, list):
            alone = [code for code in ticked if code in (safety.NONE, safety.NOT_CLINICIAN)]
            which = [code for code in ticked if code not in alone]
            told |= {name: alone[0] if alone else safety.SOME if which else "", f"{name}_which": which}
    return told
