"""The messages about one cohort are a group: officers can hold them back together (messaging/pauses.py)."""

from collections.abc import Collection

from sessions.schedule import Cohort

KIND = "cohort"


def message_group(cohort: int) -> str:
    """The group of the messages about this cohort, by its number in the database."""
    return f"{KIND}:{cohort}"


def names_of(cohorts: Collection[int]) -> dict[int, str]:
    """The names of these cohorts, for officers."""
    return dict(Cohort.objects.filter(pk__in=cohorts).values_list("pk", "name"))
