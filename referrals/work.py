"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.urls import reverse

from design.dates import LONDON, day
from design.panels import Panel, Row
from design.text import listed
from participants.models import Availability, Readiness
from participants.work import COUNTED
from referrals import clinicians
from referrals.days import RED_AFTER, urgency, waited_in_words, working_days
from referrals.models import Clearance, ContactAttempt, Note, Referral, ReferralQuerySet, SafetyHold
from referrals.statuses import ENDED, UNDECIDED

UNANSWERED_AFTER = timedelta(days=14)


def to_triage(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Referrals that nobody has decided on, oldest first."""
    new = Referral.objects.to_triage()
    rows = []
    for referral in new.select_related("participant")[:limit]:
        waited = working_days(referral.submitted_at, now)
        rows.append(row(referral, waited_in_words(waited), urgency(waited)))
    return new.count(), rows


def unplaced(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People on the waiting list without a place, in the order in which they are placed."""
    waiting = Referral.objects.waiting()
    in_order = in_waiting_order(waiting, now).select_related("participant")
    return waiting.count(), [
        row(referral, waiting_in_words(referral), "red" if referral.long_wait else "")
        for referral in in_order[:limit]
    ]


def to_reach(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Accepted people whom somebody must reach: those whose day has come first, then the longest."""
    latest = ContactAttempt.objects.filter(referral=OuterRef("pk")).order_by("-at", "-pk")
    waiting = Referral.objects.to_reach()
    today = now.astimezone(LONDON).date()
    in_order = waiting.select_related("participant").annotate(
        tries=Count("contact_attempts"), again_on=Subquery(latest.values("again_on")[:1])
    )
    rows = []
    for referral in in_order.order_by(F("again_on").asc(nulls_first=True), "status_at", "pk")[:limit]:
        tries = f"{referral.tries} tr{'y' if referral.tries == 1 else 'ies'} so far"
        later = referral.again_on and referral.again_on > today
        detail = f"{tries}, again on {day(referral.again_on)}" if later else tries
        waited = working_days(referral.status_at, now)
        rows.append(row(referral, detail, "" if later else urgency(waited)))
    return waiting.count(), rows


def not_ready(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People on the waiting list whom no group can be found for: nobody knows when they can join, or at which level."""
    times = Exists(Availability.objects.filter(participant=OuterRef("participant")))
    level = Exists(Readiness.objects.filter(participant=OuterRef("participant")).exclude(level=""))
    waiting = Referral.objects.waiting().filter(~times | ~level)
    in_order = in_waiting_order(waiting, now).select_related("participant").annotate(times=times, level=level)
    rows = []
    for referral in in_order[:limit]:
        missing = [
            words
            for known, words in ((referral.times, "when they can join"), (referral.level, "activity level"))
            if not known
        ]
        rows.append(
            Row(
                label=f"{referral.participant} ({referral.reference})",
                url=reverse("admin:participants_participant_ready", args=[referral.participant_id]),
                detail=f"Missing: {listed(missing)}",
                urgency="amber",
            )
        )
    return waiting[:COUNTED].count(), rows


def practice_wrote(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Notes from organisations that no officer has read, oldest first."""
    unseen = Note.objects.unseen()
    rows = [
        row(note.referral, f"Written on {day(note.at)}", urgency(working_days(note.at, now)))
        for note in unseen.select_related("referral__participant").order_by("at", "pk")[:limit]
    ]
    return unseen.count(), rows


def unanswered(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Questions that an organisation has not answered for 14 days, in spite of two reminders (domain.md 4.3)."""
    late = Referral.objects.asked().filter(status_at__lte=now - UNANSWERED_AFTER)
    rows = [
        row(referral, f"Asked on {day(referral.status_at)}", "amber")
        for referral in late.select_related("participant")[:limit]
    ]
    return late.count(), rows


def holds(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Safety holds that are on, the oldest first: each is a person whom somebody must speak about the same day."""
    # What people answered themselves is a list of its own, above this one.
    on = SafetyHold.objects.filter(lifted_at__isnull=True).exclude(why=SafetyHold.Why.PERSON)
    on = on.exclude(referral__status__in=ENDED)
    rows = [
        row(each.referral, f"{each.get_why_display()}, since {day(each.put_on_at)}", "red")
        for each in on.select_related("referral__participant").order_by("put_on_at", "pk")[:limit]
    ]
    return on.count(), rows


def speak_first(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People with whom an officer must speak before they take part, and who are not on hold."""
    asked = Clearance.objects.filter(cleared_at__isnull=True, ended_at__isnull=True)
    # Whoever is not decided on yet, or on hold, is on another list already.
    held = SafetyHold.objects.filter(referral=OuterRef("referral"), lifted_at__isnull=True)
    asked = asked.exclude(referral__status__in=[*ENDED, *UNDECIDED]).exclude(Exists(held))
    rows = [
        row(each.referral, each.because, urgency(working_days(each.asked_at, now)))
        for each in asked.select_related("referral__participant").order_by("asked_at", "pk")[:limit]
    ]
    return asked.count(), rows


def unconfirmed(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """Safety lists that a clinician has still to answer; those whose clinician cannot sign in come with that task."""
    waiting = clinicians.waiting()
    rows = []
    for each in waiting.select_related("referral__participant")[:limit]:
        waited = working_days(each.asked_at, now)
        words = f"{each.name}, asked on {day(each.asked_at)}"
        if each.account is None:
            rows.append(
                row(
                    each.referral, f"{words}: has no account as a clinician at this organisation yet", "amber"
                )
            )
        else:
            rows.append(row(each.referral, words, "amber" if waited >= RED_AFTER else ""))
    return waiting.count(), rows


def row(referral: Referral, detail: str, urgency: str) -> Row:
    """One referral as a line of work that leads to its page."""
    return Row(
        label=f"{referral.participant} ({referral.reference})",
        url=reverse("admin:referrals_referral_change", args=[referral.pk]),
        detail=detail,
        urgency=urgency,
        people=(referral.participant_id,),
    )


def in_waiting_order(waiting: ReferralQuerySet, now: datetime) -> ReferralQuerySet:
    """The one order of the waiting list, with this place's own idea of a long wait."""
    return waiting.in_waiting_order(now, long_wait_days=settings.LONG_WAIT_DAYS)


def waiting_in_words(referral: Referral) -> str:
    """Days on the waiting list, and what puts this person before others."""
    days = int(referral.waiting_days)
    words = f"Waiting {days} day{'' if days == 1 else 's'}"
    if referral.priority:
        words += f", priority {referral.priority}"
    return f"{words}, a long wait" if referral.long_wait else words


PANELS = [
    Panel(
        name="safety_holds",
        title="Safety holds",
        order=2,
        load=holds,
        url="admin:referrals_safetystop_routing",
        empty="Nobody is on a safety hold.",
    ),
    Panel(
        name="speak_first",
        title="Speak with these people before they take part",
        order=13,
        load=speak_first,
        empty="Nobody waits for this.",
    ),
    Panel(
        name="unconfirmed",
        title="Safety lists that clinicians have still to answer",
        order=17,
        load=unconfirmed,
        empty="Every list is answered.",
    ),
    Panel(
        name="referrals_to_triage",
        title="New referrals to decide on",
        order=10,
        load=to_triage,
        url="admin:referrals_referral_changelist",
        empty="Every referral has been decided on.",
    ),
    Panel(
        name="practice_wrote",
        title="Notes from organisations to read",
        order=12,
        load=practice_wrote,
        empty="Every note has been read.",
    ),
    Panel(
        name="to_reach",
        title="People to contact",
        order=14,
        load=to_reach,
        url="admin:referrals_referral_changelist",
        query="?show=contacting",
        empty="Nobody waits to be contacted.",
    ),
    Panel(
        name="unanswered",
        title="Questions that organisations have not answered",
        order=16,
        load=unanswered,
        url="admin:referrals_referral_changelist",
        query="?show=needs_information",
        empty="Every question was answered in time.",
    ),
    Panel(
        name="not_ready",
        title="Waiting, and not ready to be placed",
        order=29,
        load=not_ready,
        url="admin:referrals_referral_changelist",
        query="?show=waiting",
        empty="Everybody who waits can be matched to a group.",
    ),
    Panel(
        name="waiting",
        title="Waiting for a place",
        order=30,
        load=unplaced,
        url="admin:referrals_referral_changelist",
        query="?show=waiting",
        empty="Nobody is waiting for a place.",
    ),
]
