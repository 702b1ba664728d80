"""Another programme like one that is there, and what another cohort like one begins with."""

from typing import TypeVar

from core.errors import Refused, refusing
from sessions.models import Content, MessageTime, Programme

Row = TypeVar("Row", Programme, Content, MessageTime)


class ProgrammeNameTaken(Refused):
    sentence = "A programme already has this name. Enter a different name."


def clone_programme(*, programme: Programme, name: str) -> Programme:
    """A new programme with every number of this one, what its sessions are about and when its messages go; its pilots and phases stay here.

    History keeps who made it and when. Raises ProgrammeNameTaken.
    """
    with refusing({"cohort_sessions_programme_name_key": ProgrammeNameTaken}):
        clone = _again(Programme.objects.get(pk=programme.pk))
        clone.name = name
        clone.save()
        contents = [_again(content) for content in programme.contents.order_by("number")]
        for content in contents:
            content.programme = clone
        Content.objects.bulk_create(contents)
        message_times = [_again(line) for line in programme.message_times.order_by("kind")]
        for line in message_times:
            line.programme = clone
        MessageTime.objects.bulk_create(message_times)
    return clone


def _again(row: Row) -> Row:
    """The same values in a row that is not there yet."""
    row.pk, row._state.adding = None, True
    return row
