"""Asking how a session was, keeping the answers, and writing back to the practice."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from accounts.clinical_sign_off.services import NotSignedOff, require_signed_off
from accounts.models import User
from core.errors import Refused
from core.nonces import message_about
from messaging.outbox import queue as outbox
from messaging.restores import services as restores
from outcomes.feedback.eligibility import to_ask
from outcomes.feedback.questions import CURRENT, KEY
from outcomes.feedback.rescheduling import follow_timetable
from outcomes.models import Feedback, FormLink
from participants.contact_log import services as contact_log
from participants.models import ContactNote
from sessions.message_groups import message_group
from sessions.models import Attendance
from sessions.reminders.programme_timing import timetables_of
from sessions.reminders.timing import Kind, asks_again_at


class FeedbackClosed(Refused):
    sentence = "These questions have closed. You can still tell us how it went. Call us."


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a person said about one session; anything may be left out, but not everything."""

    enjoyed: int | None = None
    effort: str = ""
    pain_since: str = ""
    part_of_group: int | None = None
    for_instructor: str = ""


@transaction.atomic
def queue_due_feedback(*, now: datetime) -> int:
    """Promise the request, and one nudge, to everyone who should be asked now; how many people are new.

    May run twice or at the same time: links are unique by attendance and messages by key. People who are rung are
    not nudged: the call stays on the officers' list instead.
    Nobody is asked by questions that are not signed off; the first run after the sign-off asks who is still to be asked.
    """
    try:
        require_signed_off(KEY, now=now)
    except NotSignedOff:
        return 0
    follow_timetable(now)
    due = {attendance.pk: attendance for attendance in to_ask(now)}
    FormLink.make_missing(until={pk: attendance.asks_until for pk, attendance in due.items()}, now=now)
    requests = list(_requests(due.values(), now))
    outbox.queue_many(requests, now=now)
    first_due = {each.key: due[each.subject_id].asks_from for each in requests}
    restores.doubt_what_is_written_late(first_due, now=now)
    return len(due)


def _requests(asked: Collection[Attendance], now: datetime) -> Iterator[outbox.Promise]:
    if not asked:
        return
    timetables = timetables_of({attendance.place.cohort.programme_id for attendance in asked})
    lines = {each.pk: timetables[each.place.cohort.programme_id] for each in asked}
    officers = outbox.by_officers(
        (attendance.place.participant for attendance in asked),
        kind=Kind.FEEDBACK,
        orders={each.place.participant_id: lines[each.pk][Kind.FEEDBACK].ways for each in asked},
    )
    for attendance in asked:
        person = attendance.place.participant
        again = lines[attendance.pk][Kind.FEEDBACK_NUDGE]
        nudge = asks_again_at(again, now) if again.active and person.pk not in officers else None
        for kind, not_before in ((Kind.FEEDBACK, None), (Kind.FEEDBACK_NUDGE, nudge)):
            if kind == Kind.FEEDBACK or not_before is not None:
                yield outbox.Promise(
                    **message_about(kind, attendance),
                    participant=person,
                    group=message_group(attendance.place.cohort_id),
                    expires_at=attendance.asks_until,
                    not_before=not_before,
                    order=lines[attendance.pk][kind].ways,
                )


@transaction.atomic
def record_feedback(
    *, attendance: Attendance, answers: Answers, now: datetime, taken_by: User | None = None
) -> Feedback:
    """Keep what the person said; answering again replaces it until the link closes, and history keeps both.

    `taken_by` is the officer who wrote it down on the telephone. Raises FeedbackClosed, NotSignedOff. "Worse, and still worse"
    appears in the officers' work queue, again if it had been something else in between (docs/domain.md 6.1).
    """
    require_signed_off(KEY, now=now)
    link = FormLink.objects.select_for_update().get(attendance=attendance)  # one answer at a time
    if not link.is_live(now):
        raise FeedbackClosed
    before = Feedback.objects.filter(attendance=attendance).first()
    already_seen = before is not None and before.pain_since == answers.pain_since
    feedback, _ = Feedback.objects.update_or_create(
        attendance=attendance,
        defaults={
            **asdict(answers),
            "form_version": CURRENT.version,
            "given_at": now,
            "taken_by": taken_by,
            **({} if already_seen else {"seen_at": None, "seen_by": None}),
        },
    )
    outbox.cancel(
        subject_type="attendance",
        subject_ids=[attendance.pk],
        kinds=["feedback", "feedback_nudge"],
        reason="Answered.",
        now=now,
    )
    return feedback


@transaction.atomic
def mark_seen(*, feedback: Feedback, by: User, now: datetime, words: str = "") -> bool:
    """An officer has seen to a worrying answer, and `words` say what was done; False if somebody had before."""
    if not Feedback.objects.to_look_at().filter(pk=feedback.pk).update(seen_at=now, seen_by=by):
        return False
    if words.strip():
        contact_log.log(
            person=feedback.attendance.place.participant,
            channel=ContactNote.Channel.PHONE,
            from_them=False,
            words=f"Pain still worse after a session: {words.strip()}",
            by=by,
            now=now,
        )
    return True
