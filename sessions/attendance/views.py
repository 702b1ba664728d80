"""The page behind a participant's plain link to one session (docs/domain.md 8.5).

It shows first name, session and time, and nothing else about anybody. Looking changes nothing; a press does.
"""

from datetime import datetime

from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.dates import clock, day, moment
from core.errors import Refused
from participants.personal_links.views import holder_of
from participants.restores import call_first
from referrals.screening import eligibility
from sessions.attendance import calendar_files, responses
from sessions.models import AnswerLink, Attendance
from sessions.programmes.session_content import topics
from sessions.session_dates import SESSIONS_IN_COHORT

ON_HOLD = eligibility.holds_on("attendance__place__referral", "attendance__place__participant")

personal = holder_of(
    lambda: AnswerLink.objects.select_related(
        "attendance__place__participant", "attendance__session__cohort__programme"
    ).annotate(held=Exists(ON_HOLD), checked=call_first.being_checked("attendance__place__participant")),
    closed="sessions/attendance/link_over.html",
)


@personal
def answer(request: HttpRequest, link: AnswerLink, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return _page(request, link, now)
    chosen = request.POST.get("answer")
    if chosen not in (Attendance.Answer.YES, Attendance.Answer.NO):
        return _page(request, link, now, problem="Choose an answer.", status=400)
    try:
        version = responses.version_shown(request.POST.get("version"))
        responses.answer(attendance=link.attendance, answer=chosen, now=now, version=version)
    except Refused as refused:
        return _page(request, link, now, problem=str(refused), status=409)
    return redirect("sessions:answer", token=link.token)


@personal
def join(request: HttpRequest, link: AnswerLink, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return redirect("sessions:answer", token=link.token)
    try:
        address = responses.press_join(attendance=link.attendance, now=now)
    except Refused as refused:
        return _page(request, link, now, problem=str(refused), status=409)
    # Not a redirect: `form-action 'self'` stops a form from leading to another site.
    ends = clock(link.attendance.session.ends_at)
    return render(
        request, "sessions/attendance/join.html", {"address": address, "token": link.token, "ends": ends}
    )


@require_safe
@personal
def dates(request: HttpRequest, link: AnswerLink, now: datetime) -> HttpResponse:
    """Their sessions still to come, as a file for a calendar."""
    found = calendar_files.to_keep(link.attendance.place, now)
    if not found:
        return redirect("sessions:answer", token=link.token)
    return HttpResponse(
        found,
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": 'attachment; filename="dates.ics"'},
    )


def _page(
    request: HttpRequest, link: AnswerLink, now: datetime, *, problem: str = "", status: int = 200
) -> HttpResponse:
    attendance = link.attendance
    session, programme = attendance.session, attendance.session.cohort.programme
    opens_at, closes_at = session.join_window(programme)
    refused = responses.refusal(attendance)
    cannot_join = responses.join_refusal(attendance, held=link.held, checked=link.checked, now=now)
    following = None if refused is responses.NoLongerTheirs else _following(attendance)
    context = {
        "token": link.token,
        "first_name": attendance.place.participant.first_name,
        # Another session has its number now, if it was cancelled.
        "number": None if refused is responses.SessionCancelled else session.number,
        "version": session.schedule_version,
        "out_of": SESSIONS_IN_COHORT,
        "topic": None if refused else topics(programme, [session])[0],
        "day": day(session.starts_at),
        "hours": f"{clock(session.starts_at)} to {clock(session.ends_at)}",
        "answer": attendance.answer,
        "said": attendance.get_answer_display(),
        "may_answer": not refused and now < session.answers_close_at(programme),
        "answers_close": moment(session.answers_close_at(programme)),
        "joined": attendance.joined_at is not None,
        "may_join": cannot_join is None,
        "joins_later": isinstance(cannot_join, responses.JoinNotOpen),
        "calls_first": isinstance(cannot_join, responses.CallFirst),
        "records_checked": isinstance(cannot_join, responses.RecordsChecked),
        "missed": isinstance(cannot_join, responses.JoinClosed),
        "cannot_join": cannot_join,
        "opens": clock(opens_at),
        "closes": clock(closes_at),
        "ends": clock(session.ends_at),
        "over": now >= session.ends_at,
        "refused": refused.sentence if refused else "",
        "following": following and {"number": following.session.number, "when": moment(following.starts_at)},
        "has_dates": bool(following) or (not refused and now < session.starts_at),
        "problem": problem,
    }
    return render(request, "sessions/attendance/answer.html", context, status=status)


def _following(attendance: Attendance) -> Attendance | None:
    later = attendance.place.attendances.filter(expected=True, starts_at__gt=attendance.starts_at)
    return later.select_related("session").order_by("starts_at").first()
