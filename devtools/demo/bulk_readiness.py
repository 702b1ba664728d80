"""What is known about a made-up crowd before it joins: times, level, language, equality, what matters.

Assumptions, none of them measured: 15 slots (Monday to Friday, three parts of the day), each person can make 1 to 4 of
them, evenings are three times as popular; three levels alike; one in ten speaks another language than English; of
those who wait one in ten has not been asked yet. Equality is asked of everybody, the rest of the waiting list alone.
"""

# ruff: noqa: S311 - this chance is meant to be repeatable

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from random import Random

from django.db import connection

from devtools.demo import bulk_copy
from participants.languages import LANGUAGES
from participants.models import (
    Availability,
    Equality,
    EthnicCategory,
    Goal,
    GoalRating,
    Level,
    PartOfDay,
    Preference,
    Readiness,
)
from referrals.models import Referral
from referrals.statuses import Status

SLOTS = [(day, part.value) for day in range(5) for part in PartOfDay]
POPULAR = list(accumulate(3 if part == PartOfDay.EVENING else 1 for _, part in SLOTS))
OTHER_LANGUAGES = [code for code, _ in LANGUAGES if code not in ("en", "other")]
ETHNIC = [category.value for category in EthnicCategory]
LIKELY = list(accumulate([70, *[1.2] * 15, 8, 4]))  # the first is White British, the last two are Z and 99
GOALS = [
    ("Walk to the shop and back", Goal.Domain.DAILY),
    ("See my grandchildren without paying for it the next day", Goal.Domain.SOCIAL),
    ("Dress by myself in the morning", Goal.Domain.INDEPENDENCE),
    ("Feel less low about it all", Goal.Domain.MENTAL_HEALTH),
    ("Dig my garden again", Goal.Domain.DAILY),
    ("Go back to choir", Goal.Domain.SOCIAL),
    ("Sleep through", Goal.Domain.ELSE),
]
UNASKED = 0.1


def fill(*, people: range, referrals: range, asked_by: int, seed: str, now: datetime) -> None:
    """Fill the tables about these people, whose keys and whose referrals' keys run together."""
    waiting = list(
        Referral.objects.filter(pk__gte=referrals.start, pk__lt=referrals.stop, status=Status.WAITING)
        .order_by("participant_id")
        .values_list("participant_id", flat=True)
    )
    stamp = {"told_at": now, "told_to_id": asked_by}
    chance = Random(f"wishes:{seed}")
    drawn = [(person, drawn_for(chance)) for person in waiting if chance.random() >= UNASKED]
    bulk_copy.copy(
        Readiness,
        (
            {"participant_id": person, **wish["readiness"], "asked_at": now, "asked_by_id": asked_by}
            for person, wish in drawn
        ),
    )
    bulk_copy.copy(
        Availability,
        (
            {"participant_id": person, "weekday": day, "part": part, **stamp}
            for person, wish in drawn
            for day, part in wish["slots"]
        ),
    )
    goals = bulk_copy.ids(Goal, max(len(drawn), 1))
    bulk_copy.copy(
        Goal,
        (
            {"id": goals + i, "participant_id": person, "words": words, "domain": domain.value, **stamp}
            for i, (person, wish) in enumerate(drawn)
            for words, domain in [wish["goal"]]
        ),
    )
    bulk_copy.copy(
        GoalRating,
        (
            {
                "participant_id": person,
                "goal_id": goals + i,
                "score": wish["score"],
                "occasion": GoalRating.Occasion.BASELINE.value,
                "at": now,
                "told_to_id": asked_by,
            }
            for i, (person, wish) in enumerate(drawn)
        ),
    )
    bulk_copy.copy(Equality, _equality(people, asked_by, seed, now))
    with connection.cursor() as cursor:
        for model in (Readiness, Availability, Goal, GoalRating, Equality):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def drawn_for(chance: Random) -> dict:
    """What one person can make, needs and wants."""
    other = chance.random() < 0.1
    preference = chance.choice(Preference.values) if chance.random() < 0.15 else ""
    return {
        "readiness": {
            "device": chance.choices(["tablet", "phone", "computer"], [4, 4, 2])[0],
            "camera": chance.random() < 0.9,
            "email_use": chance.choice(Readiness.Email.values),
            "level": chance.choice(Level.values),
            "language": chance.choice(OTHER_LANGUAGES) if other else "en",
            "interpreter_needed": other and chance.random() < 0.5,
            "preferences": "{" + preference + "}",
        },
        "slots": slots(chance),
        "goal": chance.choice(GOALS),
        "score": chance.randrange(6),
    }


def slots(chance: Random) -> set[tuple[int, str]]:
    """One to four slots, all different."""
    wanted = chance.randint(1, 4)
    found: set[tuple[int, str]] = set()
    while len(found) < wanted:
        found.add(chance.choices(SLOTS, cum_weights=POPULAR)[0])
    return found


def _equality(people: range, asked_by: int, seed: str, now: datetime) -> Iterator[dict]:
    chance = Random(f"equality:{seed}")
    for person in people:
        condition = chance.choices(["yes", "no", "prefer_not", ""], [60, 25, 5, 10])[0]
        yield {
            "participant_id": person,
            "ethnic_category": chance.choices(ETHNIC, cum_weights=LIKELY)[0],
            "sex": chance.choices(["female", "male", "prefer_not", ""], [66, 30, 2, 2])[0],
            "gender_same": chance.choices(["yes", "no", "prefer_not", ""], [88, 1, 4, 7])[0],
            "long_condition": condition,
            "limits": chance.choices(["a_lot", "a_little", "not_at_all"], [5, 4, 1])[0]
            if condition == "yes"
            else "",
            "source": Equality.Source.PERSON.value,
            "recorded_at": now,
            "recorded_by_id": asked_by,
        }
