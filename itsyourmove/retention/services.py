"""How long things are kept: one table of classes, each with its setting (docs/domain.md 7).

What belongs to nobody's record goes by itself at night. What belongs to a person's record is only counted, and shown to
officers; the words of messages go when an officer has confirmed it. Rows of messages and of links stay as long as what
they are about: sweeps find by them what was sent already. Erasing whole records is not built yet.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Min, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.login_sessions.store import SessionStore
from accounts.models import User
from core.dates import LONDON
from core.errors import Refused
from itsyourmove.models import Disposal
from messaging.models import Heartbeat, Message
from messaging.outbox import heartbeats
from participants.models import ContactNote, Participant
from participants.personal_links import links
from referrals.models import (
    ClinicianLink,
    ContactAttempt,
    Referral,
    ReferralDraft,
    Spreadsheet,
    StatusChange,
)
from referrals.statuses import ENDED, Status
from sessions.models import Attendance

BATCH = 1000  # rows in one transaction
SECONDS = 60.0  # of one run, all together, well within Celery's limit; the rest waits for the next
RECORDS_COUNTED = "records-past-their-time"  # in the cache: what the last night counted, for a few days
NIGHT = range(1, 6)  # London hours
BEAT = "retention"
SESSION = SessionStore.get_model_class()
# Messages to colleagues about their own account; every other message is about a person, whoever gets it.
ABOUT_ACCOUNTS = ("user", "membership", "interest")
Clean = Callable[[datetime, "Share"], int]  # (what ended before this, the time for it): how many


class CountedAnew(Refused):
    """There is more, or less, to delete than the officer has seen."""

    sentence = "The count has changed since you opened the page. Check it again before you confirm."


class Share:
    """The time that one class has, and whether that cut it short."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self.cut_short = False

    def is_over(self) -> bool:
        """Asked before there is more to do."""
        self.cut_short = self.cut_short or time.monotonic() >= self._until
        return self.cut_short


class NothingToConfirm(Refused):
    """The proposal was confirmed already, or nothing is left of it."""

    sentence = "This has already been confirmed, or there is nothing left to delete."


@dataclass(frozen=True)
class Class:
    """One kind of thing that is kept for a time. With `clean` it goes by itself, else an officer decides."""

    name: str
    what: str
    setting: str  # its name; days
    counted_from: str
    clean: Clean | None = None

    @property
    def deleted(self) -> str:
        """What goes of it, and when."""
        if self.clean:
            return "Automatically, at night"
        if self.name in RECORDS:
            return "Only the text of messages, when an officer confirms it"
        return "When an officer confirms it"

    @property
    def days(self) -> int:
        return getattr(settings, self.setting)

    def limit(self, now: datetime) -> datetime:
        """What ended before this is past its time."""
        return now - timedelta(days=self.days)


# --- What goes by itself ------------------------------------------------------------------------------------------


def _batches(rows: QuerySet, act: Callable[[QuerySet], object], share: Share) -> int:
    """Do this to all these rows, some at a time; how many. What another run holds is left to it."""
    done, last = 0, None
    while not share.is_over():
        with transaction.atomic():
            ahead = rows if last is None else rows.filter(pk__gt=last)
            locked = ahead.order_by("pk").select_for_update(skip_locked=True, of=("self",))
            found = list(locked.values_list("pk", flat=True)[:BATCH])
            if not found:
                break
            act(rows.model._default_manager.filter(pk__in=found))
        done, last = done + len(found), found[-1]
    return done


def _deleting(model: type[Model], ended: str) -> Clean:
    """The rows whose moment in this column is past their time go."""
    rows = model._default_manager
    return lambda before, share: _batches(
        rows.filter(**{f"{ended}__lte": before}), lambda found: found.delete(), share
    )


def _tokens(before: datetime, share: Share) -> int:
    """The digest goes, and with it the way to the page, which then says whom to call. The row stays: sweeps ask it."""
    over = Q(expires_at__lte=before) | Q(revoked_at__lte=before)
    return sum(
        _batches(
            model.objects.filter(over, digest__isnull=False), lambda rows: rows.update(digest=None), share
        )
        for model in links.tables()
    )


def _spreadsheets(before: datetime, share: Share) -> int:
    """The rows that were read from a file go; its source and hash stay."""
    unused = Spreadsheet.objects.unused().filter(uploaded_at__lte=before)
    return _batches(unused, lambda rows: rows.forget(), share)


def _codes(before: datetime, share: Share) -> int:
    """A drain wipes a code that is sent or too late; this one is for what no drain has seen."""
    late = Message.objects.filter(state=Message.State.PENDING, secret__isnull=False, expires_at__lte=before)
    return _batches(late, lambda rows: rows.update(secret=None), share)


def _clinician_codes(before: datetime, share: Share) -> int:
    """The hash of a code that is over."""
    over = ClinicianLink.objects.filter(code_expires_at__lte=before).exclude(code_hash="")
    return _batches(over, lambda rows: rows.update(code_hash=""), share)


def _cache(before: datetime, share: Share) -> int:
    """The cache table is no model of Django's."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    done = 0
    while not share.is_over():
        with transaction.atomic(), connection.cursor() as cursor:
            # An array is made once; some plans would ask an IN (... LIMIT) anew for each row, and delete them all.
            cursor.execute(
                f"DELETE FROM {table} WHERE cache_key = ANY(ARRAY(SELECT cache_key FROM {table} WHERE expires <= %s"  # noqa: S608
                " LIMIT %s FOR UPDATE SKIP LOCKED))",
                [before, BATCH],
            )
            if not cursor.rowcount:
                break
            done += cursor.rowcount
    return done


# --- What an officer decides on -----------------------------------------------------------------------------------


def records(before: datetime, *, accepted: bool) -> QuerySet[Participant]:
    """People whose referrals have all ended, and with whom there was no contact since; accepted once, or never."""
    theirs = Referral.objects.filter(participant=OuterRef("pk"))
    once = StatusChange.objects.filter(referral__participant=OuterRef("pk"), to_status=Status.ACCEPTED)
    messages = Message.objects.filter(participant=OuterRef("pk"))
    later = (
        theirs.filter(status_at__gt=before),
        ContactNote.objects.filter(participant=OuterRef("pk"), at__gt=before),
        ContactAttempt.objects.filter(referral__participant=OuterRef("pk"), at__gt=before),
        Attendance.objects.filter(participant=OuterRef("pk"), ends_at__gt=before),
        messages.filter(
            Q(settled_at__gt=before) | Q(state__in=[Message.State.PENDING, Message.State.SENDING])
        ),
    )
    people = Participant.objects.filter(Q(Exists(once)) if accepted else ~Q(Exists(once)))
    people = people.filter(merged_into__isnull=True, added_at__lte=before)
    return people.exclude(Exists(theirs.exclude(status__in=ENDED))).filter(*(~Exists(rows) for rows in later))


def past_time(now: datetime) -> QuerySet[Participant]:
    """People whose whole record is past its time."""
    old = [records(BY_NAME[name].limit(now), accepted=kept) for name, kept in RECORDS.items()]
    return Participant.objects.filter(Q(pk__in=old[0].values("pk")) | Q(pk__in=old[1].values("pk")))


def texts(kind: str, now: datetime) -> QuerySet[Message]:
    """Settled messages that still have words, and are past their time."""
    settled = Message.objects.filter(settled_at__isnull=False).exclude(rendered_subject="", rendered_text="")
    settled = settled.exclude(state__in=[Message.State.PENDING, Message.State.SENDING])
    if kind == Disposal.Kind.ACCOUNT_TEXTS:
        limit = BY_NAME["account_texts"].limit(now)
        return settled.filter(
            subject_type__in=ABOUT_ACCOUNTS, participant__isnull=True, settled_at__lte=limit
        )
    people = past_time(now)
    theirs = Q(participant__in=people.values("pk"))
    referrals = Referral.objects.filter(participant__in=people.values("pk"))
    steps = StatusChange.objects.filter(referral__participant__in=people.values("pk"))
    about = Q(subject_type="referral", subject_id__in=referrals.values("pk")) | Q(
        subject_type="status_change", subject_id__in=steps.values("pk")
    )
    # To an organisation or a colleague, about somebody: with that record; where that cannot be told, as long as any.
    rest = Q(settled_at__lte=BY_NAME["records"].limit(now)) & ~Q(
        subject_type__in=("referral", "status_change")
    )
    to_others = Q(participant__isnull=True) & ~Q(subject_type__in=ABOUT_ACCOUNTS)
    return settled.filter(theirs | to_others & (about | rest))


@transaction.atomic
def propose(*, now: datetime) -> None:
    """Count anew what is past its time; one open proposal for each kind."""
    for kind in Disposal.Kind:
        found = texts(kind, now).aggregate(count=Count("pk"), oldest=Min("settled_at"))
        # An earlier row stays as it is while an officer confirms it.
        Disposal.objects.bulk_create([Disposal(kind=kind, as_of=now, **found)], ignore_conflicts=True)
        Disposal.objects.filter(kind=kind, confirmed_at__isnull=True).update(as_of=now, **found)


@transaction.atomic
def confirm(*, disposal: Disposal, by: User, now: datetime) -> None:
    """An officer decides that these words go, as `disposal` was shown. Raises NothingToConfirm and CountedAnew."""
    waiting = Disposal.objects.proposed().filter(pk=disposal.pk)
    seen = waiting.filter(as_of=disposal.as_of)
    if not seen.update(confirmed_at=Greatest(F("as_of"), now), confirmed_by=by):
        raise CountedAnew if waiting.exists() else NothingToConfirm


def carry_out(*, now: datetime, seconds: float = SECONDS) -> int:
    """Delete the words that officers have confirmed; how many. Of a person who came back since, nothing goes."""
    share, emptied = Share(seconds), 0
    for disposal in Disposal.objects.confirmed().filter(finished_at__isnull=True).order_by("pk"):

        def empty(rows: QuerySet, disposal: Disposal = disposal) -> None:
            count = rows.update(rendered_subject="", rendered_text="")
            Disposal.objects.filter(pk=disposal.pk).update(done=F("done") + count)

        still = texts(disposal.kind, disposal.as_of)
        emptied += _batches(still, empty, share)
        if not share.cut_short:
            Disposal.objects.filter(pk=disposal.pk, finished_at__isnull=True).update(finished_at=now)
    return emptied


# --- The table ----------------------------------------------------------------------------------------------------

CLASSES = (
    Class("records", "A person’s record, including everything done and said", "RECORD_KEPT_DAYS", "the last contact"),
    Class("not_accepted", "The record of a person who was never accepted", "NOT_ACCEPTED_KEPT_DAYS", "the last contact"),
    Class("account_texts", "The text of messages about accounts", "LOG_KEPT_DAYS", "when they were sent"),
    Class("tokens", "Personal link tokens", "TOKEN_KEPT_DAYS", "when the link ended", _tokens),
    Class("sessions", "Sign-in sessions", "SESSION_KEPT_DAYS", "when the session ended", _deleting(SESSION, "expire_date")),
    Class("drafts", "Unfinished referrals", "DRAFT_DAYS", "the last change", _deleting(ReferralDraft, "saved_at")),
    Class("spreadsheets", "Spreadsheet rows that no one added", "SPREADSHEET_KEPT_DAYS", "the upload", _spreadsheets),
    Class("codes", "Sign-in codes that were never sent", "CODE_KEPT_DAYS", "when the code expired", _codes),
    Class("clinician_codes", "Codes of clinicians without an account", "CODE_KEPT_DAYS", "when the code expired", _clinician_codes),
    Class("cache", "Counts of attempts and other temporary data", "CACHE_KEPT_DAYS", "when they expired", _cache),
    Class("technical_events", "When each job last ran", "TECHNICAL_EVENT_KEPT_DAYS", "when it ran", _deleting(Heartbeat, "seen_at")),
)  # fmt: skip
BY_NAME = {each.name: each for each in CLASSES}
RECORDS = {"records": True, "not_accepted": False}  # whether it is about people who were accepted


def keep_to_time(*, now: datetime, seconds: float = SECONDS) -> dict[str, int]:
    """Delete what goes by itself, and propose the rest; how many of each class. Two runs at once do no harm.

    The classes share the seconds: what one leaves is for those after it. It notes that it ran only if none was cut short.
    """
    until, done, cut_short = time.monotonic() + seconds, {}, False
    automatic = [(each, each.clean) for each in CLASSES if each.clean]
    for number, (each, clean) in enumerate(automatic):
        share = Share((until - time.monotonic()) / (len(automatic) - number))
        done[each.name] = clean(each.limit(now), share)
        cut_short = cut_short or share.cut_short
    propose(now=now)
    cache.set(RECORDS_COUNTED, past_time(now).count(), timeout=3 * 86400)
    if not cut_short:
        heartbeats.beat(BEAT)
    return done


def nightly(*, now: datetime) -> None:
    """Once a night, or at any hour when that failed for two days; what officers have confirmed goes at any hour."""
    until = time.monotonic() + SECONDS
    carry_out(now=now, seconds=SECONDS / 3)
    missed = not heartbeats.ran_within(BEAT, 48 * 3600)
    if missed or (now.astimezone(LONDON).hour in NIGHT and not heartbeats.ran_within(BEAT, 12 * 3600)):
        keep_to_time(now=now, seconds=until - time.monotonic())
