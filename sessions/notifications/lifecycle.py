"""The mails about changes to a whole group: moved to another one, or the group is cancelled."""

from datetime import datetime

from core.dates import day, span_uk
from messaging.content.links import token_link
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from sessions.attendance import calendar_files
from sessions.models import AnswerLink, Place, PlaceMove, Session
from sessions.notifications import placeholders
from sessions.notifications.offers import place_is
from sessions.notifications.samples import SAMPLE_LINK, SAMPLE_NAME, sample_sessions


def moved_context(message: Message, now: datetime) -> dict:
    place = Place.objects.select_related("participant", "cohort__programme").get(pk=message.subject_id)
    move = PlaceMove.objects.filter(place=place).latest("at", "pk")
    attendances = place.attendances.filter(expected=True, session__cohort=place.cohort, starts_at__gt=move.at)
    sessions = [each.session for each in attendances.select_related("session").order_by("starts_at")]
    link = AnswerLink.objects.get(attendance__place=place, attendance__session=sessions[0])
    return moved_words(
        first_name=place.participant.first_name,
        sessions=sessions,
        attended=Place.objects.with_attendance().get(pk=place.pk).attended,
        link=token_link("sessions:answer", link.token),
    )


def moved_words(*, first_name: str, sessions: list[Session], attended: int, link: str) -> dict:
    return {
        "first_name": first_name,
        "first_day": day(sessions[0].starts_at),
        "sessions": [{"number": s.number, "when": span_uk(s.starts_at, s.ends_at)} for s in sessions],
        "count": len(sessions),
        "attended": attended,
        "link": link,
    }


def cancelled_context(message: Message, now: datetime) -> dict:
    place = Place.objects.select_related("participant").get(pk=message.subject_id)
    first = place.cohort.sessions.filter(number=place.first_session).latest("starts_at")
    found = Place.objects.with_attendance().get(pk=place.pk)
    return {
        "first_name": place.participant.first_name,
        "first_day": day(first.starts_at),
        "attended": found.attended,
    }


def _moved_samples() -> list[dict]:
    sessions = sample_sessions()
    return [
        moved_words(first_name=SAMPLE_NAME, sessions=theirs, attended=attended, link=SAMPLE_LINK)
        for theirs, attended in ((sessions, 0), (sessions[4:], 3), (sessions[9:], 1))
    ]


def _cancelled_samples() -> list[dict]:
    return [
        {"first_name": SAMPLE_NAME, "first_day": "Tuesday 3 March 2026", "attended": attended}
        for attended in (0, 1, 3)
    ]


KINDS = [
    MessageKind(
        name="moved",
        button="Open your page for {first_day}",
        to="the person who was moved",
        stops="they do not hold the place in that group any more",
        label="Moved to another group, with the dates",
        template="sessions/emails/moved",
        placeholders=placeholders.MOVED,
        context=moved_context,
        still_due=place_is(Place.State.TAKEN),
        samples=_moved_samples,
        calendars=calendar_files.dates_in_place_of,
    ),
    MessageKind(
        name="cohort_cancelled",
        to="everyone who had a place in the group",
        stops="they have another place by then",
        label="The group is cancelled",
        template="sessions/emails/cohort_cancelled",
        placeholders=placeholders.COHORT_CANCELLED,
        context=cancelled_context,
        still_due=place_is(Place.State.RETURNED),
        samples=_cancelled_samples,
        calendars=calendar_files.none_any_more,
    ),
]
