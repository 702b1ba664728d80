"""What a person says and does through the link of one session: coming or not, and pressing "join"."""

import re
from datetime import datetime, timedelta

from design.dates import clock, moment
from referrals.services import is_held
from sessions.models import Attendance, Place, Session
from sessions.refusals import Refused, refusing


class NoLongerTheirs(Refused):
    sentence = "You no longer have a place in this group. If that is a surprise, please ring us."


class InAnotherGroup(Refused):
    sentence = "You are in another group now. Our newest message to you has your dates."


class SessionCancelled(Refused):
    sentence = "We had to cancel this session. You do not need to do anything."


class SessionMoved(Refused):
    sentence = (
        "We have moved this session since you opened the page. Please look at the new time, and answer again."
    )


class OnSafetyHold(Refused):
    sentence = "Please ring us before you join: we would like to speak with you first."


class AnswersClosed(Refused):
    sentence = "Answers for this session have closed. If something has changed, please ring us."


class JoinNotOpen(Refused):
    """Too early; the sentence says from when."""


class JoinClosed(Refused):
    sentence = "The time to join this session is over. If you had trouble joining, please ring us."


def answer(*, attendance: Attendance, answer: str, now: datetime, version: int | None = None) -> Attendance:
    """Record "I'll be there" or "I can't come"; may be repeated and changed until the answers close.

    An answer given in the last hour is kept as late (domain.md 4.8). The same answer again changes nothing.
    `version` is the schedule that the person was shown: an answer to another time is none to this one. Raises a
    Refused; ValueError for any other answer.
    """
    if answer not in (Attendance.Answer.YES, Attendance.Answer.NO):
        raise ValueError(answer)
    with refusing():
        attendance = _locked(attendance)
        session, programme = attendance.session, attendance.session.cohort.programme
        if now >= session.answers_close_at(programme):
            raise AnswersClosed
        if version not in (None, session.schedule_version):
            raise SessionMoved
        if attendance.answer != answer:
            attendance.answer, attendance.answered_at = answer, now
            attendance.answered_late = now >= session.starts_at - timedelta(
                minutes=programme.late_answer_minutes
            )
            attendance.save(update_fields=["answer", "answered_at", "answered_late"])
        return attendance


def version_shown(typed: str | None) -> int | None:
    """The schedule that a page says it showed; nonsense is a schedule that never was."""
    if typed is None:
        return None
    return int(typed) if re.fullmatch(r"[0-9]{1,5}", typed) else 0


def press_join(*, attendance: Attendance, now: datetime) -> str:
    """The address of the video room, while the join window is open; the first press is kept.

    Raises OnSafetyHold (domain.md 4.3), JoinNotOpen, JoinClosed, NoLongerTheirs or SessionCancelled.
    """
    with refusing():
        attendance = _locked(attendance)
        if is_held(attendance.place.referral):
            raise OnSafetyHold
        cohort = attendance.session.cohort
        opens_at, closes_at = attendance.session.join_window(cohort.programme)
        if now < opens_at:
            raise JoinNotOpen(f"The session opens at {clock(opens_at)} on this page: {moment(opens_at)}.")
        if now >= closes_at:
            raise JoinClosed
        if attendance.joined_at is None:
            attendance.joined_at = now
            attendance.save(update_fields=["joined_at"])
        return cohort.join_url


def refusal(attendance: Attendance) -> type[Refused] | None:
    """Why this session is not the person's any more, if it is not."""
    if attendance.session.status == Session.Status.CANCELLED_BY_US:
        return SessionCancelled
    if attendance.released_at:
        return InAnotherGroup
    if attendance.place.state in (Place.State.LEFT, Place.State.RETURNED) and not attendance.counts:
        return NoLongerTheirs
    return None


def _locked(attendance: Attendance) -> Attendance:
    attendance = (
        Attendance.objects.select_for_update(of=("self",))
        .select_related("place", "session__cohort__programme")
        .get(pk=attendance.pk)
    )
    if refused := refusal(attendance):
        raise refused
    return attendance
