"""What the database itself keeps: every change of a tracked row with who made it, and rules that many tables share.

What identifies a person, and free text, is left out, so that erasing the row erases the person. That such a column
changed is still kept, with by whom and when: the event then shows the same values as the one before.
"""

from collections.abc import Callable, Sequence

import pghistory
import pgtrigger
from django.db import models

from core.nonces import Nonced


def keep_history(
    *, leaving_out: Sequence[str] = (), not_for: Sequence[str] = (), deletions: bool = False
) -> Callable:
    """Track a model: `leaving_out` columns never reach its history; a change of `not_for` columns alone is no event.

    `deletions`: rows of this table are taken away as a matter of course, and that is an event too.
    """
    # pghistory's own condition compares only the columns that history keeps.
    changed = "OLD.* IS DISTINCT FROM NEW.*"
    if not_for:
        columns = ", ".join(f"'{column}'" for column in not_for)
        changed = f"to_jsonb(OLD) - ARRAY[{columns}] IS DISTINCT FROM to_jsonb(NEW) - ARRAY[{columns}]"

    def tracked(model: type[models.Model]) -> type[models.Model]:
        never = ["nonce"] if issubclass(model, Nonced) else []  # it never changes
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(condition=pgtrigger.Condition(changed)),
            *([pghistory.DeleteEvent()] if deletions else []),
            exclude=[*leaving_out, *never] or None,
        )(model)

    return tracked


def at_and_by(at: str, by: str, *, name: str) -> models.CheckConstraint:
    """When a step was taken and by whom: both are known, or neither."""
    neither = models.Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
    both = models.Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(condition=neither | both, name=name)


def only_values(
    field: str, values: Sequence[str], *, name: str, blank: bool = False
) -> models.CheckConstraint:
    """A text column holds one of these, or nothing where that is allowed."""
    listed = models.Q(**{f"{field}__in": values})
    return models.CheckConstraint(condition=models.Q(**{field: ""}) | listed if blank else listed, name=name)


def ended_once(name: str, *, at: str, by: str, refusal: str) -> pgtrigger.Trigger:
    """A row that is written once: the one change it knows is its end (`at` when, `by` whom), and that happens once."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
        IF OLD.{at} IS NULL AND NEW.{at} IS NOT NULL
           AND (to_jsonb(OLD) - '{at}' - '{by}')
             = (to_jsonb(NEW) - '{at}' - '{by}') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '{refusal}';
    """,
    )
