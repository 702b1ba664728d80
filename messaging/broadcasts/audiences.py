"""To whom an officer may write at once: a person, or everybody of a group that another room knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from core.registry import Registry
from participants.models import Participant

ONE = "person"


@dataclass(frozen=True)
class Audience:
    """One kind of group. `still` is a Q over messages: whether the receiver belongs to the message's group yet."""

    name: str
    people: Callable[[int], QuerySet[Participant]]
    title: Callable[[int], str | None]  # None where there is no such group
    page: Callable[[int], str]
    still: Callable[[], Q] | None = None  # None: always


_audiences: Registry[str, Audience] = Registry("audience")


def register(audience: Audience) -> None:
    _audiences.register(audience.name, audience)


def find(name: str) -> Audience | None:
    return _audiences.get(name)


def registered() -> Iterable[Audience]:
    return _audiences.values()


def _one(pk: int) -> QuerySet[Participant]:
    return Participant.objects.standing().filter(pk=pk)


def _called(pk: int) -> str | None:
    person = _one(pk).first()
    return str(person) if person else None


def _page(pk: int) -> str:
    return reverse("admin:participants_participant_change", args=[pk])


register(Audience(name=ONE, people=_one, title=_called, page=_page))
