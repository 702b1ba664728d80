"""A person's name in a list: with what they need beside it, and told apart from others of that name."""

import unicodedata
from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html

from core.dates import moment
from participants.models import ContactNote, Need, Participant
from participants.needs import services as needs


def display_name(person: Participant) -> str:
    """Name and need flags as HTML. One query, none where `needs` was prefetched."""
    if person.died_at:
        return format_html('{} <span class="app-badge">Has died</span>', str(person))
    flags = needs.flags(need for need in person.needs.all() if need.ended_at is None)
    if not flags:
        return str(person)
    return format_html(
        "{} {}", str(person), render_to_string("participants/needs/need_flags.html", {"flags": flags})
    )


Listed = tuple[Participant, str | None]


def tell_apart(listed: Iterable[tuple[Participant | None, str | None]]) -> None:
    """For officers: `str(person)` gains the date of birth of everybody who shares a name with another person listed.

    `listed` is one list as it is shown: each person, and what tells two of one name and one date of birth apart, which
    is the reference of their referral, or the end of the NHS number where that is "". None where the list shows the
    reference beside the name. No query.
    """
    there = [(person, reference) for person, reference in listed if person is not None]
    for of_one_name in _sharing(there, lambda person: name_key(person.full_name)):
        for person, _ in of_one_name:
            person.told_apart_by = f"born {in_words(person.date_of_birth)}"
        for of_one_birthday in _sharing(of_one_name, lambda person: person.date_of_birth):
            for person, reference in of_one_birthday:
                if reference is not None:
                    person.told_apart_by += f", {reference or _by_number(person)}"


def shared(names: Iterable[tuple[int, str]]) -> set[int]:
    """Of people's numbers and names: the numbers of those who have a name that another person has too."""
    by_name: dict[str, set[int]] = {}
    for pk, name in names:
        by_name.setdefault(name_key(name), set()).add(pk)
    return {pk for of_one_name in by_name.values() if len(of_one_name) > 1 for pk in of_one_name}


def name_key(name: str) -> str:
    """What two names have in common that read the same: capitals, spaces and how accents are stored do not matter."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def in_words(birthday: date) -> str:
    """3 March 1961."""
    return f"{birthday.day} {birthday:%B %Y}"


def _sharing(listed: Iterable[Listed], what: Callable[[Participant], Hashable]) -> list[list[Listed]]:
    """Those who have this in common with another person, together; the same person twice is not another."""
    groups: dict[Hashable, list[Listed]] = {}
    for person, reference in listed:
        groups.setdefault(what(person), []).append((person, reference))
    return [group for group in groups.values() if len({person.pk for person, _ in group}) > 1]


def _by_number(person: Participant) -> str:
    if person.nhs_number:
        return f"NHS number ending {person.nhs_number[-4:]}"
    return f"no NHS number, record {person.pk}"


def on_today(people: Collection[int]) -> dict[int, Participant]:
    """These people with the `flags` of their needs and, where nobody answered our last call, `tried`; one query.

    Those of one name are told apart.
    """
    notes = ContactNote.objects.filter(participant=OuterRef("pk"), channel=ContactNote.Channel.PHONE)
    last = notes.order_by("-at", "-pk")
    open_needs = Need.objects.open().filter(participant=OuterRef("pk"))
    found = Participant.objects.filter(pk__in=people).annotate(
        codes=ArraySubquery(open_needs.values("code")),
        called_at=Subquery(last.values("at")[:1]),
        again_at=Subquery(last.values("again_at")[:1]),
    )
    by_number: dict[int, Any] = {person.pk: person for person in found}
    tell_apart((person, "") for person in by_number.values())
    for person in by_number.values():
        person.flags = needs.flags_of_codes(person.codes)
        person.tried = (
            f"No answer on {moment(person.called_at)}. Try again at {moment(person.again_at)}"
            if person.again_at
            else ""
        )
    return by_number


class NamesApart:
    """A list in the admin whose rows name people: those of one name on a page are told apart."""

    def named_in(self, row: Any) -> tuple[Participant | None, str | None]:
        """Whom a row names, with what `tell_apart` wants to know."""
        return row.participant, ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        named_in = self.named_in

        class Apart(super().get_changelist(request, **kwargs)):
            def get_results(self, request: HttpRequest) -> None:
                super().get_results(request)
                tell_apart(named_in(row) for row in self.result_list)

        return Apart
