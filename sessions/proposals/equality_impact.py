"""What a proposal does to groups of people, beside first come, first served: always told, and never an aim.

Small numbers are left out, and with them the next smallest of the same question where one alone could be worked out
from the rest (docs/domain.md 1.3).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from participants.models import Equality, EthnicCategory, Participant
from referrals.models import Referral

NOT_KNOWN = "Not known"
FIFTHS = ("1 (most deprived)", "2", "3", "4", "5 (least deprived)")
AGES = ((18, "Under 18"), (40, "18 to 39"), (60, "40 to 59"), (75, "60 to 74"), (200, "75 and over"))
NOT_SAID = (EthnicCategory.NOT_STATED, EthnicCategory.NOT_KNOWN)


@dataclass(frozen=True)
class Group:
    """One answer to one question: how many wait, are placed by the proposal, and would be by first come, first served.

    `hidden`: the numbers are too small to be shown.
    """

    name: str
    waiting: int
    placed: int
    first_come: int
    hidden: bool


@dataclass(frozen=True)
class EqualityQuestion:
    title: str
    groups: list[Group]


def effect(
    people: Iterable[Referral], *, placed: Collection, first_come: Collection, today: date
) -> list[EqualityQuestion]:
    """The effect by deprivation fifth, ethnicity, sex, age band and access needs.

    `people` with `participant`, its `equality` and open `needs` in hand; `placed` and `first_come` hold the numbers of
    the referrals that each way places.
    """
    people = list(people)
    questions: list[tuple[str, Callable[[Participant], str]]] = [
        ("Deprivation, in fifths", _fifth),
        ("Ethnicity", _ethnicity),
        ("Sex", _sex),
        ("Age", lambda person: _age(person, today)),
        ("Communication and access needs", lambda person: "Some" if person.needs.all() else "None recorded"),
    ]
    return [
        EqualityQuestion(title, _groups(people, group_of, placed, first_come))
        for title, group_of in questions
    ]


def _groups(
    people: list[Referral], group_of: Callable[[Participant], str], placed: Collection, first_come: Collection
) -> list[Group]:
    waiting: Counter[str] = Counter()
    by_us: Counter[str] = Counter()
    by_them: Counter[str] = Counter()
    for referral in people:
        name = group_of(referral.participant)
        waiting[name] += 1
        by_us[name] += referral.pk in placed
        by_them[name] += referral.pk in first_come
    hidden = _too_small(waiting)
    return [
        Group(name, waiting[name], by_us[name], by_them[name], name in hidden)
        for name in sorted(waiting, key=lambda name: (name == NOT_KNOWN, name))
    ]


def _too_small(waiting: Counter[str]) -> set[str]:
    small = {name for name, number in waiting.items() if number < settings.SMALL_NUMBER}
    rest = [name for name in waiting if name not in small]
    if len(small) == 1 and rest:  # the total less the others would tell it
        small.add(min(rest, key=lambda name: (waiting[name], name)))
    return small


def _fifth(person: Participant) -> str:
    decile = person.deprivation_decile
    return NOT_KNOWN if decile is None else FIFTHS[(decile - 1) // 2]


def _equality(person: Participant) -> Equality | None:
    return getattr(person, "equality", None)


def _ethnicity(person: Participant) -> str:
    """The five groups of the national list, by the words before the colon."""
    known = _equality(person)
    if known is None or not known.ethnic_category or known.ethnic_category in NOT_SAID:
        return NOT_KNOWN
    return str(known.get_ethnic_category_display()).partition(":")[0]


def _sex(person: Participant) -> str:
    known = _equality(person)
    return str(known.get_sex_display()) if known and known.sex in ("female", "male") else NOT_KNOWN


def _age(person: Participant, today: date) -> str:
    born = person.date_of_birth
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next(name for under, name in AGES if age < under)
