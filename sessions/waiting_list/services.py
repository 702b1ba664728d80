"""People on the waiting list hear from us, and can leave it or say that their times changed (docs/domain.md 8.1)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import (
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Extract, Mod

from accounts.models import User
from core.errors import Refused, refusing
from core.nonces import key_of, message_about
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.models import silenced
from participants.personal_links.links import digest_of
from participants.readiness import services as readiness
from participants.readiness.services import Slot
from referrals import status_changes
from referrals.models import ImportedReferral, Referral
from referrals.statuses import Reason, Status
from sessions.models import WaitingLink
from sessions.places import offers
from sessions.places.common import NOT_WAITING_NOW
from sessions.reminders.programme_timing import waiting_entry
from sessions.reminders.scheduling import AHEAD
from sessions.reminders.timing import A_WEEK, Kind, TimetableEntry, while_waiting

KIND = Kind.STILL_ON_LIST.value
LINK_LIVES = timedelta(days=90)  # after the message that brings it: the next one comes before that
OTHER_TIMES = "The times of these messages were changed."
A_DAY = timedelta(days=1)


class NotWaiting(Refused):
    sentence = (
        "Nothing changed. You are not waiting for a place now. Check our latest message to you. "
        "Call us if you did not expect this."
    )


@transaction.atomic
def queue_still_on_list(*, now: datetime) -> int:
    """Write every message to people who wait that falls due within `AHEAD`; how many are new. May run twice.

    Whoever is offered a place and comes back to the list goes on where they were.
    """
    entry = waiting_entry()
    if not entry.active:
        return 0
    due = {
        referral: windows
        for referral in _may_be_due(entry, now).select_related("participant")
        if (windows := while_waiting(entry, listed_at=referral.listed_at, now=now, ahead=AHEAD))
    }
    outbox.take_up(
        subject_type="referral",
        subject_ids=[referral.pk for referral in due],
        kinds=[KIND],
        reason=NOT_WAITING_NOW,
    )
    _links({referral.pk: windows[-1][1][0] + LINK_LIVES for referral, windows in due.items()}, now)
    return outbox.queue_many(
        [
            outbox.Promise(
                **message_about(KIND, referral, number),
                participant=referral.participant,
                not_before=start,
                expires_at=end,
                order=entry.ways,
            )
            for referral, windows in due.items()
            for number, (start, end) in windows
        ],
        now=now,
    )


def follow_timetable(*, now: datetime) -> None:
    """Bring what is written and has not gone to the times and ways as they are now; what has no time any more is called back."""
    entry = waiting_entry()
    pending = Message.objects.filter(kind=KIND, state=Message.State.PENDING)
    listed = dict(
        Referral.objects.waiting()
        .filter(pk__in=pending.values("subject_id"))
        .values_list("pk", "opted_in_at")
    )
    wanted: dict[str, outbox.Window | None] = {}
    for key, subject in pending.values_list("key", "subject_id"):
        if entry.active and subject in listed:
            found = while_waiting(entry, listed_at=listed[subject], now=now, ahead=timedelta(days=400))
            if window := dict(found).get(int(key.split(":")[2])):
                wanted[key] = window
    outbox.reschedule(pending, wanted, reason=OTHER_TIMES, now=now)


def leave(*, link: WaitingLink, now: datetime, by: User | None = None) -> None:
    """The person no longer wants a place: their referral is withdrawn, and they hear so. Again is harmless.

    Raises NotWaiting.
    """
    with refusing():
        referral = _locked(link)
        if referral.status in (Status.WITHDRAWN, Status.CLOSED):
            return
        if referral.status != Status.WAITING:
            raise NotWaiting
        change = status_changes.move(
            referral=referral,
            to=Status.WITHDRAWN,
            by=by,
            now=now,
            reason=Reason.NOT_WANTED,
            words="The person no longer wants a place.",
        )
        outbox.cancel(
            subject_type="referral",
            subject_ids=[referral.pk],
            kinds=[KIND],
            reason="The person has left the list.",
            now=now,
        )
        outbox.queue(
            key=key_of("left_waiting", change),
            kind="left_waiting",
            subject_type="referral",
            subject_id=referral.pk,
            participant=referral.participant,
            now=now,
            expires_at=now + offers.RECEIPT_WAITS,
        )


def times_changed(
    *, link: WaitingLink, now: datetime, times: Collection[Slot] = (), call: bool = False
) -> None:
    """The person says that other times suit them now, and which. Again is harmless. Raises NotWaiting.

    An officer calls where they gave none, or would rather talk (`call`).
    """
    with refusing():
        referral = _locked(link)
        if referral.status != Status.WAITING:
            raise NotWaiting
        if times:
            readiness.replace_times(person=referral.participant, slots=times, now=now)
            WaitingLink.objects.filter(pk=link.pk).update(times_given_at=now)
            if not call:
                return
        WaitingLink.objects.filter(pk=link.pk).exclude(
            times_changed_at__isnull=False, times_asked_at__isnull=True
        ).update(times_changed_at=now, times_asked_at=None, times_asked_by=None)


def times_asked(*, link: WaitingLink, by: User, now: datetime) -> bool:
    """An officer has asked for the new times; False if somebody had before."""
    open_now = WaitingLink.objects.filter(
        pk=link.pk, times_changed_at__isnull=False, times_asked_at__isnull=True
    )
    return bool(open_now.update(times_asked_at=now, times_asked_by=by))


def _locked(link: WaitingLink) -> Referral:
    locked = Referral.objects.select_for_update(of=("self",), no_key=True).select_related("participant")
    return locked.get(pk=link.referral_id)


def _may_be_due(entry: TimetableEntry, now: datetime) -> QuerySet:
    """Waiting people who may have a message due in this time, found by how many days they have waited.

    Whoever has one written already is passed over, so that a long list costs little; and whoever came in a spreadsheet,
    until somebody has asked them about their safety: an import sends nothing.
    """
    not_spoken_to = ImportedReferral.objects.not_asked().filter(referral=OuterRef("pk"))
    every, span = [*entry.repeats][0], AHEAD.days + A_WEEK.days + 2
    by_then = ExpressionWrapper(Value(now + AHEAD + A_DAY) - F("opted_in_at"), output_field=DurationField())
    waited = Cast(Extract(by_then, "day"), IntegerField())
    written = Message.objects.filter(
        kind=KIND,
        subject_type="referral",
        subject_id=OuterRef("pk"),
        state=Message.State.PENDING,
        expires_at__gt=now,
    )
    return (
        Referral.objects.waiting()
        .filter(~Exists(written), ~Exists(not_spoken_to))
        .exclude(silenced("participant"))
        .annotate(listed_at=F("opted_in_at"), over=waited - Value(entry.days))
        .filter(over__gte=0)
        .annotate(since=Mod("over", Value(every)))
        .filter(Q(since__lte=span))
        .order_by("pk")
    )


def _links(until: dict[int, datetime], now: datetime) -> None:
    """A link for each of these referrals, open until its moment; two at once make one."""
    WaitingLink.objects.bulk_create(
        [WaitingLink(referral_id=pk, made_at=now, expires_at=end) for pk, end in until.items()],
        ignore_conflicts=True,
    )
    links = [cast(WaitingLink, link) for link in WaitingLink.objects.filter(referral__in=until)]
    for link in links:
        link.digest, link.expires_at = digest_of(link.token), until[link.referral_id]
    WaitingLink.objects.bulk_update(links, ["digest", "expires_at"])
