"""A receptionist is asked about emergency signs only with the patient there; what is not asked is asked of others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests import factories
from accounts.tests.factories import sign_in
from messaging.models import Message
from referrals import safety
from referrals.models import Referral, ReferralDraft, SafetyStop
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.self_assessment.work_queue import held, not_asked
from referrals.tests.factories import NOW, send, submitted, typed

pytestmark = pytest.mark.django_db
EMERGENCY = safety.EMERGENCY.code
LEFT = {each.code: [safety.NOT_CLINICIAN] for each in safety.QUESTION_SETS}
NEXT_DAY = datetime(2026, 2, 17, 9, tzinfo=UTC)
RUTH = {"clinician_name": "Dr Ruth O'Brien", "clinician_email": "ruth@riverbank.example"}


def reception_form(**changed: object) -> dict[str, object]:
    """What a receptionist types who leaves the safety questions to the clinician."""
    left = {"answers_here": None, "patient_present": "no", "referrer_email": "ruth@riverbank.example"}
    return typed(**{**left, **changed})


@pytest.fixture
def unasked(cast) -> Referral:
    answers = LEFT | {EMERGENCY: [safety.NOT_ASKED]}
    return submitted(organisation=cast.riverbank, by=cast.receptionist, answers=answers, **RUTH)


def bars(referral: Referral) -> list[str]:
    return [bar.tag for bar in eligibility.of([referral.pk])[referral.pk].bars]


def test_two_pages_are_enough_for_a_receptionist(reception):
    answer = send(reception, reception_form())
    assert answer.url.endswith("/sent/")
    referral = Referral.objects.get()
    assert screening.unanswered_lists(referral) == [each.code for each in safety.QUESTION_SETS]
    assert referral.confirmations.get().email == "ruth@riverbank.example"


def test_signs_that_were_not_asked_are_asked_of_the_person_at_once(unasked, cast):
    asked = Message.objects.get(kind="safety_questions")
    assert (asked.participant, asked.not_before) == (unasked.participant, NOW)
    assert EMERGENCY in screening.unanswered_lists(unasked)
    assert not_asked(NOW).count() == 0
    assert [each.pk for each in not_asked(NEXT_DAY)] == [unasked.pk]
    assert "Clinician’s answers missing" in bars(unasked)


def test_a_weekend_is_no_working_day(cast):
    friday = datetime(2026, 2, 20, 15, tzinfo=UTC)
    answers = LEFT | {EMERGENCY: [safety.NOT_ASKED]}
    submitted(organisation=cast.riverbank, by=cast.receptionist, now=friday, answers=answers, **RUTH)
    counts = [not_asked(friday + timedelta(days=days)).count() for days in range(4)]
    assert counts == [0, 0, 0, 1]


def test_who_goes_on_the_waiting_list_is_not_asked_twice(unasked):
    self_assessment.ask_when_waiting(referral=unasked, now=NEXT_DAY)
    assert unasked.safety_links.count() == 1


def test_an_answer_of_the_person_or_of_the_clinician_ends_the_officers_task(unasked, cast):
    replies = {asked.code: "no" for asked in safety.OWN.questions}
    self_assessment.record(referral=unasked, replies=replies, now=NOW + timedelta(hours=1))
    assert not_asked(NEXT_DAY).count() == 0
    other = submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        given_name="Ríona",
        answers=LEFT | {EMERGENCY: [safety.NOT_ASKED]},
        **RUTH,
    )
    assert not_asked(NEXT_DAY).count() == 1
    answer(other, factories.clinician(cast.riverbank, email=RUTH["clinician_email"]))
    assert not_asked(NEXT_DAY).count() == 0
    assert bars(other) == []


def test_a_patient_who_was_asked_needs_no_call(reception):
    send(reception, reception_form(patient_present="yes", emergency_signs="none"))
    referral = Referral.objects.get()
    assert EMERGENCY not in screening.unanswered_lists(referral)
    assert not Message.objects.filter(kind="safety_questions").exists()


@pytest.mark.parametrize("said", ["some", "unsure"])
def test_a_yes_or_not_sure_stops_the_referral(reception, said):
    page = send(reception, reception_form(patient_present="yes", emergency_signs=said)).content.decode()
    assert "Call 999" in page
    assert SafetyStop.objects.get().ticked == [said]
    assert not Referral.objects.exists()


def test_a_yes_counts_while_other_answers_are_missing_and_beside_an_absent_patient(reception):
    form = reception_form(patient_present="no", emergency_signs="some", agreed=None)
    assert "Call 999" in send(reception, form).content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"patient_present": None}, "patient_present"),
        ({"patient_present": "yes"}, "emergency_signs"),
        ({"referrer_email": ""}, "referrer_email"),
        ({"referrer_email": "sam@riverbank.example"}, "referrer_email"),
    ],
)
def test_what_is_missing_is_said_and_kept(reception, cast, changed, field):
    if changed.get("referrer_email"):
        changed = {"referrer_email": cast.receptionist.email.upper()}
    page = send(reception, reception_form(**changed))
    assert field in page.context["form"].errors
    assert not Referral.objects.exists()


def test_a_pasted_emergency_word_asks_whether_or_not_the_patient_is_there(reception):
    form = reception_form(suggested=[f"{EMERGENCY}:bladder"])
    reception.post("/referrals/paste/use/", {"suggested": form["suggested"], "given_name": "Aoife"})
    key = ReferralDraft.objects.get().key
    page = reception.get(f"/referrals/new/{key}/consent/")
    assert "Loss of bladder control" in page.content.decode()
    assert "patient_present" not in page.context["form"].fields
    answer = send(reception, reception_form(submission_key=str(key)))
    assert "emergency_signs" in answer.context["form"].errors
    assert send(reception, reception_form(submission_key=str(key), emergency_signs="none")).url.endswith(
        "/sent/"
    )
    assert Referral.objects.get().hints == [f"{EMERGENCY}:bladder"]


def answer(referral: Referral, clinician, **ticked: list[str]) -> safety.Route:
    return screening.confirm(
        confirmation=referral.confirmations.get(),
        answers={each.code: ticked.get(each.code, []) for each in safety.QUESTION_SETS},
        assessed=False,
        by=clinician,
        answered_as="gp",
        now=NOW + timedelta(hours=2),
    )


def test_a_clinicians_emergency_tick_holds_and_alerts_every_officer(unasked, cast):
    ruth = factories.clinician(cast.riverbank, email=RUTH["clinician_email"])
    page = sign_in(Client(), ruth)
    boxes = {f"safety_{each.code}": "none" for each in safety.QUESTION_SETS}
    boxes |= {"answered_as": "gp", f"safety_{EMERGENCY}": "some", f"safety_{EMERGENCY}_which": ["legs"]}
    shown = page.post(f"/referrals/{unasked.reference}/confirm/", boxes).content.decode()
    assert "Phone the patient now" in shown
    alerts = Message.objects.filter(kind="safety_alert")
    assert {alert.user_id for alert in alerts} == set(User.objects.officers().values_list("pk", flat=True))
    assert [hold.referral_id for hold in held(NEXT_DAY)] == [unasked.pk]
    assert "On hold" in bars(unasked)
