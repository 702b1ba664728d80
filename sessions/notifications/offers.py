"""The mails about an offered place: the offer, its reminders, and a receipt for every way it can end.

They name a day and a time and nothing about the person. The link leads to the page where the person answers.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core.dates import day, moment_uk, span_uk
from messaging.content.links import marked, token_link
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from referrals.statuses import Status
from sessions.models import OfferLink, Place, Session
from sessions.notifications import placeholders
from sessions.notifications.samples import SAMPLE_NAME, sample_sessions
from sessions.places.undo import can_undo, undo_until
from sessions.reminders.programme_timing import orders

SAMPLE_LINK = marked("https://iym.example/o/sample/")


def place_is(state: str, *, referral_is: str = "") -> Callable[[datetime], Q]:
    """Still right to send while the place stands so and, where it is named, the referral too."""

    def condition(now: datetime) -> Q:
        right = Place.objects.filter(pk=OuterRef("subject_id"), state=state)
        if referral_is:
            right = right.filter(referral__status=referral_is)
        return Q(Exists(right))

    return condition


def offer_open(now: datetime) -> Q:
    held = Place.objects.filter(pk=OuterRef("subject_id"), state=Place.State.HELD, held_until__gt=now)
    return Q(Exists(held))


def offer_context(message: Message, now: datetime) -> dict:
    place = _place(message)
    link = OfferLink.objects.get(place=place)
    sessions = list(place.cohort.sessions.ahead(now).order_by("number"))
    return offer_words(
        first_name=place.participant.first_name,
        sessions=sessions,
        held_until=place.answer_by,
        link=token_link("offers:offer", link.token),
    )


def offer_words(*, first_name: str, sessions: list[Session], held_until: datetime, link: str) -> dict:
    return {
        "first_name": first_name,
        "first_day": day(sessions[0].starts_at),
        "sessions": [{"number": s.number, "when": span_uk(s.starts_at, s.ends_at)} for s in sessions],
        "count": len(sessions),
        "until": moment_uk(held_until),
        "link": link,
    }


def ended_context(message: Message, now: datetime) -> dict:
    place = _place(message)
    call = place.promised_call
    first = place.cohort.sessions.filter(number=place.first_session).latest("starts_at")
    return {
        "first_name": place.participant.first_name,
        "first_day": day(first.starts_at),
        "until": moment_uk(place.answer_by),
        "other_time": place.other_time,
        "times_given": place.times_given,
        "call_by": day(call) if call else "",
        "undo_until": moment_uk(undo_until(place)) if can_undo(place, now) else "",
    }


def response_url(message: Message) -> str:
    return reverse("admin:cohort_sessions_place_offer", args=[message.subject_id])


def _place(message: Message) -> Place:
    return Place.objects.select_related("participant", "cohort__programme").get(pk=message.subject_id)


def _offer_samples() -> list[dict]:
    sessions = sample_sessions()
    until = sessions[0].starts_at - timedelta(days=5)
    return [
        offer_words(first_name=SAMPLE_NAME, sessions=theirs, held_until=until, link=SAMPLE_LINK)
        for theirs in (sessions, sessions[1:])
    ]


def _ended_samples() -> list[dict]:
    said_no = {
        "first_name": SAMPLE_NAME,
        "first_day": "Tuesday 3 March 2026",
        "until": "Thursday 26 February 2026, 6pm UK time",
        "other_time": False,
        "times_given": False,
        "call_by": "",
        "undo_until": "",
    }
    other_time = said_no | {
        "other_time": True,
        "call_by": "Friday 27 February 2026",
        "undo_until": "Wednesday 25 February 2026, 6pm UK time",
    }
    return [said_no, other_time, other_time | {"times_given": True}]


def _ended(name: str, label: str, to: str, still_due: Callable[[datetime], Q]) -> MessageKind:
    return MessageKind(
        name=name,
        to=to,
        stops="things stand otherwise by then",
        label=label,
        template=f"sessions/emails/{name}",
        placeholders=placeholders.OFFER_ENDED,
        context=ended_context,
        still_due=still_due,
        samples=_ended_samples,
    )


KINDS = [
    MessageKind(
        name="offer",
        button="Answer our offer",
        to="the person to whom a place is offered",
        stops="the offer is answered, over or taken back",
        label="Offer of a place",
        template="sessions/emails/offer",
        placeholders=placeholders.OFFER,
        text=True,
        texted=placeholders.OFFER_TEXT,
        context=offer_context,
        still_due=offer_open,
        samples=_offer_samples,
        response_url=response_url,
    ),
    MessageKind(
        name="offer_nudge",
        button="Answer our offer",
        orders=orders,
        to="the person who has not answered an offer",
        when="24 and 60 hours after the offer",
        stops="the offer is answered, over or taken back",
        label="Reminder of an offer",
        template="sessions/emails/offer_nudge",
        placeholders=placeholders.OFFER_NUDGE,
        text=True,
        texted=placeholders.OFFER_TEXT,
        nudge=True,
        context=offer_context,
        still_due=offer_open,
        samples=_offer_samples,
        response_url=response_url,
    ),
    _ended(
        "offer_declined",
        "Receipt: an offer was declined",
        "the person who declined an offer",
        place_is(Place.State.DECLINED),
    ),
    _ended(
        "left_list",
        "Receipt: left the waiting list",
        "the person who declined and left the list",
        place_is(Place.State.DECLINED, referral_is=Status.WITHDRAWN),
    ),
    _ended(
        "offer_expired",
        "An offer was not answered in time",
        "the person who did not answer an offer",
        place_is(Place.State.EXPIRED, referral_is=Status.WAITING),
    ),
    _ended(
        "offer_taken_back",
        "An offer was taken back",
        "the person to whom it was made",
        place_is(Place.State.RETURNED, referral_is=Status.WAITING),
    ),
]
