"""Writing one row about a person: what somebody changed, or what a referral adds to what is not known yet."""

from collections.abc import Mapping
from typing import TypeVar

from django.db import models

from participants.models import Participant

Row = TypeVar("Row", bound=models.Model)


def locked(person: Participant) -> Participant:
    """Hold the person's row until the transaction ends, so that two writers come one after the other."""
    return Participant.objects.select_for_update(of=("self",)).get(pk=person.pk)


def written(
    model: type[Row], *, person: Participant, changes: Mapping[str, object], stamp: Mapping[str, object]
) -> Row:
    """The person's one row of this model with these changes; nothing else on it is touched.

    `stamp` is who and when, written only where something changed. The person must be `locked`.
    """
    row = model._default_manager.filter(participant=person).first() or model(participant=person)
    changed = {
        name: value for name, value in changes.items() if row.pk is None or getattr(row, name) != value
    }
    if not changed and row.pk is not None:
        return row
    for name, value in (changed | dict(stamp)).items():
        setattr(row, name, value)
    row.save(update_fields=[*changed, *stamp] if row.pk else None)
    return row


def unknown_only(
    row: models.Model | None, told: Mapping[str, object], *, unknown: tuple = ("", None)
) -> dict[str, object]:
    """Of what a referral tells, only what is something and is not known yet."""
    return {
        name: value
        for name, value in told.items()
        if value not in unknown and (row is None or getattr(row, name) in unknown)
    }
