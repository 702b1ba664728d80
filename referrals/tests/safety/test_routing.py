"""The safety screen: the routing table, the clinician who confirms, holds and clearances (docs/domain.md 2.3, 2.5)."""

from datetime import timedelta
from time import sleep

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import CLINICIAN, CLINICIAN_ADMIN
from accounts.tests.factories import MembershipFactory, UserFactory, sign_in
from core import errors, work_queue
from core.dates import LONDON
from messaging.models import Message
from referrals import safety
from referrals.clinician_link import services as clinician_link
from referrals.models import Clearance, Confirmation, Referral, SafetyAnswer, SafetyHold, SafetyStop
from referrals.screening import clinician_requests, eligibility
from referrals.screening import services as screening
from referrals.statuses import Status
from referrals.submission import services as submission
from referrals.submission.services import NotAssessed
from referrals.tests.factories import NOW, ReferralFactory, details, lists, send, submitted, typed
from referrals.triage import services as triage
from sessions.places import common, placement
from sessions.tests import factories as cohorts
from sessions.tests.race import at_once

LATER = NOW + timedelta(hours=3)
LEFT = [safety.NOT_CLINICIAN]
NONE = {asked.code: [] for asked in safety.QUESTION_SETS}
ALL_LEFT = NONE | dict.fromkeys(("contraindications", "red_flags", "conversation"), LEFT)


def ticks(asked: safety.QuestionSet):
    codes = st.lists(st.sampled_from([item.code for item in asked.items]), unique=True)
    return codes if asked.anybody else codes | st.just(LEFT)


ANSWERS = st.fixed_dictionaries({asked.code: ticks(asked) for asked in safety.QUESTION_SETS})


# --- The table -----------------------------------------------------------------------------------------------


@given(ANSWERS, st.booleans())
def test_no_tick_is_ever_lost(answers, assessed):
    """Every list with a tick stops, is assessed, or is spoken about first; every list left to a clinician is asked."""
    led = safety.route(answers, assessed=assessed)
    for asked in safety.QUESTION_SETS:
        given_ = answers[asked.code]
        if given_ == LEFT:
            assert asked.code in led.to_confirm
        elif given_:
            stopped = asked.code in {stop.question_set.code for stop in led.stops}
            assert stopped is (asked.effect == safety.Effect.STOP)
            assert stopped or asked.code in led.call
            if asked.effect == safety.Effect.ASSESSED and not assessed:
                assert led.stops or led.not_assessed
        else:
            assert asked.code not in (*led.to_confirm, *led.call)


@given(ANSWERS)
def test_an_emergency_stops_whatever_else_is_answered(answers):
    answers["cauda_equina"] = ["bladder"]
    led = safety.route(answers, assessed=True)
    assert led.stops[0].question_set == safety.EMERGENCY


def test_every_list_has_a_rule_and_a_source():
    for asked in safety.QUESTION_SETS:
        assert safety.TABLE[asked.effect].does
        assert all(item.source for item in asked.items)
        assert (asked.advice is not None) is (asked.effect == safety.Effect.STOP)
    assert safety.EMERGENCY.anybody


# --- What a referrer may send --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_red_flags_need_an_assessment_and_then_a_talk(cast):
    told = details(practice=cast.riverbank, answers=NONE | {"red_flags": ["cancer"]})
    with pytest.raises(NotAssessed):
        submission.submit(organisation=cast.riverbank, by=cast.receptionist, now=NOW, **told)
    assert not Referral.objects.exists()
    referral = submission.submit(
        organisation=cast.riverbank, by=cast.receptionist, now=NOW, **(told | {"assessed": True})
    )
    assert SafetyAnswer.objects.get(question_set="red_flags").assessed
    assert referral.clearances.get().because == "Ticked: red flags"


@pytest.mark.django_db
def test_points_to_talk_about_never_stop_a_referral_and_bar_a_place_until_an_officer_has_spoken(cast):
    referral = submitted(
        organisation=cast.riverbank, by=cast.receptionist, answers=NONE | {"conversation": ["falls"]}
    )
    triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    load = {panel.name: panel.load for panel in work_queue.registered()}["speak_first"]
    count, (row,) = load(LATER, 8)
    assert count == 1
    assert ". Since " in row.detail  # a late one is not told by its colour alone
    speak = "Speak to this person first, then record a safety clearance (ticked: points to discuss)."
    assert eligibility.blockers(referral) == [speak]
    screening.clear(
        referral=referral, by=cast.officer, now=LATER, words="Rang: walks with a stick, sits down"
    )
    assert load(LATER, 8)[0] == 0
    assert eligibility.blockers(referral) == []
    cleared = referral.clearances.get()
    assert (cleared.cleared_by, (cleared.expires_on - LATER.date()).days) == (cast.officer, 365)


@pytest.mark.django_db
def test_accepting_somebody_of_whom_nothing_was_ticked_writes_no_clearance_and_stops_nothing(cast):
    """A clearance is an officer's own: nobody has pressed one here, and there is nothing to clear."""
    now = timezone.now()
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist, now=now)
    triage.accept(referral=referral, by=cast.officer, now=now, opted_in_on=now.astimezone(LONDON).date())
    assert not Clearance.objects.exists()
    page = (
        sign_in(Client(), cast.officer)
        .get(f"/admin/referrals/referral/{referral.pk}/change/")
        .content.decode()
    )
    assert "Safety questions: nothing ticked" in page
    assert "May take part" not in page
    assert eligibility.blockers(referral) == []
    assert {panel.name: panel.load for panel in work_queue.registered()}["speak_first"](now, 8)[0] == 0
    starts_on = (now + timedelta(days=8)).astimezone(LONDON).date()
    cohort = cohorts.cohort(now=now, starts_on=starts_on, by=cast.officer)
    placement.place(referral=referral, cohort=cohort, by=cast.officer, now=now)
    assert not Clearance.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answers", [NONE | {"conversation": ["falls"]}, ALL_LEFT], ids=["something ticked", "left to a clinician"]
)
def test_no_page_says_that_nothing_was_ticked_where_that_is_not_so(cast, answers):
    referral = submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        answers=answers,
        clinician_name="Dr Ruth O'Brien",
        clinician_email="ruth@riverbank.example",
    )
    triage.accept(referral=referral, by=cast.officer, now=LATER)
    page = (
        sign_in(Client(), cast.officer)
        .get(f"/admin/referrals/referral/{referral.pk}/change/")
        .content.decode()
    )
    assert "nothing ticked" not in page
    assert not Clearance.objects.filter(cleared_at__isnull=False).exists()


@pytest.mark.django_db
def test_a_clearance_that_was_written_by_itself_before_stays_and_lapses(cast):
    """Rows of an earlier release: accepting used to write them."""
    referral = ReferralFactory(status=Status.WAITING, opted_in_at=NOW)
    Clearance.objects.create(
        referral=referral,
        because="Nothing was ticked on the safety lists.",
        asked_at=NOW,
        cleared_at=NOW,
        cleared_by=cast.officer,
        basis="Nothing was ticked on the safety lists.",
        expires_on=NOW.date() + timedelta(days=365),
    )
    assert screening.lapse_clearances(now=NOW + timedelta(days=366)) == 1
    assert Clearance.objects.get(ended_at__isnull=True).cleared_at is None


@pytest.mark.django_db
def test_nothing_ticked_bars_nobody_even_without_a_clearance(cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    referral.clearances.all().delete()
    assert eligibility.blockers(referral) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"safety_red_flags": ["cancer"]}, "Confirm that a clinician has assessed"),
        ({"safety_contraindications": LEFT}, "Enter the name of the clinician"),
        ({"safety_contraindications": [*LEFT, "fever"]}, "An illness with fever now. Untick it, or choose"),
        ({"safety_contraindications": "some"}, "Tick the conditions that apply"),
        (
            {
                "safety_red_flags": LEFT,
                "clinician_name": "Dr Ruth",
                "clinician_email": "sam@riverbank.example",
            },
            "not your own",
        ),
        ({"safety_cauda_equina": LEFT}, "Select emergency signs from the list"),
    ],
)
def test_what_the_form_says(cast, changed, words):
    changed = {
        name: cast.receptionist.email if value == "sam@riverbank.example" else value
        for name, value in changed.items()
    }
    answer = send(sign_in(Client(), cast.receptionist), typed(**changed))
    assert words in answer.content.decode()
    assert not Referral.objects.exists()


# --- The clinician -------------------------------------------------------------------------------------------


@pytest.fixture
def gp(cast):
    user = UserFactory(name="Dr Ruth O'Brien", email="Ruth@riverbank.example")
    MembershipFactory(user=user, organisation=cast.riverbank, role=CLINICIAN, profession="gp")
    return user


@pytest.fixture
def left(cast, gp):
    return submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        answers=ALL_LEFT,
        clinician_name="Dr Ruth O'Brien",
        clinician_email="ruth@riverbank.example",
    )


def filled(**changed) -> dict:
    answers = {f"safety_{code}": ["none"] for code in ("contraindications", "red_flags", "conversation")}
    return lists(answers | changed) | {"answered_as": "gp"}


@pytest.mark.django_db
def test_a_referral_left_to_a_clinician_is_sent_triaged_and_not_placed(cast, left, gp):
    triage.accept(referral=left, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    assert eligibility.blockers(left) == ["A clinician has not answered the safety questions yet."]
    assert not left.clearances.exists()
    now = timezone.now()
    cohort = cohorts.cohort(
        now=now, starts_on=(now + timedelta(days=8)).astimezone(LONDON).date(), by=cast.officer
    )
    with pytest.raises(common.NotSafeYet, match="A clinician has not answered"):
        placement.place(referral=left, cohort=cohort, by=cast.officer, now=now)
    page = f"/referrals/{left.reference}/confirm/"
    client = sign_in(Client(), gp)
    assert client.post(page, filled()).status_code == 302
    left.refresh_from_db()
    assert eligibility.blockers(left) == []
    assert not left.clearances.exists()  # the clinician ticked nothing: there is nothing to clear
    placement.place(referral=left, cohort=cohort, by=cast.officer, now=now)
    assert SafetyAnswer.objects.filter(referral=left, question_set="contraindications").count() == 2
    assert client.get(page).status_code == 404  # answered: nothing is left here


@pytest.mark.django_db
def test_a_clinician_is_asked_nothing_that_we_know_and_offered_no_answer_that_is_not_there(left, gp):
    gp.memberships.update(role="clinician", profession="physiotherapist")
    page = sign_in(Client(), gp).get(f"/referrals/{left.reference}/confirm/")
    assert page.context["form"]["answered_as"].value() == "physiotherapist"
    assert "say so in your answer" not in page.content.decode()


@pytest.mark.django_db
def test_a_clinicians_stop_is_a_hold_and_never_a_decline(cast, left, gp):
    triage.accept(referral=left, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    client = sign_in(Client(), gp)
    answer = client.post(f"/referrals/{left.reference}/confirm/", filled(safety_contraindications=["angina"]))
    assert "The referral is on hold" in answer.content.decode()
    left.refresh_from_db()
    assert left.status == Status.WAITING
    assert SafetyHold.objects.get().why == SafetyHold.Why.CLINICIAN
    assert SafetyStop.objects.get().ticked == ["angina"]
    assert "safety hold" in eligibility.blockers(left)[0]
    page, waits = f"/referrals/{left.reference}/", "when there is one"
    assert waits not in client.get(page).content.decode()
    assert "On hold since" in client.get(page).content.decode()
    with pytest.raises(errors.Refused, match="Lift the safety hold"):
        screening.clear(referral=left, by=cast.officer, now=LATER, words="Spoke")
    screening.lift(referral=left, by=cast.officer, now=LATER, words="Cardiology says stable")
    assert waits in client.get(page).content.decode()
    assert "Speak to this person first" in eligibility.blockers(left)[0]  # lifting is not clearing
    screening.clear(referral=left, by=cast.officer, now=LATER, words="Spoke")
    assert eligibility.blockers(left) == []


@pytest.mark.django_db
def test_nobody_but_the_named_clinician_has_the_page(cast, left):
    page = f"/referrals/{left.reference}/confirm/"
    for somebody in (cast.receptionist, cast.lead, cast.neighbour):
        client = sign_in(Client(), somebody)
        assert client.get(page).status_code == 404
        assert client.post(page, filled()).status_code == 404
    # The same address at another practice opens nothing either.
    stranger = UserFactory(email="ruth@hilltop.example")
    MembershipFactory(user=stranger, organisation=cast.hilltop, role=CLINICIAN, profession="gp")
    Confirmation.objects.update(email="ruth@hilltop.example")
    assert sign_in(Client(), stranger).get(page).status_code == 404


@pytest.mark.django_db
def test_the_clinician_is_written_to_at_once_and_after_two_and_five_working_days(left, gp):
    def sent() -> list[str]:
        return list(Message.objects.filter(user=gp).order_by("pk").values_list("kind", flat=True))

    assert clinician_requests.request_clinicians(now=NOW) == 1
    assert clinician_requests.request_clinicians(now=NOW + timedelta(days=1)) == 0
    clinician_requests.request_clinicians(now=NOW + timedelta(days=2))
    clinician_requests.request_clinicians(now=NOW + timedelta(days=4))  # Friday
    clinician_requests.request_clinicians(now=NOW + timedelta(days=7))  # Monday: five working days
    clinician_requests.request_clinicians(now=NOW + timedelta(days=30))
    assert sent() == ["confirm_safety", "confirm_safety_nudge", "confirm_safety_nudge"]


@pytest.mark.django_db
def test_after_an_outage_one_reminder_goes_and_not_three(left, gp):
    assert clinician_requests.request_clinicians(now=NOW + timedelta(days=14)) == 1


@pytest.mark.django_db
def test_the_address_of_a_clinician_without_an_account_is_an_officers_task(
    cast, left, gp, django_assert_max_num_queries
):
    Confirmation.objects.update(email="nobody@elsewhere.example", address_checked_at=None)
    assert clinician_requests.request_clinicians(now=NOW) == 0
    load = {panel.name: panel.load for panel in work_queue.registered()}["clinician_addresses"]
    with django_assert_max_num_queries(2):
        count, rows = load(LATER, 8)
    assert count == 1
    assert "We have not emailed them" in rows[0].detail


@pytest.mark.django_db
def test_an_administrator_whose_address_was_typed_answers_nothing(cast, left, gp):
    gp.memberships.update(role=CLINICIAN_ADMIN, profession="")
    assert clinician_requests.request_clinicians(now=NOW) == 0
    client = sign_in(Client(), gp)
    assert client.get(f"/referrals/{left.reference}/confirm/").status_code == 404
    assert not client.get("/referrals/confirm/").context["rows"]
    assert clinician_link.write_to_clinicians(now=NOW) == 0, (
        "no link either, before an officer has checked it"
    )
    assert Confirmation.objects.open().get().address_checked_at is None


@pytest.mark.django_db
def test_another_clinician_is_named_instead(cast, left, gp):
    client = sign_in(Client(), cast.receptionist)
    page = f"/referrals/{left.reference}/clinician/"
    own = client.post(page, {"name": "Me", "email": cast.receptionist.email})
    assert "not your own" in own.content.decode()
    cast.lead.memberships.update(role=CLINICIAN, profession="gp")
    client.post(page, {"name": "Dr Lee", "email": cast.lead.email})
    assert sign_in(Client(), gp).get(f"/referrals/{left.reference}/confirm/").status_code == 404
    assert sign_in(Client(), cast.lead).get(f"/referrals/{left.reference}/confirm/").status_code == 200
    assert Confirmation.objects.open().count() == 1


@pytest.mark.django_db
def test_two_presses_confirm_once(left, gp):
    asked = Confirmation.objects.get()
    answers = {code: [] for code in ("contraindications", "red_flags", "conversation")}
    facts = {"confirmation": asked, "answers": answers, "assessed": False, "by": gp, "answered_as": "gp"}
    screening.confirm(**facts, now=LATER)
    with pytest.raises(screening.AlreadyConfirmed):
        screening.confirm(**facts, now=LATER)


# --- Holds and clearances ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_officer_holds_and_lifts_with_grounds(cast):
    referral = ReferralFactory(organisation=cast.riverbank, status=Status.WAITING, opted_in_at=NOW)
    client = sign_in(Client(), cast.officer)
    office = f"/admin/referrals/referral/{referral.pk}"
    assert client.post(f"{office}/hold/", {"why": "officer", "words": ""}).status_code == 200
    client.post(f"{office}/hold/", {"why": "officer", "words": "New chest pain, said the daughter"})
    shown = client.get(f"{office}/change/").content.decode()
    assert "Safety hold: do not offer or give a place" in shown
    assert "Lift the safety hold" in shown
    client.post(f"{office}/lift/", {"words": "GP has looked: muscular"})
    hold = SafetyHold.objects.get()
    assert (hold.put_on_by, hold.lifted_by, hold.lifted_words) == (
        cast.officer,
        cast.officer,
        "GP has looked: muscular",
    )


@pytest.mark.django_db
def test_the_database_wants_grounds_for_lifting(cast):
    referral = ReferralFactory(status=Status.WAITING, opted_in_at=NOW)
    screening.hold(referral=referral, by=cast.officer, now=NOW, words="Concerned")
    with pytest.raises(IntegrityError, match="safety_hold_lifted_with_grounds"), transaction.atomic():
        SafetyHold.objects.update(lifted_at=LATER, lifted_by=cast.officer)


@pytest.mark.django_db
def test_a_clearance_lapses_after_a_year_and_is_asked_for_again(cast):
    referral = ReferralFactory(status=Status.WAITING, opted_in_at=NOW)
    screening.clear(referral=referral, by=cast.officer, now=NOW, words="Spoke")
    assert screening.lapse_clearances(now=NOW + timedelta(days=364)) == 0
    assert screening.lapse_clearances(now=NOW + timedelta(days=366)) == 1
    assert screening.lapse_clearances(now=NOW + timedelta(days=366)) == 0
    assert Clearance.objects.filter(cleared_at__isnull=True, ended_at__isnull=True).count() == 1
    assert Clearance.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_clearance_that_an_officer_is_renewing_does_not_lapse(cast):
    referral = ReferralFactory(status=Status.WAITING, opted_in_at=NOW)
    screening.clear(referral=referral, by=cast.officer, now=NOW, words="Spoke")
    later = NOW + timedelta(days=366)

    def renew(barrier):
        with transaction.atomic():
            screening.clear(referral=referral, by=cast.officer, now=later, words="Spoke again")
            barrier.wait()
            sleep(0.3)  # beat looks before this commits
        return 0

    def lapse(barrier):
        barrier.wait()
        return screening.lapse_clearances(now=later)

    assert at_once([renew, lapse]) == [0, 0]
    assert Clearance.objects.get(ended_at__isnull=True).basis == "Spoke again"


@pytest.mark.django_db
def test_a_hold_ends_the_clearance_that_was_given_before(cast):
    referral = ReferralFactory(status=Status.WAITING, opted_in_at=NOW)
    screening.clear(referral=referral, by=cast.officer, now=NOW, words="Spoke")
    screening.hold(referral=referral, by=cast.officer, now=LATER, words="New fall")
    assert Clearance.objects.get(ended_at__isnull=True).cleared_at is None


# --- The officers' pages -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_routing_is_one_page_and_the_stops_are_a_list(cast):
    stop = safety.Stop(safety.ABSOLUTE, ("angina",))
    screening.count_stops(stops=[stop], organisation=cast.riverbank, by=cast.receptionist, now=NOW)
    client = sign_in(Client(), cast.officer)
    listed = client.get("/admin/referrals/safetystop/").content.decode()
    assert "Unstable or uncontrolled angina" in listed
    assert cast.receptionist.name not in listed
    page = client.get("/admin/referrals/safetystop/routing/").content.decode()
    for asked in safety.QUESTION_SETS:
        assert all(item.words.split(",")[0][:20] in page for item in asked.items)
