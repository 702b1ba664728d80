"""The page behind the plain link of somebody who waits (docs/domain.md 8.5): leave the list, or other times suit.

It shows the first name and nothing else about anybody. Looking changes nothing; a press does.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.errors import Refused
from participants.personal_links.views import holder_of
from referrals.statuses import Status
from sessions.models import WaitingLink
from sessions.places.times_forms import WaitingTimesForm
from sessions.waiting_list import services as waiting_services

personal = holder_of(
    lambda: WaitingLink.objects.select_related("referral__participant"),
    closed="sessions/waiting_list/waiting_over.html",
)

WAITS = ("waiting", "told", "given")


@personal
def waiting(request: HttpRequest, link: WaitingLink, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return _page(request, link)
    chosen = request.POST.get("answer", "")
    if chosen == "ask-leave":
        return _page(request, link, leaving=True)
    if chosen == "ask-times":
        return _page(request, link, form=WaitingTimesForm(way_out=request.path))
    if chosen not in ("times", "leave"):
        return _page(request, link, problem="Choose an answer.", status=400)
    form = WaitingTimesForm(request.POST, way_out=request.path)
    if chosen == "times" and not form.is_valid():
        return _page(request, link, form=form, status=400)
    try:
        if chosen == "times":
            waiting_services.times_changed(
                link=link, times=form.slots(), call=form.cleaned_data["call"], now=now
            )
        else:
            waiting_services.leave(link=link, now=now)
    except Refused as refused:
        link.referral.refresh_from_db()
        return _page(request, link, problem=str(refused), status=409)
    return redirect("waiting:waiting", token=link.token)


def _page(
    request: HttpRequest,
    link: WaitingLink,
    *,
    leaving: bool = False,
    form: WaitingTimesForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    state = _state(link)
    context = {
        "token": link.token,
        "first_name": link.referral.participant.first_name,
        "state": state,
        "leaving": leaving and state in WAITS,
        "form": form if state in WAITS else None,
        "problem": problem,
    }
    return render(request, "sessions/waiting_list/waiting.html", context, status=status)


def _state(link: WaitingLink) -> str:
    """How things stand, as the person is told: one of waiting, told (we call about times), given (times), left, over."""
    if link.referral.status == Status.WAITING:
        if link.times_changed_at is not None and link.times_asked_at is None:
            return "told"
        return "given" if link.times_given_at else "waiting"
    gone = link.referral.status in (Status.WITHDRAWN, Status.CLOSED)
    return "left" if gone else "over"
