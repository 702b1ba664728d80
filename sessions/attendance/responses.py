"""What a person says and does through the link of one session (coming or not, "join"), and who may not come back."""

import re
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from core.dates import moment
from core.errors import Refused, refusing
from participants.restores import call_first
from referrals.screening.eligibility import is_held
from sessions.models import Attendance, Place, Session

GONE = (Place.State.LEFT, Place.State.RETURNED)
MISSED = "The time to join this session has passed."


class NoLongerTheirs(Refused):
    sentence = "You no longer have a place in this group. Call us if you did not expect this."


class InAnotherGroup(Refused):
    sentence = "You are in another group now. Your dates are in our latest message."


class SessionCancelled(Refused):
    sentence = "We had to cancel this session. You do not need to do anything."


class SessionMoved(Refused):
    sentence = "We have moved this session since you opened the page. Check the new time, then answer again."


class CallFirst(Refused):
    """A safety hold, or "not back today" from a host: the person reads the same words, and no reason."""


class RecordsChecked(CallFirst):
    """A backup was restored, and nobody has called this person since."""

    def __init__(self) -> None:
        super().__init__(call_first.to_people("you join"))


class AnswersClosed(Refused):
    sentence = "It is too late to answer for this session. If something has changed, call us."


class JoinNotOpen(Refused):
    """Too early; the sentence says from when."""


class JoinClosed(Refused):
    """Too late; the sentence has the number to call."""


class SessionEnded(JoinClosed):
    sentence = "This session is over."


class SessionNotOn(Refused):
    sentence = "This session is not on now."


class HasNotJoined(Refused):
    """Not back today is said of people who have been in the call; the sentence names the person."""


def answer(*, attendance: Attendance, answer: str, now: datetime, version: int | None = None) -> Attendance:
    """Record "I'll be there" or "I can't come"; may be repeated and changed until the answers close.

    An answer given in the last hour is kept as late (docs/domain.md 5.6). The same answer again changes nothing.
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
    """The address of the video room, where the person may join now; the time of the first press is kept.

    Raises what `join_refusal` says.
    """
    with refusing():
        attendance = _locked(attendance)
        held = is_held(attendance.place.referral)
        checked = call_first.must_call(attendance.participant_id)
        if refused := join_refusal(attendance, held=held, checked=checked, now=now):
            raise refused
        if attendance.joined_at is None:
            attendance.joined_at = now
            attendance.save(update_fields=["joined_at"])
        return attendance.session.cohort.join_url


def join_refusal(
    attendance: Attendance, *, held: bool, checked: bool = False, now: datetime
) -> Refused | None:
    """Why the person may not join now, if they may not.

    The first time within the join window; whoever has joined may come back until the session ends (docs/domain.md 5.6),
    unless a safety hold is on (`held`), a host said "not back today", or our records are being checked after a restore
    and nobody has called them (`checked`).
    """
    if refused := refusal(attendance):
        return refused()
    if attendance.place.state in GONE:  # left while the session is on
        return NoLongerTheirs()
    session = attendance.session
    opens_at, closes_at = session.join_window(session.cohort.programme)
    if now >= (session.ends_at if attendance.joined_at else closes_at):
        if now >= session.ends_at:
            return SessionEnded()
        phone = settings.SERVICE_PHONE
        return JoinClosed(f"{MISSED} If you had trouble joining, call us on {phone}.")
    if checked:
        return RecordsChecked()
    if held or attendance.rejoin_refused_at:
        again = " again" if attendance.joined_at else ""
        return CallFirst(f"Call us on {settings.SERVICE_PHONE} before you join{again}.")
    if now < opens_at:
        return JoinNotOpen(f"You can join on this page from {moment(opens_at)}.")
    return None


def refuse_rejoining(*, attendance: Attendance, by: User, now: datetime) -> Attendance:
    """A host says "not back today": the person may not join this session again. The first to say so is kept.

    Raises SessionNotOn, HasNotJoined, or why the session is not the person's any more.
    """
    with refusing():
        attendance = _during(attendance, now)
        if attendance.joined_at is None:
            raise HasNotJoined(f"{attendance.participant} has not joined this session.")
        if attendance.rejoin_refused_at is None:
            _write_refusal(attendance, at=now, by=by)
        return attendance


def allow_rejoining(*, attendance: Attendance, by: User, now: datetime) -> Attendance:
    """Take "not back today" back; history keeps who did. Raises as `refuse_rejoining`."""
    with refusing():
        attendance = _during(attendance, now)
        if attendance.rejoin_refused_at:
            _write_refusal(attendance, at=None, by=None)
        return attendance


def _during(attendance: Attendance, now: datetime) -> Attendance:
    attendance = _locked(attendance)
    if not attendance.session.starts_at <= now < attendance.session.ends_at:
        raise SessionNotOn
    return attendance


def _write_refusal(attendance: Attendance, *, at: datetime | None, by: User | None) -> None:
    attendance.rejoin_refused_at, attendance.rejoin_refused_by = at, by
    attendance.save(update_fields=["rejoin_refused_at", "rejoin_refused_by"])


def refusal(attendance: Attendance) -> type[Refused] | None:
    """Why this session is not the person's any more, if it is not."""
    if attendance.session.status == Session.Status.CANCELLED_BY_US:
        return SessionCancelled
    if attendance.released_at:
        return InAnotherGroup
    if attendance.place.state in GONE and not attendance.expected:
        return NoLongerTheirs
    return None


def _locked(attendance: Attendance) -> Attendance:
    attendance = (
        Attendance.objects.select_for_update(of=("self",))
        .select_related("place", "participant", "session__cohort__programme")
        .get(pk=attendance.pk)
    )
    if refused := refusal(attendance):
        raise refused
    return attendance
