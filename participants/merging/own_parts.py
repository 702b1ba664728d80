"""What becomes of readiness, equality answers and what matters when two rows of one person are merged (adr/0012).

What the row that stays knows is never changed: the other's answers fill what is not known. What they do not fill stays
with the other row.
"""

from datetime import datetime

from django.db import models

from core.text import at_start, counted
from participants.merging.services import MergePart
from participants.models import (
    Availability,
    ContactNote,
    EmergencyContact,
    Equality,
    Goal,
    GoalRating,
    Participant,
    ProxyContact,
    Readiness,
    RecordedDeath,
    TechCheck,
)
from participants.readiness import equality
from participants.readiness import services as readiness

ONE_ROW: tuple[tuple[type[models.Model], str], ...] = (
    (Readiness, "what they join with"),
    (Equality, "equality answers"),
    (EmergencyContact, "emergency contact"),
)


def shows(person: Participant) -> list[str]:
    """What is known, without the answers: the page that compares is about who the person is."""
    known = [title for model, title in ONE_ROW if _of(model, person).exists()]
    if times := person.availability.count():
        known.append(f"{counted(times, 'time')} of the week")
    known += [f"what matters: “{goal.words}”" for goal in person.goals.current()]
    if calls := person.tech_checks.count():
        known.append(counted(calls, "test call"))
    return [at_start(words) for words in known]


def merge_effects(kept: Participant, gone: Participant) -> list[str]:
    """What is taken over, and what is known of both and therefore stays as it is here."""
    said = []
    for model, title in ONE_ROW:
        if _of(model, gone).exists():
            if not _of(model, kept).exists():
                fate = "is copied over"
            elif model is EmergencyContact:
                fate = "is not used"
            else:
                fate = "answers fill the gaps here"
            said.append(f"{at_start(title)}: the other’s {fate}.")
    if gone.availability.exists():
        here = kept.availability.exists()
        said.append(f"The times of the week {'here are kept' if here else 'are copied over'}.")
    if gone.goals.current().exists():
        stands = kept.goals.current().exists()
        said.append(
            f"What matters to them is moved, with its ratings{'; the words here are kept' if stands else ''}."
        )
    if gone.tech_checks.exists():
        cancelled = gone.tech_checks.open().exists() and kept.tech_checks.open().exists()
        said.append(f"The test calls are moved{'; the other booked call is cancelled' if cancelled else ''}.")
    if gone.contact_notes.exists():
        said.append("The contact notes are moved.")
    if gone.proxies.standing().exists():
        here = kept.proxies.standing().exists()
        said.append(f"The contact person {'here stays' if here else 'moves'}.")
    return said


def moves(kept: Participant, gone: Participant, now: datetime) -> None:
    for model, _ in ONE_ROW:
        if not _of(model, kept).exists():
            _of(model, gone).update(participant=kept)
    if (told := Readiness.objects.filter(participant=gone).first()) is not None:
        known = {name: getattr(told, name) for name in readiness.ASKED}
        readiness.add_if_unknown(person=kept, told=known, by=told.asked_by, now=now)
    if (said := Equality.objects.filter(participant=gone).first()) is not None:
        answers = {name: getattr(said, name) for name in equality.ASKED}
        equality.add_if_unknown(person=kept, told=answers, by=said.recorded_by, now=now)
    if not kept.availability.exists():
        gone.availability.update(participant=kept)
    _goals(kept, gone, now)
    if kept.tech_checks.open().exists():
        gone.tech_checks.open().update(
            done_at=now, done_by=models.F("booked_by"), outcome=TechCheck.Outcome.CANCELLED
        )
    gone.tech_checks.update(participant=kept)
    gone.contact_notes.update(participant=kept)
    if kept.proxies.standing().exists():
        gone.proxies.standing().update(
            ended_at=now, ended_by=models.F("written_by"), ended_why="The person was entered twice."
        )
    gone.proxies.update(participant=kept)
    # A death that stands stays with its row: the one that stands here is what counts.
    gone.deaths.filter(undone_at__isnull=False).update(participant=kept)


def _goals(kept: Participant, gone: Participant, now: datetime) -> None:
    """One wording stands, and one rating is the first."""
    if kept.goals.current().exists():
        gone.goals.current().update(replaced_at=now, replaced_by=models.F("told_to"))
    if kept.goal_ratings.exists():
        gone.goal_ratings.update(occasion=GoalRating.Occasion.LATER)
    gone.goals.update(participant=kept)
    gone.goal_ratings.update(participant=kept)


def _of(model: type[models.Model], person: Participant) -> models.QuerySet:
    return model._default_manager.filter(participant=person)


PART = MergePart(
    title="Readiness checklist",
    tables=(
        Readiness,
        Equality,
        EmergencyContact,
        Availability,
        Goal,
        GoalRating,
        TechCheck,
        ContactNote,
        ProxyContact,
        RecordedDeath,
    ),
    shows=shows,
    effects=merge_effects,
    moves=moves,
)
