"""The mails before a person's first session: it begins soon, and shall we try the call beforehand."""

from datetime import datetime
from functools import partial

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


def test_call_url(message: Message) -> str:
    attendance = Attendance.objects.only("participant_id").get(pk=message.subject_id)
    return reverse("admin:participants_participant_book_call", args=[attendance.participant_id])


first_reminder = partial(
    MessageKind,
    button="Say if you can come on {day}",
    orders=orders,
    to="everyone expected at session 1",
    stops="the session is moved or cancelled, the person left, or a nearer reminder is due",
    template="sessions/emails/reminder_first",
    placeholders=placeholders.SESSION,
    context=reminder_context,
    samples=reminder_samples,
    response_url=response_url,
)
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
        samples=lambda: reminder_samples()[:1],
        response_url=test_call_url,
    ),
    first_reminder(
        name=Times.WEEK.value,
        when="7 days before it",
        label="Reminder of the first session, a week before",
        still_due=scheduling.still_due(Times.WEEK),
    ),
    first_reminder(
        name=Times.THREE_DAYS.value,
        when="3 days before it",
        label="Reminder of the first session, a few days before",
        still_due=scheduling.still_due(Times.THREE_DAYS),
        supersedes=Times.WEEK.value,
    ),
]
