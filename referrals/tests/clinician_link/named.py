"""A referral whose safety lists are left to a clinician without an account, and the way through their link."""

from datetime import datetime

from django.http import HttpResponse
from django.test import Client

from accounts.models import Organisation, User
from messaging.content import secrets
from messaging.models import Message
from referrals import safety
from referrals.clinician_link import services
from referrals.models import ClinicianLink, Referral
from referrals.tests.factories import NOW, submitted

LEFT = {asked.code: [] for asked in safety.QUESTION_SETS} | {
    code: [safety.NOT_CLINICIAN] for code in ("contraindications", "red_flags", "conversation")
}
NAME, EMAIL = "Dr Ruth O’Brien", "ruth@riverbank.example"
FOREIGN = "ruth@elsewhere.example"
RIGHT = {
    "step": "match",
    "last_name": "oneill",
    "date_of_birth_day": "27",
    "date_of_birth_month": "3",
    "date_of_birth_year": "1958",
}
NONE_APPLY = {f"safety_{code}": "none" for code in ("contraindications", "red_flags", "conversation")}
ABOUT = {"name": NAME, "answered_as": "gp", "register": "gmc", "number": "1234567"}
ANSWERS = {"step": "answers", **NONE_APPLY, **ABOUT}
STOPS = ANSWERS | {
    "safety_contraindications": "some",
    "safety_contraindications_which": [safety.ABSOLUTE.items[0].code],
}


def left_to(
    *, organisation: Organisation, by: User, email: str = EMAIL, now: datetime = NOW, **changed: object
) -> Referral:
    return submitted(
        organisation=organisation,
        by=by,
        now=now,
        answers=LEFT,
        clinician_name=NAME,
        clinician_email=email,
        **changed,
    )


def link_of(referral: Referral, now: datetime = NOW) -> ClinicianLink:
    services.write_to_clinicians(now=now)
    return ClinicianLink.objects.get(confirmation__referral=referral, confirmation__replaced_at=None)


def address(link: ClinicianLink) -> str:
    return f"/a/{link.token}/"


def code_in(link: ClinicianLink) -> str:
    """The code that the newest email holds."""
    message = Message.objects.about("clinician_link", link.pk).latest("pk")
    return secrets.open(message.secret)


def with_code(link: ClinicianLink) -> Client:
    """A browser that has asked for the code and entered it."""
    client = Client()
    assert client.post(address(link), {"step": "ask"}).status_code == 302
    assert client.post(address(link), {"step": "code", "code": code_in(link)}).status_code == 302
    return client


def opened(link: ClinicianLink) -> Client:
    """A browser that has the questions."""
    client = with_code(link)
    assert client.post(address(link), RIGHT).status_code == 302
    return client


def words(answer: HttpResponse) -> str:
    return answer.content.decode()
