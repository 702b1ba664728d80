"""How made-up people answer the questions about their own safety."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from accounts.models import User
from devtools.demo.rehearsal.agenda import Agenda
from messaging.models import Message
from referrals import safety
from referrals.models import Referral, SafetyLink
from referrals.safety import self_assessment_questions
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment

ALL_NO = dict.fromkeys((asked.code for asked in safety.OWN.questions), self_assessment_questions.NO)
AFTER = timedelta(minutes=40)


def react(
    message: Message, *, numbers: Mapping[int, int], agenda: Agenda, officer: User, now: datetime
) -> None:
    """Somebody was asked: they answer within the hour or, on the telephone, at once. One in six had a fall lately."""
    referral = SafetyLink.objects.select_related("referral").get(pk=message.subject_id).referral
    fell = numbers[referral.participant_id] % 6 == 3
    replies = ALL_NO | ({"since": self_assessment_questions.YES} if fell else {})
    if message.channel == Message.Channel.PHONE:
        self_assessment.record(referral=referral, replies=replies, now=now, taken_by=officer)
    else:
        agenda.add(
            now + AFTER, lambda then: self_assessment.record(referral=referral, replies=replies, now=then)
        )


def reply(referral: Referral, *, asked_at: datetime, **raised: str) -> None:
    """Somebody on the waiting list of a demonstration answers within the hour: no to everything but what is raised."""
    self_assessment.record(referral=referral, replies=ALL_NO | raised, now=asked_at + AFTER)


def talk_over(referral: Referral, *, by: User, now: datetime) -> None:
    """An officer speaks to a person whose answers ask for it, before they have a place."""
    if eligibility.blockers(referral):
        words = "Spoke on the phone about the fall: no injury, and they feel ready."
        screening.clear(referral=referral, by=by, now=now, words=words)


def stay_silent(*, asked_at: datetime, now: datetime, told: Callable[[datetime], None]) -> None:
    """Somebody does not answer: their reminders went when they were due."""
    for days in (3, 7):
        if asked_at + timedelta(days=days) <= now:
            told(asked_at + timedelta(days=days))
