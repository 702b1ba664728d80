"""The mails before a person's first session: it begins soon, and shall we try the call beforehand."""

from datetime import datetime

from django.urls import reverse

from messaging.kinds.registry import MessageKind
from messaging.models import Message
from sessions.models import Attendance
from sessions.notifications import placeholders
from sessions.notifications.reminders import reminder_context, reminder_samples, response_url
from sessions.reminders import scheduling
from sessions.reminders.programme_timing import orders
from sessions.reminders.timing import Kind as Times


def invite_context(message: Message, now: datetime) -> dict:
    words = reminder_context(message, now)
    return {name: words[name] for name in ("first_name", "day", "when")}


def invite_samples() -> list[dict]:
    return reminder_samples()[:1]


def test_call_url(message: Message) -> str:
    attendance = Attendance.objects.only("participant_id").get(pk=message.subject_id)
    return reverse("admin:participants_participant_book_call", args=[attendance.participant_id])


KINDS = [
    MessageKind(
        name=Times.TECH_CHECK.value,
        orders=orders,
        to="people with a place and no test call that worked",
        when="10 days before their first session",
        stops="a test call is booked or has worked",
        label="Invitation to a test call",
        template="sessions/emails/tech_check_invite",
        placeholders=placeholders.TECH_CHECK,
        context=invite_context,
        still_due=scheduling.still_due(Times.TECH_CHECK),
        samples=invite_samples,
        response_url=test_call_url,
    ),
    MessageKind(
        name=Times.WEEK.value,
        orders=orders,
        to="everybody expected at session 1",
        when="7 days before it",
        stops="the session is moved or cancelled, the person left, or a nearer reminder is due",
        label="Reminder of the first session, a week before",
        template="sessions/emails/reminder_first",
        placeholders=placeholders.SESSION,
        context=reminder_context,
        still_due=scheduling.still_due(Times.WEEK),
        samples=reminder_samples,
        response_url=response_url,
    ),
    MessageKind(
        name=Times.THREE_DAYS.value,
        orders=orders,
        to="everybody expected at session 1",
        when="3 days before it",
        stops="the session is moved or cancelled, the person left, or a nearer reminder is due",
        label="Reminder of the first session, a few days before",
        template="sessions/emails/reminder_first",
        placeholders=placeholders.SESSION,
        context=reminder_context,
        still_due=scheduling.still_due(Times.THREE_DAYS),
        supersedes=Times.WEEK.value,
        samples=reminder_samples,
        response_url=response_url,
    ),
]
