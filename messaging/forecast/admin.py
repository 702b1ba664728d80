"""The flight plan: what will go, day by day, with a hand on the brake."""

from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from core.dates import LONDON, clock, moment
from design.forms import refusals_told
from messaging.admin_forms import PauseForm
from messaging.forecast import registry as forecast_registry
from messaging.forecast import services as forecast
from messaging.kinds import registry as kinds
from messaging.message_labels import receiver, title_of
from messaging.models import ChannelStanding, Message, Pause
from messaging.outbox import channel_health, pauses
from messaging.quiet_hours import quiet_until

ROWS = 50


class FlightPlanPages:
    """Mixed into the page of messages; `page`, `_may`, `_find` and `message_user` come from there."""

    def plan_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("plan/", wrap(self.plan_view), name="messaging_plan"),
            path("plan/counts/", wrap(self.counts_view), name="messaging_plan_counts"),
            path("plan/hold/", wrap(self.hold_view), name="messaging_plan_hold"),
            path("plan/<int:pk>/let-go/", wrap(require_POST(self.let_go_view)), name="messaging_plan_let_go"),
            path(
                "plan/<int:pk>/try-now/", wrap(require_POST(self.try_now_view)), name="messaging_plan_try_now"
            ),
        ]

    def plan_view(self, request: HttpRequest) -> HttpResponse:
        self._may(request)
        now = timezone.now()
        group, kind = request.GET.get("group", ""), request.GET.get("kind", "")
        waiting = forecast.waiting(now)
        if group:
            waiting = waiting.filter(group=group)
        if kind:
            waiting = waiting.filter(kind=kind)
        days = forecast.days(now, waiting)
        day = _day(request.GET.get("day", ""), days) or next((d.day for d in days if d.count), days[0].day)
        rows = Paginator(forecast.of_day(waiting, day, now), ROWS).get_page(request.GET.get("page"))
        held = list(forecast.pauses_on())
        foreseen = forecast_registry.foreseen(day, now, group=group, kind=kind)
        silent, silent_count = forecast_registry.silent(now, forecast.end(now))
        groups = {group, *(m.group for m in rows), *(pause.group for pause in held)}
        names = forecast.names_of(groups | {each.group for each in foreseen})
        context = {
            "title": "Scheduled messages",
            "days": days,
            "day": day,
            "rows": [
                {
                    "message": message,
                    "at": _at(message.next_try_at, day),
                    "at_night": quiet_until(message.next_try_at) is not None,
                    "title": title_of(message),
                    "to": receiver(message),
                    "group": names[message.group],
                    "held": any(_holds(pause, message) for pause in held),
                }
                for message in rows
            ],
            "pages": rows,
            "group": group,
            "group_name": names[group],
            "kind": kind,
            "kinds": kinds.registered(),
            "pauses": [(pause, _scope(pause, names)) for pause in held],
            "unsent": forecast.unsent(now),
            "counts_of_day": forecast.by_kind(waiting, day, now),
            "foreseen": [
                {
                    "at": clock(each.at),
                    "title": kinds.get(each.kind).title,
                    "most": each.most,
                    "group": names[each.group],
                }
                for each in foreseen
            ],
            "silent": silent,
            "silent_count": silent_count,
            **self._now(now),
        }
        return self.page(request, "message/plan.html", context)

    def counts_view(self, request: HttpRequest) -> HttpResponse:
        """The part that shows how a send goes; the page asks for it anew every few seconds."""
        self._may(request)
        return self.page(request, "message/plan_counts.html", self._now(timezone.now()))

    def hold_view(self, request: HttpRequest) -> HttpResponse:
        """Ask why, and say how many wait, before anything is held back."""
        self._may(request)
        now = timezone.now()
        scope, about, waiting = self._asked(request)
        back = reverse("admin:messaging_plan")
        form = PauseForm(request.POST if request.method == "POST" else None, way_out=back)
        if form.is_valid():
            with refusals_told(request):
                pauses.pause(why=form.cleaned_data["reason"], by=user_of(request), now=now, **scope)
                self.message_user(request, f"Paused: {about}. Messages already sent are not affected.")
            return redirect(back)
        context = {
            "title": f"Pause: {about}",
            "count": waiting.filter(expires_at__gt=now).count(),
            "form": form,
            "errors": form.errors,
        }
        return self.page(request, "message/hold.html", context)

    def let_go_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._may(request)
        if pauses.resume(pause_id=pk, by=user_of(request), now=timezone.now()):
            self.message_user(request, "Restarted. Messages that are still needed go within 30 seconds.")
        else:
            self.message_user(request, "A colleague has already restarted it.", messages.WARNING)
        return redirect("admin:messaging_plan")

    def try_now_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._may(request)
        if channel_health.try_now(standing_id=pk, by=user_of(request), now=timezone.now()):
            self.message_user(
                request, "We will try one message within 30 seconds. If it is sent, we will send the others."
            )
        else:
            self.message_user(
                request,
                "Nothing to do: messages are being sent again, or we will try one within 30 seconds.",
                messages.WARNING,
            )
        return redirect("admin:messaging_plan")

    def _asked(self, request: HttpRequest) -> tuple[dict, str, object]:
        """What is to be held back, how it is called, and the messages that wait in it."""
        waiting = Message.objects.filter(state=Message.State.PENDING, urgent=False)
        number, group = request.GET.get("message", ""), request.GET.get("group", "")
        if number:
            message = self._find(request, number)
            return (
                {"message": message},
                f"{title_of(message)} to {receiver(message)}",
                waiting.filter(pk=message.pk),
            )
        if group:
            theirs = waiting.filter(group=group)
            name = forecast.names_of([group])[group]
            if name == group and not theirs.exists():
                raise Http404
            return {"group": group}, f"everything about {name}", theirs
        return {"everything": True}, "all messages except codes and safety alerts", waiting

    def _now(self, now: datetime) -> dict:
        return {
            "counts": forecast.counts(now),
            "oldest": forecast.oldest_due(now),
            "hears": forecast.workers_hear(now),
            "stopped": [
                (Message.Channel(standing.channel).label, standing)
                for standing in ChannelStanding.objects.filter(stopped_at__isnull=False).order_by("channel")
            ],
        }


def _holds(pause: Pause, message: Message) -> bool:
    return not message.urgent and (
        pause.everything
        or pause.message_id == message.pk
        or bool(pause.group and pause.group == message.group)
    )


def _scope(pause: Pause, names: dict[str, str]) -> str:
    if pause.everything:
        return "All messages except codes and safety alerts"
    if pause.message is not None:
        return f"{title_of(pause.message)}, message {pause.message.pk}"
    return f"Everything about {names[pause.group]}"


def _at(when: datetime, day: date) -> str:
    """The time; what is late stands on another day's list, with its date."""
    return clock(when) if when.astimezone(LONDON).date() == day else moment(when)


def _day(text: str, days: list[forecast.Day]) -> date | None:
    return next((each.day for each in days if each.day.isoformat() == text), None)
