"""Officers' pages about a whole cohort: what is decided when there are too few people, and moving people between cohorts.

Each page lists the people whom it concerns and what each of them will get before anything is done.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import day, moment
from core.errors import Refused
from design.fields import LineField, LongTextField
from design.forms import DesignedForm, WayOutForm, refusals_told
from participants.display import tell_apart
from participants.models import Availability, Participant
from referrals.screening import eligibility
from sessions import statuses
from sessions.cohorts import meeting_times
from sessions.cohorts.meeting_times import times_in_words
from sessions.lifecycle import services as lifecycle
from sessions.lifecycle import transfers
from sessions.models import Cohort, Place
from sessions.places import offers

SHOWN = 50  # cohorts to choose from


class WordsForm(WayOutForm):
    """Why, in a few words; they stay with the cohort, and nobody outside the office reads them."""

    leave = "Cancel"

    words = LongTextField(
        label="Why?",
        noun="why",
        max_length=500,
        help_text="We keep it with the group. People in the group and organisations cannot see it.",
    )

    def __init__(self, *args: Any, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submit = submit


class IntoForm(DesignedForm):
    """Which cohort people move into; the last look may also say why."""

    into = forms.ModelChoiceField(Cohort.objects.none())
    words = LineField(label="Why?", noun="the reason", max_length=500, required=False)

    def __init__(self, *args: Any, others: QuerySet[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others

    @property
    def chosen(self) -> Cohort | None:
        self.full_clean()
        return self.cleaned_data.get("into")


class LifePages(AdminPages[Cohort]):
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Too few people a week before: run, merge, postpone or cancel, with the people beside it."""
        cohort, now = self.find(request, pk), timezone.now()
        first = cohort.sessions.held().order_by("number").first()
        return self.show(
            request,
            "cohort/decide",
            f"Decide what to do: {cohort}",
            cohort=cohort,
            people=[(place, "") for place in _open_places(cohort)],
            eligibility=eligibility.of(cohort.places.open().values_list("referral", flat=True)),
            enrolled=cohort.places.taken().count(),
            minimum=cohort.programme.minimum_to_start,
            begins=first and moment(first.starts_at),
            first=first if first and first.starts_at > now else None,
            waits=cohort.status == Cohort.Status.RECRUITING,
        )

    def run_anyway(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort = self.find(request, pk)
        people = [(place, "Keeps the place. No message.") for place in _open_places(cohort)]
        return self._with_words(
            request,
            cohort,
            title=f"Run {cohort} with the people it has?",
            submit="Run this group",
            people=people,
            act=lifecycle.run_anyway,
            done=f"{cohort} is confirmed.",
        )

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort = self.find(request, pk)
        back = (
            "Goes back to the waiting list and keeps their waiting time. We tell them the group is cancelled."
        )
        return self._with_words(
            request,
            cohort,
            title=f"Cancel {cohort}?",
            submit="Cancel this group",
            people=[(place, back) for place in _open_places(cohort)],
            act=lifecycle.cancel_cohort,
            done=f"{cohort} is cancelled. Its people are back on the waiting list. We will tell them.",
        )

    def _with_words(
        self,
        request: HttpRequest,
        cohort: Cohort,
        *,
        title: str,
        submit: str,
        people: list,
        act: Callable[..., object],
        done: str,
    ) -> HttpResponse:
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[cohort.pk])
        form = WordsForm(request.POST if request.method == "POST" else None, submit=submit, way_out=way_out)
        if form.is_valid():
            with form.refusals():
                act(cohort=cohort, by=request.user, now=timezone.now(), words=form.cleaned_data["words"])
                self.message_user(request, done, messages.SUCCESS)
                return redirect(way_out)
        return self.show(
            request,
            "cohort/act",
            title,
            cohort=cohort,
            form=form,
            people=people,
            eligibility=eligibility.of(place.referral_id for place, _ in people),
        )

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort, now = self.find(request, pk), timezone.now()
        into = IntoForm(request.POST, others=_others(cohort, now)).chosen
        if into is None:
            title = f"Merge {cohort} into another group"
            return self.show(
                request, "cohort/choose", title, **_to_choose(request, cohort, now, cohort.taken)
            )
        if request.POST.get("step") == "confirm":
            with refusals_told(request, "Nothing was changed. {}"):
                lifecycle.merge_cohorts(cohort=cohort, into=into, by=user_of(request), now=now)
                told = f"{cohort} is merged into {into}. We will send everyone their new dates."
                self.message_user(request, told, messages.SUCCESS)
                return redirect("admin:cohort_sessions_cohort_change", into.pk)
        places = list(_open_places(cohort))
        known = eligibility.of(place.referral_id for place in places)
        people = [(place, _after(place, into, now)) for place in places]
        return self.show(
            request,
            "cohort/merge",
            f"Merge {cohort} into {into}?",
            cohort=cohort,
            into=into,
            when=_when(into),
            people=people,
            eligibility=known,
            # An offer is made anew, a place only moves: whoever may not be offered one stops the merge.
            stuck=[
                place for place in places if place.state == Place.State.HELD and known[place.referral_id].bars
            ],
            unsuited=_cannot_make([place.participant for place in places], into),
            room=into.room,
        )


class MovePages(AdminPages[Place]):
    """The page of the place admin that moves one person."""

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        place, now = self.find(request, pk), timezone.now()
        cohort = place.cohort
        form = IntoForm(request.POST, others=_others(cohort, now))
        into = form.chosen
        if into is None:
            title = f"Move {place.participant} to another group"
            return self.show(
                request,
                "cohort/choose",
                title,
                place=place,
                eligibility=eligibility.of([place.referral_id]),
                **_to_choose(request, cohort, now, 1),
            )
        if request.POST.get("step") == "confirm" and form.is_valid():
            with refusals_told(request, "Nothing was changed. {}"):
                transfers.move_person(
                    place=place, by=user_of(request), now=now, to=into, words=form.cleaned_data["words"]
                )
                told = f"{place.participant} ({place.referral.reference}) is now in {into}. We will send the dates."
                self.message_user(request, told, messages.SUCCESS)
                return redirect("admin:cohort_sessions_cohort_change", into.pk)
        known = eligibility.of([place.referral_id])
        return self.show(
            request,
            "place/move",
            f"Move {place.participant} to {into}?",
            place=place,
            eligibility=known,
            barred=known[place.referral_id].bars,
            cohort=cohort,
            into=into,
            when=_when(into),
            after=_after(place, into, now),
            unsuited=_cannot_make([place.participant], into),
            room=into.room,
            words=form["words"].value() or "",
            problem=form.errors.get("words", [""])[0],
            errors=form.errors,
        )


def _open_places(cohort: Cohort) -> list[Place]:
    places = (
        cohort.places.open()
        .select_related("participant", "referral", "cohort__programme")
        .prefetch_related("participant__needs")
        .order_by("placed_at", "pk")
    )
    tell_apart((place.participant, None) for place in places)
    return list(places)


def _others(cohort: Cohort, now: datetime) -> QuerySet[Cohort]:
    return (
        Cohort.objects.filter(status__in=statuses.TAKES_PEOPLE, sessions__starts_at__gt=now)
        .exclude(pk=cohort.pk)
        .select_related("programme")
        .distinct()
        .order_by("name")
    )


def _to_choose(request: HttpRequest, cohort: Cohort, now: datetime, people: int) -> dict[str, Any]:
    """What the page needs that asks for a cohort for so many people."""
    found = _others(cohort, now).prefetch_related("sessions")[:SHOWN]
    return {
        "cohort": cohort,
        "errors": request.method == "POST",
        "cohorts": [(each, _when(each), each.room, each.room < people) for each in found],
    }


def _when(cohort: Cohort) -> str:
    held = [each for each in cohort.sessions.all() if each.status != statuses.SessionStatus.CANCELLED_BY_US]
    ahead = sorted((each for each in held if each.status in statuses.AHEAD), key=lambda each: each.starts_at)
    following = f"; session {ahead[0].number} on {day(ahead[0].starts_at)}" if ahead else ""
    return f"{times_in_words(meeting_times.times_of(held))}{following}"


def _after(place: Place, into: Cohort, now: datetime) -> str:
    """What a person would have after the move, or why it cannot be."""
    try:
        if place.state == Place.State.HELD:
            return _offered_instead(into, now)
        step = transfers.step_for(place, into, now)
    except Refused as refused:
        return f"Cannot be moved: {refused}"
    begins = f"session {step.first.number} on {moment(step.first.starts_at)}"
    if not step.had:
        return f"Starts with {begins}. We send the new dates."
    missed = f" Misses session {', '.join(map(str, step.missed))}." if step.missed else ""
    return f"Keeps their attendance and continues with {begins}. We send the new dates.{missed}"


def _offered_instead(into: Cohort, now: datetime) -> str:
    first = into.sessions.ahead(now).order_by("number").first()
    until = offers.held_until(into, first, now) if first else now
    if first is None or until <= now or first.number > 2:
        return f"Cannot be moved: {offers.TooLateToOffer.sentence}"
    return f"We offer this one instead, until {moment(until)}."


def _cannot_make(people: Iterable[Participant], into: Cohort) -> set[int]:
    """Whoever has told us their times, and not that they can make these."""
    wanted = set(meeting_times.read_times(meeting_times.times_of(into.sessions.held())))
    told: dict[int, set] = {}
    numbers = [person.pk for person in people]
    for row in Availability.objects.filter(participant__in=numbers):
        told.setdefault(row.participant_id, set()).add((row.weekday, row.part))
    return {number for number, times in told.items() if not wanted <= times}
