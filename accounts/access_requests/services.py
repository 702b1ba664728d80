"""Expressions of interest: a stranger asks to refer, an officer says yes or no, and only then is anything mailed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts import notify
from accounts.members import services as members
from accounts.models import Interest, Organisation, User
from accounts.organisations import services as organisations
from accounts.professions import ADMINISTRATOR
from accounts.roles import CLINICIAN, CLINICIAN_ADMIN
from accounts.services import check_names
from core.errors import Refused
from core.nonces import message_about

ANSWER_USEFUL = timedelta(days=14)
ONE_DAY = timedelta(days=1)
ONE_AT_A_TIME = 7023  # any number that no other advisory lock of ours uses


class ManyInterests(Refused):
    def __init__(self) -> None:
        super().__init__(
            f"Call us on {settings.SERVICE_PHONE}. We have more requests than we can answer by email now"
        )


class AlreadyDecided(Refused):
    sentence = "Nothing was changed. Someone has already answered this."


class WordsMissing(Refused):
    sentence = "Enter a message to the person"


@transaction.atomic
def express(
    *,
    organisation_name: str,
    kind: str,
    ods_code: str,
    name: str,
    profession: str,
    email: str,
    phone: str,
    why: str,
    now: datetime,
) -> None:
    """Keep what a stranger wrote, for an officer to decide.

    Who has written already and has no answer yet is not kept twice, and is told the same. Raises ManyInterests
    when INTERESTS_A_DAY were kept in the last 24 hours, NameNotUsable.
    """
    check_names(name, organisation_name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    if Interest.objects.filter(sent_at__gt=now - ONE_DAY).count() >= settings.INTERESTS_A_DAY:
        raise ManyInterests
    if Interest.objects.to_decide().filter(email__iexact=email).exists():
        return
    Interest.objects.create(
        organisation_name=organisation_name,
        kind=kind,
        ods_code=ods_code,
        name=name,
        profession=profession,
        email=email.lower(),
        phone=phone,
        why=why,
        sent_at=now,
    )


@transaction.atomic
def approve(
    *, interest: Interest, organisation: Organisation | None, name: str, kind: str, by: User, now: datetime
) -> Organisation:
    """Let the person refer for this organisation, as its lead, and invite them.

    Without `organisation` one is added with this name and kind. Raises AlreadyDecided, OnTheNationalList,
    WorksHereAlready, OrganisationClosed, EmailNotUsable.
    """
    interest = _undecided(interest)
    if organisation is None:
        organisation = organisations.add_organisation(name=name, kind=kind, by=by)
    manages = interest.profession == ADMINISTRATOR
    members.bring_in(
        organisation=organisation,
        email=interest.email,
        name=interest.name,
        role=CLINICIAN_ADMIN if manages else CLINICIAN,
        profession="" if manages else interest.profession,
        is_lead=True,
        by=by,
        now=now,
    )
    interest.organisation = organisation
    _decide(interest, Interest.State.APPROVED, by, now)
    return organisation


@transaction.atomic
def decline(*, interest: Interest, words: str, by: User, now: datetime) -> None:
    """Say no, with kind words that are mailed to the person. Raises AlreadyDecided, WordsMissing."""
    if not words.strip():
        raise WordsMissing
    interest = _undecided(interest)
    interest.words = words.strip()
    _decide(interest, Interest.State.DECLINED, by, now)
    notify.tell(
        **message_about("interest_declined", interest),
        interest=interest,
        now=now,
        expires_at=now + ANSWER_USEFUL,
    )


def _undecided(interest: Interest) -> Interest:
    found = Interest.objects.select_for_update().get(pk=interest.pk)
    if found.state != Interest.State.NEW:
        raise AlreadyDecided
    return found


def _decide(interest: Interest, state: str, by: User, now: datetime) -> None:
    interest.state, interest.decided_by, interest.decided_at = state, by, now
    interest.save(update_fields=["state", "decided_by", "decided_at", "organisation", "words"])
