"""The mails about accounts: `accounts` says what happened (accounts.notify), and this is how it reads.

They name colleagues and organisations, never anybody who is referred.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.members import review
from accounts.models import Interest, Membership, User
from core.dates import day, moment
from messaging.kinds.registry import MessageKind
from messaging.models import Message


def _place(message: Message) -> Membership:
    return Membership.objects.select_related("user", "organisation").get(pk=message.subject_id)


def _current() -> Q:
    return Q(pk=OuterRef("subject_id"), ended_at__isnull=True, user__is_active=True)


# --- Somebody may refer from now on -----------------------------------------------------------------------------


def invitation_still_due(now: datetime) -> Q:
    """The membership has not ended, and the person has not come yet."""
    return Q(Exists(Membership.objects.filter(_current(), last_used_on__isnull=True)))


def invitation(message: Message, now: datetime) -> dict:
    place = _place(message)
    return invitation_words(
        greeting=place.name, organisation=place.organisation.name, email=place.user.email, lead=place.is_lead
    )


def invitation_words(*, greeting: str, organisation: str, email: str, lead: bool) -> dict:
    return {
        "greeting": greeting,
        "organisation_name": organisation,
        "email": email,
        "lead": lead,
        "page": settings.SITE_ORIGIN + reverse("sign_in"),
    }


def invitation_samples() -> list[dict]:
    return [
        invitation_words(
            greeting="Sam O’Brien",
            organisation="St Mary's Physiotherapy",
            email="sam@stmarys.example",
            lead=lead,
        )
        for lead in (False, True)
    ]


# --- Who still works here? ----------------------------------------------------------------------------------------


def review_still_due(now: datetime) -> Q:
    """The person still leads, and somebody is still to be confirmed."""
    due = review.to_confirm(now).filter(organisation=OuterRef("organisation"))
    return Q(Exists(Membership.objects.filter(_current(), Exists(due), is_lead=True)))


def members_review(message: Message, now: datetime) -> dict:
    place = _place(message)
    return review_words(greeting=place.name, organisation=place.organisation.name)


def review_words(*, greeting: str, organisation: str) -> dict:
    return {
        "greeting": greeting,
        "organisation_name": organisation,
        "page": settings.SITE_ORIGIN + reverse("colleagues"),
    }


def review_samples() -> list[dict]:
    return [review_words(greeting="Lee O’Marsh", organisation="St Mary's Physiotherapy")]


# --- Not used for long ----------------------------------------------------------------------------------------------


def still_needed_due(now: datetime) -> Q:
    """The person has not come since they were to be asked."""
    return Q(Exists(Membership.objects.filter(_current(), asked_on__isnull=False)))


def still_needed(message: Message, now: datetime) -> dict:
    place = _place(message)
    asked_on = place.asked_on or message.queued_at.date()
    return needed_words(
        greeting=place.name, organisation=place.organisation.name, ends_on=day(asked_on + review.grace())
    )


def needed_words(*, greeting: str, organisation: str, ends_on: str) -> dict:
    return {
        "greeting": greeting,
        "organisation_name": organisation,
        "ends_on": ends_on,
        "page": settings.SITE_ORIGIN + reverse("sign_in"),
    }


def needed_samples() -> list[dict]:
    facts = {"greeting": "Sam O’Brien", "organisation": "St Mary's Physiotherapy"}
    return [needed_words(**facts, ends_on="Friday 3 April 2026")]


def lapsed_still_due(now: datetime) -> Q:
    """It has not been given again since."""
    return Q(Exists(Membership.objects.filter(pk=OuterRef("subject_id"), ended_at__isnull=False)))


def membership_lapsed(message: Message, now: datetime) -> dict:
    place = _place(message)
    return lapsed_words(
        greeting=str(message.user),
        colleague=place.name,
        organisation=place.organisation.name,
        ended_on=day(place.ended_at or now),
    )


def lapsed_words(*, greeting: str, colleague: str, organisation: str, ended_on: str) -> dict:
    return {
        "greeting": greeting,
        "colleague": colleague,
        "organisation_name": organisation,
        "ended_on": ended_on,
        "page": settings.SITE_ORIGIN + reverse("colleagues"),
    }


def lapsed_samples() -> list[dict]:
    facts = {"greeting": "Lee O’Marsh", "organisation": "St Mary's Physiotherapy"}
    return [lapsed_words(**facts, colleague="Sam O’Brien", ended_on="Friday 3 April 2026")]


# --- A wrong second step ---------------------------------------------------------------------------------------------


def account_is_open(now: datetime) -> Q:
    return Q(Exists(User.objects.filter(pk=OuterRef("subject_id"), is_active=True)))


def second_step_failed(message: Message, now: datetime) -> dict:
    return failed_words(greeting=str(message.user), at=moment(message.queued_at))


def failed_words(*, greeting: str, at: str) -> dict:
    return {"greeting": greeting, "at": at, "page": settings.SITE_ORIGIN + reverse("second_step")}


def failed_samples() -> list[dict]:
    return [failed_words(greeting="Olive O’Brien", at="Friday 3 April 2026, 9.05 am UK time")]


# --- Somebody asked to refer, and an officer said no ------------------------------------------------------------------


def interest_declined(message: Message, now: datetime) -> dict:
    interest = Interest.objects.get(pk=message.subject_id)
    return declined_words(greeting=interest.name, organisation=str(interest), words=interest.words)


def declined_words(*, greeting: str, organisation: str, words: str) -> dict:
    return {"greeting": greeting, "organisation_name": organisation, "words": words}


def declined_samples() -> list[dict]:
    words = "At the moment we work with teams in our county only. We hope that this changes."
    return [declined_words(greeting="Asha O'Neill", organisation="St Mary's Physiotherapy", words=words)]


KINDS = [
    MessageKind(
        name="interest_declined",
        to="somebody who asked to refer and cannot",
        when="at once",
        stops="never",
        label="Words to somebody who asked to refer",
        template="accounts/emails/interest_declined",
        context=interest_declined,
        samples=declined_samples,
    ),
    MessageKind(
        name="invitation",
        to="a colleague who is invited to refer",
        when="at once",
        stops="the invitation was used or taken back",
        label="Invitation to refer",
        template="accounts/emails/invitation",
        context=invitation,
        still_due=invitation_still_due,
        samples=invitation_samples,
    ),
    MessageKind(
        name="second_step_failed",
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
        to="a member who has not signed in for 90 days",
        when="at once",
        stops="they have signed in, or the account has ended",
        label="Is this account still needed?",
        template="accounts/emails/still_needed",
        context=still_needed,
        still_due=still_needed_due,
        samples=needed_samples,
    ),
    MessageKind(
        name="membership_lapsed",
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
