"""Reaching people, asking practices, passing on, mistakes and deaths: the moves that officers make."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import InternalError
from django.test import Client

from accounts.tests.factories import sign_in
from core import errors, work_queue
from messaging.delivery.leases import claim
from messaging.delivery.send_guard import release
from messaging.kinds.registry import get
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.models import Participant
from participants.tests.factories import TOLD
from referrals import status_changes
from referrals.correspondence import services as correspondence
from referrals.models import ContactAttempt, Note, Referral
from referrals.statuses import Reason, Status
from referrals.tests.factories import NOW, ReferralFactory, submitted
from referrals.triage import closures, contact_attempts
from referrals.triage import services as triage
from referrals.triage.contact_attempts import still_missing
from sessions.tests import factories as cohorts

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def accepted(referral, cast):
    return triage.accept(referral=referral, by=cast.officer, now=LATER)


def attempt(referral, by, at=LATER, channel="phone", outcome="no_answer", **more):
    return contact_attempts.record_attempt(
        referral=referral, by=by, now=at, channel=channel, outcome=outcome, **more
    )


def kinds(**about) -> list[str]:
    return sorted(Message.objects.filter(state="pending", **about).values_list("kind", flat=True))


def office(referral, name="change") -> str:
    return f"/admin/referrals/referral/{referral.pk}/{name}/"


# --- Accepted before the person has been asked -----------------------------------------------------------------


def test_accepted_without_a_yes_waits_for_contact_and_is_not_welcomed(accepted):
    assert (accepted.status, accepted.opted_in_at) == (Status.ACCEPTED, None)
    assert "welcome" not in kinds()


def test_a_yes_on_the_telephone_puts_them_on_the_waiting_list(accepted, cast):
    attempt(accepted, cast.officer, outcome="spoke")
    triage.said_yes(referral=accepted, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    assert accepted.status == Status.WAITING
    assert "welcome" in kinds()


def test_the_first_try_moves_an_accepted_referral_and_the_next_does_not(accepted, cast):
    attempt(accepted, cast.officer)
    assert accepted.status == Status.CONTACTING
    attempt(accepted, cast.officer, at=LATER + timedelta(days=1))
    assert accepted.status_changes.filter(to_status=Status.CONTACTING).count() == 1


@pytest.mark.parametrize("status", sorted(set(Status.values) - {"accepted", "contacting"}))
def test_tries_are_written_down_only_while_somebody_is_to_be_reached(cast, status):
    referral = ReferralFactory(status=status, opted_in_at=NOW)
    with pytest.raises(status_changes.MoveNotAllowed):
        attempt(referral, cast.officer)


def test_no_voice_message_where_it_is_not_safe(cast):
    referral = ReferralFactory(status=Status.CONTACTING, participant__message_safe=False)
    with pytest.raises(errors.Refused, match="not safe to leave a message"):
        attempt(referral, cast.officer, outcome="left_message")
    attempt(referral, cast.officer, channel="letter", outcome="left_message")


def test_a_try_is_written_once(accepted, cast):
    made = attempt(accepted, cast.officer)
    with pytest.raises(InternalError), transaction.atomic():
        ContactAttempt.objects.filter(pk=made.pk).update(words="else")


# --- Could not be reached --------------------------------------------------------------------------------------

MONDAY = datetime(
    2026, 3, 30, 9, tzinfo=UTC
)  # the week before Easter: two bank holidays in the next ten days


@pytest.mark.parametrize(
    ("tries", "days", "missing"),
    [
        ([], 0, ["try at least 3", "try at least 2 ways", "10 working days", "letter"]),
        (["phone", "phone", "letter"], 11, ["10 working days"]),  # Good Friday and Easter Monday do not count
        (["phone", "phone", "letter"], 16, []),
        (["phone", "phone", "phone"], 30, ["try at least 2 ways", "letter"]),
        (["phone", "letter"], 30, ["try at least 3"]),
        (["letter", "phone", "email"], 30, ["letter as the last"]),
    ],
)
def test_what_must_happen_before_giving_up(cast, tries, days, missing):
    referral = ReferralFactory(status=Status.CONTACTING, organisation=cast.riverbank)
    for number, channel in enumerate(tries):
        attempt(referral, cast.officer, at=MONDAY + timedelta(hours=number), channel=channel)
    now = MONDAY + timedelta(days=days)
    found = still_missing(referral, now)
    assert len(found) == len(missing)
    assert all(words in sentence for words, sentence in zip(missing, found, strict=True))
    if missing:
        with pytest.raises(errors.Refused, match="Before you record"):
            contact_attempts.give_up(referral=referral, by=cast.officer, now=now)
    else:
        change = contact_attempts.give_up(referral=referral, by=cast.officer, now=now)
        assert (change.to_status, change.reason) == (Status.UNREACHABLE, Reason.NO_CONTACT)


def test_opened_again_within_three_months_the_tries_are_counted_anew(cast):
    referral = ReferralFactory(status=Status.CONTACTING)
    for channel in ("phone", "text", "letter"):
        attempt(referral, cast.officer, at=MONDAY, channel=channel)
    given_up = MONDAY + timedelta(days=30)
    contact_attempts.give_up(referral=referral, by=cast.officer, now=given_up)
    with pytest.raises(errors.Refused, match="within 92 days"):
        contact_attempts.reopen(referral=referral, by=cast.officer, now=given_up + timedelta(days=92))
    contact_attempts.reopen(referral=referral, by=cast.officer, now=given_up + timedelta(days=91))
    assert referral.status == Status.CONTACTING
    assert len(still_missing(referral, given_up + timedelta(days=120))) == 4


# --- The thread ------------------------------------------------------------------------------------------------


def test_a_question_waits_for_its_answer_and_nudges_twice(referral, cast):
    correspondence.ask_practice(
        referral=referral, by=cast.officer, now=LATER, words="Which telephone number?"
    )
    assert referral.status == Status.INFO_REQUESTED
    nudges = Message.objects.filter(kind="referral_question_nudge").order_by("not_before")
    assert [nudge.not_before - LATER for nudge in nudges] == [timedelta(days=3), timedelta(days=7)]
    correspondence.answer(referral=referral, by=cast.lead, now=LATER, words="07700 900123")
    referral.refresh_from_db()
    assert referral.status == Status.SUBMITTED
    assert kinds(subject_id=referral.pk) == ["referral_receipt"]


def test_the_question_goes_to_the_practices_own_address_when_it_has_one(referral, cast):
    cast.riverbank.contact_email = "desk@riverbank.example"
    cast.riverbank.save()
    referral.refresh_from_db()
    correspondence.ask_practice(referral=referral, by=cast.officer, now=LATER, words="Which number?")
    assert {m.organisation for m in Message.objects.filter(kind__startswith="referral_question")} == {
        cast.riverbank
    }


def test_a_question_not_answered_is_on_the_work_queue_after_fourteen_days(referral, cast):
    correspondence.ask_practice(referral=referral, by=cast.officer, now=LATER, words="Which number?")
    load = {panel.name: panel.load for panel in work_queue.registered()}["unanswered"]
    assert load(LATER + timedelta(days=13), 8)[0] == 0
    count, rows = load(LATER + timedelta(days=14), 8)
    assert (count, rows[0].detail) == (1, "Asked on Monday 16 February 2026")


def test_what_a_practice_writes_is_found_until_an_officer_has_read_it(referral, cast):
    load = {panel.name: panel.load for panel in work_queue.registered()}["practice_wrote"]
    correspondence.answer(referral=referral, by=cast.receptionist, now=LATER, words="She has moved house")
    assert load(LATER, 8)[0] == 1
    client = sign_in(Client(), cast.officer)
    assert "She has moved house" in client.get(office(referral)).content.decode()
    client.post(office(referral, "notes-read"))
    assert load(LATER, 8)[0] == 0
    assert Note.objects.get().seen_by == cast.officer


def test_the_practice_answers_on_its_page_and_a_neighbour_cannot(referral, cast):
    correspondence.ask_practice(
        referral=referral, by=cast.officer, now=LATER, words="Is <b>07700 900123</b> right?"
    )
    page = f"/referrals/{referral.reference}/"
    client = sign_in(Client(), cast.receptionist)
    shown = client.get(page).content.decode()
    assert "&lt;b&gt;07700 900123&lt;/b&gt;" in shown
    empty = client.post(page, {"words": " "})
    assert "Enter what you want to say" in empty.content.decode()
    assert client.post(page, {"words": "Yes, it is"}).status_code == 302
    assert Note.objects.filter(from_office=False).get().by == cast.receptionist
    stranger = sign_in(Client(), cast.neighbour)
    assert stranger.post(page, {"words": "Me too"}).status_code == 404


# --- Passing on, and words for the person ----------------------------------------------------------------------


def test_passed_on_names_the_service_and_tells_the_person_kindly(referral, cast):
    change = triage.redirect(
        referral=referral,
        by=cast.officer,
        now=LATER,
        service="The hospital's back team",
        person_words="We think that the hospital's team can help you better.",
    )
    assert (change.to_status, change.reason) == (Status.REDIRECTED, Reason.OTHER_SERVICE)
    assert change.words.startswith("Passed to: The hospital's back team.")
    told = Message.objects.get(kind="decision")
    assert told.participant == referral.participant


def test_without_words_for_the_person_nothing_is_sent_to_them(referral, cast):
    triage.decline(referral=referral, by=cast.officer, now=LATER, reason=Reason.AGE, words="Too young")
    assert not Message.objects.filter(participant=referral.participant).exists()


def test_after_acceptance_only_safety_declines(accepted, cast):
    with pytest.raises(errors.Refused, match="for safety only"):
        triage.decline(referral=accepted, by=cast.officer, now=LATER, reason=Reason.AGE, words="x")
    triage.decline(referral=accepted, by=cast.officer, now=LATER, reason=Reason.SAFETY, words="New pain")
    assert accepted.status == Status.DECLINED


# --- Entered in error, and a death -----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [Reason.NO_CONTACT, Reason.DIED])
def test_nobody_is_declined_past_the_rule_of_tries_or_the_silence_of_a_death(cast, reason):
    referral = ReferralFactory(status=Status.SUBMITTED)
    with pytest.raises(triage.NoReasonToDecline):
        triage.decline(referral=referral, by=cast.officer, now=NOW, reason=reason, words="We rang once.")
    office = sign_in(Client(), cast.officer)
    page = office.get(f"/admin/referrals/referral/{referral.pk}/decline/").content.decode()
    assert 'value="age"' in page
    assert f'value="{reason}"' not in page


def test_entered_in_error_calls_the_welcome_back(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    closures.entered_in_error(referral=referral, by=cast.officer, now=LATER, words="The wrong John Smith")
    assert referral.status == Status.ENTERED_IN_ERROR
    assert "welcome" not in kinds()


def test_a_death_silences_every_message_at_once(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    other = submitted(organisation=cast.hilltop, by=cast.neighbour)
    other.participant = referral.participant
    other.save()
    assert closures.died(**TOLD, referral=referral, by=cast.officer, now=LATER) == 2
    other.refresh_from_db()
    assert (referral.status, other.status) == (Status.DIED, Status.DIED)
    person = Participant.objects.get(pk=referral.participant_id)
    assert not Message.objects.open().filter(participant=person).exists()
    queued = outbox.queue(
        key="welcome:again", kind="welcome", subject_type="referral", subject_id=referral.pk,
        participant=person, now=LATER, expires_at=LATER + timedelta(days=1),
    )  # fmt: skip
    assert not queued
    with pytest.raises(errors.Refused, match="already been told"):
        closures.died(**TOLD, referral=referral, by=cast.officer, now=LATER)


def test_a_message_in_a_workers_hands_meets_the_fence_when_the_person_dies(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=LATER, opted_in_on=NOW.date())
    held = [
        m for m in claim(now=LATER, channels=["smtp", "file"], urgent=False, most=50) if m.kind == "welcome"
    ]
    # The naive check, which looks at the row's state only, would let it go.
    Participant.objects.filter(pk=referral.participant_id).update(died_at=LATER)
    assert held[0].state == Message.State.SENDING
    assert not release([held[0]], get("welcome"), LATER)
    Participant.objects.filter(pk=referral.participant_id).update(died_at=None)
    assert release([held[0]], get("welcome"), LATER)


def test_what_had_ended_stays_as_it_ended(cast):
    done = ReferralFactory(status=Status.COMPLETED, opted_in_at=NOW)
    assert closures.died(**TOLD, referral=done, by=cast.officer, now=LATER) == 0
    done.refresh_from_db()
    assert done.status == Status.COMPLETED


def test_the_practice_marks_a_mistake_before_there_is_a_place_only(referral, cast):
    client = sign_in(Client(), cast.receptionist)
    page = f"/referrals/{referral.reference}/error/"
    assert client.post(page, {"words": "Sent twice"}).status_code == 302
    referral.refresh_from_db()
    assert referral.status == Status.ENTERED_IN_ERROR
    enrolled = ReferralFactory(organisation=cast.riverbank, status=Status.ENROLLED, opted_in_at=NOW)
    response = client.post(f"/referrals/{enrolled.reference}/error/", {"words": "Sent twice"})
    assert "has a place" in response.content.decode()


def test_a_mistake_that_a_practice_marks_never_ends_a_place(cast):
    """The service looks under the lock, so a place that was given a moment ago stays too."""
    place = cohorts.placed(cohorts.cohort())
    Referral.objects.filter(pk=place.referral_id).update(organisation=cast.riverbank)
    client = sign_in(Client(), cast.receptionist)
    page = f"/referrals/{place.referral.reference}/error/"
    assert "has a place" in client.post(page, {"words": "Sent twice"}).content.decode()
    place.refresh_from_db()
    assert place.state == place.State.TAKEN


# --- The officers' pages ---------------------------------------------------------------------------------------

OPEN = {
    "submitted": "accept ask decline redirect note withdraw hold error died",
    "info_requested": "accept decline redirect note withdraw hold error died",
    "accepted": "attempt said_yes decline redirect note withdraw hold error died",
    "contacting": "attempt said_yes not_wanted unreachable decline redirect note withdraw hold error died",
    "unreachable": "reopen note withdraw error died",
    "waiting": "decline redirect note ask_person withdraw hold error died",
    "offered": "note ask_person hold error died",
    "enrolled": "note ask_person hold error died",
    "active": "note ask_person hold error died",
    "entered_in_error": "",
    "died": "error",
}


@pytest.mark.parametrize("status", Status.values)
def test_each_status_offers_its_own_decisions_and_each_opens(cast, status):
    referral = ReferralFactory(organisation=cast.riverbank, status=status, opted_in_at=NOW)
    client = sign_in(Client(), cast.officer)
    context = client.get(office(referral)).context
    shown = [d.name for d in [*context["decisions"], *context["other_decisions"]]]
    assert sorted(shown) == sorted(OPEN.get(status, "note error died").split())
    for name in shown:
        assert client.get(office(referral, name)).status_code == 200


def test_an_officer_accepts_first_and_records_a_try(referral, cast):
    client = sign_in(Client(), cast.officer)
    client.post(office(referral, "accept"), {"answered": "no", "priority": ""})
    referral.refresh_from_db()
    assert referral.status == Status.ACCEPTED
    tried = {"channel": "phone", "outcome": "no_answer", "words": "rang <twice>"}
    answer = client.post(office(referral, "attempt"), tried, follow=True)
    assert answer.redirect_chain == [(office(referral), 302)]
    assert "rang &lt;twice&gt;" in answer.content.decode()
    past = {f"again_on_{part}": str(getattr(date(2026, 2, 16), part)) for part in ("day", "month", "year")}
    refused = client.post(office(referral, "attempt"), tried | past)
    assert "must be after today" in refused.content.decode()


def test_people_to_contact_are_shown_in_the_order_of_their_day(cast, django_assert_max_num_queries):
    first, later = (ReferralFactory(status=Status.CONTACTING, status_at=NOW) for _ in range(2))
    attempt(later, cast.officer, at=NOW, again_on=date(2026, 3, 20))
    load = {panel.name: panel.load for panel in work_queue.registered()}["to_reach"]
    with django_assert_max_num_queries(2):
        count, rows = load(NOW + timedelta(days=7), 8)
    assert count == 2
    assert [row.detail for row in rows] == [
        "0 contact attempts, on this list since Monday 16 February 2026",
        "1 contact attempt, try again on Friday 20 March 2026",
    ]
