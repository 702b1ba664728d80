"""What matters to a person, in their own words, and how close they are to it, each time anew."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from participants.models import Goal, GoalRating, Participant
from participants.recording import locked


class NoGoal(Exception):
    """There are no words yet that could be rated."""

    def __init__(self) -> None:
        super().__init__("Write down what matters to the person first, in their own words.")


@transaction.atomic
def keep(*, person: Participant, words: str, by: User, now: datetime, domain: str | None = None) -> Goal:
    """These are the person's words now. Other words make another row, and those before stay on record.

    `domain` is one of `Goal.Domain`, "" for not known, None to leave it as it is; another one alone is corrected.
    """
    locked(person)
    goal = person.goals.current().first()
    if goal is not None and goal.words == words:
        if domain is not None and goal.domain != domain:
            goal.domain = domain
            goal.save(update_fields=["domain"])
        return goal
    if goal is not None:
        person.goals.current().update(replaced_at=now, replaced_by=by)
    if domain is None:
        domain = goal.domain if goal else ""
    return Goal.objects.create(participant=person, words=words, domain=domain, told_at=now, told_to=by)


@transaction.atomic
def rate(*, person: Participant, score: int, by: User, now: datetime) -> GoalRating:
    """How close they are now, 0 (not at all) to 10 (completely): a new dated row, the first is the baseline.

    Raises NoGoal.
    """
    locked(person)
    goal = person.goals.current().first()
    if goal is None:
        raise NoGoal
    first = not person.goal_ratings.exists()
    occasion = GoalRating.Occasion.BASELINE if first else GoalRating.Occasion.LATER
    return GoalRating.objects.create(
        participant=person, goal=goal, score=score, occasion=occasion, at=now, told_to=by
    )


@transaction.atomic
def add(*, person: Participant, words: str, domain: str, by: User, now: datetime) -> None:
    """What a referral tells; nothing where we know the person's own words."""
    locked(person)
    if words and not person.goals.exists():
        keep(person=person, words=words, domain=domain, by=by, now=now)
