"""Every kind of message, registered by the app that promises it (in its `AppConfig.ready()`)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.template.loader import render_to_string

from messaging.models import Message


def always(now: datetime) -> Q:
    """For messages that stay due whatever happens: receipts and codes."""
    return Q()


@dataclass(frozen=True)
class Kind:
    """What a kind of message says, and when it is still right to send it.

    `still_due(now)` is a Q (with Exists over OuterRef("subject_id") where needed) which the fence adds to the WHERE
    of the statement that authorises the send. `context(message, now)` gives the template its values; links in it
    are made by `personal_link`, so that the copy on the record can hide them. `template` is the stem of
    `<stem>.subject.txt` and `<stem>.txt`. `samples` feed previews and tests.
    """

    name: str
    template: str
    context: Callable[[Message, datetime], dict]
    still_due: Callable[[datetime], Q] = always
    urgent: bool = False  # sent by the request itself when the bell cannot be rung: codes and safety alerts
    quiet: bool = True  # waits for the end of the quiet hours
    samples: Callable[[], list[dict]] = field(default=list)


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    return _kinds[name]


def registered() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)


def render(kind: Kind, context: dict) -> Mail:
    """The mail's words; plain text, so nothing is escaped (the .txt templates say autoescape off)."""
    subject = render_to_string(f"{kind.template}.subject.txt", context)
    text = render_to_string(f"{kind.template}.txt", context)
    return Mail(" ".join(subject.split()), text.strip() + "\n")
