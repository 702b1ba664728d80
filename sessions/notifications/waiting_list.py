"""The mails to people on the waiting list: they are still on it, and a receipt when they have left it."""

from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core.dates import day
from messaging.content.links import marked, token_link
from messaging.kinds.placeholders import FIRST_NAME
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from referrals.models import Referral
from referrals.statuses import Status
from sessions.models import WaitingLink
from sessions.notifications import placeholders
from sessions.notifications.samples import SAMPLE_NAME
from sessions.reminders.programme_timing import orders
from sessions.waiting_list.services import KIND

SAMPLE_LINK = marked("https://iym.example/w/sample/")


def referral_is(*statuses: str) -> Q:
    return Q(Exists(Referral.objects.filter(pk=OuterRef("subject_id"), status__in=statuses)))


def waiting_context(message: Message, now: datetime) -> dict:
    link = WaitingLink.objects.select_related("referral__participant").get(referral=message.subject_id)
    return waiting_words(
        first_name=link.referral.participant.first_name,
        listed_at=link.referral.opted_in_at,
        link=token_link("waiting:waiting", link.token),
    )


def waiting_words(*, first_name: str, listed_at: datetime | None, link: str) -> dict:
    return {"first_name": first_name, "since": day(listed_at) if listed_at else "", "link": link}


def left_context(message: Message, now: datetime) -> dict:
    referral = Referral.objects.select_related("participant").get(pk=message.subject_id)
    return {"first_name": referral.participant.first_name}


def waiting_samples() -> list[dict]:
    listed = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
    return [waiting_words(first_name=SAMPLE_NAME, listed_at=listed, link=SAMPLE_LINK)]


def waiting_page(message: Message) -> str:
    return reverse("admin:referrals_referral_change", args=[message.subject_id])


KINDS = [
    MessageKind(
        name=KIND,
        button="Open your waiting list page",
        withdrawn_with_referral=True,
        orders=orders,
        to="people on the waiting list",
        when="after 4 weeks on the list, then every 6",
        stops="they are offered a place, have one or left the list",
        label="Still on the waiting list",
        template="sessions/emails/still_on_list",
        optional=True,
        placeholders=placeholders.STILL_ON_LIST,
        context=waiting_context,
        still_due=lambda now: referral_is(Status.WAITING),
        samples=waiting_samples,
        response_url=waiting_page,
    ),
    MessageKind(
        name="left_waiting",
        to="the person who left the list by their own link",
        stops="they are on the list again",
        label="Receipt: left the waiting list by their own link",
        template="sessions/emails/left_list",
        placeholders=(FIRST_NAME,),
        context=left_context,
        still_due=lambda now: referral_is(Status.WITHDRAWN, Status.CLOSED),
        samples=lambda: [{"first_name": SAMPLE_NAME}],
    ),
]
