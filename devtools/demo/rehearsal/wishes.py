"""What made-up people can make, need and want, drawn from who they are alone: told by the practice, then asked."""

# ruff: noqa: S311 - this chance is meant to be repeatable

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from devtools.demo.bulk_readiness import GOALS, drawn_for, slots
from devtools.demo.rehearsal.people import MadeUpPerson
from participants.models import Equality, Participant, TechCheck
from participants.readiness import equality, goals, tech_checks
from participants.readiness import services as readiness
from participants.readiness.from_referral import Extra


def sample_extra(person: MadeUpPerson) -> Extra:
    """What the practice happens to know: of every third person nothing."""
    if person.number % 3 == 2:
        return Extra()
    chance = _chance(person, "told")
    words, domain = chance.choice(GOALS)
    return Extra(
        readiness={"language": "en", "device": chance.choice(["tablet", "phone", "computer"])},
        times=sorted(slots(chance)),
        goal_words=words,
        goal_domain=domain.value,
        emergency={
            "name": f"Sam {person.family_name}",
            "relation": "Neighbour",
            "phone": f"+447700900{(person.number + 500) % 1000:03d}",
            "consent": True,
        },
    )


def make_requests(participant: Participant, person: MadeUpPerson, *, by: User, now: datetime) -> None:
    """An officer rings and asks the rest, and the test call is made two days later."""
    chance = _chance(person, "asked")
    wish = drawn_for(chance)
    answers = {name: wish["readiness"][name] for name in ("level", "camera", "email_use")}
    answers |= {"safe_space": True, "somebody_home": person.number % 2 == 0, "preferences": []}
    readiness.save(person=participant, changes=answers, by=by, now=now)
    readiness.add_times(person=participant, slots=wish["slots"], by=by, now=now)
    goal = participant.goals.current().first()
    words, domain = (goal.words, goal.domain) if goal else wish["goal"]
    goals.save(person=participant, words=words, domain=domain, score=wish["score"], by=by, now=now)
    changes = {"ethnic_category": chance.choice("AAAABHMZ"), "long_condition": "yes", "limits": "a_little"}
    equality.save(person=participant, changes=changes, source=Equality.Source.PERSON, by=by, now=now)
    call = tech_checks.book(person=participant, at=now + timedelta(days=2), officer=by, by=by, now=now)
    tech_checks.record(check=call, outcome=TechCheck.Outcome.WORKS, by=by, now=now + timedelta(days=2))


def _chance(person: MadeUpPerson, what: str) -> Random:
    return Random(f"{what}/{person.given_name}/{person.family_name}/{person.number}")
