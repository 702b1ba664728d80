"""Writing back to the practice: what was decided, and what somebody came to."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core.nonces import key_of
from messaging.outbox import queue as outbox
from messaging.restores import services as restores
from outcomes.models import Letter
from referrals.models import StatusChange
from referrals.statuses import Status
from sessions.models import Place
from sessions.places import placement

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


def without_letter(now: datetime) -> QuerySet[StatusChange]:
    """Steps of the last weeks that the practice should hear of and has not (docs/domain.md 6.3).

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
    finished = [change.referral_id for change in due if change.to_status in Letter.FINISHED]
    attended = dict.fromkeys(finished, NEVER_PLACED) | attended_by(finished)
    Letter.objects.bulk_create(
        [
            Letter(
                status_change=change,
                kind=change.to_status,
                written_at=now,
                **(attended[change.referral_id] if change.to_status in Letter.FINISHED else {}),
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
    over = placement.over_at(finished)
    first_due = {key_of("letter", each): over[each.referral_id] for each in due if each.referral_id in over}
    restores.doubt_what_is_written_late(first_due, now=now)
    return len(due)


def attended_by(referrals: list[int]) -> dict[int, dict[str, int]]:
    """How many sessions each of these referrals' people attended, and of how many: their latest place counts, no offer.

    Sessions that we cancelled count for nobody (docs/domain.md 6.3). Of somebody who joined at session 2 the practice
    reads "of 9", of somebody who left after session 3 "of 10": it hears of a programme, not of the weeks held so far.
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
