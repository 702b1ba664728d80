"""Who hears of a change of their sessions, once each, and what was news to them (docs/domain.md 5.5).

A change is told from what a person was last told: where an earlier message about the same session never went out, the
new one speaks of the time that they still have in mind, and takes its place.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.nonces import key_of, number_in
from messaging.models import Message
from messaging.outbox import queue as outbox
from messaging.quiet_hours import quiet_until
from sessions import statuses
from sessions.message_groups import message_group
from sessions.message_kinds import CANCELLED, MOVED, OFFER_CHANGED
from sessions.models import Attendance, ChangedSession, Place, PlanChange, Session
from sessions.schedule_changes.preview import Cancelling, Moving, Plan, held_until

State = Message.State
Unheard = set[tuple[int, int]]  # numbers of places, and of changes that these people were not told
NEVER_HEARD = (State.PENDING, State.CANCELLED, State.SUPERSEDED, State.EXPIRED, State.FAILED)


@dataclass(frozen=True)
class PerceivedChange:
    """A session of one person, with the time that they have in mind; the session itself knows the new one."""

    session: Session
    from_starts_at: datetime
    from_ends_at: datetime


def moved(plan: Moving, change: PlanChange, now: datetime) -> None:
    """One message to each person whose sessions moved, whatever their number."""
    told = [place for place in plan.places if not place.unread]
    _call_back(MOVED, told, now)
    news = news_of_moves(change, told, now)
    new = min(move.slot.starts_at for move in plan.moves)
    old = change.sessions.earliest("from_starts_at").from_starts_at
    with_news = [place for place in told if news[place.pk]]
    _say(MOVED, with_news, change, now, needed_by=min(old, new), expires_at=dict.fromkeys(news, new))
    _offers_changed(plan, change, now)


def cancelled(plan: Cancelling, change: PlanChange, now: datetime) -> None:
    """One message to each person who was to come, while they could still be waiting for the session."""
    told = [place for place in plan.places if not place.unread]
    start = plan.session.starts_at
    ends = {place.pk: start for place in told}
    _say(CANCELLED, told, change, now, needed_by=start, expires_at=ends)
    _offers_changed(plan, change, now)


def _offers_changed(plan: Plan, change: PlanChange, now: datetime) -> None:
    told = [place for place in plan.offers if not place.unread]
    _call_back(OFFER_CHANGED, told, now)
    ends = {place.pk: held_until(place, plan) for place in told}
    _say(OFFER_CHANGED, told, change, now, needed_by=min(ends.values(), default=now), expires_at=ends)


def _say(
    kind: str,
    places: Iterable[Place],
    change: PlanChange,
    now: datetime,
    *,
    needed_by: datetime,
    expires_at: dict[int, datetime],
) -> None:
    """The quiet hours hold it back, unless somebody would then hear of it too late."""
    morning = quiet_until(now)
    promises = [
        outbox.Promise(
            key=key(kind, place, change),
            kind=kind,
            subject_type="place",
            subject_id=place.pk,
            participant=place.participant,
            group=message_group(place.cohort_id),
            not_before=morning if morning and morning < needed_by else now,
            expires_at=expires_at[place.pk],
        )
        for place in places
    ]
    outbox.queue_many(promises, now=now)


def _call_back(kind: str, places: Iterable[Place], now: datetime) -> None:
    pks, why = [place.pk for place in places], "another change came before it was sent"
    outbox.cancel(subject_type="place", subject_ids=pks, kinds=[kind], reason=why, now=now)


def key(kind: str, place: Place, change: PlanChange) -> str:
    """The place was there before the change, so its number alone is enough."""
    return key_of(kind, place.pk, change)


def change_in(key: str) -> int:
    """The number of the change that a message of this key tells."""
    return number_in(key.split(":")[2])


def change_of(message: Message) -> PlanChange:
    """The change that a message of these kinds tells."""
    return PlanChange.objects.get(pk=change_in(message.key))


def news_of_moves(change: PlanChange, places: list[Place], now: datetime) -> dict[int, list[PerceivedChange]]:
    """By place, each session still ahead whose time is not the one that this person was last told.

    Four queries, whatever the number of people.
    """
    rows = list(
        ChangedSession.objects.filter(
            change__cohort=change.cohort_id, change__kind=PlanChange.Kind.MOVED, change__lte=change.pk
        )
        .select_related("change", "session")
        .order_by("change")
    )
    never = _never_heard(places, {row.change for row in rows})
    theirs = defaultdict(set)
    ahead = Attendance.objects.filter(
        place__in=places, expected=True, session__status__in=statuses.AHEAD, starts_at__gt=now
    )
    for place, session in ahead.values_list("place", "session"):
        theirs[place].add(session)
    return {
        place.pk: _news(
            [row for row in rows if row.session_id in theirs[place.pk]],
            never | {(place.pk, change.pk)},
            place,
        )
        for place in places
    }


def time_in_mind(place: Place, cancelled: ChangedSession) -> PerceivedChange:
    """The time at which this person expects a session that was cancelled."""
    rows = list(
        cancelled.session.changes.filter(change__kind=PlanChange.Kind.MOVED, change__lt=cancelled.change_id)
        .select_related("change")
        .order_by("change")
    )
    never = _never_heard([place], {row.change for row in rows})
    start = _in_mind(rows, never, place) or cancelled
    return PerceivedChange(cancelled.session, start.from_starts_at, start.from_ends_at)


def _never_heard(places: list[Place], changes: Iterable[PlanChange]) -> Unheard:
    """Those messages that did not reach their person; a release before nonces named the change by its number alone."""
    names = {name for change in changes for name in (change, change.pk)}
    keys = [key_of(MOVED, place.pk, name) for place in places for name in names]
    found = Message.objects.filter(key__in=keys, state__in=NEVER_HEARD).values_list("subject_id", "key")
    return {(place, change_in(key)) for place, key in found}


def _news(rows: list[ChangedSession], never: Unheard, place: Place) -> list[PerceivedChange]:
    by_session = defaultdict(list)
    for row in rows:
        by_session[row.session].append(row)
    found = []
    for session, changes in by_session.items():
        start = _in_mind(changes, never, place)
        if start and start.from_starts_at != session.starts_at:
            found.append(PerceivedChange(session, start.from_starts_at, start.from_ends_at))
    return sorted(found, key=lambda news: news.session.starts_at)


def _in_mind(rows: list[ChangedSession], never: Unheard, place: Place) -> ChangedSession | None:
    """The first change of a session since the person last heard its time."""
    start = None
    for row in rows:
        heard = (place.pk, row.change_id) not in never
        start = None if heard else start or row
    return start
