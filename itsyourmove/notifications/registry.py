"""The messages that belong to no app below: signing in, and what `accounts` tells."""

from datetime import datetime

from accounts import notify
from core import dates
from itsyourmove.notifications.accounts import KINDS
from messaging.content import secrets
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import queue as outbox


def register() -> None:
    kinds.register(
        kinds.MessageKind(
            name="sign_in_code",
            to="the person who signs in",
            when="at once, at any hour",
            stops="never, but it is of use for minutes only",
            label="Sign-in code",
            template="accounts/emails/sign_in_code",
            context=_sign_in_code,
            urgent=True,
            quiet=False,
            samples=_samples,
        )
    )
    for kind in KINDS:
        kinds.register(kind)
    notify.register(outbox.queue)


def _sign_in_code(message: Message, now: datetime) -> dict:
    return {
        "name": str(message.user),
        "code": secrets.open(message.secret),
        "until": dates.clock(message.expires_at),
    }


def _samples() -> list[dict]:
    return [{"name": "Sam O’Brien", "code": "BCDF-GHJK", "until": "6:15pm"}]
