"""Which rows may be the same person: the one rule, asked of a form, of one row or of everybody.

Three of given name, family name, date of birth and postcode; a different NHS number says that they are two people.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from itertools import combinations

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Upper

from accounts.models import User
from participants.contact_details import NO_FIXED_ABODE
from participants.models import Participant, ParticipantQuerySet, PossibleDuplicate

FACTS = {"given_name": "iexact", "family_name": "iexact", "date_of_birth": "exact", "postcode": "exact"}
ALIKE = 3  # of the four; "no fixed abode" is nobody's postcode, and no fact


def alike(
    *,
    given_name: str,
    family_name: str,
    date_of_birth: date,
    postcode: str,
    nhs_number: str = "",
    prefix: str = "",
) -> Q:
    """Rows that look like this person; `prefix` begins the columns, or leads to the person, in the table that is asked."""
    told = {
        "given_name": given_name,
        "family_name": family_name,
        "date_of_birth": date_of_birth,
        "postcode": postcode,
    }
    facts = [
        Q(**{f"{prefix}{name}__{how}": told[name]})
        for name, how in FACTS.items()
        if told[name] != NO_FIXED_ABODE
    ]
    same = Q()
    for some in combinations(facts, ALIKE):
        same |= Q(*some)
    if not nhs_number:
        return same
    number = f"{prefix}nhs_number"
    return (same & Q(**{f"{number}__in": ["", nhs_number]})) | Q(**{number: nhs_number})


def looking_like(person: Participant) -> ParticipantQuerySet:
    """Other rows that may be this person, but for those of whom an officer said that they are two people."""
    told = {name: getattr(person, name) for name in FACTS}
    decided = PossibleDuplicate.objects.filter(Q(one=person) | Q(other=person), two_people_at__isnull=False)
    two_people = {pk for pair in decided.values_list("one", "other") for pk in pair} - {person.pk}
    found = Participant.objects.standing().filter(alike(**told, nhs_number=person.nhs_number))
    return found.filter(synthetic=person.synthetic).exclude(pk__in={person.pk, *two_people}).order_by("pk")


@transaction.atomic
def find(*, now: datetime) -> int:
    """Look through everybody for pairs; those that no longer look alike go, decided ones stay. How many are undecided.

    The work queue reads what this wrote. One grouping for each three of the four facts, so it does not grow with the
    square of the table.
    """
    pairs = _one_number()
    for some in combinations(FACTS, ALIKE):
        pairs |= _sharing(some)
    open_pairs = PossibleDuplicate.objects.filter(two_people_at__isnull=True)
    gone = [pk for pk, *pair in open_pairs.values_list("pk", "one", "other") if tuple(pair) not in pairs]
    PossibleDuplicate.objects.filter(pk__in=gone).delete()
    PossibleDuplicate.objects.bulk_create(
        [PossibleDuplicate(one_id=one, other_id=other, found_at=now) for one, other in sorted(pairs)],
        ignore_conflicts=True,
        batch_size=1_000,
    )
    return open_pairs.count()


@transaction.atomic
def two_people(*, one: Participant, other: Participant, by: User, now: datetime) -> None:
    """These are two people: the pair is not shown again. Said twice, the first officer stands."""
    older, newer = sorted((one.pk, other.pk))
    pair, _ = PossibleDuplicate.objects.get_or_create(
        one_id=older, other_id=newer, defaults={"found_at": now}
    )
    PossibleDuplicate.objects.filter(pk=pair.pk, two_people_at__isnull=True).update(
        two_people_at=now, two_people_by=by
    )


def _one_number() -> set[tuple[int, int]]:
    """Pairs with one NHS number, told with two dates of birth."""
    numbered = Participant.objects.standing().exclude(nhs_number="")
    groups = numbered.values("synthetic", "nhs_number").annotate(
        many=Count("pk"), ids=ArrayAgg("pk", order_by="pk")
    )
    return {
        pair
        for ids in groups.filter(many__gt=1).values_list("ids", flat=True)
        for pair in combinations(ids, 2)
    }


def _sharing(facts: Iterable[str]) -> set[tuple[int, int]]:
    """Pairs that share these facts and do not have two NHS numbers."""
    placed = Participant.objects.standing()
    if "postcode" in facts:
        placed = placed.exclude(postcode=NO_FIXED_ABODE)
    groups = (
        placed.annotate(**{f"by_{name}": Upper(name) for name in facts if FACTS[name] == "iexact"})
        .values("synthetic", *(f"by_{name}" if FACTS[name] == "iexact" else name for name in facts))
        .annotate(
            many=Count("pk"), ids=ArrayAgg("pk", order_by="pk"), numbers=ArrayAgg("nhs_number", order_by="pk")
        )
        .filter(many__gt=1)
        .values_list("ids", "numbers")
    )
    found = set()
    for ids, numbers in groups:
        by_number: dict[str, list[int]] = defaultdict(list)
        for pk, number in zip(ids, numbers, strict=True):
            by_number[number].append(pk)
        unknown = by_number.pop("", [])
        for known in [*by_number.values(), []]:
            found |= set(combinations(sorted([*known, *unknown]), 2))
    return found
