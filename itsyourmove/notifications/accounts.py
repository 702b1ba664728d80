"""How the mails read whose facts `accounts` tells: they name colleagues and organisations, never anybody referred."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.members import review
from accounts.models import Interest, Membership, User
from core.dates import day, moment_uk
from messaging.kinds.registry import MessageKind
from messaging.models import Message

SAM, LEE, PHYSIO = "Sam O’Brien", "Lee O’Marsh", "St Mary's Physiotherapy"  # made up, for samples


def _place(message: Message) -> Membership:
    return Membership.objects.select_related("user", "organisation").get(pk=message.subject_id)


def _current() -> Q:
    return Q(pk=OuterRef("subject_id"), ended_at__isnull=True, user__is_active=True)


def words(page: str, greeting: str, organisation: str = "", **more: object) -> dict:
    """What a mail says: `page` is the name of the address that it leads to, empty for none."""
    link = settings.SITE_ORIGIN + reverse(page) if page else ""
    return {"greeting": greeting, "organisation_name": organisation, "page": link, **more}


# --- Somebody may refer from now on -----------------------------------------------------------------------------


def invitation_still_due(now: datetime) -> Q:
    """The membership has not ended, and the person has not come yet."""
    return Q(Exists(Membership.objects.filter(_current(), last_used_on__isnull=True)))


def invitation(message: Message, now: datetime) -> dict:
    place = _place(message)
    by = place.invited_by
    return words(
        "sign_in",
        place.name,
        place.organisation.name,
        email=place.user.email,
        lead=place.is_lead,
        inviter=by.name if by and not by.staff_role else "",
    )


def invitation_samples() -> list[dict]:
    return [
        words("sign_in", SAM, PHYSIO, email="sam@stmarys.example", lead=lead, inviter="" if lead else LEE)
        for lead in (False, True)
    ]


# --- Who still works here? ----------------------------------------------------------------------------------------


def review_still_due(now: datetime) -> Q:
    """The person still leads, and somebody is still to be confirmed."""
    due = review.to_confirm(now).filter(organisation=OuterRef("organisation"))
    return Q(Exists(Membership.objects.filter(_current(), Exists(due), is_lead=True)))


def members_review(message: Message, now: datetime) -> dict:
    place = _place(message)
    return words("colleagues", place.name, place.organisation.name)


def review_samples() -> list[dict]:
    return [words("colleagues", LEE, PHYSIO)]


# --- Not used for long ----------------------------------------------------------------------------------------------


def still_needed_due(now: datetime) -> Q:
    """The person has not come since they were to be asked."""
    return Q(Exists(Membership.objects.filter(_current(), asked_on__isnull=False)))


def still_needed(message: Message, now: datetime) -> dict:
    place = _place(message)
    asked_on = place.asked_on or message.queued_at.date()
    return words("sign_in", place.name, place.organisation.name, ends_on=day(asked_on + review.grace()))


def needed_samples() -> list[dict]:
    return [words("sign_in", SAM, PHYSIO, ends_on="Friday 3 April 2026")]


def lapsed_still_due(now: datetime) -> Q:
    """It has not been given again since."""
    return Q(Exists(Membership.objects.filter(pk=OuterRef("subject_id"), ended_at__isnull=False)))


def membership_lapsed(message: Message, now: datetime) -> dict:
    place, reader = _place(message), str(message.user)
    ended_on = day(place.ended_at or now)
    return words("colleagues", reader, place.organisation.name, colleague=place.name, ended_on=ended_on)


def lapsed_samples() -> list[dict]:
    return [words("colleagues", LEE, PHYSIO, colleague=SAM, ended_on="Friday 3 April 2026")]


# --- A wrong second step ---------------------------------------------------------------------------------------------


def account_is_open(now: datetime) -> Q:
    return Q(Exists(User.objects.filter(pk=OuterRef("subject_id"), is_active=True)))


def second_step_failed(message: Message, now: datetime) -> dict:
    return words("second_step", str(message.user), at=moment_uk(message.queued_at))


def failed_samples() -> list[dict]:
    return [words("second_step", "Olive O’Brien", at="Friday 3 April 2026, 9:05am UK time")]


# --- Somebody asked to refer, and an officer said no ------------------------------------------------------------------


def interest_declined(message: Message, now: datetime) -> dict:
    interest = Interest.objects.get(pk=message.subject_id)
    return words("", interest.name, str(interest), words=interest.words)


def declined_samples() -> list[dict]:
    told = "We only work with teams in our county for now. We hope that this changes."
    return [words("", "Asha O'Neill", PHYSIO, words=told)]


KINDS = [
    MessageKind(
        name="interest_declined",
        to="someone who asked to refer and cannot",
        label="Reply to someone who asked to refer",
        template="accounts/emails/interest_declined",
        context=interest_declined,
        samples=declined_samples,
    ),
    MessageKind(
        name="invitation",
        button="Sign in",
        to="a colleague who is invited to refer",
        stops="the invitation was used or taken back",
        label="Invitation to refer",
        template="accounts/emails/invitation",
        context=invitation,
        still_due=invitation_still_due,
        samples=invitation_samples,
    ),
    MessageKind(
        name="second_step_failed",
        button="Check your account",
        to="the person whose account it is",
        when="at once, once a day at most",
        stops="the account was closed",
        label="Wrong second step at sign-in",
        template="accounts/emails/second_step_failed",
        context=second_step_failed,
        still_due=account_is_open,
        samples=failed_samples,
    ),
    MessageKind(
        name="members_review",
        button="Check your colleagues",
        to="the lead of an organisation",
        when="every 6 months",
        stops="the review was done",
        label="Who still works here, to a lead",
        template="accounts/emails/members_review",
        context=members_review,
        still_due=review_still_due,
        samples=review_samples,
    ),
    MessageKind(
        name="still_needed",
        button="Sign in to keep your access",
        to="a member who has not signed in for 90 days",
        stops="they have signed in, or the account has ended",
        label="Is this account still needed?",
        template="accounts/emails/still_needed",
        context=still_needed,
        still_due=still_needed_due,
        samples=needed_samples,
    ),
    MessageKind(
        name="membership_lapsed",
        button="See your colleagues",
        to="the lead of an organisation",
        when="when an account was unused for 120 days",
        stops="the account is in use again",
        label="An unused account was switched off, to a lead",
        template="accounts/emails/membership_lapsed",
        context=membership_lapsed,
        still_due=lapsed_still_due,
        samples=lapsed_samples,
    ),
]
