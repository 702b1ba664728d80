"""Each mail compared whole, with an apostrophe in the name; and when it is no longer sent."""

from datetime import date, timedelta

import pytest

from messaging.content import rendering
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.models import Participant
from referrals.statuses import Reason
from referrals.tests.factories import NOW, submitted
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(cast):
    return submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        given_name="Síle",
        preferred_name="Síle D'Arcy",
        family_name="O'Brien",
        nhs_number="9990000018",
    )


@pytest.fixture
def welcomed(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    return Message.objects.get(kind="welcome")


def test_the_receipt_says_what_happens_next_and_not_who_it_is_about(referral):
    mail = rendering.render_message(Message.objects.get(), NOW)
    assert mail.subject == f"Referral {referral.reference} received"
    assert mail.text == (
        f"""Hello Sam O’Brien,

Thank you. We received referral {referral.reference} on Monday 16 February 2026, 9am UK time.

What happens next:
- A project officer reviews it, usually within 2 working days.
- We email you when it is accepted. If it is not, we tell you why.
- We email you again when the patient has finished.

To see the referral or withdraw it, sign in:
http://localhost:8000/referrals/{referral.reference}/

This message does not say who the patient is, to keep their details private.

If you have a question, call us on 01632 960 123 and give the reference. Do not reply with the patient's details.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )
    assert mail.copy == mail.text


def test_the_welcome_is_for_the_person_alone(welcomed):
    mail = rendering.render_message(welcomed, NOW)
    assert mail.subject == "Welcome to It’s Your Move, Síle D'Arcy"
    assert (
        mail.text
        == """Hello Síle D'Arcy,

Welcome to It’s Your Move. Thank you for saying yes. You are on our waiting list.

What happens next:
- We are putting together a small group. When there is a place for you, we will send you the dates of your 10 sessions.
- You join each session from home by video call. You can sit down, keep your camera off and go at your own pace.
- If you have not used video calls before, tell us. We will try one with you.

You do not need to do anything now.

If your address or phone number changes, if you have a question, or if you would rather not take part, call us on 01632 960 123 or reply to this message.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_a_person_with_only_a_telephone_is_welcomed_by_a_call(cast):
    referral = submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        email="",
        phone="+447700900123",
        preferred_contact=Participant.Contact.PHONE,
    )
    triage.accept(referral=referral, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    call = Message.objects.get(kind="welcome")
    assert call.channel == Message.Channel.PHONE
    script = rendering.script(call, NOW)
    assert script.startswith("Welcome Aoife to It’s Your Move, and say who you are.")
    assert "reply to this message" not in script


@pytest.mark.parametrize("end", [triage.decline, triage.withdraw])
def test_nobody_is_welcomed_once_the_referral_has_ended(welcomed, referral, cast, end):
    due = Message.objects.filter(kinds.get("welcome").still_due(NOW), pk=welcomed.pk)
    assert due.exists()
    end(referral=referral, by=cast.officer, now=NOW, reason=Reason.SAFETY, words="Ask the GP")
    assert not due.exists()


@pytest.mark.parametrize("name", ["referral_receipt", "welcome"])
def test_subjects_say_nothing_about_health(name):
    kind = kinds.get(name)
    for sample in kind.samples():
        subject = rendering.render(kind, sample).subject.lower()
        assert not {"pain", "health", "exercise", "clinic", "nhs"} & set(subject.split())


def test_a_mail_is_of_use_for_a_while_and_no_longer(welcomed):
    receipt = Message.objects.get(kind="referral_receipt")
    assert receipt.expires_at - NOW == timedelta(days=7)
    assert welcomed.expires_at - NOW == timedelta(days=14)
    assert welcomed.not_before.date() == date(2026, 2, 16)
