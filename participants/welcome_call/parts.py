"""The parts of the welcome call, in the order in which they are asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from core.dates import day
from participants.identity.forms import NeedsForm
from participants.models import Participant
from participants.needs import services as needs
from participants.readiness import goals, summary, tech_checks
from participants.readiness import services as readiness
from participants.readiness.forms import ReadinessForm, TimesForm
from participants.readiness.personal_forms import GoalForm
from participants.readiness.tech_check_forms import BookForm


@dataclass(frozen=True)
class Known:
    """What is on record for one part: `answered` once nothing in it is left to ask."""

    answered: bool
    rows: list[tuple[str, str]] = field(default_factory=list)
    left: int = 0  # the questions without an answer, where some have one


# A form of a part, on what was posted or (None) on what is known.
Form = Any
Opened = Callable[[Any, Participant, User, datetime, str], Form]


@dataclass(frozen=True)
class CallPart:
    """One part: its form is drawn with `name` as prefix and kept by the service of its package."""

    name: str
    title: str
    say: str  # how the officer begins it
    form: Opened
    keep: Callable[[Form, Participant, User, datetime], object]
    known: Callable[[Participant], Known]
    beside: str = ""  # the question that a refusal of the service is about


def of_record(form: type, about: Callable[..., Form]) -> Opened:
    """The form of a record, which is opened with what is known."""

    def opened(data: Any, person: Participant, by: User, now: datetime, way_out: str) -> Form:
        return about(person, way_out=way_out) if data is None else form(data, way_out=way_out)

    return opened


def _book(data: Any, person: Participant, by: User, now: datetime, way_out: str) -> Form:
    return BookForm(data, way_out=way_out, now=now, by=by, open_check=person.tech_checks.open().first())


def _of_section(section: Callable[[Participant], summary.Section]) -> Callable[[Participant], Known]:
    def known(person: Participant) -> Known:
        found = section(person)
        some = found.unknown < len(found.rows)
        return Known(not found.unknown, found.rows if some else [], found.unknown if some else 0)

    return known


def _needs(person: Participant) -> Known:
    noted = list(person.needs.open().select_related("recorded_by"))
    # What a referrer ticked stands in the form; the person has not been asked.
    by_referrer = noted and all(
        need.recorded_at == person.needs_asked_at and not need.recorded_by.is_staff for need in noted
    )
    if not person.needs_asked_at or by_referrer:
        return Known(answered=False)
    words = [needs.BY_CODE[need.code].words for need in noted if need.code in needs.BY_CODE]
    asked = f"Needs, asked on {day(person.needs_asked_at)}"
    return Known(answered=True, rows=[(asked, "\n".join(words) or "None")])


def _test_call(person: Participant) -> Known:
    """Booked, or made and it worked."""
    last = person.tech_checks.select_related("officer", "done_by").order_by("-booked_at", "-pk").first()
    if last is None:
        return Known(answered=False)
    answered = last.done_at is None or last.worked
    return Known(answered, [("Test call", summary.call_in_words(last))])


PARTS = {
    part.name: part
    for part in (
        CallPart(
            name="readiness",
            title="What they join with, and how",
            say="“What will you use to join the video calls? Will someone else be at home during the sessions?”",
            form=of_record(ReadinessForm, ReadinessForm.about),
            keep=lambda form, person, by, now: readiness.save(person=person, by=by, now=now, **form.facts()),
            known=_of_section(summary.readiness_section),
        ),
        CallPart(
            name="needs",
            title="Needs and support",
            say="“Do you need any help to take part, or to understand or contact us?” If they need nothing, save without ticking anything.",
            form=of_record(NeedsForm, NeedsForm.of_person),
            keep=lambda form, person, by, now: needs.save(
                person=person, codes=form.codes(), shown=form.shown(), by=by, now=now
            ),
            known=_needs,
        ),
        CallPart(
            name="times",
            title="When they can join",
            say="“Which days and times usually suit you?”",
            form=of_record(TimesForm, TimesForm.about),
            keep=lambda form, person, by, now: readiness.change_times(
                person=person, by=by, now=now, **form.facts()
            ),
            known=_of_section(summary.times_section),
        ),
        CallPart(
            name="test_call",
            title="Test call",
            say="“Let’s book a short test call before you start. When would suit you?”",
            form=_book,
            keep=lambda form, person, by, now: tech_checks.book(
                person=person, by=by, now=now, **form.facts()
            ),
            known=_test_call,
            beside="on",
        ),
        CallPart(
            name="goal",
            title="What matters to them",
            say="“What matters most to you, that you would like to be able to do?”",
            form=of_record(GoalForm, GoalForm.about),
            keep=lambda form, person, by, now: goals.save(person=person, by=by, now=now, **form.facts()),
            known=_of_section(summary.goal_section),
        ),
    )
}
