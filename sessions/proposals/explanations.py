"""A solved pool in words, for the pages that show it and for the proposal that is kept."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone

from participants.languages import LANGUAGES
from participants.models import Level
from sessions import allocation
from sessions.allocation.extra_cohort import PoolChange
from sessions.cohorts.meeting_times import times_in_words
from sessions.models.cohort import Provided
from sessions.proposals import equality_impact, pool


def names(found: pool.Pool) -> allocation.Name:
    levels = {code: label.lower() for code, label in Level.choices}
    labels = {"level": levels, "need": dict(Provided.choices), "language": dict(LANGUAGES)}

    def name(sort: str, code: allocation.Code) -> str:
        if sort == "cohort":
            return str(found.cohorts[int(code)])
        if sort == "slot":
            return times_in_words(str(code))
        if sort == "person":
            return found.people[int(code)].reference
        return labels[sort].get(str(code), str(code))

    return name


def change_in_words(change: PoolChange) -> str:
    """What one more cohort would do."""
    people = "1 more person" if change.people_gained == 1 else f"{change.people_gained} more people"
    least = "" if change.proven else "at least "
    provides = [Provided(str(code)).label for code in change.provides]
    extra = f", with: {', '.join(provides)}" if provides else ""
    spoken = f", held in {dict(LANGUAGES)[str(change.language)]}" if change.language else ""
    level = Level(str(change.level)).label.lower()
    return f"A group on {times_in_words(str(change.slot))} (level: {level}{extra}{spoken}) would place {least}{people}."


def proposal_record(
    found: pool.Pool,
    solved: allocation.Proposal,
    first_come: Collection,
    changes: list[PoolChange],
    *,
    now: datetime,
) -> dict[str, Any]:
    """What a kept proposal remembers beside its rows: sentences, and numbers of rows; nothing about a person."""
    effect = equality_impact.effect(
        found.people.values(), placed=solved.placed, first_come=first_come, today=timezone.localdate(now)
    )
    return {
        "changes": [change_in_words(change) for change in changes],
        "effect": [asdict(question) for question in effect],
        "people": list(found.people),
        "free": {str(one.id): one.free for one in found.problem.cohorts},
        "unknown": len(found.unknown),
        "blocked": len(found.blocked),
    }
