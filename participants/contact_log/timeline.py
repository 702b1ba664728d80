"""Everything that passed between us and one person, newest first; each room adds what it knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from core.dates import moment
from core.registry import Registry
from participants.models import ContactNote, Participant

ON_A_PAGE = 50


@dataclass(frozen=True)
class Entry:
    """One line: when, what it was, the words of it, by whom, and where more stands."""

    at: datetime
    what: str
    words: str = ""
    by: str = ""
    url: str = ""
    note: ContactNote | None = None  # a line of the log, which may be corrected


# (the person, only what is earlier than this, at most so many): the newest first.
Source = Callable[[Participant, datetime, int], Iterable[Entry]]
_sources: Registry[str, Source] = Registry("source of the timeline")


def register(name: str, source: Source) -> None:
    _sources.register(name, source)


def page_of(person: Participant, before: datetime) -> tuple[list[Entry], datetime | None]:
    """A page of the timeline, and before when the next one ends; None on the last. The same few queries for each."""
    found = [entry for source in _sources.values() for entry in source(person, before, ON_A_PAGE + 1)]
    found.sort(key=lambda entry: entry.at, reverse=True)
    page = found[:ON_A_PAGE]
    # What happened at the same moment as the last line stays on its page.
    page += [entry for entry in found[ON_A_PAGE:] if entry.at == page[-1].at]
    return page, page[-1].at if len(found) > len(page) else None


def notes(person: Participant, before: datetime, most: int) -> Iterable[Entry]:
    rows = person.contact_notes.filter(at__lt=before).select_related("written_by", "corrected_by")
    for row in rows.order_by("-at", "-pk")[:most]:
        who = "They" if row.from_them else "We"
        yield Entry(
            at=row.at,
            what=f"{row.get_channel_display()}: {who.lower()} {HOW[ContactNote.Channel(row.channel)]}",
            words=f"{row.words}. Try again at {moment(row.again_at)}" if row.again_at else row.words,
            by=str(row.written_by),
            note=row,
        )


HOW = {
    ContactNote.Channel.PHONE: "called",
    ContactNote.Channel.EMAIL: "wrote",
    ContactNote.Channel.TEXT: "wrote",
    ContactNote.Channel.LETTER: "wrote",
    ContactNote.Channel.IN_PERSON: "spoke",
}

register("contact notes", notes)
