"""A proposal as the JSON object that docs/allocation-schema.md describes."""

from typing import Any

from sessions.allocation.extra_cohort import PoolChange
from sessions.allocation.problem import Code
from sessions.allocation.reason_text import sentence
from sessions.allocation.reasons import explained
from sessions.allocation.solver import Proposal


def to_json(proposal: Proposal, best: list[PoolChange], *, seconds: float) -> dict[str, Any]:
    """The proposal in plain values; `seconds` is what whoever asked has measured."""
    why: dict[Code, str] = {reason.person: sentence(reason) for reason in explained(proposal)}
    return {
        "placed": [
            {"person": person, "cohort": cohort, "reason": why[person]}
            for person, cohort in proposal.placed.items()
        ],
        "unplaced": [
            {"person": person, "reason": reason}
            for person, reason in why.items()
            if person not in proposal.placed
        ],
        "opened": proposal.opened,
        "people_placed": proposal.people,
        "long_waiters_placed": proposal.long_waiters,
        "score": proposal.score,
        "bound": {"people": proposal.bound_people, "score": proposal.bound_score},
        "gap": {
            "people": proposal.bound_people - proposal.people,
            "score": proposal.bound_score - proposal.score,
        },
        "proof": proposal.proof,
        "changes": [
            {
                "slot": change.slot,
                "level": change.level,
                "provides": list(change.provides),
                "language": change.language,
                "capacity": change.capacity,
                "minimum": change.minimum,
                "hours": change.hours,
                "people_gained": change.people_gained,
                "sentence": _sentence(change),
            }
            for change in best
        ],
        "seconds": seconds,
    }


def _sentence(change: PoolChange) -> str:
    people = "1 more person" if change.people_gained == 1 else f"{change.people_gained} more people"
    least = "" if change.proven else "at least "
    return f"a cohort on {change.slot} for {change.level} would place {least}{people}"
