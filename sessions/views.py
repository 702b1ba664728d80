"""The page behind a participant's link to one session (domain.md 4.8, plain strength; interface.md 4).

It shows first name, session and time, and nothing else about anybody. Looking changes nothing; a press does.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from design.dates import clock, day, moment
from sessions import answers, services
from sessions.contents import topics
from sessions.models import AnswerLink, Attendance
from sessions.refusals import Refused
from sessions.timetable import SESSIONS_IN_COHORT


def personal(page: Callable[..., HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page for the holder of a live link: not kept, not indexed; one and the same page for every other token."""

    @wraps(page)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        link = AnswerLink.objects.select_related(
            "attendance__place__participant", "attendance__session__cohort__programme"
        ).find(token)
        if link is None or not link.is_live(now):
            # The words are the same whether the address never was or is over: they tell a stranger nothing.
            response = render(request, "sessions/link_over.html", status=404 if link is None else 410)
        else:
            response = page(request, link, now)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "same-origin"
        return response

    return view


@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
@personal
def answer(request: HttpRequest, link: AnswerLink, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return _page(request, link, now)
    chosen = request.POST.get("answer")
    if chosen not in (Attendance.Answer.YES, Attendance.Answer.NO):
        return _page(request, link, now, problem="Choose one of the two answers.", status=400)
    try:
        services.answer(attendance=link.attendance, answer=chosen, now=now)
    except Refused as refused:
        return _page(request, link, now, problem=str(refused), status=409)
    return redirect("sessions:answer", token=link.token)


@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
@personal
def join(request: HttpRequest, link: AnswerLink, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return redirect("sessions:answer", token=link.token)
    try:
        address = services.press_join(attendance=link.attendance, now=now)
    except Refused as refused:
        return _page(request, link, now, problem=str(refused), status=409)
    # Not a redirect: `form-action 'self'` stops a form from leading to another site.
    return render(request, "sessions/join.html", {"address": address, "token": link.token})


def _page(
    request: HttpRequest, link: AnswerLink, now: datetime, *, problem: str = "", status: int = 200
) -> HttpResponse:
    attendance = link.attendance
    session, programme = attendance.session, attendance.session.cohort.programme
    opens_at, closes_at = session.join_window(programme)
    refused = answers.refusal(attendance)
    following = None if refused is answers.NoLongerTheirs else _following(attendance)
    context = {
        "token": link.token,
        "first_name": attendance.place.participant.first_name,
        "number": session.number,
        "out_of": SESSIONS_IN_COHORT,
        "topic": None if refused else topics(programme, [session])[0],
        "day": day(session.starts_at),
        "hours": f"{clock(session.starts_at)} to {clock(session.ends_at)} UK time",
        "answer": attendance.answer,
        "said": attendance.get_answer_display(),
        "may_answer": not refused and now < session.answers_close_at(programme),
        "answers_close": moment(session.answers_close_at(programme)),
        "may_join": not refused and opens_at <= now < closes_at,
        "joins_later": not refused and now < opens_at,
        "opens": clock(opens_at),
        "over": now >= session.ends_at,
        "refused": refused.sentence if refused else "",
        "following": following and {"number": following.session.number, "when": moment(following.starts_at)},
        "problem": problem,
    }
    return render(request, "sessions/answer.html", context, status=status)


def _following(attendance: Attendance) -> Attendance | None:
    later = attendance.place.attendances.filter(counts=True, starts_at__gt=attendance.starts_at)
    return later.select_related("session").order_by("starts_at").first()
