"""The page behind the link of somebody who waits (domain.md 4.8, plain strength): leave the list, or other times suit.

It shows the first name and nothing else about anybody. Looking changes nothing; a press does.
"""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from participants.personal import holder_of
from referrals.statuses import Status
from sessions import services
from sessions.models import WaitingLink
from sessions.refusals import Refused

personal = holder_of(
    lambda: WaitingLink.objects.select_related("referral__participant"),
    closed="sessions/waiting_over.html",
)

# What each button does; leaving the list is asked twice, for it cannot be taken back by the same page.
ANSWERS: dict[str, Callable[[WaitingLink, datetime], None]] = {
    "times": lambda link, now: services.times_changed(link=link, now=now),
    "leave": lambda link, now: services.leave_waiting(link=link, now=now),
}


@personal
def waiting(request: HttpRequest, link: WaitingLink, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return _page(request, link)
    chosen = request.POST.get("answer", "")
    if chosen == "ask-leave":
        return _page(request, link, leaving=True)
    if chosen not in ANSWERS:
        return _page(request, link, problem="Choose one of the answers.", status=400)
    try:
        ANSWERS[chosen](link, now)
    except Refused as refused:
        link.referral.refresh_from_db()
        return _page(request, link, problem=str(refused), status=409)
    return redirect("waiting:waiting", token=link.token)


def _page(
    request: HttpRequest, link: WaitingLink, *, leaving: bool = False, problem: str = "", status: int = 200
) -> HttpResponse:
    state = _state(link)
    context = {
        "token": link.token,
        "first_name": link.referral.participant.first_name,
        "state": state,
        "leaving": leaving and state in ("waiting", "told"),
        "problem": problem,
    }
    return render(request, "sessions/waiting.html", context, status=status)


def _state(link: WaitingLink) -> str:
    """How things stand, as the person is told: one of waiting, told (of other times), left, over."""
    if link.referral.status == Status.WAITING:
        told = link.times_changed_at is not None and link.times_asked_at is None
        return "told" if told else "waiting"
    gone = link.referral.status in (Status.WITHDRAWN, Status.CLOSED)
    return "left" if gone else "over"
