"""The mails of this app: the dates of a new place, reminders, and the note at the end.

Subjects name neither health nor pain. The video address is never in a mail: our own page shows it, from a quarter of
an hour before (docs/domain.md 5.6). Each mail has a `.phone.txt` beside it: what an officer says when the person has
only a telephone.
"""

from datetime import datetime
from functools import partial

from core.dates import day, span_uk
from messaging.content.links import token_link
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from sessions.attendance import calendar_files
from sessions.models import AnswerLink, Place, Session
from sessions.notifications import placeholders
from sessions.notifications.offers import place_is
from sessions.notifications.reminders import (
    reminder_context,
    reminder_contexts,
    reminder_samples,
    response_url,
)
from sessions.notifications.samples import SAMPLE_LINK, SAMPLE_NAME, sample_sessions
from sessions.reminders import scheduling
from sessions.reminders.programme_timing import orders
from sessions.reminders.timing import Kind as Times


def placed_context(message: Message, now: datetime) -> dict:
    place = Place.objects.select_related("participant", "cohort__programme").get(pk=message.subject_id)
    attendances = place.attendances.filter(expected=True).select_related("session")
    sessions = [attendance.session for attendance in attendances.order_by("starts_at")]
    first = AnswerLink.objects.get(attendance__place=place, attendance__session=sessions[0])
    return placed_words(
        first_name=place.participant.first_name,
        sessions=sessions,
        opens_minutes=place.cohort.programme.join_opens_minutes,
        link=token_link("sessions:answer", first.token),
    )


def placed_words(*, first_name: str, sessions: list[Session], opens_minutes: int, link: str) -> dict:
    return {
        "first_name": first_name,
        "sessions": [{"number": s.number, "when": span_uk(s.starts_at, s.ends_at)} for s in sessions],
        "count": len(sessions),
        "joins_late": sessions[0].number > 1,
        "first_day": day(sessions[0].starts_at),
        "opens_minutes": opens_minutes,
        "link": link,
    }


def completion_context(message: Message, now: datetime) -> dict:
    place = Place.objects.with_attendance().select_related("participant").get(pk=message.subject_id)
    return {
        "first_name": place.participant.first_name,
        "attended": place.attended,
        "out_of": place.delivered,
    }


def placed_samples() -> list[dict]:
    sessions = sample_sessions()
    return [
        placed_words(first_name=SAMPLE_NAME, sessions=theirs, opens_minutes=15, link=SAMPLE_LINK)
        for theirs in (sessions, sessions[1:])
    ]


reminder = partial(
    MessageKind,
    button="Say if you can come on {day}",
    orders=orders,
    to="everyone expected at the session",
    text=True,
    context=reminder_context,
    contexts=reminder_contexts,
    samples=reminder_samples,
    response_url=response_url,
)
KINDS = [
    MessageKind(
        name="placed",
        button="Open your page for {first_day}",
        to="the person with a new place, with the calendar",
        stops="they do not hold the place any more",
        label="New place and its dates",
        template="sessions/emails/placed",
        placeholders=placeholders.PLACED,
        context=placed_context,
        still_due=place_is(Place.State.TAKEN),
        samples=placed_samples,
        calendars=calendar_files.dates_of,
    ),
    reminder(
        name=Times.DAY.value,
        when="on the day before it, at 10am",
        stops="the session is moved or cancelled, the person left, or the hour's reminder is due",
        label="Reminder, the day before",
        template="sessions/emails/reminder_day",
        placeholders=placeholders.REMINDER_DAY,
        texted=placeholders.REMINDER_DAY_TEXT,
        still_due=scheduling.still_due(Times.DAY),
        supersedes=Times.THREE_DAYS.value,
    ),
    reminder(
        name=Times.HOUR.value,
        when="60 minutes before it; never after its start",
        stops="the session is moved or cancelled, or the person left",
        label="Reminder, the hour before",
        template="sessions/emails/reminder_hour",
        placeholders=placeholders.REMINDER_HOUR,
        texted=placeholders.REMINDER_HOUR_TEXT,
        still_due=scheduling.still_due(Times.HOUR),
        # reminders.timing.windows: in the quiet hours only if the session itself starts early or late, and then it must go.
        quiet=False,
        supersedes=Times.DAY.value,
    ),
    MessageKind(
        name="completion",
        to="the person who completed the programme",
        when="once the last session is marked",
        stops="the place is marked otherwise by then",
        label="Completion note",
        template="sessions/emails/completion",
        placeholders=placeholders.COMPLETION,
        context=completion_context,
        still_due=place_is(Place.State.COMPLETED),
        samples=lambda: [{"first_name": SAMPLE_NAME, "attended": 8, "out_of": 10}],
    ),
    MessageKind(
        name="programme_finished",
        to="the person whose sessions are over, who attended fewer than the target",
        when="once an officer says that they have finished",
        stops="the place is marked otherwise by then",
        label="Note at the end, attended fewer than the target",
        template="sessions/emails/programme_finished",
        placeholders=placeholders.COMPLETION,
        context=completion_context,
        still_due=place_is(Place.State.FINISHED),
        samples=lambda: [{"first_name": SAMPLE_NAME, "attended": 5, "out_of": 10}],
    ),
]
