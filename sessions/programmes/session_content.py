"""What each of a programme's ten sessions is about, by its number (docs/domain.md 5.1).

What nobody has written yet is a starting point: a programme has no row for it, and the office shows it as not confirmed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.errors import Refused, refusing
from sessions.external_urls import host_of
from sessions.models import Content, Programme, Session
from sessions.session_dates import SESSIONS_IN_COHORT

STARTING_POINTS = {
    1: "Welcome, our agreement and the first questions",
    5: "How it is going, half way",
    9: "Staying in touch afterwards",
    10: "The last questions and what comes next",
}
WRITTEN = ("title", "plan", "resource_name", "resource_url")


class ResourceIncomplete(Refused):
    sentence = "Enter both a name and an address for the material, or neither."


class TitleMissing(Refused):
    sentence = "Enter what this session is about."


@dataclass(frozen=True)
class Topic:
    """One session's content as it stands now."""

    number: int
    title: str = ""  # empty: it has only its number
    plan: str = ""
    resource_name: str = ""
    resource_url: str = ""
    confirmed: bool = False

    @property
    def heading(self) -> str:
        return self.title or f"Session {self.number}"

    @property
    def own_title(self) -> str:
        """Empty where it says no more than the number does."""
        return "" if self.title == f"Session {self.number}" else self.title


def contents_of(programme: Programme | int) -> dict[int, Topic]:
    """All ten by number, in one query."""
    pk = programme if isinstance(programme, int) else programme.pk
    ten = {
        number: Topic(number, STARTING_POINTS.get(number, "")) for number in range(1, SESSIONS_IN_COHORT + 1)
    }
    for row in Content.objects.filter(programme=pk).values("number", *WRITTEN):
        ten[row["number"]] = Topic(**row, confirmed=True)
    return ten


def topics(programme: Programme | int, sessions: Iterable[Session]) -> list[Topic | None]:
    """What each of these sessions of one programme is about; one that was cancelled is about nothing."""
    ten = contents_of(programme)
    cancelled = Session.Status.CANCELLED_BY_US
    return [None if session.status == cancelled else ten.get(session.number) for session in sessions]


def write_content(*, programme: Programme, number: int, changes: Mapping[str, str]) -> Content:
    """Write what session `number` is about: `changes` names any of `WRITTEN`; the rest stays, and is confirmed by this.

    History keeps who changed it and when. Raises TitleMissing, ResourceIncomplete or addresses.AddressRefused; KeyError
    for another name.
    """
    if strange := set(changes) - set(WRITTEN):
        raise KeyError(", ".join(sorted(strange)))
    with refusing({"content_resource_with_name": ResourceIncomplete}):
        Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
        content = Content.objects.filter(programme=programme, number=number).first() or Content(
            programme=programme, number=number, title=contents_of(programme)[number].heading
        )
        for name, value in changes.items():
            setattr(content, name, value)
        if not content.title:
            raise TitleMissing
        if content.resource_url:
            resource_address(content.resource_url)
        content.save()
    return content


def resource_address(address: str) -> str:
    """The address of some material, if it may be shown to people; else addresses.AddressRefused."""
    host_of(address, noun="web address")
    return address
