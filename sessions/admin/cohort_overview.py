"""Officers' pages about a cohort: looking at it, placing people in it.

Each page reads what was typed, calls one service and shows the outcome; nothing that touches many people happens
before it has been shown.
"""

import re
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.db.models import Case, QuerySet, When, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import day, moment, span
from core.errors import Refused
from core.text import searched_for
from participants.display import tell_apart
from referrals.models import Referral
from referrals.screening import eligibility
from referrals.self_assessment.work_queue import without_answers
from referrals.work_rows import waiting_in_words
from sessions import statuses
from sessions.attendance import marks
from sessions.cohorts.meeting_times import times_in_words, times_of
from sessions.cohorts.requirements import suits_in_words
from sessions.cohorts.staffing import shortages
from sessions.cohorts.standing import places_in_words, status_in_words
from sessions.lifecycle import services as lifecycle
from sessions.models import Cohort, Place, Session
from sessions.places import offers
from sessions.places import placement as places_services
from sessions.programmes.session_content import topics
from sessions.session_dates import SESSIONS_IN_COHORT

SHOWN = 50  # of the waiting list: longer ones are searched


GIVING = {
    "offer": (offers.offer, "{people} offered a place in {cohort}. We will ask for an answer."),
    "confirm": (places_services.place, "{people} placed in {cohort}. We will send their dates."),
}


class CohortPages(AdminPages[Cohort]):
    def cohort_page(self, request: HttpRequest, pk: str) -> HttpResponse:
        cohort, now = self.find(request, pk), timezone.now()
        sessions = list(cohort.sessions.order_by("starts_at", "pk"))
        held = [session for session in sessions if session.status != Session.Status.CANCELLED_BY_US]
        for session, topic in zip(sessions, topics(cohort.programme_id, sessions), strict=True):
            session.topic = topic
        offered = _offers(cohort)
        changes = cohort.plan_changes.select_related("by").prefetch_related("sessions")
        return self.show(
            request,
            "cohort/cohort",
            str(cohort),
            cohort=cohort,
            sessions=[
                (
                    session,
                    span(session.starts_at, session.ends_at),
                    session.is_ahead(now) and cohort.status in statuses.OPEN,
                )
                for session in sessions
            ],
            changes=[change.in_words() for change in changes.order_by("-at", "-pk")],
            people=_grid(cohort, held),
            offers=offered,
            places=places_in_words(cohort, sum(place.state == Place.State.HELD for place, *_ in offered)),
            standing=status_in_words(cohort, over=all(session.ends_at <= now for session in held)),
            legend=marks.LEGEND,
            hosts=[
                (host, role)
                for host, role in ((cohort.lead, "lead"), (cohort.second_host, "second host"))
                if host
            ],
            eligibility=eligibility.of(cohort.places.open().values_list("referral", flat=True)),
            may_end=cohort.status in statuses.OPEN,
            decide=lifecycle.to_decide(now).filter(pk=cohort.pk).exists(),
            numbers=[(session.number, day(session.starts_at)) for session in held],
            out_of=SESSIONS_IN_COHORT,
            suits=suits_in_words(cohort),
            shortages=_shortages(cohort, held),
            steps=[
                (step, moment(step.at))
                for step in cohort.status_changes.select_related("by").order_by("at", "pk")
            ],
            takes_people=cohort.room > 0
            and Cohort.objects.open_to_joiners(now).filter(pk=cohort.pk).exists(),
        )

    def place_people(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose from the waiting list, look at who it is, confirm."""
        cohort, now = self.find(request, pk), timezone.now()
        prefetch_related_objects([cohort], "sessions")  # its times stand beside each name
        step = request.POST.get("step", "")
        ticked = _chosen(request, now)
        known = eligibility.of(referral.pk for referral in ticked)
        chosen = [referral for referral in ticked if not known[referral.pk].bars]
        problems = [
            f"{referral.participant} ({referral.reference}) cannot be placed. {known[referral.pk].why}"
            for referral in ticked
            if known[referral.pk].bars
        ]
        if step in GIVING and chosen and not problems:
            self._give_each(request, cohort, chosen, step, now)
            return redirect("admin:cohort_sessions_cohort_change", cohort.pk)
        # Whoever was barred after the page was opened is left out, and the officer confirms the others once more.
        if chosen and (step in GIVING or (step == "choose" and not problems)):
            return self.show(
                request,
                "cohort/confirm",
                f"Place in {cohort}?",
                cohort=cohort,
                chosen=[(referral, waiting_in_words(referral)) for referral in chosen],
                eligibility=known,
                problems=problems,
                errors=problems,
                silent=_silent(chosen),
                held_until=_held_until(cohort, now),
                room=cohort.room,
            )
        wanted = searched_for(request.POST.get("search", ""))
        waiting = _waiting(now)
        found = list((waiting.found_by(wanted) if wanted else waiting)[:SHOWN])
        standing = eligibility.of(referral.pk for referral in found)
        tell_apart((referral.participant, None) for referral in found)
        if step in ("choose", *GIVING) and not ticked:
            problems = ["Select at least one person who is still waiting"]
        return self.show(
            request,
            "cohort/place",
            f"Place people in {cohort}",
            cohort=cohort,
            room=cohort.room,
            when=times_in_words(times_of(cohort.sessions.all())),
            suits=suits_in_words(cohort),
            waiting=[
                (referral, waiting_in_words(referral), bool(standing[referral.pk].bars)) for referral in found
            ],
            eligibility=standing,
            ticked={referral.pk for referral in chosen},
            total=waiting.count(),
            shown=SHOWN,
            search=wanted,
            problems=problems,
            errors=problems,
        )

    def _give_each(
        self, request: HttpRequest, cohort: Cohort, chosen: list[Referral], step: str, now: datetime
    ) -> None:
        give, done = GIVING[step]
        given = 0
        for referral in chosen:
            try:
                give(referral=referral, cohort=cohort, by=user_of(request), now=now)
            except Refused as refused:
                who = f"{referral.participant} ({referral.reference})"
                self.message_user(request, f"{who}: nothing changed. {refused}", messages.ERROR)
            else:
                given += 1
        if given:
            people = "1 person was" if given == 1 else f"{given} people were"
            self.message_user(request, done.format(people=people, cohort=cohort), messages.SUCCESS)


def _waiting(now: datetime) -> QuerySet[Referral]:
    return (
        Referral.objects.waiting()
        .in_waiting_order(now, long_wait_days=settings.LONG_WAIT_DAYS)
        .select_related("participant__readiness", "organisation")
        .prefetch_related("participant__needs", "participant__availability")
    )


def _chosen(request: HttpRequest, now: datetime) -> list[Referral]:
    """Who was ticked, in the order of the waiting list; whoever is no longer waiting is left out."""
    ticked = [int(pk) for pk in request.POST.getlist("referral")[:SHOWN] if re.fullmatch(r"[0-9]{1,18}", pk)]
    chosen = list(_waiting(now).filter(pk__in=ticked)) if ticked else []
    tell_apart((referral.participant, None) for referral in chosen)
    return chosen


def _held_until(cohort: Cohort, now: datetime) -> str:
    """Until when an offer made now would be held; empty when there is too little time left for one."""
    first = cohort.sessions.ahead(now).order_by("number").first()
    until = offers.held_until(cohort, first, now) if first else now
    return moment(until) if until > now else ""


def _silent(chosen: list[Referral]) -> set[int]:
    """Who of them has not answered the questions about their own safety: shown, never a bar (docs/domain.md 2.5)."""
    those = Referral.objects.filter(pk__in=[referral.pk for referral in chosen])
    return set(without_answers(those).values_list("pk", flat=True))


def _shortages(cohort: Cohort, held: list[Session]) -> list[str]:
    if cohort.status not in statuses.OPEN:
        return []
    return shortages(cohort, max((session.local_date for session in held), default=None))


def _grid(cohort: Cohort, sessions: list[Session]) -> list[dict]:
    """Each person with a cell for each session: what the register says, else what they answered."""
    people = []
    places = (
        cohort.places.that_were_taken()
        .select_related("participant", "referral")
        .with_attendance()
        .prefetch_related("attendances", "participant__needs")
        .order_by("placed_at", "pk")
    )
    tell_apart((place.participant, place.referral.reference) for place in places)
    for place in places:
        by_session = {attendance.session_id: attendance for attendance in place.attendances.all()}
        cells = [marks.cell(by_session.get(session.pk)) for session in sessions]
        people.append({"place": place, "cells": cells})
    return people


def _offers(cohort: Cohort) -> list[tuple[Place, str, str]]:
    """Those not answered yet, then those that came to nothing; the newest first."""
    places = (
        cohort.places.filter(state__in=[Place.State.HELD, *Place.NOT_FOR_GOOD], taken_at__isnull=True)
        .exclude(held_until__isnull=True)
        .select_related("participant", "referral")
        .prefetch_related("participant__needs")
        .order_by(Case(When(state=Place.State.HELD, then=0), default=1), "-placed_at", "-pk")
    )
    shown = list(places[:SHOWN])
    tell_apart((place.participant, place.referral.reference) for place in shown)
    return [(place, moment(place.placed_at), _answer(place)) for place in shown]


def _answer(place: Place) -> str:
    if place.state == Place.State.HELD:
        return f"Held until {moment(place.answer_by)}"
    return "Asked for another time" if place.other_time else place.get_state_display()
