"""An officer's own message to a person or to a group: one text, one message each, the same outbox."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from core.nonces import key_of
from messaging.broadcasts import audiences
from messaging.broadcasts.audiences import Audience
from messaging.content import rendering, validation
from messaging.kinds import registry as kinds
from messaging.models import AdHoc, Message
from messaging.outbox import queue as outbox
from messaging.quiet_hours import quiet_until
from participants.display import tell_apart
from participants.models import Participant

NAME, SUBJECT_TYPE = "adhoc", "adhoc"
OF_USE = timedelta(days=3)  # our own choice, unconfirmed: what was not sent by then is out of date
CALLED_BACK = "The officer who wrote it, or a colleague, cancelled it."


class Nobody(Exception):
    """There is no one to write to."""


@dataclass(frozen=True)
class Reach:
    """How a text would reach its audience."""

    people: list[Participant]
    ways: dict[int, str]
    died: list[Participant]
    paused: list[Participant]  # their death was recorded by mistake, and nobody has spoken to them yet
    waits_until: datetime | None  # quiet hours

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many by which channel, in officers' words."""
        found = Counter(self.ways[person.pk] for person in self.people)
        return [(str(Message.Channel(way).label), count) for way, count in sorted(found.items())]

    @property
    def by_officers(self) -> list[Participant]:
        """Those to whom somebody speaks, because no mail serves them."""
        return [person for person in self.people if self.ways[person.pk] in Message.BY_OFFICERS]


def reach(audience: Audience, pk: int, now: datetime) -> Reach:
    """Whom a text to this audience would reach, and how; the same few queries however many they are."""
    everybody = list(audience.people(pk).prefetch_related("needs").order_by("family_name", "pk"))
    tell_apart((person, "") for person in everybody)
    people = [person for person in everybody if not person.is_silenced]
    return Reach(
        people=people,
        ways=outbox.ways(people, kind=NAME),
        died=[person for person in everybody if person.died_at],
        paused=[person for person in everybody if person.messages_paused_at],
        waits_until=quiet_until(now),
    )


def preview(person: Participant, subject: str, text: str) -> rendering.Mail:
    """The text as one of them would have it."""
    return rendering.render(KIND, {"first_name": person.first_name, "subject": subject, "text": text})


def send(
    *, audience: Audience, pk: int, subject: str, text: str, key: uuid.UUID, by: User, now: datetime
) -> tuple[AdHoc, bool]:
    """Write to everybody of an audience; what, and whether it is new (a second press is not). Raises Unfit, Nobody."""
    if faults := validation.faults_of(subject, text):
        raise validation.Unfit(faults)
    if known := AdHoc.objects.filter(key=key).first():
        return known, False
    found = reach(audience, pk, now)
    if not found.people:
        raise Nobody
    group = f"{audience.name}:{pk}"
    try:
        with transaction.atomic():
            written = AdHoc.objects.create(
                key=key, audience=group, subject=subject, text=text, written_at=now, written_by=by
            )
            outbox.queue_many(
                (
                    outbox.Promise(
                        key=key_of(NAME, written, person),
                        kind=NAME,
                        subject_type=SUBJECT_TYPE,
                        subject_id=written.pk,
                        participant=person,
                        group="" if audience.name == audiences.ONE else group,
                        expires_at=now + OF_USE,
                    )
                    for person in found.people
                ),
                now=now,
            )
    except IntegrityError:  # the other press was quicker
        return AdHoc.objects.get(key=key), False
    return written, True


@transaction.atomic
def withdraw_broadcast(*, written: AdHoc, by: User, now: datetime) -> int:
    """Stop what has not gone; those in a worker's hands meet the guard. How many were stopped."""
    AdHoc.objects.filter(pk=written.pk, called_back_at__isnull=True).update(
        called_back_at=now, called_back_by=by
    )
    return outbox.cancel(
        subject_type=SUBJECT_TYPE, subject_ids=[written.pk], reason=CALLED_BACK, now=now, kinds=[NAME]
    )


def sent_of(written: AdHoc) -> list[Message]:
    """The messages of one text, as they stand."""
    rows = Message.objects.about(SUBJECT_TYPE, written.pk).filter(kind=NAME)
    found = list(rows.select_related("participant").order_by("participant__family_name", "pk"))
    tell_apart((message.participant, "") for message in found)
    return found


def still_due(now: datetime) -> Q:
    """Not called back, and the person belongs to the group yet."""
    due = Q(Exists(AdHoc.objects.filter(pk=OuterRef("subject_id"), called_back_at__isnull=True)))
    for audience in audiences.registered():
        if audience.still:
            due &= ~Q(group__startswith=f"{audience.name}:") | audience.still()
    return due


def context(message: Message, now: datetime) -> dict[str, str]:
    written = AdHoc.objects.get(pk=message.subject_id)
    person = message.participant
    return {
        "first_name": person.first_name if person else "",
        "subject": written.subject,
        "text": written.text,
    }


def contexts(messages: list[Message], now: datetime) -> dict[int, dict]:
    """Of many at once, by one query."""
    found = AdHoc.objects.in_bulk({message.subject_id for message in messages})
    return {
        message.pk: {
            "first_name": message.participant.first_name if message.participant else "",
            "subject": found[message.subject_id].subject,
            "text": found[message.subject_id].text,
        }
        for message in messages
        if message.subject_id in found
    }


def _samples() -> list[dict[str, str]]:
    return [
        {
            "first_name": "Síle O’Neill-D'Arcy",
            "subject": "Your group on Tuesday 3 March 2026",
            "text": "Your instructor is away on that day.\n\nSomeone else will lead the group.",
        }
    ]


KIND = kinds.MessageKind(
    name=NAME,
    to="a person, or everyone with a place in a cohort",
    when="at once; in quiet hours in the morning",
    stops="the officer calls it back, or they have no place in that cohort any more",
    label="Message from an officer",
    template="messaging/emails/adhoc",
    fixed="An officer writes each one.",
    context=context,
    contexts=contexts,
    still_due=still_due,
    samples=_samples,
)
