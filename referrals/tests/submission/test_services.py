"""Submitting, deciding and withdrawing: what each service promises, on a real database."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from core import errors
from core.nonces import key_of
from messaging.models import Message
from participants.models import Participant
from referrals import references, safety, status_changes
from referrals.models import Referral, SafetyAnswer, SafetyStop, StatusChange
from referrals.screening import services as screening
from referrals.statuses import TRANSITIONS, Reason, Status
from referrals.submission import services as submission
from referrals.submission.services import KeyOfAnotherPerson, KeyOfAnotherSender, StoppedBySafetyList
from referrals.tests.factories import NOW, ReferralFactory, details, submitted
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


def story(referral) -> list[tuple]:
    changes = StatusChange.objects.filter(referral=referral).order_by("at", "pk")
    return [(c.from_status, c.to_status, c.by and c.by.name, c.reason, c.words) for c in changes]


# --- Submitting ----------------------------------------------------------------------------------------------


def test_submit_keeps_the_person_the_answers_and_the_first_step(cast):
    referral = submitted(
        organisation=cast.riverbank, by=cast.receptionist, nhs_number="9990000018", note="Rings back late"
    )
    person = referral.participant
    assert (person.full_name, person.date_of_birth, person.nhs_number) == (
        "Aoife O’Neill",
        date(1958, 3, 27),
        "9990000018",
    )
    assert (person.practice, person.synthetic) == (cast.riverbank, False)
    assert (referral.status, referral.submitted_at, referral.note) == (
        Status.SUBMITTED,
        NOW,
        "Rings back late",
    )
    assert referral.submitted_by == cast.receptionist
    assert story(referral) == [("", "submitted", "Sam O’Brien", "", "")]


def test_submit_keeps_each_safety_list_as_it_was_worded(referral):
    answers = {answer.question_set: answer for answer in SafetyAnswer.objects.filter(referral=referral)}
    assert set(answers) == {"cauda_equina", "contraindications", "red_flags", "conversation"}
    emergency = answers["cauda_equina"]
    assert (emergency.version, emergency.ticked, emergency.answered_as) == (3, [], "administrator")
    assert emergency.wording["items"][1] == {"code": "bowel", "words": "Loss of bowel control"}


def test_submit_queues_one_receipt_to_whoever_sent_it(referral, cast):
    receipt = Message.objects.get()
    assert (receipt.kind, receipt.user, receipt.participant) == ("referral_receipt", cast.receptionist, None)
    assert (receipt.key, receipt.subject_id) == (key_of("referral_receipt", referral), referral.pk)


def test_a_second_press_gives_the_same_referral(cast):
    told = details(practice=cast.riverbank)
    first, second = (
        submission.submit(organisation=cast.riverbank, by=cast.receptionist, now=now, **told)
        for now in (NOW, LATER)
    )
    assert first == second
    assert (Referral.objects.count(), Participant.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_a_form_used_again_for_somebody_else_is_not_taken_for_a_second_press(cast):
    told = details(practice=cast.riverbank)
    first = submission.submit(organisation=cast.riverbank, by=cast.receptionist, now=NOW, **told)
    with pytest.raises(KeyOfAnotherPerson, match=first.reference):
        submission.submit(
            organisation=cast.riverbank, by=cast.receptionist, now=NOW, **(told | {"family_name": "Byrne"})
        )
    with pytest.raises(KeyOfAnotherPerson):
        submission.submit(
            organisation=cast.riverbank,
            by=cast.receptionist,
            now=NOW,
            **(told | {"date_of_birth": date(1960, 1, 1)}),
        )


def test_the_key_of_another_sender_shows_nothing_of_their_referral(cast):
    told = details(practice=cast.riverbank)
    first = submission.submit(organisation=cast.riverbank, by=cast.receptionist, now=NOW, **told)
    with pytest.raises(KeyOfAnotherSender) as refusal:
        submission.submit(organisation=cast.hilltop, by=cast.neighbour, now=NOW, **told)
    assert first.reference not in str(refusal.value)


@pytest.mark.parametrize("code", ["cauda_equina", "contraindications"])
def test_submit_refuses_what_a_safety_list_stops(cast, code):
    answers = {"cauda_equina": [], "contraindications": []} | {code: ["anything"]}
    with pytest.raises(StoppedBySafetyList):
        submitted(organisation=cast.riverbank, by=cast.receptionist, answers=answers)
    assert not Referral.objects.exists()
    assert not Participant.objects.exists()


def test_submit_needs_an_answer_to_every_list(cast):
    with pytest.raises(KeyError):
        submitted(organisation=cast.riverbank, by=cast.receptionist, answers={"cauda_equina": []})


def test_two_organisations_may_refer_the_same_person_and_nothing_is_overwritten(cast):
    first = submitted(organisation=cast.riverbank, by=cast.receptionist, nhs_number="9990000018")
    second = submitted(
        organisation=cast.hilltop,
        by=cast.neighbour,
        nhs_number="9990000018",
        postcode="GL50 1AA",
        practice=cast.riverbank,
    )
    assert first.participant == second.participant
    assert Participant.objects.get().postcode == "GL1 2AB"
    difference = first.participant.differences.get()
    assert (difference.field, difference.value, difference.organisation) == (
        "postcode",
        "GL50 1AA",
        cast.hilltop,
    )


def test_a_reference_that_is_taken_is_drawn_again(referral, cast, monkeypatch):
    drawn = iter([referral.reference, referral.reference, "IYM-4444-777"])
    monkeypatch.setattr(references, "random_reference", lambda: next(drawn))
    assert submitted(organisation=cast.riverbank, by=cast.receptionist).reference == "IYM-4444-777"


def test_references_hold_no_letter_that_looks_like_another():
    drawn = {references.random_reference() for _ in range(500)}
    assert len(drawn) == 500
    assert not set("".join(drawn).replace("IYM-", "")) & set("0O1IL2Z5S68BUVWAE")


@pytest.mark.parametrize("said", ["iym 4437 ccd", "IYM4437CCD", " iym-4437-ccd ", "IYM\u20134437\u2013CCD"])
def test_a_reference_is_recognised_as_people_type_it(said):
    assert references.recognise(said) == "IYM-4437-CCD"


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_referral_and_one_person(cast):
    told, start, made, faults = details(practice=cast.riverbank), Barrier(6), [], []

    def press():
        try:
            start.wait(5)
            made.append(
                submission.submit(organisation=cast.riverbank, by=cast.receptionist, now=NOW, **told).pk
            )
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    presses = [Thread(target=press) for _ in range(6)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join(20)
    assert (faults, len(made), len(set(made))) == ([], 6, 1)
    assert (Referral.objects.count(), Participant.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_a_stop_is_counted_without_a_trace_of_the_person(cast):
    stop = safety.Stop(safety.EMERGENCY, ("bowel",))
    screening.count_stops(stops=[stop], organisation=cast.riverbank, by=cast.receptionist, now=NOW)
    row = SafetyStop.objects.values().get()
    assert {key: row[key] for key in ("question_set", "version", "ticked")} == {
        "question_set": "cauda_equina",
        "version": 3,
        "ticked": ["bowel"],
    }
    assert set(row) == {"id", "organisation_id", "by_id", "at", "question_set", "version", "ticked"}


# --- Deciding ------------------------------------------------------------------------------------------------


def test_accept_puts_the_person_on_the_waiting_list_and_welcomes_them(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=date(2026, 2, 16))
    referral.refresh_from_db()
    assert (referral.status, referral.status_at) == (Status.WAITING, LATER)
    assert referral.opted_in_at == datetime(2026, 2, 16, 0, tzinfo=UTC)
    assert story(referral)[1:] == [
        ("submitted", "accepted", "Olu Okafor", "", "Agreed to take part on Monday 16 February 2026."),
        ("accepted", "waiting", "Olu Okafor", "", "Waiting since Monday 16 February 2026."),
    ]
    welcome = Message.objects.get(kind="welcome")
    assert (welcome.participant, welcome.key) == (referral.participant, key_of("welcome", referral))
    assert welcome.not_before == LATER


def test_accept_counts_waiting_from_a_summer_midnight_in_london(cast):
    summer = datetime(2026, 7, 6, 9, tzinfo=UTC)
    referral = submitted(
        organisation=cast.riverbank, by=cast.receptionist, now=summer, agreed_on=date(2026, 7, 1)
    )
    triage.accept(referral=referral, by=cast.officer, now=summer, opted_in_on=date(2026, 7, 6))
    assert referral.opted_in_at == datetime(2026, 7, 5, 23, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 2, 17), date(2026, 2, 15), date(1, 1, 1), date(9999, 12, 31)])
def test_accept_refuses_a_yes_from_the_future_or_before_the_agreement(referral, cast, day):
    with pytest.raises(errors.Refused, match="must be today or earlier"):
        triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=day)
    referral.refresh_from_db()
    assert (referral.status, len(story(referral))) == (Status.SUBMITTED, 1)


@pytest.mark.parametrize(("priority", "reason"), [(4, "Carer"), (-1, "Carer"), (2, ""), (2, "  ")])
def test_accept_refuses_a_priority_without_reason_or_out_of_range(referral, cast, priority, reason):
    with pytest.raises(errors.Refused, match="0 to 3"):
        triage.accept(
            referral=referral,
            by=cast.officer,
            now=LATER,
            opted_in_on=date(2026, 2, 16),
            priority=priority,
            priority_reason=reason,
        )


def test_accept_keeps_a_priority_and_its_reason(referral, cast):
    triage.accept(
        referral=referral,
        by=cast.officer,
        now=LATER,
        opted_in_on=date(2026, 2, 16),
        priority=3,
        priority_reason=" Cares for two ",
    )
    referral.refresh_from_db()
    assert (referral.priority, referral.priority_reason) == (3, "Cares for two")


def test_accept_refuses_a_person_who_is_in_the_programme_through_another_referral(cast):
    first, second = (
        submitted(organisation=place, by=by, nhs_number="9990000018")
        for place, by in ((cast.riverbank, cast.receptionist), (cast.hilltop, cast.neighbour))
    )
    triage.accept(referral=first, by=cast.officer, now=LATER, opted_in_on=date(2026, 2, 16))
    with pytest.raises(status_changes.AlreadyInProgramme, match="already on the waiting list"):
        triage.accept(referral=second, by=cast.officer, now=LATER, opted_in_on=date(2026, 2, 16))
    second.refresh_from_db()
    assert (second.status, second.opted_in_at, len(story(second))) == (Status.SUBMITTED, None, 1)
    assert Message.objects.filter(kind="welcome").count() == 1


def test_decline_keeps_the_reason_and_the_words(referral, cast):
    triage.decline(
        referral=referral, by=cast.officer, now=LATER, reason=Reason.OUTSIDE_AREA, words=" Too far. "
    )
    referral.refresh_from_db()
    assert referral.status == Status.DECLINED
    assert story(referral)[1] == ("submitted", "declined", "Olu Okafor", "outside_area", "Too far.")


@pytest.mark.parametrize(
    ("reason", "words"), [("outside_area", " "), ("", "Too far"), ("nonsense", "Too far")]
)
def test_decline_needs_a_reason_from_the_list_and_words(referral, cast, reason, words):
    with pytest.raises(errors.Refused, match="reason"):
        triage.decline(referral=referral, by=cast.officer, now=LATER, reason=reason, words=words)


def test_withdraw_takes_the_welcome_back(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=date(2026, 2, 16))
    triage.withdraw(referral=referral, by=cast.receptionist, now=LATER, reason=Reason.MOVED)
    referral.refresh_from_db()
    assert referral.status == Status.WITHDRAWN
    welcome = Message.objects.get(kind="welcome")
    assert (welcome.state, welcome.reason) == ("cancelled", "The referral is now: Withdrawn")
    assert Message.objects.get(kind="referral_receipt").state == "pending"


def test_withdraw_for_another_reason_needs_words(referral, cast):
    with pytest.raises(errors.Refused, match="explain"):
        triage.withdraw(referral=referral, by=cast.receptionist, now=LATER, reason=Reason.OTHER)


@pytest.mark.parametrize("status", [Status.ENROLLED, Status.ACTIVE])
@pytest.mark.parametrize("service", [triage.withdraw, triage.decline])
def test_a_referral_with_a_place_ends_only_with_the_place(cast, status, service):
    referral = ReferralFactory(status=status, opted_in_at=NOW)
    with pytest.raises(status_changes.HasPlace, match="End the place first"):
        service(referral=referral, by=cast.officer, now=LATER, reason=Reason.MOVED, words="Moved")


# --- Moving --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", Status.values)
@pytest.mark.parametrize("come_from", Status.values)
def test_only_listed_moves_are_allowed(cast, come_from, to):
    referral = ReferralFactory(status=come_from, opted_in_at=NOW)
    if to in TRANSITIONS.get(come_from, ()):
        count = {"attended": 5, "out_of": 10} if to == Status.FINISHED_BELOW_TARGET else {}
        change = status_changes.move(
            referral=referral, to=to, by=None, now=LATER, reason=Reason.OTHER, words="Because", **count
        )
        assert referral.status == to
        assert story(referral) == [(come_from, to, None, "other", "Because")]
        assert change.at == LATER
    else:
        with pytest.raises(status_changes.MoveNotAllowed, match="Reload the page"):
            status_changes.move(referral=referral, to=to, by=None, now=LATER)
        assert story(referral) == []
    referral.refresh_from_db()
    assert (referral.status == to) is (to in TRANSITIONS.get(come_from, ()) or come_from == to)


def test_move_believes_the_row_and_not_the_copy_in_hand(referral, cast):
    stale = Referral.objects.get(pk=referral.pk)
    triage.decline(referral=referral, by=cast.officer, now=LATER, reason=Reason.AGE, words="Too young")
    with pytest.raises(status_changes.MoveNotAllowed, match="Not accepted"):
        triage.accept(referral=stale, by=cast.officer, now=LATER, opted_in_on=date(2026, 2, 16))


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_decides(cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    start, outcomes = Barrier(2), []

    def press(service, facts):
        try:
            start.wait(5)
            service(referral=Referral.objects.get(pk=referral.pk), by=cast.officer, now=LATER, **facts)
            outcomes.append("done")
        except status_changes.MoveNotAllowed:
            outcomes.append("refused")
        finally:
            connection.close()

    officers = [
        Thread(target=press, args=(triage.accept, {"opted_in_on": date(2026, 2, 16), "priority": 0})),
        Thread(target=press, args=(triage.decline, {"reason": Reason.SAFETY, "words": "No"})),
    ]
    for thread in officers:
        thread.start()
    for thread in officers:
        thread.join(20)
    # A decline may follow an acceptance (safety found later); an acceptance never follows a decline.
    final = Referral.objects.get(pk=referral.pk).status
    assert sorted(outcomes) in (["done", "refused"], ["done", "done"])
    assert final == Status.DECLINED


@pytest.mark.parametrize("model", [StatusChange, SafetyAnswer, SafetyStop])
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_history_is_written_once(referral, cast, model, deed):
    stop = safety.Stop(safety.ABSOLUTE, ("fever",))
    screening.count_stops(stops=[stop], organisation=None, by=cast.receptionist, now=NOW)
    rows = model.objects.all()
    with (
        pytest.raises((InternalError, IntegrityError), match="Cannot update or delete"),
        transaction.atomic(),
    ):
        rows.delete() if deed == "delete" else rows.update(id=10**9)


# --- The order of the waiting list (docs/domain.md 4.1) --------------------------------------------------------


def test_waiting_order_is_long_waits_then_score_then_opt_in_then_id():
    def waiting(days, priority=0):
        return ReferralFactory(
            status=Status.WAITING,
            opted_in_at=LATER - timedelta(days=days),
            priority=priority,
            priority_reason="Carer" if priority else "",
        ).pk

    new, long_wait, urgent, middling, twin = (
        waiting(1),
        waiting(126),
        waiting(3, 2),
        waiting(100),
        waiting(100),
    )
    order = Referral.objects.waiting().in_waiting_order(LATER, long_wait_days=126)
    assert [row.pk for row in order] == [long_wait, urgent, middling, twin, new]
    assert [row.long_wait for row in order] == [True, False, False, False, False]
