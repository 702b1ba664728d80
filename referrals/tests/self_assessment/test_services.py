"""Asking people themselves, what they answer, and what follows (docs/domain.md 2.4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import work_queue
from core.errors import Refused
from messaging.content import rendering
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.tests.factories import TOLD, PersonFactory
from referrals import safety
from referrals.models import Clearance, SafetyAnswer, SafetyHold, SafetyLink
from referrals.safety import self_assessment_questions
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.statuses import Reason, Status
from referrals.tests.factories import NOW, ReferralFactory, submitted
from referrals.tests.self_assessment.own import ALL_NO, waiting
from referrals.triage import closures
from referrals.triage import services as triage
from sessions.attendance import responses
from sessions.places import placement
from sessions.tests import factories as cohorts
from sessions.tests.race import at_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
DAY = timedelta(days=1)
Because = SafetyLink.Because


@pytest.fixture
def referral(cast):
    return waiting(organisation=cast.riverbank, submitted_by=cast.receptionist)


@pytest.fixture
def asked(referral):
    self_assessment.send_safety_link(referral=referral, because=Because.WAITING, by=None, now=NOW)
    return referral


def tell(referral, now=LATER, words="", taken_by=None, **replies):
    return self_assessment.record(
        referral=referral, replies=ALL_NO | replies, words=words, now=now, taken_by=taken_by
    )


def still_due(kind: str, now=LATER) -> int:
    return Message.objects.filter(kinds.get(kind).still_due(now), kind=kind).count()


def panel(name: str, now=LATER):
    return {each.name: each.load for each in work_queue.registered()}[name](now, 8)


# --- Asking ---------------------------------------------------------------------------------------------------


def test_whoever_goes_on_the_waiting_list_is_asked_and_reminded_after_three_and_seven_days(cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    triage.accept(referral=referral, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    link = SafetyLink.objects.get()
    assert (link.referral, link.because, link.expires_at - NOW) == (referral, Because.WAITING, 30 * DAY)
    sent = Message.objects.filter(subject_type="safety_link").order_by("not_before")
    assert [(each.kind, each.not_before - NOW, each.expires_at - NOW) for each in sent] == [
        ("safety_questions", 0 * DAY, 3 * DAY),
        ("safety_questions_nudge", 3 * DAY, 7 * DAY),
        ("safety_questions_nudge", 7 * DAY, 30 * DAY),
    ]


def test_accepting_somebody_who_has_not_said_yes_asks_nothing_yet(cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    triage.accept(referral=referral, by=cast.officer, now=NOW)
    assert not SafetyLink.objects.exists()


def test_the_days_of_reminders_and_the_life_of_the_link_are_settings(referral, settings):
    settings.SAFETY_NUDGE_DAYS, settings.SAFETY_LINK_DAYS = [2], 10
    self_assessment.send_safety_link(referral=referral, because=Because.AGAIN, by=None, now=NOW)
    sent = Message.objects.order_by("not_before").values_list("not_before", "expires_at")
    assert [(start - NOW, end - NOW) for start, end in sent] == [(0 * DAY, 2 * DAY), (2 * DAY, 10 * DAY)]


@pytest.mark.parametrize("end", ["answered", "asked anew", "withdrawn", "died", "too late"])
def test_nobody_is_reminded_once_it_is_needless(asked, cast, end):
    assert still_due("safety_questions") == 1
    assert still_due("safety_questions_nudge") == 2
    now = LATER
    if end == "answered":
        tell(asked)
    elif end == "asked anew":
        SafetyLink.objects.update(revoked_at=LATER)
    elif end == "withdrawn":
        triage.withdraw(referral=asked, by=cast.officer, now=LATER, reason=Reason.NOT_WANTED)
    elif end == "died":
        closures.died(**TOLD, referral=asked, by=cast.officer, now=LATER)
    else:
        now = NOW + 31 * DAY
    assert still_due("safety_questions", now) == 0
    assert still_due("safety_questions_nudge", now) == 0


def test_answering_calls_the_reminders_back(asked):
    tell(asked)
    assert set(Message.objects.values_list("state", "reason")) == {("cancelled", "Answered.")}


def test_asking_again_ends_the_earlier_link_and_a_changed_health_the_clearance(asked, cast):
    screening.clear(referral=asked, by=cast.officer, now=NOW, words="Spoke with them")
    self_assessment.send_safety_link(referral=asked, because=Because.AGAIN, by=cast.officer, now=LATER)
    assert Clearance.objects.get().cleared_at
    self_assessment.send_safety_link(
        referral=asked, because=Because.CHANGED, by=cast.officer, now=LATER + DAY
    )
    assert Clearance.objects.get(ended_at__isnull=True).because == "Their health has changed"
    assert [link.is_live(LATER + DAY) for link in SafetyLink.objects.order_by("pk")] == [False, False, True]


def test_a_year_after_the_answers_everybody_in_the_programme_is_asked_again(asked):
    tell(asked)
    ended = waiting()
    self_assessment.send_safety_link(referral=ended, because=Because.WAITING, by=None, now=NOW)
    tell(ended)
    triage.withdraw(referral=ended, by=ended.submitted_by, now=LATER, reason=Reason.NOT_WANTED)
    assert self_assessment.ask_after_a_year(now=LATER + 364 * DAY) == 0
    assert self_assessment.ask_after_a_year(now=LATER + 365 * DAY) == 1
    assert self_assessment.ask_after_a_year(now=LATER + 365 * DAY) == 0
    assert SafetyLink.objects.current().get(referral=asked).because == Because.YEAR


def test_whoever_comes_back_soon_is_not_asked_twice(asked):
    tell(asked)
    self_assessment.ask_when_waiting(referral=asked, now=LATER + 100 * DAY)
    assert SafetyLink.objects.count() == 1
    self_assessment.ask_when_waiting(referral=asked, now=LATER + 365 * DAY)
    assert SafetyLink.objects.count() == 2


def test_an_ended_referral_is_not_asked(cast):
    referral = ReferralFactory(status=Status.DECLINED)
    with pytest.raises(self_assessment.NotAskedAnyMore):
        self_assessment.send_safety_link(referral=referral, because=Because.AGAIN, by=cast.officer, now=NOW)
    with pytest.raises(self_assessment.NotAskedAnyMore):
        tell(referral)


# --- What is kept ---------------------------------------------------------------------------------------------


def test_answers_are_kept_with_wording_version_and_who_told(asked, cast):
    tell(asked, words=" I use a stick \n")
    tell(asked, now=LATER + DAY, taken_by=cast.officer, birth=self_assessment_questions.YES)
    told, by_link = self_assessment.answers(asked)
    assert (by_link.answered_by, by_link.answered_as, by_link.words) == (None, "person", "I use a stick")
    assert (told.answered_by, told.answered_as) == (cast.officer, "telephone")
    assert (told.version, told.ticked, told.replies) == (3, ["birth"], ALL_NO | {"birth": "yes"})
    assert told.wording["items"][4]["words"] == safety.OWN.questions[4].words


def test_the_same_answers_again_change_nothing(asked, django_capture_on_commit_callbacks):
    tell(asked, chest=self_assessment_questions.YES)
    before = SafetyAnswer.objects.count(), Message.objects.count(), Clearance.objects.count()
    assert tell(asked, now=LATER + DAY, chest=self_assessment_questions.YES).holds
    assert (SafetyAnswer.objects.count(), Message.objects.count(), Clearance.objects.count()) == before


def test_a_missing_answer_is_refused_but_never_beside_an_emergency(asked):
    with pytest.raises(self_assessment.AnswersMissing):
        self_assessment.record(referral=asked, replies={"chest": self_assessment_questions.NO}, now=LATER)
    led = self_assessment.record(
        referral=asked, replies={"numb": self_assessment_questions.UNSURE}, now=LATER
    )
    assert led.is_emergency
    assert self_assessment.latest(asked).replies == {"numb": "unsure"}


@pytest.mark.parametrize(
    "changed",
    [
        {"answered_as": "person"},  # a user, and said to be the person
        {"answered_by": None, "answered_as": "telephone"},  # nobody
        {"answered_by": None, "answered_as": "gp"},
        {"answered_by": None, "answered_as": "person", "question_set": "conversation"},
        {"answered_as": "gp"},  # somebody else answers for the person
    ],
)
def test_the_database_knows_exactly_one_teller(asked, cast, changed):
    facts = {"question_set": "own", "answered_by": cast.officer, "answered_as": "telephone"} | changed
    with pytest.raises(IntegrityError, match="safety_answer_"), transaction.atomic():
        SafetyAnswer.objects.create(referral=asked, version=1, wording={}, answered_at=LATER, **facts)


def test_the_database_knows_one_round_at_a_time(asked):
    with pytest.raises(IntegrityError, match="safety_link_one_round"), transaction.atomic():
        SafetyLink.make(now=NOW, expires_at=NOW + DAY, referral=asked, because=Because.AGAIN)


# --- What follows ---------------------------------------------------------------------------------------------


def test_nothing_raised_leaves_everything_as_it_is(asked, cast):
    screening.clear(referral=asked, by=cast.officer, now=NOW, words="Nothing ticked")
    tell(asked)
    assert Clearance.objects.get().cleared_at
    assert not SafetyHold.objects.exists()
    assert not Message.objects.filter(kind__in=["safety_alert", "safety_hold"]).exists()


@pytest.mark.parametrize(
    ("replies", "words"),
    [({"told": "yes"}, ""), ({"since": "unsure"}, ""), ({"birth": "yes"}, ""), ({}, "A stick")],
)
def test_what_an_officer_must_hear_asks_for_a_clearance_and_bars_a_place_until_then(
    asked, cast, replies, words
):
    screening.clear(referral=asked, by=cast.officer, now=NOW, words="Nothing ticked")
    tell(asked, words=words, **replies)
    assert Clearance.objects.get(ended_at__isnull=True).cleared_at is None
    assert panel("speak_first")[0] == 1
    assert len(eligibility.blockers(asked)) == 1
    screening.clear(referral=asked, by=cast.officer, now=LATER, words="Spoke")
    assert eligibility.blockers(asked) == []
    asked.refresh_from_db()
    assert asked.status == Status.WAITING


@pytest.mark.parametrize("code", ["chest", "faint", "breath", "numb"])
@pytest.mark.parametrize("reply", [self_assessment_questions.YES, self_assessment_questions.UNSURE])
def test_what_worries_holds_alerts_every_officer_and_tells_the_referrer(asked, cast, code, reply):
    tell(asked, **{code: reply})
    asked.refresh_from_db()
    assert asked.status == Status.WAITING  # nothing is ever declined by itself
    hold = SafetyHold.objects.get()
    assert (hold.why, hold.put_on_by) == (SafetyHold.Why.PERSON, None)
    assert "safety hold" in eligibility.blockers(asked)[0]
    alerts = Message.objects.filter(kind="safety_alert")
    assert {each.user for each in alerts} == {cast.officer, cast.administrator}
    assert all(each.urgent for each in alerts)
    assert Message.objects.get(kind="safety_hold").user == cast.receptionist
    count, rows = panel("own_answers_held")
    assert (count, rows[0].urgency) == (1, "red")
    assert ("999" in rows[0].detail) is (code == "numb")
    assert panel("safety_holds")[0] == panel("speak_first")[0] == 0  # one list each


def test_alerts_leave_at_night_and_reminders_do_not(asked):
    night = NOW.replace(hour=23)
    tell(asked, now=night, chest=self_assessment_questions.YES)
    worker.drain(now=night)
    sent = Message.objects.filter(state=Message.State.SENT)
    assert {each.kind for each in sent} == {"safety_alert"}


def test_an_alert_is_not_sent_once_an_officer_has_lifted_the_hold(asked, cast):
    tell(asked, chest=self_assessment_questions.YES)
    assert still_due("safety_alert") == 2
    assert still_due("safety_hold") == 1
    screening.lift(referral=asked, by=cast.officer, now=LATER, words="GP: muscular")
    assert still_due("safety_alert") == 0
    assert still_due("safety_hold") == 0


def test_a_changed_answer_reopens_the_clearance_and_a_better_one_lifts_no_hold(asked, cast):
    tell(asked, since=self_assessment_questions.YES)
    screening.clear(referral=asked, by=cast.officer, now=LATER, words="The fall was harmless")
    tell(asked, now=LATER + DAY)
    counts = Clearance.objects.get(ended_at__isnull=True)
    assert (counts.cleared_at, counts.because) == (None, "The person’s answers changed")
    tell(asked, now=LATER + 2 * DAY, chest=self_assessment_questions.YES)
    tell(asked, now=LATER + 3 * DAY)
    assert SafetyHold.objects.get().lifted_at is None


def test_a_second_worry_while_on_hold_alerts_again_and_is_in_the_hold(asked):
    tell(asked, chest=self_assessment_questions.YES)
    tell(asked, now=LATER + DAY, chest=self_assessment_questions.YES, faint=self_assessment_questions.YES)
    hold = SafetyHold.objects.get()
    assert hold.words == "chest pain, tightness or heartbeat; faint, blackout or dizziness"
    assert Message.objects.filter(kind="safety_alert").count() == 4
    assert Message.objects.filter(kind="safety_hold").count() == 1


def test_a_fever_is_kept_and_asks_for_nothing(asked):
    tell(asked, fever=self_assessment_questions.YES)
    assert self_assessment.latest(asked).ticked == ["fever"]
    assert not Clearance.objects.exists()


def test_a_person_with_only_a_telephone_is_rung(cast):
    referral = waiting(participant=PersonFactory(by_phone=True), organisation=cast.riverbank)
    self_assessment.send_safety_link(referral=referral, because=Because.WAITING, by=None, now=NOW)
    call = Message.objects.get(kind="safety_questions")
    assert call.channel == Message.Channel.PHONE
    assert rendering.response_url(call) == f"/admin/referrals/referral/{referral.pk}/own-answers/"
    told = rendering.script(call, NOW)
    for question in (*safety.OWN.questions, safety.OWN.anything_else):
        assert f"{question.number}. {question.words}" in told
    assert "Call 999 or go to A&E now" in told
    assert "/q/" not in told


def test_answers_told_on_the_telephone_without_a_question_make_a_round_of_their_own(referral, cast):
    tell(referral, taken_by=cast.officer)
    assert SafetyLink.objects.get().because == Because.TELEPHONE
    assert not Message.objects.exists()


# --- Not answered ---------------------------------------------------------------------------------------------


def test_without_answers_a_place_can_be_given_and_the_queue_says_so(asked, cast):
    assert panel("own_answers_missing", NOW + 6 * DAY)[0] == 0
    count, rows = panel("own_answers_missing", NOW + 7 * DAY)
    assert (count, rows[0].detail) == (1, "No email sent yet. Waiting since Monday 16 February 2026")
    assert eligibility.blockers(asked) == []
    cohort = cohorts.cohort(now=NOW, starts_on=(NOW + 8 * DAY).date(), by=cast.officer)
    placement.place(referral=asked, cohort=cohort, by=cast.officer, now=NOW)
    assert panel("own_answers_missing", NOW + DAY)[1][0].urgency == "amber"
    tell(asked)
    assert panel("own_answers_missing", NOW + 7 * DAY)[0] == 0


def test_somebody_whom_nobody_asked_is_on_the_queue(referral):
    assert panel("own_answers_missing")[1][0].detail == "Not asked yet"


@pytest.mark.parametrize("name", ["own_answers_held", "own_answers_missing"])
def test_a_panel_asks_twice_whatever_there_is(name, django_assert_num_queries):
    for _ in range(5):
        referral = waiting()
        tell(referral, chest=self_assessment_questions.YES)
        waiting()
    with django_assert_num_queries(2):
        assert panel(name, NOW + 9 * DAY)[0] == 5


def test_nobody_joins_while_on_hold(asked, cast):
    cohort = cohorts.cohort(now=NOW, starts_on=(NOW + 8 * DAY).date(), by=cast.officer)
    place = placement.place(referral=asked, cohort=cohort, by=cast.officer, now=NOW)
    first = place.attendances.order_by("starts_at").first()
    tell(asked, faint=self_assessment_questions.YES)
    with pytest.raises(Refused, match="Call us on 01632 960 123 before you join"):
        responses.press_join(attendance=first, now=first.starts_at)
    screening.lift(referral=asked, by=cast.officer, now=LATER, words="Low blood pressure, treated")
    assert responses.press_join(attendance=first, now=first.starts_at).startswith("https://")


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_many_times_at_once_is_one_answer_one_hold_and_one_alert_each(cast):
    referral = waiting(organisation=cast.riverbank, submitted_by=cast.receptionist)
    self_assessment.send_safety_link(referral=referral, because=Because.WAITING, by=None, now=NOW)

    def press(barrier):
        barrier.wait()
        return tell(referral, chest=self_assessment_questions.YES).holds

    assert at_once([press] * 8) == [True] * 8
    assert (SafetyAnswer.objects.count(), SafetyHold.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="safety_alert").count() == 2
