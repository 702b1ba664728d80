"""What a page may say of an email: that it went, will go and when, or did not. Never that one is on its way by itself."""

from collections.abc import Iterable
from datetime import datetime

from core.dates import LONDON, day
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.quiet_hours import quiet_until

State, Delivery = Message.State, Message.Delivery


def said(messages: Iterable[Message], *, whom: str, now: datetime, soon: bool = False) -> str:
    """One sentence on the latest of these emails, a sent one before all others.

    `whom` completes "We will email ...": a name, or "a receipt to sam@example.org". `soon`: a sweep that runs every few
    minutes will promise the email if there is no row yet.
    """
    rows = sorted(messages, key=lambda message: (message.state == State.SENT, message.pk))
    if not rows:
        return _will_email(whom, now) if soon else f"We have not emailed {whom}."
    message = rows[-1]
    if message.state == State.SENT and message.sent_at:
        went = f"We emailed {whom} on {day(message.sent_at)}"
        arrived = message.delivery not in (Delivery.BOUNCED, Delivery.UNDELIVERED)
        return f"{went}." if arrived else f"{went}, but it did not arrive."
    if message.state == State.UNCERTAIN:
        return f"We tried to email {whom}, but it may not have arrived."
    if message.state == State.FAILED:
        return f"We could not email {whom}."
    if message.state in (State.PENDING, State.SENDING):
        return _will_email(whom, now, quiet=kinds.get(message.kind).quiet)
    return f"We have not emailed {whom}."


def _will_email(whom: str, now: datetime, *, quiet: bool = True) -> str:
    until = quiet_until(now) if quiet else None
    if until is None:
        return f"We will email {whom}."
    hour = until.astimezone(LONDON).hour
    return f"We will email {whom} after {hour % 12 or 12}{'am' if hour < 12 else 'pm'} on {day(until)}."
