"""A death that was recorded by mistake: what was cancelled, undoing it, and telling the practice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from core.dates import day
from core.errors import Refused, refusing
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.deaths import services as deaths
from participants.models import Participant, RecordedDeath
from referrals.models import DeathCorrection, Referral, StatusChange
from referrals.status_changes import AlreadyInProgramme, move
from referrals.statuses import BACK_FROM_DIED, ENDED, IN_PROGRAMME, Status

SORRY = "We recorded by mistake that your patient had died. We are sorry. The referral continues from here."
SHOWN = 20  # messages

# The room that gives places says what becomes, or became, of the one of a referral (AppConfig.ready()).
PlaceWords = Callable[[Referral, datetime | None, datetime], list[str]]
PlaceReturned = Callable[[Referral, datetime], None]
_places: list[tuple[PlaceWords, PlaceReturned]] = []


def register_places(*, words: PlaceWords, returned: PlaceReturned) -> None:
    """`words(referral, at, now)`: which place a death recorded now (`at` None) would end, or one recorded then ended.

    `returned(referral, at)`: the person waits again, because the death that ended their place then was a mistake.
    """
    _places.append((words, returned))


class NotUndone(Refused):
    """Nothing was changed; the sentence says why."""


@dataclass(frozen=True)
class Cancelled:
    """What recording a death ended: sentences about referrals and places, and the messages that were not sent."""

    sentences: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    more_messages: int = 0


def would_end(person: Participant, now: datetime) -> Cancelled:
    """What recording a death now would end."""
    sentences = []
    for referral in person.referrals.exclude(status__in=ENDED).order_by("pk"):
        sentences.append(f"Referral {referral.reference} ({referral.get_status_display().lower()}) ends.")
        sentences += _of_place(referral, None, now)
    return _with_messages(sentences, Message.objects.open().filter(participant=person))


def ended_by(death: RecordedDeath, now: datetime) -> Cancelled:
    """What recording this death ended, as it can be read from what was written down at that moment."""
    sentences = []
    changes = _moved(death.participant).filter(at=death.recorded_at).select_related("referral")
    for change in changes.order_by("referral", "pk"):
        was, waits = Status(change.from_status), change.referral.opted_in_at
        since = f", waiting since {day(waits)}" if waits and was in IN_PROGRAMME else ""
        sentences.append(f"Referral {change.referral.reference} ended. It was “{was.label}”{since}.")
        sentences += _of_place(change.referral, change.at, now)
    cancelled = Message.objects.filter(
        participant=death.participant,
        state=Message.State.CANCELLED,
        settled_at__gte=death.recorded_at,
        settled_at__lte=death.undone_at or death.recorded_at,
    )
    return _with_messages(sentences, cancelled)


@refusing()
def not_died(
    *, referral: Referral, because: str, confirmed_by: str, by: User, now: datetime
) -> RecordedDeath:
    """The record that this person has died was a mistake: their referrals go on where they were.

    Whoever had or was offered a place waits again, from the day they said yes, with their holds; the place itself is
    given back to nobody. Each organisation whose page said "Has died" becomes a task. Nothing is sent. Raises Refused.
    """
    person = referral.participant
    organisations = {}
    for each in person.referrals.filter(status=Status.DIED).order_by("pk"):
        last = _moved(person).filter(referral=each).order_by("-at", "-pk").first()
        back = BACK_FROM_DIED.get(last.from_status if last else "", Status.SUBMITTED)
        if last is not None:
            for _, returned in _places:
                returned(each, last.at)
        try:
            move(referral=each, to=back, by=by, now=now, words=SORRY, from_died=True)
        except AlreadyInProgramme:
            raise NotUndone(_in_the_way(person, each)) from None
        organisations[each.organisation_id] = each.organisation
    try:
        death = deaths.take_back(person=person, because=because, confirmed_by=confirmed_by, by=by, now=now)
    except deaths.DeathRefused as refusal:
        raise NotUndone(str(refusal)) from None
    DeathCorrection.objects.bulk_create(
        DeathCorrection(death=death, organisation=each, made_at=now) for each in organisations.values()
    )
    referral.refresh_from_db(fields=["status", "status_at"])
    return death


def corrected(*, correction: DeathCorrection, note: str, by: User, now: datetime) -> bool:
    """An officer has told the organisation that it was a mistake; False if somebody had before."""
    rows = DeathCorrection.objects.filter(pk=correction.pk, done_at__isnull=True)
    return bool(rows.update(done_at=now, done_by=by, note=note.strip()))


def _moved(person: Participant) -> QuerySet[StatusChange]:
    return StatusChange.objects.filter(referral__participant=person, to_status=Status.DIED)


def _of_place(referral: Referral, at: datetime | None, now: datetime) -> list[str]:
    return [sentence for words, _ in _places for sentence in words(referral, at, now)]


def _with_messages(sentences: list[str], messages: QuerySet[Message]) -> Cancelled:
    rows = messages.order_by("not_before", "pk").values_list("kind", "not_before")
    shown = [
        f"{found.title if (found := kinds.find(kind)) else kind}, {day(due)}" for kind, due in rows[:SHOWN]
    ]
    return Cancelled(sentences, shown, max(0, messages.count() - SHOWN))


def _in_the_way(person: Participant, referral: Referral) -> str:
    other = person.referrals.filter(status__in=IN_PROGRAMME).exclude(pk=referral.pk).first()
    return (
        f"{referral.reference} cannot go back to the waiting list: another referral of this person "
        f"({other.reference if other else 'not found'}) is there, or they are taking part. End or withdraw that one, or "
        f"mark {referral.reference} as entered in error. Then undo this again."
    )
