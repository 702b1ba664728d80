"""What the person's own answers put on the officers' work queue."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from core.dates import LONDON, day, moment
from core.work_queue import Panel, Row
from core.working_days import working_days_before
from messaging.models import Message
from referrals import safety
from referrals.models import Referral, SafetyAnswer, SafetyHold, SafetyLink
from referrals.safety import self_assessment_questions
from referrals.screening.eligibility import UNANSWERED
from referrals.statuses import ENDED, HAS_PLACE, IN_PROGRAMME
from referrals.work_rows import row

EMERGENCY = SafetyAnswer.objects.filter(question_set=safety.EMERGENCY.code).exclude(ticked=[])
ROUND = SafetyLink.objects.current().filter(referral=OuterRef("pk"))  # of the referral at hand


def held(now: datetime) -> QuerySet[SafetyHold]:
    """People on hold for what they answered, or for an emergency sign that a clinician ticked; the longest first."""
    last = SafetyAnswer.objects.filter(referral=OuterRef("referral"), question_set=SafetyAnswer.OWN)
    by_clinician = Q(why=SafetyHold.Why.CLINICIAN) & Exists(EMERGENCY.filter(referral=OuterRef("referral")))
    on = SafetyHold.objects.filter(Q(why=SafetyHold.Why.PERSON) | by_clinician, lifted_at__isnull=True)
    on = on.exclude(referral__status__in=ENDED)
    told = on.annotate(raised=Subquery(last.order_by("-answered_at", "-pk").values("ticked")[:1]))
    return told.select_related("referral__participant").order_by("put_on_at", "pk")


def _held(hold: SafetyHold, now: datetime) -> Row:
    if hold.why == SafetyHold.Why.CLINICIAN:
        told = "The clinician ticked an emergency sign and was asked to phone the person. Call at once"
        return row(hold.referral, f"{told}, then the clinician: {moment(hold.put_on_at)}", "red")
    emergency = safety.route_own(dict.fromkeys(hold.raised or [], self_assessment_questions.YES)).is_emergency
    ring = "Advised to call 999 or go to A&E. Call at once" if emergency else "Call on the same working day"
    return row(hold.referral, f"{ring}, then their referrer: {moment(hold.put_on_at)}", "red")


def not_asked(now: datetime) -> QuerySet[Referral]:
    """People whom nobody has asked about emergency signs by the next working day: neither they nor the clinician answered."""
    last = working_days_before(now.astimezone(LONDON).date(), 0)
    today = datetime.combine(last, time(), LONDON)
    open_ones = Referral.objects.filter(
        Exists(UNANSWERED.filter(question_set=safety.EMERGENCY.code)), submitted_at__lt=today
    )
    silent = ~Exists(SafetyAnswer.objects.filter(referral=OuterRef("pk"), question_set=SafetyAnswer.OWN))
    # Of people from a spreadsheet nothing was asked by anybody: they have a list of their own.
    going_on = open_ones.exclude(status__in=ENDED).filter(silent, imported__isnull=True)
    return going_on.select_related("participant").order_by("submitted_at", "pk")


def _not_asked(referral: Referral, now: datetime) -> Row:
    told = row(referral, f"Call and ask the safety questions. Sent {moment(referral.submitted_at)}", "red")
    return replace(told, act=reverse("admin:referrals_referral_own_answers", args=[referral.pk]))


def not_answered(now: datetime) -> QuerySet[Referral]:
    """People in the programme who have not answered: at once with a place, else after the last reminder."""
    missing = without_answers(Referral.objects.filter(status__in=IN_PROGRAMME))
    reminded = now - timedelta(days=max(settings.SAFETY_NUDGE_DAYS, default=0))
    lately = ROUND.filter(made_at__gt=reminded)
    late = missing.filter(Q(status__in=HAS_PLACE) | ~Exists(lately))
    asked = Message.objects.filter(
        subject_type="safety_link", kind="safety_questions", subject_id=OuterRef("asked_by_link")
    )
    told = late.select_related("participant").annotate(
        asked_at=Subquery(ROUND.values("made_at")[:1]),
        asked_by_link=Subquery(ROUND.values("pk")[:1]),
        asked_channel=Subquery(asked.values("channel")[:1]),
        asked_state=Subquery(asked.values("state")[:1]),
    )
    return told.order_by("opted_in_at", "pk")


def how_asked(at: datetime, channel: str | None, state: str | None) -> str:
    """How the person was asked, or what an officer still has to do. Never claims an email that did not go."""
    went = state == Message.State.SENT
    if channel == Message.Channel.PHONE:
        return f"Asked by phone on or after {day(at)}" if went else f"Waiting for a call since {day(at)}"
    if channel == Message.Channel.LETTER:
        return f"Asked by letter on {day(at)}" if went else f"Waiting for a letter since {day(at)}"
    way = "text message" if channel in Message.TEXTS else "email"
    if went:
        return f"Asked by {way} on {day(at)}"
    return f"No {way} sent yet. Waiting since {day(at)}"


def _silent(referral: Referral, now: datetime) -> Row:
    asked = "Not asked yet"
    if referral.asked_at:
        asked = how_asked(referral.asked_at, referral.asked_channel, referral.asked_state)
    told = row(referral, asked, "amber" if referral.status in HAS_PLACE else "")
    return replace(told, act=reverse("admin:referrals_referral_own_answers", args=[referral.pk]))


def without_answers(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Those whose person has not answered in the last round, or was never asked."""
    return referrals.exclude(Exists(ROUND.filter(answered_at__isnull=False)))


PANELS = [
    Panel(
        name="emergency_not_asked",
        title="Call: emergency signs not asked",
        order=3,
        find=not_asked,
        row=_not_asked,
        names=lambda referral: [(referral.participant, None)],
        empty="Everyone has been asked about emergency signs.",
        person="participant",
        do="Record their answers",
    ),
    Panel(
        name="own_answers_held",
        title="Call now: urgent health answers",
        order=1,
        find=held,
        row=_held,
        names=lambda hold: [(hold.referral.participant, None)],
        empty="No one is on hold because of their answers.",
        person="referral__participant",
        do="Open the referral",
    ),
    Panel(
        name="own_answers_missing",
        title="Safety questions not answered",
        order=18,
        find=not_answered,
        row=_silent,
        names=lambda referral: [(referral.participant, None)],
        empty="No overdue answers.",
        person="participant",
        do="Record their answers",
    ),
]
