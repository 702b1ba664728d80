"""What this app puts on the officers' work queue."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.dates import LONDON, day
from core.text import listed
from core.work_queue import Panel, Row
from referrals.ages import RED_AFTER, urgency, waited_in_words, working_days
from referrals.models import (
    Clearance,
    Confirmation,
    ConfirmationQuerySet,
    ContactAttempt,
    DeathCorrection,
    Note,
    Referral,
    ReferralQuerySet,
    SafetyHold,
)
from referrals.screening import clinician_requests, eligibility
from referrals.statuses import ENDED, UNDECIDED
from referrals.work_rows import in_waiting_order, row, waiting_in_words

UNANSWERED_AFTER = timedelta(days=14)


def to_triage(now: datetime) -> ReferralQuerySet:
    """Referrals that nobody has decided on, oldest first."""
    return Referral.objects.to_triage().select_related("participant")


def _undecided(referral: Referral, now: datetime) -> Row:
    waited = working_days(referral.submitted_at, now)
    return row(referral, waited_in_words(waited), urgency(waited))


def unplaced(now: datetime) -> ReferralQuerySet:
    """People on the waiting list without a place, in the order in which they are placed."""
    return in_waiting_order(Referral.objects.waiting(), now).select_related("participant")


def _waiting(referral: Referral, now: datetime) -> Row:
    told = row(referral, waiting_in_words(referral), "red" if referral.long_wait else "")
    return replace(told, act=reverse("admin:cohort_sessions_cohort_best"))


def to_reach(now: datetime) -> ReferralQuerySet:
    """Accepted people whom somebody must reach: those whose day has come first, then the longest."""
    attempts = ContactAttempt.objects.filter(referral=OuterRef("pk"))
    latest = attempts.order_by("-at", "-pk").values("again_on")[:1]
    tries = attempts.order_by().values("referral").annotate(tries=Count("pk")).values("tries")
    waiting = Referral.objects.to_reach().select_related("participant")
    return waiting.annotate(tries=Coalesce(Subquery(tries), 0), again_on=Subquery(latest)).order_by(
        F("again_on").asc(nulls_first=True), "status_at", "pk"
    )


def _reached_for(referral: Referral, now: datetime) -> Row:
    tries = f"{referral.tries} contact attempt{'' if referral.tries == 1 else 's'}"
    later = referral.again_on and referral.again_on > now.astimezone(LONDON).date()
    since = f"on this list since {day(referral.status_at)}"
    detail = f"{tries}, try again on {day(referral.again_on)}" if later else f"{tries}, {since}"
    told = row(referral, detail, "" if later else urgency(working_days(referral.status_at, now)))
    return replace(told, act=reverse("admin:referrals_referral_attempt", args=[referral.pk]))


def not_ready(now: datetime) -> ReferralQuerySet:
    """People on the waiting list whom no group can be found for: nobody knows when they can join, or at which level."""
    times, level = Exists(eligibility.TIMES), Exists(eligibility.LEVEL)
    waiting = Referral.objects.waiting().filter(~times | ~level)
    return in_waiting_order(waiting, now).select_related("participant").annotate(times=times, level=level)


def _unready(referral: Referral, now: datetime) -> Row:
    missing = eligibility.missing(times=referral.times, level=referral.level)
    return Row(
        label=f"{referral.participant} ({referral.reference})",
        url=reverse("admin:participants_participant_welcome_call", args=[referral.participant_id]),
        detail=f"Missing: {listed(list(missing))}",
        urgency="amber",
    )


def practice_wrote(now: datetime) -> QuerySet[Note]:
    """Notes from organisations that no officer has read, oldest first."""
    return Note.objects.unseen().select_related("referral__participant").order_by("at", "pk")


def _written(note: Note, now: datetime) -> Row:
    return row(note.referral, f"Written on {day(note.at)}", urgency(working_days(note.at, now)))


def unanswered(now: datetime) -> ReferralQuerySet:
    """Questions that an organisation has not answered for 14 days, in spite of two reminders (docs/domain.md 3.2)."""
    late = Referral.objects.asked().filter(status_at__lte=now - UNANSWERED_AFTER)
    return late.select_related("participant")


def _asked(referral: Referral, now: datetime) -> Row:
    return row(referral, f"Asked on {day(referral.status_at)}", "amber")


def holds(now: datetime) -> QuerySet[SafetyHold]:
    """Safety holds that are on, the oldest first: each is a person whom somebody must speak about the same day."""
    # What people answered themselves is a list of its own, above this one.
    on = SafetyHold.objects.filter(lifted_at__isnull=True).exclude(why=SafetyHold.Why.PERSON)
    on = on.exclude(referral__status__in=ENDED)
    return on.select_related("referral__participant").order_by("put_on_at", "pk")


def _held(hold: SafetyHold, now: datetime) -> Row:
    return row(hold.referral, f"{hold.get_why_display()}, since {day(hold.put_on_at)}", "red")


def speak_first(now: datetime) -> QuerySet[Clearance]:
    """People whom an officer must speak to before their first session, and who are not on hold.

    `sessions.attendance.work_queue` makes the panel of it: it knows whose sessions are over.
    """
    asked = Clearance.objects.filter(cleared_at__isnull=True, ended_at__isnull=True)
    # Whoever is not decided on yet, or on hold, is on another list already.
    held = SafetyHold.objects.filter(referral=OuterRef("referral"), lifted_at__isnull=True)
    asked = asked.exclude(referral__status__in=[*ENDED, *UNDECIDED]).exclude(Exists(held))
    return asked.select_related("referral__participant").order_by("asked_at", "pk")


def uncleared(asked: Clearance, now: datetime) -> Row:
    words = f"{asked.because}. Since {day(asked.asked_at)}"
    return row(asked.referral, words, urgency(working_days(asked.asked_at, now)))


def unconfirmed(now: datetime) -> ConfirmationQuerySet:
    """Safety lists that a clinician who may be written to has still to answer; other addresses are a panel of their own."""
    asked = clinician_requests.waiting().exclude(clinician_requests.UNCHECKED)
    return asked.select_related("referral__participant")


def _unconfirmed(asked: Confirmation, now: datetime) -> Row:
    late = working_days(asked.asked_at, now) >= RED_AFTER
    then = ". Call the organisation" if late else ""
    return row(asked.referral, f"{asked.name}, named on {day(asked.asked_at)}{then}", "amber" if late else "")


def corrections(now: datetime) -> QuerySet[DeathCorrection]:
    """Organisations whose page said by mistake that their patient had died, the longest first."""
    open_ones = DeathCorrection.objects.filter(done_at__isnull=True, death__participant__died_at__isnull=True)
    return open_ones.select_related("death__participant", "organisation").order_by("made_at", "pk")


def _to_correct(correction: DeathCorrection, now: datetime) -> Row:
    return Row(
        label=f"{correction.organisation}: {correction.death.participant}",
        url=reverse("admin:referrals_referral_correction", args=[correction.pk]),
        detail=f"Undone on {day(correction.made_at)}",
        urgency="red",
    )


PANELS = [
    Panel(
        name="corrections",
        title="Tell these organisations: the person has not died",
        order=5,
        find=corrections,
        row=_to_correct,
        names=lambda correction: [(correction.death.participant, "")],
        empty="No organisations to call.",
        person="death__participant",
        do="Record the call",
        ring=False,
    ),
    Panel(
        name="safety_holds",
        title="Safety holds",
        order=2,
        find=holds,
        row=_held,
        names=lambda hold: [(hold.referral.participant, None)],
        empty="No safety holds.",
        person="referral__participant",
        do="Review the hold",
    ),
    Panel(
        name="unconfirmed",
        title="Waiting for clinician’s safety answers",
        order=17,
        find=unconfirmed,
        row=_unconfirmed,
        names=lambda asked: [(asked.referral.participant, None)],
        empty="No safety questions are waiting for a clinician.",
        person="referral__participant",
        do="Open the referral",
        ring=False,
    ),
    Panel(
        name="referrals_to_triage",
        title="New referrals to review",
        order=10,
        find=to_triage,
        row=_undecided,
        names=lambda referral: [(referral.participant, None)],
        url="admin:referrals_referral_changelist",
        empty="No referrals to review.",
        person="participant",
        do="Review the referral",
    ),
    Panel(
        name="practice_wrote",
        title="Notes from organisations to read",
        order=12,
        find=practice_wrote,
        row=_written,
        names=lambda note: [(note.referral.participant, None)],
        empty="No notes to read.",
        person="referral__participant",
        do="Read the note",
        ring=False,
    ),
    Panel(
        name="to_reach",
        title="People to contact",
        order=14,
        find=to_reach,
        row=_reached_for,
        names=lambda referral: [(referral.participant, None)],
        url="admin:referrals_referral_changelist",
        query="?show=contacting",
        empty="No one to contact.",
        person="participant",
        do="Record the call",
    ),
    Panel(
        name="unanswered",
        title="Questions that referrers have not answered",
        order=16,
        find=unanswered,
        row=_asked,
        names=lambda referral: [(referral.participant, None)],
        url="admin:referrals_referral_changelist",
        query="?show=needs_information",
        empty="No overdue answers.",
        person="participant",
        do="Open the referral",
        ring=False,
    ),
    Panel(
        name="not_ready",
        title="Waiting: information missing",
        order=29,
        find=not_ready,
        row=_unready,
        names=lambda referral: [(referral.participant, None)],
        empty="We have what we need for everyone on the waiting list.",
        person="participant",
        do="Make the welcome call",
    ),
    Panel(
        name="waiting",
        title="Waiting for a place",
        order=30,
        find=unplaced,
        row=_waiting,
        names=lambda referral: [(referral.participant, None)],
        url="admin:referrals_referral_changelist",
        query="?show=waiting",
        empty="No one is waiting for a place.",
        person="participant",
        do="Find a group",
    ),
]
