"""The reminder before a session."""

from datetime import datetime, timedelta

from django.urls import reverse

from core.dates import clock, day, moment_uk, span_uk
from messaging.content.links import token_link
from messaging.models import Message
from sessions.models import Attendance, Session
from sessions.notifications.samples import SAMPLE_LINK, SAMPLE_NAME, sample_sessions
from sessions.session_dates import SESSIONS_IN_COHORT


def reminder_context(message: Message, now: datetime) -> dict:
    return reminder_contexts([message], now)[message.pk]


def reminder_contexts(messages: list[Message], now: datetime) -> dict[int, dict]:
    """The words of many reminders by a query a table; a message whose attendance is gone has none."""
    # Not one join: it would make a session, a cohort and a programme anew for each of the people who share them.
    rows = Attendance.objects.select_related("link").prefetch_related(
        "participant", "session__cohort__programme"
    )
    found = rows.in_bulk([message.subject_id for message in messages])
    return {
        message.pk: _reminder(found[message.subject_id])
        for message in messages
        if message.subject_id in found
    }


def _reminder(attendance: Attendance) -> dict:
    session = attendance.session
    return reminder_words(
        first_name=attendance.participant.first_name,
        session=session,
        opens_at=session.join_window(session.cohort.programme)[0],
        closes_at=session.answers_close_at(session.cohort.programme),
        answer=attendance.answer,
        link=token_link("sessions:answer", attendance.link.token),
    )


def response_url(message: Message) -> str:
    attendance = Attendance.objects.only("session_id").get(pk=message.subject_id)
    return reverse("admin:cohort_sessions_session_register", args=[attendance.session_id])


def reminder_words(
    *, first_name: str, session: Session, opens_at: datetime, closes_at: datetime, answer: str, link: str
) -> dict:
    return {
        "first_name": first_name,
        "number": session.number,
        "out_of": SESSIONS_IN_COHORT,
        "day": day(session.starts_at),
        "when": span_uk(session.starts_at, session.ends_at),
        "starts": clock(session.starts_at),
        "opens": clock(opens_at),
        "closes": moment_uk(closes_at) if closes_at < session.starts_at else "the session starts",
        "answer": answer,
        "link": link,
    }


def reminder_samples() -> list[dict]:
    session = sample_sessions()[2]
    return [
        reminder_words(
            first_name=SAMPLE_NAME,
            session=session,
            opens_at=session.starts_at - timedelta(minutes=15),
            closes_at=session.starts_at,
            answer=answer,
            link=SAMPLE_LINK,
        )
        for answer in Attendance.Answer.values
    ]
