"""One person, entered twice: two rows become one, and both histories stay (adr/0012).

The row that stays gets everything that is known of the other; the other keeps only its own details and its history, is
never shown in a list, never written to, and leads to the one that stays. Other rooms register what of theirs points at
a person (`register`); their rows go along, none is rewritten. It cannot be undone.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, OperationalError, models, transaction
from django.db.models import Q

from accounts.models import User
from core.errors import ChangedMeanwhile, Refused, is_lock_timeout
from core.registry import Registry
from core.text import at_start, counted
from participants import safety_log
from participants.identity import deprivation
from participants.identity.labels import field_label, format_field
from participants.identity.services import COMPARED, differs, written
from participants.models import IDENTITY, Participant, PossibleDuplicate, ReportedDifference
from participants.needs import services as needs

TAKE, KEEP, LATER = "take", "keep", "later"
# The NHS number is not asked about: one is known or both are the same. Whether a message may be left is never: no wins.
ASKED = (*(name for name in IDENTITY if name != "nhs_number"), "preferred_contact", "practice")
CHANGED = "These records changed while you were reading. Nothing was merged. Check them again."


@dataclass(frozen=True)
class MergePart:
    """What one room knows about people: its tables that point at a person, and how they are told and moved."""

    title: str
    tables: tuple[type[models.Model], ...]
    shows: Callable[[Participant], list[str]]  # lines for the page that compares
    effects: Callable[[Participant, Participant], list[str]]  # (kept, gone): what merging does, in sentences
    in_the_way: Callable[[Participant, Participant], list[str]] = lambda kept, gone: []
    # Without it each row follows the person.
    moves: Callable[[Participant, Participant, datetime], None] | None = None


_parts: Registry[str, MergePart] = Registry("part of merging")


def register(part: MergePart) -> None:
    _parts.register(part.title, part)


def registered() -> list[MergePart]:
    return list(_parts.values())


def differing(kept: Participant, gone: Participant) -> list[str]:
    """Details that the other row tells differently, or that only it knows."""
    return [
        name
        for name in ASKED
        if written(getattr(gone, name)) and differs(getattr(kept, name), getattr(gone, name))
    ]


def may_wait(name: str) -> bool:
    """Whether an officer may decide about this detail later, on the person's page."""
    return name in COMPARED


def fingerprint(kept: Participant, gone: Participant) -> str:
    """Changes when a detail of either row does: what was confirmed is then not what would be done."""
    told = [
        written(getattr(row, name))
        for row in (kept, gone)
        for name in (*ASKED, "nhs_number", "message_safe", "died_at", "messages_paused_at")
    ]
    return hashlib.sha256("\0".join([str(kept.pk), str(gone.pk), *told]).encode()).hexdigest()


def in_the_way(kept: Participant, gone: Participant) -> list[str]:
    """Why these two cannot be merged now, each with what to do first; empty when they can."""
    found = []
    if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
        return ["A colleague has already merged one of these. Search for the person again."]
    if kept.synthetic != gone.synthetic:
        found.append("One of them is a made-up person. You cannot merge real and made-up people.")
    if kept.nhs_number and gone.nhs_number and kept.nhs_number != gone.nhs_number:
        found.append(
            "They have two NHS numbers, so they are two people. If one number is wrong, correct it on that person’s page first."
        )
    if (kept.died_at is None) != (gone.died_at is None):
        found.append(
            "One of them is recorded as having died. If they are the same person, record the death on the other’s "
            "referral too, so that all messages stop. Then merge."
        )
    if (kept.messages_paused_at is None) != (gone.messages_paused_at is None):
        found.append(
            "The death of one of them was recorded by mistake. Speak to them or their practice first, and "
            "record it. Then merge."
        )
    return found + [words for part in _parts.values() for words in part.in_the_way(kept, gone)]


def merge_effects(kept: Participant, gone: Participant, choices: Mapping[str, str]) -> list[str]:
    """Everything that merging will do, in sentences."""
    told = [_told(name, kept, gone, choices.get(name, "")) for name in differing(kept, gone)]
    if gone.nhs_number and not kept.nhs_number:
        told.append(f"We add the NHS number {gone.spaced_nhs_number}.")
    if kept.message_safe != gone.message_safe:
        told.append("The records disagree on leaving messages. Leave none until you have decided.")
    have = {need.code for need in kept.needs.open()}
    if new := needs.flags(need for need in gone.needs.open() if need.code not in have):
        told.append(f"Needs added: {',  '.join(new)}.")
    if waiting := gone.differences.open().count():
        told.append(f"{counted(waiting, 'conflicting detail')} to settle, also moved.")
    return told + [words for part in _parts.values() for words in part.effects(kept, gone)]


def merge(
    *, kept: Participant, gone: Participant, choices: Mapping[str, str], seen: str, by: User, now: datetime
) -> Participant:
    """Make one row of two: `kept` stays and gets all that points at `gone`.

    `choices` says for each differing detail whether to TAKE the other's, to KEEP ours, or to decide LATER; without an
    answer it is later, and for the date of birth ours. `seen` is the fingerprint of what was confirmed.
    Raises Refused.
    """
    try:
        with transaction.atomic():
            return _merge(kept, gone, choices=choices, seen=seen, by=by, now=now)
    except IntegrityError as error:
        # A rule of the database that was not in the way when it was looked at.
        raise ChangedMeanwhile(CHANGED) from error
    except OperationalError as error:
        if is_lock_timeout(error):
            raise ChangedMeanwhile(CHANGED) from error
        raise


def _merge(
    kept: Participant, gone: Participant, *, choices: Mapping[str, str], seen: str, by: User, now: datetime
) -> Participant:
    # Not FOR UPDATE, which would wait for every insert that points at them; in the order of their numbers.
    both = Participant.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[kept.pk, gone.pk])
    rows = {row.pk: row for row in both.select_related("practice").order_by("pk")}
    kept, gone = rows[kept.pk], rows[gone.pk]
    if stop := in_the_way(kept, gone):
        raise Refused(" ".join(stop))
    if seen != fingerprint(kept, gone):
        raise ChangedMeanwhile(CHANGED)
    Participant.objects.filter(pk=gone.pk).update(merged_into=kept)
    _details(kept, gone, choices, by=by, now=now)
    _needs(kept, gone, by=by, now=now)
    _differences(kept, gone, by=by, now=now)
    for part in _parts.values():
        if part.moves is not None:
            part.moves(kept, gone, now)
            continue
        for table in part.tables:
            table._default_manager.filter(participant=gone).update(participant=kept)
    # What an officer decided about the other row is true of this one; the rest is looked for again.
    for pair in PossibleDuplicate.objects.filter(Q(one=gone) | Q(other=gone), two_people_at__isnull=False):
        third = pair.other_id if pair.one_id == gone.pk else pair.one_id
        if third != kept.pk:
            one, other = sorted((kept.pk, third))
            PossibleDuplicate.objects.get_or_create(
                one_id=one,
                other_id=other,
                defaults={
                    "found_at": pair.found_at,
                    "two_people_at": pair.two_people_at,
                    "two_people_by": pair.two_people_by,
                },
            )
    PossibleDuplicate.objects.filter(Q(one=gone) | Q(other=gone)).delete()
    return kept


def _details(
    kept: Participant, gone: Participant, choices: Mapping[str, str], *, by: User, now: datetime
) -> None:
    """What was chosen stands; what was replaced and what is to be decided later stay readable as differences."""
    changes: dict[str, object] = {}
    told = []
    for name in differing(kept, gone):
        choice = choices.get(name, "")
        ours, theirs = getattr(kept, name), getattr(gone, name)
        if choice == TAKE:
            changes[name] = theirs
            if written(ours):
                told.append(_difference(kept, name, ours, gone, by=by, now=now, settled=True))
        elif choice != KEEP and may_wait(name):
            told.append(_difference(kept, name, theirs, gone, by=by, now=now))
    if not kept.nhs_number and gone.nhs_number:
        changes["nhs_number"] = gone.nhs_number
    if kept.message_safe != gone.message_safe:
        changes["message_safe"] = False
        told.append(_difference(kept, "message_safe", True, gone, by=by, now=now))
    if changes:
        # One number with one date of birth is one row (participant_person_once): it goes over where both would have it.
        born = changes.get("date_of_birth", kept.date_of_birth)
        Participant.objects.filter(pk=gone.pk, date_of_birth=born).update(nhs_number="")
        Participant.objects.filter(pk=kept.pk).update(**changes)
        kept.refresh_from_db()
        safety_log.record_wishes(person=kept, changes=changes, now=now)
        if "postcode" in changes:
            deprivation.look_up(people=[kept], now=now)
    ReportedDifference.objects.bulk_create(told, ignore_conflicts=True)  # told before, and still open


def _difference(
    kept: Participant,
    name: str,
    value: object,
    gone: Participant,
    *,
    by: User,
    now: datetime,
    settled: bool = False,
) -> ReportedDifference:
    return ReportedDifference(
        participant=kept,
        field=name,
        value=written(value),
        organisation=gone.practice,
        reported_at=now,
        reported_by=by,
        **({"settled_at": now, "settled_by": by} if settled else {}),
    )


def _needs(kept: Participant, gone: Participant, *, by: User, now: datetime) -> None:
    """Needs are added and never taken away; they are asked again at the earlier of the two days."""
    both = kept.needs.open().values("code")
    gone.needs.open().filter(code__in=both).update(ended_at=now, ended_by=by)
    gone.needs.update(participant=kept)
    days = [row.needs_review_on for row in (kept, gone) if row.needs_review_on]
    asked = [row.needs_asked_at for row in (kept, gone) if row.needs_asked_at]
    if days:
        Participant.objects.filter(pk=kept.pk).update(needs_review_on=min(days), needs_asked_at=max(asked))


def _differences(kept: Participant, gone: Participant, *, by: User, now: datetime) -> None:
    open_here = set(kept.differences.open().values_list("field", "value"))
    for difference in gone.differences.open():
        settled = (difference.field, difference.value) in open_here or not differs(
            getattr(kept, difference.field), difference.value
        )
        if settled:
            difference.settled_at, difference.settled_by = now, by
            difference.save(update_fields=["settled_at", "settled_by"])
    gone.differences.update(participant=kept)


def _told(name: str, kept: Participant, gone: Participant, choice: str) -> str:
    label = at_start(field_label(name))
    ours, theirs = format_field(kept, name), format_field(gone, name)
    if not ours:
        return f"{label}: “{theirs}” is copied over." if choice == TAKE else f"{label}: stays empty."
    if choice == TAKE:
        return f"{label}: we keep “{theirs}”; “{ours}” stays in the history."
    if choice == KEEP or not may_wait(name):
        return f"{label}: we keep “{ours}”; “{theirs}” stays in the history."
    return f"{label}: we keep “{ours}” for now; choose about “{theirs}” on the person’s page."
