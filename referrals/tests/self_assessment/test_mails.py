"""The messages around the person's own answers, each compared whole."""

import pytest

from messaging.content import rendering
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.models import SafetyLink
from referrals.safety import self_assessment_questions
from referrals.self_assessment import services as self_assessment
from referrals.tests.factories import NOW
from referrals.tests.self_assessment.own import ALL_NO, waiting

pytestmark = pytest.mark.django_db
END = """
If you would rather answer by phone, call us on 01632 960 123.

In an emergency, call 999. Please do not wait for us.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""


@pytest.fixture
def asked(cast):
    person = PersonFactory(preferred_name="Síle D'Arcy", family_name="O'Brien")
    referral = waiting(
        participant=person,
        organisation=cast.riverbank,
        submitted_by=cast.receptionist,
        reference="IYM-7K4P-3QX",
    )
    self_assessment.send_safety_link(referral=referral, because=SafetyLink.Because.WAITING, by=None, now=NOW)
    return referral


def mail(kind: str) -> rendering.Mail:
    return rendering.render_message(Message.objects.filter(kind=kind).first(), NOW)


def test_the_questions_to_the_person(asked):
    link = f"http://localhost:8000/q/{SafetyLink.objects.get().token}/"
    sent = mail("safety_questions")
    assert sent.subject == "Síle D'Arcy, a few questions before you start"
    assert sent.text == (
        f"""Hello Síle D'Arcy,

So that we can look after you in the sessions, we would like to ask you a few questions. There are 8, with yes, no or not sure, and a box for anything else. They take about two minutes.

What you need to do: open your page and answer them. It asks for your date of birth first.
{link}

The page is open until Wednesday 18 March 2026, 9am UK time. You can change your answers until then.
{END}"""
    )
    assert sent.copy == sent.text.replace(link, "[personal link]")


def test_the_reminder_to_the_person(asked):
    link = f"http://localhost:8000/q/{SafetyLink.objects.get().token}/"
    sent = mail("safety_questions_nudge")
    assert sent.subject == "Síle D'Arcy, we still have a few questions for you"
    assert sent.text == (
        f"""Hello Síle D'Arcy,

On Monday 16 February 2026 we asked you a few questions, so that we can look after you in the sessions. We do not have your answers yet.

What you need to do: open your page and answer them. It takes about two minutes, and asks for your date of birth first.
{link}

The page is open until Wednesday 18 March 2026, 9am UK time.
{END}"""
    )


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("numb", "at once. We told them to call 999 or go to A&E. Make sure that they have"),
        ("chest", "on the same working day"),
    ],
)
def test_the_alert_to_officers_names_nobody(asked, code, how):
    self_assessment.record(referral=asked, replies=ALL_NO | {code: self_assessment_questions.YES}, now=NOW)
    sent = mail("safety_alert")
    assert sent.subject == "Urgent: referral IYM-7K4P-3QX needs a project officer"
    assert sent.text == (
        f"""Hello Olu Okafor,

The person in referral IYM-7K4P-3QX answered our questions on Monday 16 February 2026, 9am UK time. Their answers need a project officer {how}. The referral is on hold.

What you need to do: sign in, read the answers and call the person. Then call the person who referred them.
http://localhost:8000/admin/referrals/referral/{asked.pk}/change/

If you cannot, call the project team on 01632 960 123, so that someone else can.

Every project officer has this message. It does not say who the person is, to keep their details private.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_the_hold_to_the_practice_names_nobody_and_no_answer(asked):
    self_assessment.record(referral=asked, replies=ALL_NO | {"chest": self_assessment_questions.YES}, now=NOW)
    sent = mail("safety_hold")
    assert sent.subject == "Referral IYM-7K4P-3QX is on hold: we will call you"
    assert sent.text == (
        """Hello Sam O’Brien,

On Monday 16 February 2026 we put referral IYM-7K4P-3QX, which you sent on Monday 16 February 2026, on hold. We cannot offer a place while the referral is on hold.

A project officer will call you about this.

What your team needs to do: sign in, see which patient this is about, and ask the clinician who knows them to be ready to speak with us.
http://localhost:8000/referrals/IYM-7K4P-3QX/

This message does not say who the patient is, to keep their details private.

If it is easier, call us on 01632 960 123 and give the reference. Do not reply with the patient's details.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )
