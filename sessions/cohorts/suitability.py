"""What an officer looks at before choosing someone for a group: when they can join, their level, and what does not fit."""

from dataclasses import dataclass

from participants.models import Level, Participant, Readiness
from participants.readiness import questions
from sessions.cohorts.meeting_times import read_times, times_of
from sessions.models import Cohort


@dataclass(frozen=True)
class Suitability:
    level: str
    times: str
    doubts: tuple[str, ...]


def suitability(person: Participant, cohort: Cohort | None = None) -> Suitability:
    """No query where `readiness` and `availability` of the person and `sessions` of the cohort were read before."""
    readiness: Readiness | None = getattr(person, "readiness", None)
    times = {(one.weekday, one.part) for one in person.availability.all()}
    level = readiness.level if readiness else ""
    doubts = []
    if cohort is not None:
        meets = set(read_times(times_of(cohort.sessions.all())))
        # What is not known is said beside every name already: referrals.screening.eligibility.
        if times and not meets <= times:
            doubts.append("Not at the times of this group")
        if level and level not in cohort.levels:
            doubts.append("Not the level of this group")
    return Suitability(
        level=Level(level).label if level else "not known",
        times=questions.in_words(times) or "not known",
        doubts=tuple(doubts),
    )
