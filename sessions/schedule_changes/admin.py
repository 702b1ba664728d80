"""Officers' pages that change an open cohort: moving and cancelling sessions, and another video address.

A change is shown first, with everybody whom it concerns; the yes to it counts for what was shown, and for nothing else.
"""

from collections import Counter
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.admin import AdminPages
from core.dates import moment, span
from core.errors import ChangedMeanwhile, Refused
from core.text import counted
from messaging.models import Message
from messaging.outbox import queue as outbox
from sessions import message_kinds, statuses
from sessions.models import Attendance, Place, Session
from sessions.schedule_changes import preview
from sessions.schedule_changes import services as schedule_changes
from sessions.schedule_changes.forms import CancelForm, ChangeForm, MoveForm
from sessions.session_dates import ImpossibleTime


class ChangePages(AdminPages[Session]):
    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._change(request, pk, MoveForm)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._change(request, pk, CancelForm)

    def _change(self, request: HttpRequest, pk: int, kind: type[ChangeForm]) -> HttpResponse:
        session, now = self.find(request, pk), timezone.now()
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[session.cohort_id])
        if not (session.is_ahead(now) and session.cohort.status in statuses.OPEN):
            self.message_user(request, preview.SessionOver.sentence, messages.WARNING)
            return redirect(way_out)
        blank = partial(kind, session=session, now=now, way_out=way_out)
        if request.method != "POST":
            return self._form(request, blank(initial=kind.as_it_is(session) | _wished(request)))
        form = blank(request.POST)
        if form.step == "change" or not form.is_valid():
            return self._form(request, form)
        stale = ""
        if form.step == "confirm":
            try:
                told = self._done(request, form)
            except ChangedMeanwhile as changed:
                stale = str(changed)
            except (Refused, ImpossibleTime) as refused:
                form.refuse(refused)
                return self._form(request, form)
            else:
                self.message_user(request, told, messages.SUCCESS)
                return redirect(way_out)
        plan = form.plan()
        return self._preview(request, form, plan, stale) if plan else self._form(request, form)

    def _form(self, request: HttpRequest, form: ChangeForm) -> HttpResponse:
        session = form.session
        verb = "Move" if isinstance(form, MoveForm) else "Cancel"
        return self.show(
            request,
            "session/change",
            f"{verb} session {session.number} of {session.cohort}",
            session=session,
            when=span(session.starts_at, session.ends_at),
            moves=isinstance(form, MoveForm),
            form=form,
        )

    def _done(self, request: HttpRequest, form: ChangeForm) -> str:
        """Do what was agreed to; a sentence about it. Raises a Refused, or ImpossibleTime."""
        agreed = {
            "session": form.session,
            "by": request.user,
            "now": form.now,
            "why": form.cleaned_data["why"],
            "seen": request.POST.get("seen", "") or "nothing",
            **form.facts(),
        }
        if isinstance(form, MoveForm):
            moved = schedule_changes.reschedule(**agreed).sessions.count()
            return f"{counted(moved, 'session')} moved. We will tell the people affected."
        tenth = schedule_changes.cancel_session(**agreed)
        added = span(tenth.starts_at, tenth.ends_at)
        return f"Session cancelled, and one added on {added}. We will tell the people affected."

    def _preview(
        self, request: HttpRequest, form: ChangeForm, plan: preview.Plan, stale: str
    ) -> HttpResponse:
        changed = _changed(plan)
        what = f"session {changed[0].number}" if len(changed) == 1 else counted(len(changed), "session")
        verb = "Move" if isinstance(plan, preview.Moving) else "Cancel"
        return self.show(
            request,
            "session/change_preview",
            f"{verb} {what} of {plan.cohort}?",
            status=409 if stale else 200,
            session=form.session,
            plan=plan,
            stale=stale,
            moves=[(move.session.number, _when(move.session), _when(move.slot)) for move in plan.moves]
            if isinstance(plan, preview.Moving)
            else [],
            cancelled=_when(plan.session) if isinstance(plan, preview.Cancelling) else "",
            tenth=_when(plan.tenth) if isinstance(plan, preview.Cancelling) else "",
            why=form.cleaned_data["why"],
            people=_people(plan),
            offers=[(place, _offer(place, plan)) for place in plan.offers],
            button=f"{verb} {what} and tell {_told(plan)}",
            kept=form.kept(),
        )


def _changed(plan: preview.Plan) -> list[Session]:
    if isinstance(plan, preview.Moving):
        return [move.session for move in plan.moves]
    return [plan.session] if isinstance(plan, preview.Cancelling) else []


def _when(times: Session | preview.Slot) -> str:
    return span(times.starts_at, times.ends_at)


def _told(plan: preview.Plan) -> str:
    number = len(plan.places) + len(plan.offers)
    return "no one" if not number else "1 person" if number == 1 else f"{number} people"


def _people(plan: preview.Plan) -> list[tuple[Place, str, str]]:
    """Each person with what they get, and what becomes of what they had answered."""
    answered = Counter(
        Attendance.objects.filter(session__in=_changed(plan), place__in=plan.places)
        .exclude(answer=Attendance.Answer.NONE)
        .values_list("place", flat=True)
    )
    asked_again = isinstance(plan, preview.Moving)
    kind = message_kinds.MOVED if asked_again else message_kinds.CANCELLED
    ways = outbox.ways((place.participant for place in plan.places), kind=kind)
    return [
        (place, _gets(place, ways), _asked_again(answered[place.pk]) if asked_again else "")
        for place in plan.places
    ]


def _gets(place: Place, ways: dict[int, str]) -> str:
    if place.unread:
        return "Their first message is not sent yet and will have these dates"
    way = ways[place.participant_id]
    if way in Message.TEXTS:
        return "A text message"
    return "A call or letter by an officer" if way in Message.BY_OFFICERS else "An email"


def _asked_again(answers: int) -> str:
    return f"We will ask again about {counted(answers, 'session')} they had answered." if answers else ""


def _offer(place: Place, plan: preview.Plan) -> str:
    until = preview.held_until(place, plan)
    shortened = until != place.held_until
    held = f"can answer until {moment(until)}"
    sooner = ", earlier than we told them" if shortened else ""
    message = (
        "The offer is not sent yet and will have these dates"
        if place.unread
        else "We tell them the new dates"
    )
    return f"{message}. They have an offer and {held}{sooner}."


def _wished(request: HttpRequest) -> dict[str, str]:
    """Which sessions a link of ours asks for; anything else asks for nothing."""
    wished = request.GET.get("scope", "")
    return {"scope": wished} if wished in preview.Scope.values else {}
