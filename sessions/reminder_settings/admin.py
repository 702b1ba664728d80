"""Officers' pages about when a programme's messages go; nothing is saved before its effect has been looked at."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.admin import AdminPages
from core.dates import LONDON, moment, span
from messaging.quiet_hours import quiet_until
from sessions.models import Programme
from sessions.reminder_settings import services as reminder_settings
from sessions.reminder_settings.forms import SAID, MessageTimeForm
from sessions.reminders import timing as times
from sessions.reminders.programme_timing import timetable_of
from sessions.reminders.timing import Kind, Timetable, TimetableEntry
from sessions.session_dates import plan

TUESDAY, EVENING = 1, time(18)


class MessageTimePages(AdminPages[Programme]):
    def message_times(self, request: HttpRequest, pk: int) -> HttpResponse:
        programme = self.find(request, pk)
        timetable = timetable_of(programme)
        return self.show(
            request,
            "programme/message_times",
            f"Message times: {programme}",
            programme=programme,
            lines=[_line(timetable[kind]) for kind in times.STARTING_POINTS],
            **_effect(timetable, programme, timezone.now()),
        )

    def message_time(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        programme = self.find(request, pk)
        line = timetable_of(programme).get(kind)
        if line is None:
            raise Http404
        way_out = reverse("admin:cohort_sessions_programme_message_times", args=[programme.pk])
        if request.method != "POST":
            form = MessageTimeForm.of(MessageTimeForm.as_it_is(line), way_out=way_out, line=line)
            return self._ask(request, programme, line, form)
        form, now = MessageTimeForm(request.POST, way_out=way_out, line=line), timezone.now()
        if form.step != "change" and form.is_valid():
            with form.refusals():
                if form.step == "confirm":
                    reminder_settings.change_times(
                        programme=programme, kind=kind, changes=form.facts(), now=now
                    )
                    self.message_user(request, f"Saved: {line.label}.")
                    return redirect(way_out)
                would_be = reminder_settings.with_changes(programme, kind, form.facts())
                return self._look(request, programme, would_be, line, form)
        return self._ask(request, programme, line, form)

    def _ask(
        self, request: HttpRequest, programme: Programme, line: TimetableEntry, form: MessageTimeForm
    ) -> HttpResponse:
        return self.show(
            request,
            "programme/message_time",
            f"When to send: {line.label}",
            programme=programme,
            line=line,
            form=form,
            shared=line.kind == Kind.STILL_ON_LIST,
        )

    def _look(
        self,
        request: HttpRequest,
        programme: Programme,
        timetable: Timetable,
        line: TimetableEntry,
        form: MessageTimeForm,
    ) -> HttpResponse:
        return self.show(
            request,
            "programme/message_time_preview",
            f"Check: {line.label}",
            programme=programme,
            line=_line(timetable[line.kind]),
            kept=form.kept(),
            **_effect(timetable, programme, timezone.now()),
        )


def _line(entry: TimetableEntry) -> dict[str, object]:
    return {
        "kind": entry.kind,
        "label": entry.label,
        "when": entry.in_words(),
        "ways": ", then ".join(SAID[way] for way in entry.ways),
        "active": entry.active,
        "confirmed": entry.confirmed,
        "changed": entry != times.STARTING_POINTS[entry.kind],
    }


def _effect(timetable: Timetable, programme: Programme, now: datetime) -> dict[str, Any]:
    """What would go to one person: in a made-up cohort of ten Tuesdays, after an offer, and while they wait."""
    slots = plan(_first_day(now), EVENING, programme.session_minutes)
    offered = slots[0].starts_at - timedelta(days=20, hours=8)
    nudges = times.of_offer(
        timetable[Kind.OFFER_NUDGE],
        offered_at=offered,
        answer_by=offered + timedelta(hours=programme.hold_hours),
    )
    waiting = timetable[Kind.STILL_ON_LIST]
    still = (
        times.while_waiting(waiting, listed_at=now, now=now, ahead=timedelta(days=365))
        if waiting.active
        else []
    )
    return {
        "sample": [(each.number, each.label, moment(each.due)) for each in times.sample(timetable, slots)],
        "first_session": span(slots[0].starts_at, slots[0].ends_at),
        "offered": moment(offered),
        "nudges": [moment(quiet_until(due) or due) for due in nudges],
        "still_listed": [moment(window[0]) for _, window in still[:3]],
    }


def _first_day(now: datetime) -> date:
    """A Tuesday at least four weeks from now."""
    soon = now.astimezone(LONDON).date() + timedelta(weeks=4)
    return soon + timedelta(days=(TUESDAY - soon.weekday()) % 7)
