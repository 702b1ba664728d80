"""What matters to a person, in their own words, and how close they are to it, each time anew."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import Refused
from participants.models import Goal, GoalRating, Participant
from participants.readiness.records import locked


class NoGoal(Refused):
    sentence = "First enter what matters to the person, in their own words."


@transaction.atomic
def save(
    *,
    person: Participant,
    by: User,
    now: datetime,
    words: str | None = None,
    domain: str | None = None,
    score: int | None = None,
) -> Goal:
    """What the person says now: their words, what they are mostly about, and how close they are to it.

    None leaves a thing as it is. Other words make another row, and those before stay on record. `domain` is one of
    `Goal.Domain` or "" for not known. `score` is 0 (not at all) to 10 (completely): a new dated row, the person's
    first is the baseline. Raises NoGoal where there are no words yet.
    """
    person = locked(person)
    goal = person.goals.current().first()
    if goal is None and words is None:
        raise NoGoal
    if goal is None or words not in (None, goal.words):
        before = goal.domain if goal else ""
        person.goals.current().update(replaced_at=now, replaced_by=by)
        goal = Goal.objects.create(
            participant=person,
            words=words,
            domain=before if domain is None else domain,
            told_at=now,
            told_to=by,
        )
    elif domain not in (None, goal.domain):
        goal.domain = domain
        goal.save(update_fields=["domain"])
    if score is not None:
        occasions, rated = GoalRating.Occasion, person.goal_ratings.exists()
        occasion = occasions.LATER if rated else occasions.BASELINE
        GoalRating.objects.create(
            participant=person, goal=goal, score=score, occasion=occasion, at=now, told_to=by
        )
    return goal


@transaction.atomic
def add_if_unknown(*, person: Participant, words: str, domain: str, by: User, now: datetime) -> None:
    """What a referral tells; nothing where we know the person's own words."""
    person = locked(person)
    if words and not person.goals.exists():
        save(person=person, words=words, domain=domain, by=by, now=now)
