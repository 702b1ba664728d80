"""What would become of each row: a new person, details to note about a known one, or left out with the reason.

The gates are those of a referral, and stricter: who has died, left, said no or was referred before stays as they are, and
a row that may be a known person is left to an officer (docs/domain.md 1.1).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Upper

from accounts.models import Organisation
from core.dates import LONDON, birth_date
from core.text import listed
from participants.identity import services as people
from participants.merging import matching
from participants.models import Participant
from referrals.ages import age_on
from referrals.models import Referral, Spreadsheet
from referrals.spreadsheets.columns import BY_CODE, COLUMNS, EMAIL, PHONE, Practices
from referrals.statuses import ENDED, IN_PROGRAMME

ADD, NOTE, LEAVE = "add", "note", "leave"  # a new person; details of a known one; left out
Row = tuple[int, list[str]]
CHUNK = 500


@dataclass(frozen=True)
class Verdict:
    """One row: what becomes of it and why; `person` is the number of the one whom it may be, for the link."""

    row: int
    kind: str
    name: str
    words: list[str] = field(default_factory=list)
    person: int | None = None
    may_be_other: bool = False  # an officer can say that this is someone else
    facts: dict[str, Any] = field(default_factory=dict)

    def kept(self) -> list[Any]:
        """All but the facts: those are read from the cells again when the people are added."""
        return [self.row, self.kind, self.name, self.words, self.person, self.may_be_other]


def check(*, sheet: Spreadsheet, rows: Sequence[Row], now: datetime) -> list[Verdict]:
    """Every row in its order. A few queries for each 500 rows, however many people there are."""
    today, practices = now.astimezone(LONDON).date(), Practices()
    default = sheet.organisation if _offered(sheet.organisation) else None
    read = [_read(row, sheet.columns, default, practices, today) for row in rows]
    found: list[Verdict] = []
    for start in range(0, len(read), CHUNK):
        found += _against_records(read[start : start + CHUNK], sheet.although)
    return list(_once_each(found, sheet.although))


def _offered(organisation: Organisation) -> bool:
    return Organisation.objects.offered().filter(pk=organisation.pk).exists()


# --- The cells of one row -----------------------------------------------------------------------------------------


def _read(
    row: Row, columns: dict[str, int], default: Organisation | None, practices: Practices, today: date
) -> Verdict:
    number, cells = row
    wrong, facts = [], {}
    for column in COLUMNS:
        place = columns.get(column.code)
        typed = cells[place] if place is not None else ""
        try:
            if column.code == "practice":
                facts["practice"] = practices.read(typed) if typed else default
            else:
                facts[column.code] = column.read(typed) if typed or column.required else column.read("")
        except ValidationError as error:
            wrong += error.messages
            facts[column.code] = ""
        else:
            if column.required and not facts[column.code]:
                wrong.append(f"Enter the {BY_CODE[column.code].label.lower()}")
    wrong += _rules(facts, today) if not wrong else []
    name = f"{facts['given_name']} {facts['family_name']}".strip() or "No name"
    return Verdict(number, LEAVE if wrong else ADD, name, wrong, facts=facts)


def _rules(facts: dict[str, Any], today: date) -> list[str]:
    """What a form asks of the answers together; what the file does not say is filled in."""
    wrong = []
    born = facts["date_of_birth"]
    if born > today:
        wrong.append("The date of birth is in the future")
    elif age_on(born, today) < settings.MINIMUM_AGE:
        wrong.append(
            f"The programme is for people aged {settings.MINIMUM_AGE} or over. Check the date of birth"
        )
    for name in ("agreed_on", "waiting_since"):
        if facts[name] and facts[name] > today:
            wrong.append(f"“{BY_CODE[name].label}” is in the future")
        elif facts[name] and facts[name] < born:
            wrong.append(f"“{BY_CODE[name].label}” is before the date of birth")
    if not facts["email"] and not facts["phone"]:
        wrong.append("Enter a phone number or an email address")
    if facts["preferred_contact"] == EMAIL and not facts["email"]:
        wrong.append("Enter an email address, or contact them by phone")
    if facts["preferred_contact"] == PHONE and not facts["phone"]:
        wrong.append("Enter a phone number, or contact them by email")
    if facts["practice"] is None:
        wrong.append("Enter the code of their GP practice")
    return wrong


# --- Who is here already ------------------------------------------------------------------------------------------


def _against_records(verdicts: list[Verdict], although: Sequence[int]) -> Iterator[Verdict]:
    """Those that may be added, beside everybody who may be the same person.

    Of a row in `although` an officer said that it is someone else: never of one with the same NHS number, nor of one who
    looks like a person who has died.
    """
    asked = [each.facts for each in verdicts if each.kind == ADD]
    candidates = list(_candidates(asked)) if asked else []
    by_number = {person.nhs_number: person for person in candidates if person.nhs_number}
    by_fact = _by_three_facts(candidates)
    same: dict[int, Participant] = {}
    for each in verdicts:
        if each.kind == ADD:
            person = by_number.get(each.facts["nhs_number"])
            if person is not None and person.date_of_birth == each.facts["date_of_birth"]:
                same[each.row] = person
    theirs = _referrals_of(same.values())
    for each in verdicts:
        if each.kind != ADD:
            yield each
        elif each.row in same:
            yield _known(each, same[each.row], theirs.get(same[each.row].pk, []))
        elif (other := _alike(each.facts, by_fact, by_number)) is not None:
            number = each.facts["nhs_number"]
            certain = other.died_at is not None or bool(number and number == other.nhs_number)
            if each.row in although and not certain:
                yield each
                continue
            words = (
                f"Might be {other.full_name}, born {birth_date(other.date_of_birth)}, who is already here. "
                "Check their page"
            )
            yield replace(each, kind=LEAVE, words=[words], person=other.pk, may_be_other=not certain)
        else:
            yield each


def _candidates(asked: list[dict[str, Any]]) -> Iterable[Participant]:
    """Everybody who shares an NHS number, or three of the four facts: three hold the postcode or the date and last name."""
    numbers = {facts["nhs_number"] for facts in asked} - {""}
    likely = Q(postcode__in={facts["postcode"] for facts in asked}) | Q(
        date_of_birth__in={facts["date_of_birth"] for facts in asked},
        by_family_name__in={facts["family_name"].upper() for facts in asked},
    )
    rows = Participant.objects.standing().alias(by_family_name=Upper("family_name"))
    return rows.filter(likely | Q(nhs_number__in=numbers)).select_related("practice").order_by("pk")


Fact = tuple[str, ...]


def _facts_of(given_name: str, family_name: str, date_of_birth: date, postcode: str) -> list[Fact]:
    """Each three of the four facts by which two rows look alike (`participants.merging.matching`)."""
    values = {
        "given_name": given_name.upper(),
        "family_name": family_name.upper(),
        "date_of_birth": str(date_of_birth),
        "postcode": postcode,
    }
    return [
        (*names, *(values[name] for name in names)) for names in combinations(matching.FACTS, matching.ALIKE)
    ]


def _by_three_facts(candidates: list[Participant]) -> dict[Fact, list[Participant]]:
    found: dict[Fact, list[Participant]] = {}
    for person in candidates:
        for fact in _facts_of(person.given_name, person.family_name, person.date_of_birth, person.postcode):
            found.setdefault(fact, []).append(person)
    return found


def _alike(
    facts: dict[str, Any], by_fact: dict[Fact, list[Participant]], by_number: dict[str, Participant]
) -> Participant | None:
    """Somebody with this number and another date of birth, or with three facts and no other number; the dead first."""
    alike: list[Participant] = []
    number = facts["nhs_number"]
    if number and number in by_number:
        return by_number[number]
    for fact in _facts_of(
        facts["given_name"], facts["family_name"], facts["date_of_birth"], facts["postcode"]
    ):
        alike += [
            person for person in by_fact.get(fact, []) if not number or person.nhs_number in ("", number)
        ]
    return next((person for person in alike if person.died_at), alike[0] if alike else None)


def _referrals_of(persons: Iterable[Participant]) -> dict[int, list[Referral]]:
    found: dict[int, list[Referral]] = {}
    for referral in Referral.objects.filter(participant__in={person.pk for person in persons}).newest_first():
        found.setdefault(referral.participant_id, []).append(referral)
    return found


def _known(verdict: Verdict, person: Participant, theirs: list[Referral]) -> Verdict:
    """A person whom NHS number and date of birth both name: nothing that stands is changed or undone."""

    def left(words: str) -> Verdict:
        return replace(verdict, kind=LEAVE, words=[words], person=person.pk)

    if person.died_at:
        return left("We were told that this person has died. Nothing is changed")
    if person.messages_paused_at:
        return left("Messages to this person are stopped. Speak to them or their practice first")
    here = next((referral for referral in theirs if referral.status in IN_PROGRAMME), None)
    if here is not None:
        differing = sorted(
            BY_CODE[name].label.lower()
            for name, value in told(verdict.facts).items()
            if people.differs(getattr(person, name), value)
        )
        standing = f"Already here ({here.reference}: {here.get_status_display().lower()})"
        if not differing:
            return left(f"{standing}, with the same details. Nothing to do")
        words = f"{standing}. We note a different {listed(differing)} for you to choose from"
        return replace(verdict, kind=NOTE, words=[words], person=person.pk)
    if open_one := next((referral for referral in theirs if referral.status not in ENDED), None):
        return left(f"Has an open referral ({open_one.reference}). Decide on that one")
    if theirs:
        last = theirs[0]
        return left(
            f"Was here before ({last.reference}: {last.outcome.label.lower()}). Ask them first, "
            "then use a new referral if they want one"
        )
    return replace(verdict, person=person.pk)


def told(facts: dict[str, Any]) -> dict[str, Any]:
    """What the file itself says of a known person; nothing that was filled in for them."""
    names = ("given_name", "family_name", "preferred_name", "email", "phone", "postcode", "preferred_contact")
    said = {name: facts[name] for name in names}
    return said | ({} if facts["message_safe"] is None else {"message_safe": facts["message_safe"]})


# --- The same person twice in one file ----------------------------------------------------------------------------


def _once_each(verdicts: Iterable[Verdict], although: Sequence[int]) -> Iterator[Verdict]:
    seen: dict[Fact, tuple[int, str]] = {}
    numbers: dict[str, int] = {}
    for each in verdicts:
        if each.kind == LEAVE:
            yield each
            continue
        facts, number = each.facts, each.facts["nhs_number"]
        keys = _facts_of(facts["given_name"], facts["family_name"], facts["date_of_birth"], facts["postcode"])
        first = numbers.get(number) if number else None
        same_number = first is not None
        for key in keys if each.row not in although else ():
            row, other = seen.get(key, (None, ""))
            if row is not None and (not number or other in ("", number)):
                first = first or row
        if first is not None:
            words = f"Might be the same person as row {first}. Keep one of them"
            yield replace(each, kind=LEAVE, words=[words], may_be_other=not same_number)
            continue
        for key in keys:
            seen.setdefault(key, (each.row, number))
        if number:
            numbers[number] = each.row
        yield each
