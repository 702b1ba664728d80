"""What this app puts on the officers' work queue."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from core.dates import LONDON, day, moment
from core.work_queue import Panel, Row
from participants.models import (
    BirthDateTries,
    Participant,
    PossibleDuplicate,
    RecordedDeath,
    ReportedDifference,
    Restore,
    TechCheck,
)


def told_differently(now: datetime) -> QuerySet[ReportedDifference]:
    """Details that a later referral gave differently, oldest first."""
    found = ReportedDifference.objects.open().filter(participant__died_at__isnull=True)
    return found.select_related("participant").order_by("reported_at", "pk")


def _different(difference: ReportedDifference, now: datetime) -> Row:
    field = Participant._meta.get_field(difference.field)
    label = getattr(field, "verbose_name", difference.field)
    return Row(
        label=f"{difference.participant}: {label}",
        url=reverse("admin:participants_participant_change", args=[difference.participant_id]),
        detail=f"Reported on {day(difference.reported_at)}",
    )


def to_speak_about(now: datetime) -> QuerySet[RecordedDeath]:
    """People who were recorded as having died by mistake, and whom nobody has spoken to; the longest first."""
    return RecordedDeath.objects.to_speak_about().select_related("participant").order_by("undone_at", "pk")


def _to_speak(death: RecordedDeath, now: datetime) -> Row:
    return Row(
        label=str(death.participant),
        url=reverse("admin:participants_participant_spoken", args=[death.participant_id]),
        detail=f"Undone on {day(death.undone_at)}. No messages until you have spoken to them",
        urgency="red",
    )


def needs_to_ask(now: datetime) -> QuerySet[Participant]:
    """People whose access needs were asked a year ago, the longest first."""
    today = now.astimezone(LONDON).date()
    due = Participant.objects.filter(
        needs_review_on__lte=today, died_at__isnull=True, merged_into__isnull=True
    )
    return due.order_by("needs_review_on", "pk")


def _to_ask(person: Participant, now: datetime) -> Row:
    return Row(
        label=str(person),
        url=reverse("admin:participants_participant_needs", args=[person.pk]),
        detail=f"Due on {day(person.needs_review_on)}",
    )


def test_calls(now: datetime) -> QuerySet[TechCheck]:
    """Test calls in the next 7 days, and those that nobody has said anything about, the earliest first."""
    coming = TechCheck.objects.open().filter(
        at__lt=now + timedelta(days=7),
        participant__died_at__isnull=True,
        participant__merged_into__isnull=True,
    )
    return coming.select_related("participant", "officer").order_by("at", "pk")


def _test_call(check: TechCheck, now: datetime) -> Row:
    late = check.at <= now
    soon = "amber" if check.at.astimezone(LONDON).date() == now.astimezone(LONDON).date() else ""
    return Row(
        label=str(check.participant),
        url=reverse("admin:participants_participant_ready", args=[check.participant_id]),
        detail=f"{'Not recorded: ' if late else ''}{moment(check.at)}, {check.officer.name}",
        urgency="red" if late else soon,
    )


def shut_out(now: datetime) -> QuerySet[BirthDateTries]:
    """People whose links were shut by wrong dates of birth in the last seven days and not opened since, newest first."""
    shut = BirthDateTries.objects.filter(
        locked_until__gt=now - timedelta(days=7),
        participant__died_at__isnull=True,
        participant__merged_into__isnull=True,
    )
    return shut.select_related("participant").order_by("-locked_until", "pk")


def _shut(tries: BirthDateTries, now: datetime) -> Row:
    # Found by this column, so it is never empty here.
    until = tries.locked_until or now
    still = until > now
    again = f", {tries.lock_outs} times in a row" if tries.lock_outs > 1 else ""
    return Row(
        label=str(tries.participant),
        url=reverse("admin:participants_participant_change", args=[tries.participant_id]),
        detail=f"{'Locked' if still else 'Was locked'} until {moment(until)}{again}",
        urgency="amber" if still else "",
    )


def possible_duplicates(now: datetime) -> QuerySet[PossibleDuplicate]:
    """Pairs of rows that may be one person, the longest known first; the newer row is compared with the older.

    Where one of the two has died the pair stays, because the other is still written to.
    """
    undecided = PossibleDuplicate.objects.filter(two_people_at__isnull=True).exclude(
        one__died_at__isnull=False, other__died_at__isnull=False
    )
    return undecided.select_related("one", "other").order_by("found_at", "pk")


def _pair(pair: PossibleDuplicate, now: datetime) -> Row:
    return Row(
        label=f"{pair.one} and {pair.other}",
        url=reverse("admin:participants_participant_merge", args=[pair.one_id, pair.other_id]),
        detail=f"{'One of them has died. ' if pair.one.died_at or pair.other.died_at else ''}Found on {day(pair.found_at)}",
    )


def restored(now: datetime) -> QuerySet[Restore]:
    """Restored backups with a list that no officer has confirmed; the oldest first."""
    return Restore.objects.unconfirmed().order_by("at", "pk")


def _restored(restore: Restore, now: datetime) -> Row:
    return Row(
        label=f"A backup was restored on {moment(restore.at)}",
        url=reverse("admin:participants_restore", args=[restore.pk]),
        detail=f"Everything entered after {moment(restore.since)} is missing",
        urgency="red",
    )


PANELS = [
    Panel(
        name="restored",
        title="After a restore",
        order=1,
        find=restored,
        row=_restored,
        empty="No backups restored.",
        do="Check the list",
    ),
    Panel(
        name="died_by_mistake",
        title="Death recorded by mistake: speak to them first",
        order=4,
        find=to_speak_about,
        row=_to_speak,
        names=lambda death: [(death.participant, "")],
        empty="No one to speak to.",
        person="participant",
        do="Record that you have spoken to them",
    ),
    Panel(
        name="test_calls",
        title="Test calls in the next 7 days",
        order=44,
        find=test_calls,
        row=_test_call,
        names=lambda check: [(check.participant, "")],
        empty="No test calls booked.",
        person="participant",
        do="Record the test call",
    ),
    Panel(
        name="shut_out",
        title="Locked out after wrong dates of birth: call",
        order=46,
        find=shut_out,
        row=_shut,
        names=lambda tries: [(tries.participant, "")],
        empty="No one is locked out.",
        person="participant",
        do="Check and unlock",
    ),
    Panel(
        name="look_alikes",  # in the address of its page, which stays
        title="Possible duplicates",
        order=27,
        find=possible_duplicates,
        row=_pair,
        names=lambda pair: [(pair.one, ""), (pair.other, "")],
        empty="No possible duplicates.",
        do="Compare",
        ring=False,
    ),
    Panel(
        name="needs_to_ask",
        title="Access needs: review due",
        order=60,
        find=needs_to_ask,
        row=_to_ask,
        names=lambda person: [(person, "")],
        empty="No reviews due.",
        person="pk",
        do="Ask about their needs",
    ),
    Panel(
        name="told_differently",
        title="Conflicting contact details",
        order=25,
        find=told_differently,
        row=_different,
        names=lambda difference: [(difference.participant, "")],
        url="admin:participants_participant_changelist",
        query="?show=different",
        empty="No conflicting details.",
        person="participant",
        do="Choose which is right",
    ),
]
