"""What previews of messages about sessions are filled with."""

from datetime import date, time

from messaging.content.links import marked
from sessions.models import Session
from sessions.session_dates import plan

SAMPLE_LINK = marked("https://iym.example/s/sample/")
SAMPLE_NAME = "Síle O’Neill-D'Arcy"


def sample_sessions() -> list[Session]:
    return [
        Session(pk=slot.number, number=slot.number, starts_at=slot.starts_at, ends_at=slot.ends_at)
        for slot in plan(date(2026, 3, 3), time(18), 60)
    ]
