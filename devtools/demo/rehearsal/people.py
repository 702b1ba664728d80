"""The made-up people of a rehearsal: who they are, and what each will do about each session. Pure: seed in, plans out.

What a person does is drawn from the seed, their number and the session's number alone, so that nothing else that
happens (the order of rows, the date, an earlier rehearsal) can change the counts.
"""

# ruff: noqa: S311 - this chance is meant to be repeatable

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import nhs_number

from outcomes.feedback.services import Answers
from outcomes.models import Feedback
from sessions.models import Attendance

GIVEN = [
    "Aoife", "Béatrice", "Carys", "Dilip", "Eileen", "Femi", "Grace", "Harjit", "Ines", "Joan", "Kofi", "Linda",
    "Maureen", "Nasreen", "Owen", "Patricia", "Ranjit", "Siân", "Tomasz", "Una", "Vera", "Winston", "Yusuf", "Zofia",
]  # fmt: skip
# What people of these names (and of the larger crowd's, in crowd.py) may like to be called. Names without a line have
# no usual short form: a cut-off one reads as a mistake.
NICKNAMES = {
    "Anne": "Annie", "Béatrice": "Béa", "David": "Dave", "Grace": "Gracie", "Joan": "Joanie", "John": "Jack",
    "Margaret": "Maggie", "Mary": "Molly", "Maureen": "Mo", "Patricia": "Pat", "Peter": "Pete", "Susan": "Sue",
    "Tomasz": "Tomek", "Zofia": "Zosia",
}  # fmt: skip
FAMILY = [
    "O’Neill", "Adeyemi", "Ap Rhys", "Begum", "Clarke", "D'Souza", "Evans", "Fitz-Hugh", "Griffiths", "Hussain",
    "Iqbal", "Jones", "Kowalska", "Llewellyn", "McAllister", "Nowak", "Okafor", "Patel", "Quinn", "Robertson",
    "Singh", "Thomas", "Vaughan", "Wójcik",
]  # fmt: skip
SAID = [
    "",
    "Thank you, I felt safe.",
    "Could we go a little slower in the warm-up?",
    "It was good to talk afterwards.",
    "The seated version suited me.",
    "I’d like to know which exercises to do at home.",
]
STEADY, WOBBLY, ABSENT = 0.93, 0.5, 0.0  # how likely each kind of person is to come


@dataclass(frozen=True)
class MadeUpPerson:
    number: int
    given_name: str
    family_name: str
    preferred_name: str
    date_of_birth: date
    nhs_number: str
    email: str
    phone: str
    postcode: str
    comes: float

    def details(self) -> dict[str, Any]:
        """What a referral tells of a person."""
        told = asdict(self)
        del told["number"], told["comes"]
        return told | {"preferred_contact": "email" if self.email else "phone"}


@dataclass(frozen=True)
class Turn:
    """What one person will do about one session."""

    answer: str  # to the reminder of the day before; empty: none
    answers_after: timedelta
    changes_to: str  # the other answer, pressed after the reminder of the hour; empty: stays
    joins: bool
    code: str
    adapted: bool
    feedback: Answers | None
    feedback_after: timedelta
    waits_for_nudge: bool


def made_up(*, count: int, seed: int, serial: int) -> list[MadeUpPerson]:
    """People with their temperaments: of eight, one never comes, two waver, and two have only a telephone.

    `serial` is the nine-digit beginning after which their NHS numbers start (999 is the test range); names and
    temperaments depend on the seed alone.
    """
    chance = Random(f"people/{seed}")
    temperaments = [ABSENT] * (count // 8) + [WOBBLY] * (count // 4)
    temperaments += [STEADY] * (count - len(temperaments))
    by_phone = [True] * (count // 4) + [False] * (count - count // 4)
    chance.shuffle(temperaments)
    chance.shuffle(by_phone)
    numbers = nhs_numbers(serial)
    people = []
    for number in range(count):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        digits = next(numbers)
        people.append(
            MadeUpPerson(
                number=number,
                given_name=given,
                family_name=family,
                preferred_name=NICKNAMES.get(given, "") if chance.random() < 0.1 else "",
                date_of_birth=date(1936, 1, 1) + timedelta(days=chance.randrange(365 * 50)),
                nhs_number=digits,
                email=""
                if by_phone[number]
                else f"{_plain(given)}.{_plain(family)}.{digits[3:]}@example.org",
                phone=f"+447700900{number % 1000:03d}",
                postcode=f"ZZ99 {chance.randrange(1, 10)}{chance.choice('ABDEFGH')}{chance.choice('JLNPQRS')}",
                comes=temperaments[number],
            )
        )
    return people


def turn(person: MadeUpPerson, *, session: int, seed: int) -> Turn:
    """What this person will do about this session."""
    chance = Random(f"turn/{seed}/{person.number}/{session}")
    comes = chance.random() < person.comes
    says = chance.random() < 0.8
    true_answer = Attendance.Answer.YES if comes else Attendance.Answer.NO
    wavers = says and chance.random() < 0.15
    code = _code(chance, comes=comes, warned=says)
    return Turn(
        answer=_other(true_answer) if wavers else true_answer if says else "",
        answers_after=timedelta(minutes=chance.randrange(3, 300)),
        changes_to=true_answer if wavers else "",
        joins=comes,
        code=code,
        adapted=code in Attendance.ATTENDED and chance.random() < 0.2,
        feedback=_feedback(chance) if chance.random() < 0.85 else None,
        feedback_after=timedelta(minutes=chance.randrange(2, 90)),
        waits_for_nudge=chance.random() < 0.25,
    )


def nhs_numbers(serial: int) -> Iterator[str]:
    """Valid numbers of the test range after a nine-digit beginning; one in eleven has no check digit."""
    for nine in range(serial + 1, 1_000_000_000):
        check = nhs_number.calculate_checksum(str(nine))
        if check != 10:
            yield f"{nine}{check}"


def _code(chance: Random, *, comes: bool, warned: bool) -> str:
    if comes:
        return Attendance.Code.LATE if chance.random() < 0.15 else Attendance.Code.ON_TIME
    if warned:
        return Attendance.Code.CANCELLED_BY_PERSON
    return Attendance.Code.TOO_LATE if chance.random() < 0.1 else Attendance.Code.DID_NOT_ATTEND


def _feedback(chance: Random) -> Answers:
    pains = Feedback.Pain
    return Answers(
        enjoyed=chance.choice([None, 6, 7, 8, 8, 9, 9, 10]),
        effort=chance.choices(Feedback.Effort.values, [1, 7, 2])[0],
        pain_since=chance.choices(
            [pains.BETTER, pains.SAME, pains.WORSE_FOR_A_WHILE, pains.STILL_WORSE], [4, 8, 3, 1]
        )[0],
        part_of_group=chance.choice([None, 5, 7, 8, 9, 10]),
        for_instructor=chance.choice(SAID),
    )


def _other(answer: str) -> str:
    return Attendance.Answer.NO if answer == Attendance.Answer.YES else Attendance.Answer.YES


def _plain(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", ascii_name.lower())
