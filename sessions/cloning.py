"""Another programme like one that is there, and what another cohort like one begins with."""

from typing import TypeVar

from sessions import timetable
from sessions.models import Cohort, Content, MessageTime, Programme
from sessions.refusals import Refused, refusing

Row = TypeVar("Row", Programme, Content, MessageTime)


class ProgrammeNameTaken(Refused):
    sentence = "There is already a programme with this name. Give this one a name of its own."


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


def settings_of(cohort: Cohort) -> dict[str, object]:
    """What a new cohort like this one is asked to begin with: all but its name and its first date.

    A host who can be given no more cohorts is left out.
    """
    held = cohort.sessions.held().order_by("starts_at").values_list("local_date", "local_time")
    start_time, second_day = timetable.shape(held)
    hosts = {name: getattr(cohort, name) for name in ("lead", "second")}
    return {
        "programme": cohort.programme_id,
        "phase": cohort.phase_id,
        "capacity": cohort.capacity,
        "join_url": cohort.join_url,
        "start_time": start_time,
        "second_day": second_day,
        **{name: host.pk if host and host.active else None for name, host in hosts.items()},
    }
