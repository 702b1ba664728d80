"""Officers' pages about one session's register, and about how a place ended."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import clock, moment, span
from core.errors import ChangedMeanwhile, Refused
from design.forms import pressed, refusals_told
from participants.display import tell_apart
from sessions.attendance import register as register_services
from sessions.attendance import responses
from sessions.attendance.forms import RegisterForm, said, version_of
from sessions.attendance.register import on_register
from sessions.attendance.responses import version_shown
from sessions.models import Attendance, Session
from sessions.programmes.session_content import topics
from sessions.session_dates import SESSIONS_IN_COHORT


class SessionPages(AdminPages[Session]):
    def register(self, request: HttpRequest, pk: int) -> HttpResponse:
        session, now = self.find(request, pk), timezone.now()
        attendances = _by_name(session)
        if session.status == Session.Status.CANCELLED_BY_US or now < session.starts_at:
            return self._before(request, session, attendances)
        if request.POST.get("step") == "fill":
            form = RegisterForm(session=session, attendances=attendances, initial=_all_on_time(attendances))
        else:
            form = RegisterForm(
                request.POST if request.method == "POST" else None, session=session, attendances=attendances
            )
            if form.is_valid() and self._saved(request, session, form):
                return redirect("admin:cohort_sessions_cohort_change", session.cohort_id)
        return self._page(
            request,
            "register",
            session,
            form=form,
            attendances=attendances,
            joined=_joined(session, attendances, now),
            ends=clock(session.ends_at),
        )

    def rejoin(self, request: HttpRequest, pk: int, attendance: int) -> HttpResponse:
        """Not back today: asked with the person's name, then said; and taken back with one press."""
        session, way_out = self.find(request, pk), redirect("admin:cohort_sessions_session_register", pk)
        found = next((each for each in _by_name(session) if each.pk == attendance), None)
        if found is None:
            raise Http404
        step = request.POST.get("step")
        if step not in REJOINING:
            title = f"Stop {found.participant} joining again today?"
            return self.show(
                request,
                "session/rejoin",
                title,
                session=session,
                attendance=found,
                ends=clock(session.ends_at),
            )
        act, told = REJOINING[step]
        with refusals_told(request):
            act(attendance=found, by=user_of(request), now=timezone.now())
            self.message_user(request, told.format(person=found.participant), messages.SUCCESS)
        return way_out

    def _saved(self, request: HttpRequest, session: Session, form: RegisterForm) -> bool:
        try:
            register_services.save_register(
                session=session,
                codes=form.codes(),
                by=user_of(request),
                now=timezone.now(),
                seen=form.seen_at(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            if isinstance(refused, ChangedMeanwhile):
                # The officer has now been told: saving again is meant.
                session.refresh_from_db()
                typed = form.data.copy()
                typed["seen"] = version_of(session)
                form.data = typed
            return False
        self.message_user(request, f"Register saved: {session}.", messages.SUCCESS)
        return True

    def _before(self, request: HttpRequest, session: Session, attendances: list[Attendance]) -> HttpResponse:
        """Until it starts: who has answered, and writing down what people say on the telephone."""
        if "attendance" in request.POST:
            theirs = {str(attendance.pk): attendance for attendance in attendances}
            with refusals_told(request):
                answer = Attendance.Answer(pressed(request, "step", ANSWERS))
                attendance = theirs.get(request.POST["attendance"])
                if attendance is None:
                    raise ChangedMeanwhile
                version = version_shown(request.POST.get("version"))
                responses.answer(attendance=attendance, answer=answer, now=timezone.now(), version=version)
                self.message_user(request, f"{attendance.participant}: {answer.label}.", messages.SUCCESS)
            return redirect("admin:cohort_sessions_session_register", session.pk)
        return self._page(request, "answers", session, people=[(each, said(each)) for each in attendances])

    def _page(self, request: HttpRequest, name: str, session: Session, **context: Any) -> HttpResponse:
        title = f"{'Answers for' if name == 'answers' else 'Register of'} session {session.number}: {session.cohort}"
        return self.show(
            request,
            f"session/{name}",
            title,
            session=session,
            when=span(session.starts_at, session.ends_at),
            opens=moment(session.starts_at),
            saved=session.register_saved_at and moment(session.register_saved_at),
            out_of=SESSIONS_IN_COHORT,
            topic=topics(session.cohort.programme_id, [session])[0],
            **context,
        )


ANSWERS = (Attendance.Answer.YES, Attendance.Answer.NO)
REJOINING = {
    "refuse": (responses.refuse_rejoining, "{person} cannot join again today."),
    "allow": (responses.allow_rejoining, "{person} can join again until the session ends."),
}


def _by_name(session: Session) -> list[Attendance]:
    attendances = list(on_register(session))
    tell_apart((each.participant, each.place.referral.reference) for each in attendances)
    return attendances


def _joined(session: Session, attendances: list[Attendance], now: datetime) -> list[tuple[Attendance, str]]:
    """While the session is on: who has been in the call, and who said that they are not to come back today."""
    if not session.starts_at <= now < session.ends_at:
        return []
    return [(each, _refused(each)) for each in attendances if each.joined_at]


def _refused(attendance: Attendance) -> str:
    at = attendance.rejoin_refused_at
    return f"{attendance.rejoin_refused_by}, {clock(at)}" if at else ""


def _all_on_time(attendances: list[Attendance]) -> dict[str, str]:
    return {f"code_{attendance.pk}": attendance.code or Attendance.Code.ON_TIME for attendance in attendances}
