"""The fence: the one statement that lets a message go, or not, by all that is true at that moment.

Writing this statement anew for every message takes Django longer than PostgreSQL needs to plan it, and planning it longer
than running it. So it is written and planned once for each kind and second, and run with each message's own numbers.
(A prepared statement lives in its connection: workers speak to PostgreSQL itself, or to a pool that keeps sessions.)
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, Q, sql
from django.db.models.functions import Now

from messaging.kinds.registry import MessageKind
from messaging.models import Message
from messaging.opt_outs import services as opt_outs
from messaging.outbox import pauses, proxies
from participants.models import Participant, silenced
from participants.needs import services as needs

NOT_WRITTEN_TO = silenced() | Q(merged_into__isnull=False)
MADE_UP = Q(synthetic=True)
NOT_BY_TEXT = ~Q(channel__in=Message.TEXTS)
GOOD_FOR = 0.1  # seconds for which its yes holds
A_MESSAGE, A_PERSON = -7_000_000_000_000_000_001, -7_000_000_000_000_000_002  # stand-ins, which no row has
A_LEASE = UUID("7e57ab1e-0000-4000-8000-000000000003")
# PostgreSQL would plan the first five runs of a statement each by itself.
PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"
numbers = count(1)  # of prepared statements, in this process


def condition(kind: MessageKind, now: datetime) -> Q:
    """Not expired; not paused; still right to send; to nobody who is silenced or whom an ordinary email does not serve;
    by no server outside for a person who is made up; and with time enough left in the lease to hear the answer.
    """
    needed = timedelta(seconds=2 * settings.EMAIL_TIMEOUT + 1)
    return (
        kind.still_due(now)
        & ~pauses.paused()
        & ~Q(Exists(Participant.objects.filter(NOT_WRITTEN_TO, pk=OuterRef("participant"))))
        & (
            ~Q(channel__in=Message.OUTSIDE)
            | ~Q(Exists(Participant.objects.filter(MADE_UP, pk=OuterRef("participant"))))
        )
        & (Q(proxy__isnull=False) | ~_served_by_hand())
        & proxies.consented()
        & (proxies.nobody_instead() if kind.proxied else Q())
        & (opt_outs.wanted() if kind.optional else Q())
        & Q(expires_at__gt=now, lease_until__gt=Now() + needed)
    )


def _served_by_hand() -> Q:
    """The person is not served by what the message is: a mail, or a text message."""
    return Q(needs.served_by_hand("participant", texted=True)) | NOT_BY_TEXT & Q(
        needs.served_by_hand("participant")
    )


class Fence:
    """The statements of one drain. Each is of use for a second, and asks what will still be so when its yes is used."""

    def __init__(self) -> None:
        self.names: dict[tuple, str] = {}

    def lets(self, messages: Sequence[Message], kind: MessageKind, now: datetime) -> set[int]:
        """Let those of these messages go that are ours, and for which `condition` holds; their numbers.

        All are of this kind and of one lease. Each person must be the one whose address was read: all are to
        participants, or none is.
        """
        nobody = messages[0].participant_id is None
        key = (kind.name, nobody, now.replace(microsecond=0))
        with connection.cursor() as cursor:
            if key not in self.names:
                if not self.names:
                    cursor.execute(PLAN_ONCE)
                self._forget_older(cursor, key[2])
                self.names[key] = _prepare(cursor, kind, now, nobody=nobody)
            ids = [each.pk for each in messages]
            people = ids if nobody else [each.participant_id for each in messages]
            cursor.execute(f"EXECUTE {self.names[key]} (%s, %s, %s)", [ids, people, messages[0].lease_token])
            return {number for (number,) in cursor.fetchall()}

    def close(self) -> None:
        """Let the connection forget the statements."""
        with connection.cursor() as cursor:
            self._forget_older(cursor, None)

    def _forget_older(self, cursor: CursorWrapper, second: datetime | None) -> None:
        for key in [key for key in self.names if key[2] != second]:
            cursor.execute(f"DEALLOCATE {self.names.pop(key)}")


def _prepare(cursor: CursorWrapper, kind: MessageKind, now: datetime, *, nobody: bool) -> str:
    whose = Q(participant__isnull=True) if nobody else Q(participant=A_PERSON)
    until = now.replace(microsecond=0) + timedelta(seconds=1 + GOOD_FOR)
    # Only what is being sent has a lease (message_sending_means_leased). Were the state named as well, PostgreSQL would
    # take the index of all that is being sent, the whole batch, in place of the message's own number.
    ours = Message.objects.filter(whose, condition(kind, until), pk=A_MESSAGE, lease_token=A_LEASE)
    update = ours.query.chain(sql.UpdateQuery)
    update.add_update_values({"data_started_at": now})
    text = cursor.mogrify(*update.get_compiler(connection=connection).as_sql()).decode()
    for stand_in, theirs in ((A_MESSAGE, "own.id"), (A_PERSON, "own.person"), (f"'{A_LEASE}'::uuid", "$3")):
        text = text.replace(str(stand_in), theirs)
    text = text.replace(" WHERE ", " FROM unnest($1, $2) AS own (id, person) WHERE ", 1)
    name = f"fence_{next(numbers)}"
    cursor.execute(f"PREPARE {name} (bigint[], bigint[], uuid) AS {text} RETURNING messaging_message.id")
    return name
