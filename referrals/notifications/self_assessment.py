"""The messages around the person's own questions: to the person, to officers at once, to whoever referred."""

from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core.dates import day, moment_uk
from messaging.content.links import token_link
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from referrals import safety
from referrals.models import Referral, SafetyAnswer, SafetyHold, SafetyLink
from referrals.notifications.referral import REFERENCE, SENT_AT, practice_words, receiver
from referrals.statuses import ENDED

ALERTS = (SafetyHold.Why.PERSON, SafetyHold.Why.CLINICIAN)
HELD = SafetyHold.objects.filter(why=SafetyHold.Why.PERSON, lifted_at__isnull=True)


def questions_still_due(now: datetime) -> Q:
    """Not answered, not asked anew, and the referral goes on."""
    return Q(Exists(SafetyLink.objects.unanswered(now).filter(pk=OuterRef("subject_id"))))


def questions_context(message: Message, now: datetime) -> dict:
    link = SafetyLink.objects.select_related("referral__participant").get(pk=message.subject_id)
    return questions_words(
        first_name=link.referral.participant.first_name,
        token=link.token,
        asked_at=link.made_at,
        until=link.expires_at,
    )


def questions_words(*, first_name: str, token: str, asked_at: datetime, until: datetime) -> dict:
    return {
        "first_name": first_name,
        "link": token_link("own_safety:questions", token),
        "asked_on": day(asked_at),
        "until": moment_uk(until),
        "own": safety.OWN,
        "emergency": safety.OWN.said_after[safety.Effect.EMERGENCY],
    }


def questions_samples() -> list[dict]:
    asked_at, until = datetime(2026, 3, 3, 9, 5, tzinfo=UTC), datetime(2026, 4, 2, 8, 5, tzinfo=UTC)
    return [questions_words(first_name="Síle-Anne D'Arcy", token="x" * 43, asked_at=asked_at, until=until)]


def response_url(message: Message) -> str:
    """Where an officer who rang writes down what the person answered."""
    referral = Referral.objects.get(safety_links=message.subject_id)
    return reverse("admin:referrals_referral_own_answers", args=[referral.pk])


def alert_still_due(now: datetime) -> Q:
    """Nobody has lifted the hold yet."""
    on = SafetyHold.objects.filter(why__in=ALERTS, lifted_at__isnull=True, referral=OuterRef("referral"))
    held = SafetyAnswer.objects.filter(Exists(on), pk=OuterRef("subject_id"))
    return Q(Exists(held))


def alert_context(message: Message, now: datetime) -> dict:
    answer = SafetyAnswer.objects.select_related("referral").get(pk=message.subject_id)
    clinician = answer.question_set != SafetyAnswer.OWN
    emergency = clinician or safety.route_own(answer.replies).is_emergency
    return alert_words(receiver(message), answer.referral, answer.answered_at, emergency, clinician)


def alert_words(
    greeting: str, referral: Referral, answered_at: datetime, emergency: bool, clinician: bool = False
) -> dict:
    page = reverse("admin:referrals_referral_change", args=[referral.pk])
    return {
        "greeting": greeting,
        "reference": referral.reference,
        "answered_at": moment_uk(answered_at),
        "emergency": emergency,
        "clinician": clinician,
        "page": settings.SITE_ORIGIN + page,
    }


def alert_samples() -> list[dict]:
    at, referral = datetime(2026, 3, 3, 22, 5, tzinfo=UTC), Referral(pk=1, reference=REFERENCE)
    people = [alert_words("Nia O'Hara", referral, at, emergency) for emergency in (True, False)]
    return [*people, alert_words("Nia O'Hara", referral, at, True, clinician=True)]


def hold_still_due(now: datetime) -> Q:
    """The hold is on, and the referral goes on: nobody is asked to be ready to speak about a person who has died."""
    return Q(Exists(HELD.filter(pk=OuterRef("subject_id")).exclude(referral__status__in=ENDED)))


def hold_context(message: Message, now: datetime) -> dict:
    held = SafetyHold.objects.select_related("referral").get(pk=message.subject_id)
    sent_at = held.referral.submitted_at
    return practice_words(receiver(message), held.referral.reference, sent_at, held.put_on_at)


def hold_samples() -> list[dict]:
    return [practice_words("Sam O’Brien", REFERENCE, SENT_AT, SENT_AT)]


KINDS = [
    MessageKind(
        name="safety_questions",
        button="Answer the questions",
        to="the person, when the service asks about their safety",
        stops="the questions are answered or called back",
        label="Questions about safety, to the person",
        template="referrals/emails/safety_questions",
        private=True,
        context=questions_context,
        still_due=questions_still_due,
        samples=questions_samples,
        response_url=response_url,
    ),
    MessageKind(
        name="safety_questions_nudge",
        button="Answer the questions",
        to="the person who has not answered",
        when="some days after the questions",
        stops="the questions are answered or called back",
        label="Questions about safety, once more",
        template="referrals/emails/safety_questions_nudge",
        private=True,
        nudge=True,
        context=questions_context,
        still_due=questions_still_due,
        samples=questions_samples,
        response_url=response_url,
    ),
    MessageKind(
        name="safety_alert",
        button="Read the answers",
        to="the project officers",
        when="at once, at any hour",
        stops="an officer has dealt with it",
        label="Urgent: answers that need an officer",
        template="referrals/emails/safety_alert",
        context=alert_context,
        still_due=alert_still_due,
        samples=alert_samples,
        urgent=True,
        quiet=False,
    ),
    MessageKind(
        name="safety_hold",
        button="Open the referral",
        to="the organisation that referred",
        stops="the hold was lifted",
        label="A safety hold, to the organisation",
        template="referrals/emails/safety_hold",
        context=hold_context,
        still_due=hold_still_due,
        samples=hold_samples,
    ),
]
