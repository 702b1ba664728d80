"""Asking how a session was, keeping the answers, and writing back to the practice."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from core.nonces import key_of
from messaging.outbox import queue as outbox
from messaging.restores import services as restores
from outcomes.asking import to_ask
from outcomes.models import Feedback, FormLink, Letter
from outcomes.questions import CURRENT
from outcomes.realigning import realign
from referrals.models import StatusChange
from referrals.statuses import Status
from sessions.message_groups import message_group
from sessions.models import Attendance, Place
from sessions.places import placement
from sessions.reminders.programme_timing import timetables_of
from sessions.reminders.timing import Kind, asks_again_at

PRACTICE_KINDS: dict[str, str] = {
    Letter.Kind.ACCEPTED: "practice_accepted",
    Letter.Kind.DECLINED: "practice_declined",
    Letter.Kind.REDIRECTED: "practice_redirected",
    Letter.Kind.UNREACHABLE: "practice_unreachable",
    Letter.Kind.WITHDRAWN: "practice_withdrawn",
    Letter.Kind.COMPLETED: "practice_finished",
    Letter.Kind.FINISHED_BELOW_TARGET: "practice_finished",
    Letter.Kind.LEFT_EARLY: "practice_finished",
    Letter.Kind.NOT_PARTICIPATING: "practice_finished",
}
LETTER_KEEPS = timedelta(days=14)  # a note that could not be sent for so long is an officer's matter
LOOK_BACK = timedelta(days=60)  # longer than any outage; the years before are never read again
TOLD = (Status.ACCEPTED, Status.DECLINED, Status.REDIRECTED, Status.UNREACHABLE)
NEVER_PLACED = {"attended": 0, "out_of": 0}


class FeedbackClosed(Exception):
    """The questions about this session can no longer be answered."""

    def __init__(self) -> None:
        super().__init__("These questions have closed. You can still tell us how it went: please ring us.")


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
    """
    realign(now)
    due = {attendance.pk: attendance for attendance in to_ask(now)}
    FormLink.make_missing(until={pk: attendance.asks_until for pk, attendance in due.items()}, now=now)
    requests = list(_requests(due.values(), now))
    outbox.queue_many(requests, now=now)
    first_due = {each.key: due[each.subject_id].asks_from for each in requests}
    restores.doubt_what_is_written_late(first_due, now=now)
    return len(due)


def _requests(asked: Iterable[Attendance], now: datetime) -> Iterator[outbox.Promise]:
    asked = list(asked)
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
                    key=key_of(kind, attendance),
                    kind=kind,
                    subject_type="attendance",
                    subject_id=attendance.pk,
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

    `taken_by` is the officer who wrote it down on the telephone. Raises FeedbackClosed. "Worse, and still worse"
    appears in the officers' work queue, again if it had been something else in between (domain.md 5.5).
    """
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
def mark_seen(*, feedback: Feedback, by: User, now: datetime) -> bool:
    """An officer has looked at a worrying answer; False if somebody had before."""
    return bool(Feedback.objects.to_look_at().filter(pk=feedback.pk).update(seen_at=now, seen_by=by))


def without_letter(now: datetime) -> QuerySet[StatusChange]:
    """Steps of the last weeks that the practice should hear of and has not: domain.md 4.10, as far as issue 2 goes.

    A referral passes "accepted" once; whether the person has said yes is told as it stands when the note is sent. A
    practice that withdrew a referral itself is not told so, and nobody is written to because a person died.
    """
    told = Q(to_status__in=[*TOLD, *Letter.FINISHED])
    withdrawn_by_officer = Q(to_status=Status.WITHDRAWN, by__isnull=False) & ~Q(by__staff_role="")
    return (
        StatusChange.objects.filter(told | withdrawn_by_officer, letter__isnull=True, at__gt=now - LOOK_BACK)
        .exclude(from_status=Status.DIED)  # a mistake is put right by a call, not by “accepted” once more
        .select_related("referral__organisation", "referral__submitted_by")
        .order_by("pk")
    )


@transaction.atomic
def write_due_letters(*, now: datetime) -> int:
    """Write the note that each step still lacks and promise it to the practice; how many were written.

    It goes to the organisation's own address, else to the person who referred. May run at the same time as another:
    one letter a step is the database's rule, one message a letter the key's.
    """
    due = list(without_letter(now))
    attended = attended_by([change.referral_id for change in due if change.to_status in Letter.FINISHED])
    Letter.objects.bulk_create(
        [
            Letter(
                status_change=change,
                kind=change.to_status,
                written_at=now,
                **(
                    attended.get(change.referral_id, NEVER_PLACED)
                    if change.to_status in Letter.FINISHED
                    else {}
                ),
            )
            for change in due
        ],
        ignore_conflicts=True,
    )
    for change in due:
        organisation, referrer = change.referral.organisation, change.referral.submitted_by
        outbox.queue(
            key=key_of("letter", change),
            kind=PRACTICE_KINDS[change.to_status],
            subject_type="status_change",
            subject_id=change.pk,
            now=now,
            expires_at=now + LETTER_KEEPS,
            **({"organisation": organisation} if organisation.contact_email else {"user": referrer}),
        )
    over = placement.over_at([change.referral_id for change in due if change.to_status in Letter.FINISHED])
    first_due = {
        key_of("letter", change): over[change.referral_id] for change in due if change.referral_id in over
    }
    restores.doubt_what_is_written_late(first_due, now=now)
    return len(due)


def attended_by(referrals: list[int]) -> dict[int, dict[str, int]]:
    """How many sessions each of these referrals' people attended, and of how many: their latest place counts, no offer.

    Sessions that we cancelled count for nobody; somebody who joined at session 2 is told "of 9" (domain.md 4.5), and
    somebody who left after session 3 "of 10": the practice hears of a programme, not of the weeks held so far.
    """
    latest = (
        Place.objects.that_were_taken()
        .filter(referral__in=referrals)
        .order_by("referral", "-pk")
        .distinct("referral")
    )
    return {
        place.referral_id: {"attended": place.attended, "out_of": place.meant}
        for place in Place.objects.filter(pk__in=latest.values("pk")).with_attendance()
    }
