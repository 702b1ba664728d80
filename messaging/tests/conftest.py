"""A made-up kind of message for the outbox's own tests, so that they lean on no upper app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Q

from core.registry import Registry
from messaging.content import links, secrets
from messaging.kinds import registry as kinds
from messaging.kinds.placeholders import LINK, Placeholder
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.models import Participant
from participants.tests.factories import PersonFactory

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)  # a Tuesday, in nobody's quiet hours
TEMPLATES = Path(__file__).parent / "templates"


@dataclass
class Desk:
    """Queues made-up messages and tells what became of them."""

    due: Callable[[datetime], Q] = kinds.always
    asked: list[int] = field(default_factory=list)
    on_context: Callable[[Message], None] = lambda message: None
    count: int = 0

    def queue(self, *, now: datetime = NOON, hours: float = 24, kind: str = "note", **changes) -> Message:
        self.count += 1
        values = {
            "key": f"{kind}:{self.count}",
            "subject_type": "thing",
            "subject_id": self.count,
            "expires_at": now + timedelta(hours=hours),
        } | changes
        if not {"participant", "user", "organisation"} & set(values):
            values["participant"] = PersonFactory(made_up=settings.DEMO)  # nobody else is in a demonstration
        assert outbox.queue(kind=kind, now=now, **values)
        return Message.objects.get(key=values["key"])

    def states(self) -> list[str]:
        return list(Message.objects.order_by("pk").values_list("state", flat=True))


def _samples() -> list[dict]:
    return [{"name": "Síle O’Neill", "link": links.marked("https://iym.example/s/sample/")}]


@pytest.fixture
def desk(settings, monkeypatch) -> Desk:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    desk = Desk()

    def context(message: Message, now: datetime) -> dict:
        desk.asked.append(message.pk)
        desk.on_context(message)
        return {
            "name": message.participant.first_name if message.participant else "colleague",
            "link": links.personal_link(f"/s/token-of-{message.subject_id}/"),
            "code": secrets.open(message.secret) if message.secret else "",
        }

    monkeypatch.setattr(kinds, "_kinds", Registry("message kind"))
    for name, extra in {
        "note": {},
        "code": {"urgent": True, "quiet": False},
        "reminder_day": {},
        "reminder_hour": {"quiet": False, "supersedes": "reminder_day"},
        "spoken": {"template": "spoken"},
        "texted": {"text": True, "texted": (LINK,), "placeholders": (LINK,), "samples": _samples},
        "worded": {"placeholders": (Placeholder("name", "who it goes to"), LINK), "samples": _samples},
    }.items():
        template = extra.pop("template", "note")
        kinds.register(
            kinds.MessageKind(
                name=name, template=template, context=context, still_due=lambda now: desk.due(now), **extra
            )
        )
    return desk


@pytest.fixture
def person(db) -> Participant:
    return PersonFactory()


def fresh(message: Message) -> Message:
    """The row as it stands now."""
    return Message.objects.get(pk=message.pk)
