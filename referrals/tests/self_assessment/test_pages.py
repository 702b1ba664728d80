"""The person's page of questions, and the officer's who writes down what they say."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.tests.factories import sign_in
from participants.tests.factories import PersonFactory
from referrals import safety
from referrals.models import SafetyAnswer, SafetyHold, SafetyLink
from referrals.safety import self_assessment_questions
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.statuses import Reason
from referrals.tests.factories import NOW, ReferralFactory
from referrals.tests.self_assessment.own import ALL_NO, address, born, waiting
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db
NEVER = ("cleared", "clearance", "safe to take", "fit to", "you may take part", "may join")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def referral(cast):
    person = PersonFactory(preferred_name="Fee D'Arcy")
    found = waiting(participant=person, organisation=cast.riverbank, submitted_by=cast.receptionist)
    self_assessment.send_safety_link(referral=found, because=SafetyLink.Because.WAITING, by=None, now=NOW)
    return found


@pytest.fixture
def opened(client, referral):
    client.post(address(referral), born(referral))
    return client


def press(client, referral, **replies):
    return client.post(
        address(referral), ALL_NO | {self_assessment_questions.WORDS: ""} | replies, follow=True
    )


def rows():
    return (
        SafetyAnswer.objects.count(),
        SafetyHold.objects.count(),
        list(SafetyLink.objects.values_list("answered_at", flat=True)),
    )


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("page", ["", "thanks/"])
def test_looking_changes_nothing_before_or_after_the_date_of_birth(client, referral, method, page):
    before = rows()
    for _ in range(2):
        answer = getattr(client, method)(address(referral, page), ALL_NO)
        assert answer.status_code in (200, 302)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer["X-Robots-Tag"]
        assert rows() == before
        client.post(address(referral), born(referral))


def test_before_the_date_of_birth_nothing_tells_who_it_is_or_what_is_asked(client, referral):
    for page in (address(referral), address(referral, "thanks/")):
        text = client.get(page).content.decode()
        for hidden in ("Fee", "Neill", safety.OWN.title, "chest", referral.reference):
            assert hidden not in text


def test_the_page_shows_the_first_name_the_questions_and_nothing_else_about_them(opened, referral):
    text = opened.get(address(referral)).content.decode()
    assert "Hello Fee D&#x27;Arcy." in text
    for asked in safety.OWN.questions:
        assert asked.words in text
    person = referral.participant
    for hidden in ("Neill", person.nhs_number, person.email, person.postcode, referral.reference, "1966"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("replies", "words"),
    [
        ({}, "We have saved your answers."),
        ({"told": "yes"}, "will read your answers and call you"),
        ({"chest": "unsure"}, "on the same working day"),
        ({"fever": "yes"}, "do not join a session until it is"),
        ({self_assessment_questions.WORDS: "I use a stick"}, "will read what you wrote"),
    ],
)
def test_what_is_said_after_the_answers_thanks_and_clears_nobody(opened, referral, replies, words):
    answer = press(opened, referral, **replies)
    text = answer.content.decode()
    assert answer.redirect_chain == [(address(referral, "thanks/"), 302)]
    assert "Thank you" in text
    assert "Fee D&#x27;Arcy" in text
    assert words in text
    assert not [each for each in NEVER if each in text.lower()]


@pytest.mark.parametrize("others", [ALL_NO, {}, {self_assessment_questions.WORDS: "x" * 5000}])
def test_an_emergency_stops_at_once_even_while_the_rest_is_missing_or_wrong(opened, referral, others):
    answer = opened.post(address(referral), others | {"numb": self_assessment_questions.YES})
    text = answer.content.decode()
    assert answer.status_code == 200  # the press itself: no other page may come between
    assert text.index("Call 999 or go to A&amp;E now") < text.index("Do not drive yourself")
    assert "<h1" in text.split("Call 999 or go to A&amp;E now</span>")[0].rsplit("<ul", 1)[-1]
    for programme in ("session", "instructor", "Thank you", "Answer again"):
        assert programme not in text.split("</main>")[0]
    assert self_assessment.latest(referral).replies["numb"] == "yes"
    assert SafetyHold.objects.get().words == "new numbness, bladder, bowel or leg weakness"
    assert "Call 999 or go to A&amp;E now" in opened.get(address(referral)).content.decode()


def test_missing_answers_are_named_and_nothing_that_was_typed_is_lost(opened, referral):
    answer = opened.post(
        address(referral),
        {"told": self_assessment_questions.YES, self_assessment_questions.WORDS: "I'm <deaf> in one ear"},
    )
    text = answer.content.decode()
    assert "Answer yes, no or not sure: breathlessness" in text
    assert "I&#x27;m &lt;deaf&gt; in one ear" in text
    assert text.count(" checked") == 1
    assert rows()[0] == 0


def test_the_same_press_twice_is_one_answer_and_another_is_kept_beside_it(opened, referral):
    for _ in range(2):
        press(opened, referral)
    assert SafetyAnswer.objects.count() == 1
    text = opened.get(address(referral)).content.decode()
    assert "You answered these questions on Monday 16 February 2026" in text
    assert "checked" not in text  # what was answered is not shown
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        press(opened, referral, since=self_assessment_questions.YES)
    assert SafetyAnswer.objects.count() == 2


def test_answers_sent_after_half_an_hour_wait_for_the_date_of_birth_and_arrive(opened, referral):
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        asked = opened.post(
            address(referral), ALL_NO | {self_assessment_questions.WORDS: "Mornings are best"}
        )
        assert "Your answers are safe" in asked.content.decode()
        assert rows()[0] == 0
        carried = ALL_NO | {self_assessment_questions.WORDS: "Mornings are best"}
        assert opened.post(address(referral), carried | born(referral)).status_code == 302
    assert self_assessment.latest(referral).words == "Mornings are best"


def test_a_post_without_the_forms_token_is_refused(referral):
    bare = Client(enforce_csrf_checks=True)
    assert bare.post(address(referral), born(referral)).status_code == 403
    assert bare.post(address(referral), ALL_NO).status_code == 403
    assert rows()[0] == 0


@pytest.mark.parametrize("over", ["expired", "asked anew", "ended", "unknown"])
def test_a_link_that_is_over_says_the_same_whatever_ended_it(opened, referral, cast, over):
    page, when = address(referral), NOW
    if over == "expired":
        when = NOW + timedelta(days=30)
    elif over == "asked anew":
        self_assessment.send_safety_link(
            referral=referral, because=SafetyLink.Because.AGAIN, by=cast.officer, now=NOW
        )
    elif over == "ended":
        triage.withdraw(referral=referral, by=cast.officer, now=NOW, reason=Reason.NOT_WANTED)
    else:
        page = f"/q/{'A' * 43}/"
    with time_machine.travel(when, tick=False):
        looked, pressed = opened.get(page), opened.post(page, ALL_NO)
    assert looked.status_code == (404 if over == "unknown" else 410)
    assert looked.content == pressed.content == Client().get(f"/q/{'B' * 43}/").content
    assert "01632 960 123" in looked.content.decode()
    assert rows()[0] == 0


@pytest.mark.parametrize("tail", [".", ").", ">", ";", "/."])
def test_punctuation_that_mail_clients_add_is_forgiven(client, referral, tail):
    assert client.get(f"{address(referral)[:-1]}{tail}", follow=True).status_code == 200


def test_the_proof_of_one_person_opens_nothing_of_another(opened):
    other = waiting()
    self_assessment.send_safety_link(referral=other, because=SafetyLink.Because.WAITING, by=None, now=NOW)
    assert "What is your date of birth?" in opened.get(address(other)).content.decode()


# --- The office -----------------------------------------------------------------------------------------------


@pytest.fixture
def office(cast):
    return sign_in(Client(), cast.officer)


def change(referral):
    return f"/admin/referrals/referral/{referral.pk}/change/"


def test_an_officer_writes_down_what_is_told_and_sees_who_told_whom(office, referral, cast):
    page = f"/admin/referrals/referral/{referral.pk}/own-answers/"
    assert safety.OWN.questions[0].words in office.get(page).content.decode()
    short = office.post(page, {"told": self_assessment_questions.YES}).content.decode()
    assert "Answer yes, no or not sure: breathlessness" in short
    done = office.post(
        page,
        ALL_NO
        | {"told": self_assessment_questions.YES, self_assessment_questions.WORDS: "Since the heart attack"},
        follow=True,
    )
    text = done.content.decode()
    assert "record why they can take part" in text
    assert "Recorded by Olu Okafor by phone, Monday 16 February 2026, 9am" in text
    assert "Version 3." in text
    assert "Since the heart attack" in text
    assert self_assessment.latest(referral).answered_by == cast.officer


def test_an_officer_with_an_emergency_on_the_line_is_told_what_to_say(office, referral):
    page = f"/admin/referrals/referral/{referral.pk}/own-answers/"
    text = office.post(page, {"numb": self_assessment_questions.UNSURE}, follow=True).content.decode()
    assert "Say now: Call 999 or go to A&amp;E now." in text
    assert "Safety hold: do not offer or give a place" in text


def test_the_referral_says_that_nobody_has_answered_and_later_keeps_every_answer(office, referral):
    text = office.get(change(referral)).content.decode()
    assert "Has not answered yet." in text
    assert "No email sent yet. Waiting since Monday 16 February 2026" in text
    self_assessment.record(referral=referral, replies=ALL_NO, now=NOW)
    self_assessment.record(
        referral=referral,
        replies=ALL_NO | {"since": self_assessment_questions.UNSURE},
        now=NOW + timedelta(days=1),
    )
    text = office.get(change(referral)).content.decode()
    assert "Has not answered yet." not in text
    assert "1 to review" in text
    assert "Earlier answers, Monday 16 February 2026" in text
    assert "Answered by the person, online" in text
    assert text.count(safety.OWN.questions[6].words) == 3  # raised, all of them, and the earlier ones


def test_an_officer_asks_again_because_their_health_has_changed(office, referral):
    page = f"/admin/referrals/referral/{referral.pk}/ask_person/"
    assert "Select why you are asking again" in office.post(page, {"because": ""}).content.decode()
    text = office.post(page, {"because": "changed"}, follow=True).content.decode()
    assert "is asked about their safety again" in text
    assert SafetyLink.objects.count() == 2
    assert referral.clearances.get().because == "Their health has changed"


def test_the_referrers_page_shows_no_answer_of_the_person(referral, cast):
    self_assessment.record(
        referral=referral, replies=ALL_NO | {"chest": self_assessment_questions.YES}, words="Canary", now=NOW
    )
    text = sign_in(Client(), cast.receptionist).get(f"/referrals/{referral.reference}/").content.decode()
    for hidden in ("Canary", safety.OWN.questions[0].words, "chest pain"):
        assert hidden not in text


def test_an_ended_referral_takes_no_answers_on_the_telephone(office, referral, cast):
    triage.withdraw(referral=referral, by=cast.officer, now=NOW, reason=Reason.NOT_WANTED)
    page = f"/admin/referrals/referral/{referral.pk}/own-answers/"
    assert (
        "has ended, so these questions are not asked any more" in office.post(page, ALL_NO).content.decode()
    )
    assert "Record answers by phone" not in office.get(change(referral)).content.decode()


def test_a_milder_answer_while_a_hold_is_on_still_says_not_to_join(opened, referral):
    press(opened, referral, chest="yes")
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        again = press(opened, referral).content.decode()
    assert SafetyHold.objects.filter(lifted_at__isnull=True).exists()
    assert "Do not join a session before we have spoken to you." in again


def test_a_hold_on_another_referral_of_the_person_says_not_to_join_either(opened, referral, cast):
    other = ReferralFactory(participant=referral.participant, organisation=cast.hilltop)
    screening.hold(referral=other, by=cast.officer, now=NOW, words="Chest pain")
    assert "Do not join a session before" in press(opened, referral).content.decode()


@pytest.mark.parametrize("sent", [["no", "yes"], ["yes", "no"], ["no", "unsure"], ["unsure", "nonsense", ""]])
def test_of_two_answers_to_the_emergency_question_the_worrying_one_counts(opened, referral, sent):
    answer = opened.post(address(referral), {"numb": sent})
    assert "Call 999 or go to A&amp;E now" in answer.content.decode()
    assert SafetyAnswer.objects.get().replies["numb"] in ("yes", "unsure")
