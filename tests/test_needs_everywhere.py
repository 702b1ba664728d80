"""Needs are flagged wherever the office names a person, and decide whether an email goes (docs/domain.md 1.4)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import OfficerFactory
from messaging.content import rendering
from messaging.delivery import housekeeping, leases, send_guard, worker
from messaging.kinds import registry
from messaging.models import Message
from messaging.outbox import queue as outbox
from outcomes.feedback.services import queue_due_feedback
from outcomes.models import Feedback
from participants.models import Need, Participant
from participants.needs import services as needs
from participants.tests.factories import PersonFactory
from referrals.tests.factories import NOW, ReferralFactory
from sessions.tests import factories as cohorts

pytestmark = pytest.mark.django_db
FLAG = "Lip reads"  # a need that leaves the way of contact alone
CODE = "lip_reads"


def need(person: Participant, *codes: str) -> None:
    needs.save(person=person, codes=codes, by=OfficerFactory(), now=NOW)


def promise(person: Participant, number: int = 1, **when: object) -> Message:
    referral = person.referrals.first() or ReferralFactory(
        participant=person, status="waiting", opted_in_at=NOW
    )
    when = {"now": NOW, "expires_at": NOW + timedelta(days=9)} | when
    about = {"kind": "welcome", "subject_type": "referral", "subject_id": referral.pk, "participant": person}
    assert outbox.queue(key=f"welcome:{number}", **about, **when)
    return Message.objects.get(key=f"welcome:{number}")


# --- The way of contact --------------------------------------------------------------------------------------


def test_every_code_that_is_served_by_hand_is_in_the_picklist():
    assert set(needs.BY_HAND) <= set(needs.BY_CODE)


@pytest.mark.parametrize("code", needs.BY_HAND)
def test_nobody_whom_an_ordinary_email_does_not_serve_gets_one(code):
    person = PersonFactory(phone="")
    assert promise(person).channel != Message.Channel.PHONE
    need(person, code, CODE)
    assert promise(person, 2).channel == Message.Channel.PHONE  # an officer's list


@pytest.mark.parametrize("code", [code for code in needs.BY_CODE if code not in needs.BY_HAND])
def test_other_needs_leave_email_alone(code):
    person = PersonFactory()
    need(person, code)
    assert promise(person).channel != Message.Channel.PHONE


def test_a_mail_to_somebody_with_a_need_flags_it_without_naming_it():
    person = PersonFactory()
    note = "We have recorded your communication needs"
    message = promise(person)
    assert note not in rendering.render_message(message, NOW).text
    need(person, CODE)
    mail = rendering.render_message(message, NOW)
    assert note in mail.text
    assert note in mail.copy
    assert FLAG not in mail.text
    assert needs.BY_CODE[CODE].words not in mail.text
    need(person)  # it is over
    assert note not in rendering.render_message(message, NOW).text


@pytest.mark.parametrize("code", needs.LARGE_PRINT)
def test_who_needs_large_print_and_gets_a_mail_has_it_large(code):
    person = PersonFactory()
    message = promise(person)
    need(person, CODE)
    assert "font-size: 24px" not in rendering.render_message(message, NOW).html
    need(person, CODE, code)
    assert "font-size: 24px" in rendering.render_message(message, NOW).html


def test_many_at_once_are_sorted_with_one_question(django_assert_num_queries):
    people = PersonFactory.create_batch(5)
    for person in people[:2]:
        need(person, "braille")
    referrals = [ReferralFactory(participant=person) for person in people]
    promises = [
        outbox.Promise(
            key=f"welcome:{each.pk}",
            kind="welcome",
            subject_type="referral",
            subject_id=each.pk,
            participant=each.participant,
            expires_at=NOW + timedelta(days=9),
        )
        for each in referrals
    ]
    with django_assert_num_queries(5):  # needs, known keys, rows, and the savepoint
        outbox.queue_many(promises, now=NOW)
    rung = Message.objects.filter(channel=Message.Channel.PHONE).values_list("participant", flat=True)
    assert set(rung) == {person.pk for person in people[:2]}


def test_a_mail_that_waits_when_the_need_is_noted_becomes_an_officers():
    person = PersonFactory()
    message = promise(person)
    need(person, "print_24")
    housekeeping.sweep(NOW)
    message.refresh_from_db()
    assert (message.channel, message.state) == (Message.Channel.PHONE, Message.State.PENDING)


def test_a_mail_in_a_workers_hands_is_not_sent_once_the_need_is_noted():
    person = PersonFactory()
    promise(person)
    (message,) = leases.claim(now=NOW, channels=["smtp", "file"], urgent=False, most=5)
    assert send_guard.release([message], registry.get("welcome"), NOW)
    need(person, "easyread")
    assert not send_guard.release([message], registry.get("welcome"), NOW)
    worker._not_released(message, NOW)
    message.refresh_from_db()
    assert (message.channel, message.state) == (Message.Channel.PHONE, Message.State.PENDING)


def test_what_still_waits_for_somebody_who_died_is_called_back_and_not_tried_for_ever():
    person = PersonFactory()
    promise(person)
    Participant.objects.update(died_at=NOW)
    housekeeping.sweep(NOW)
    assert Message.objects.get().state == Message.State.CANCELLED


def test_who_is_served_by_hand_is_asked_for_feedback_once():
    person = PersonFactory()
    need(person, "audio")
    place = cohorts.placed(cohorts.cohort(), person=person)
    first = cohorts.session(place.cohort, 1)
    cohorts.register(first, OfficerFactory())
    queue_due_feedback(now=first.ends_at + timedelta(hours=1))
    asked = Message.objects.filter(kind__startswith="feedback")
    assert [(each.kind, each.channel) for each in asked] == [("feedback", Message.Channel.PHONE)]


def test_the_officer_reads_what_is_needed_and_books_that_it_was_written(office):
    person = PersonFactory(phone="", message_safe=False)
    need(person, "print_28", CODE)
    call = promise(person)
    Message.objects.update(expires_at=NOW + timedelta(days=9999))
    page = reverse("admin:messaging_call_change", args=[call.pk])
    shown = office.get(page).content.decode()
    assert "Requires written information in at least 28 point sans serif font" in shown
    assert "Leave no message" in shown
    assert "I left a message" not in shown
    assert office.post(page, {"outcome": "written"}).status_code == 302
    call.refresh_from_db()
    assert call.state == Message.State.SENT
    assert call.rendered_text.startswith("I sent it in the form they need.")


def test_written_is_no_outcome_for_somebody_who_is_simply_rung(office):
    call = promise(PersonFactory(by_phone=True))
    Message.objects.update(expires_at=NOW + timedelta(days=9999))
    answer = office.post(reverse("admin:messaging_call_change", args=[call.pk]), {"outcome": "written"})
    assert answer.status_code == 200
    call.refresh_from_db()
    assert call.state == Message.State.PENDING


# --- Flags ---------------------------------------------------------------------------------------------------


def people_everywhere(number: int) -> dict[str, str]:
    """So many people with a need, each on every list; the addresses that name them."""
    cohort = cohorts.cohort(capacity=12)
    for nth in range(number):
        person = PersonFactory(by_phone=nth % 2 == 0)
        need(person, CODE)
        if nth < 5:
            place = cohorts.placed(cohort, person=person)
        ReferralFactory(participant=person)
        referral = cohorts.waiting(person=PersonFactory())
        need(referral.participant, CODE)
        call = promise(PersonFactory(by_phone=True), 1000 + Message.objects.count())
        need(call.participant, CODE)
    Message.objects.update(expires_at=NOW + timedelta(days=9999))
    attendance = place.attendances.order_by("starts_at").first()
    feedback = Feedback.objects.create(attendance=attendance, form_version=1, enjoyed=5, given_at=NOW)
    over = attendance.session
    return {
        "work queue": reverse("admin:index"),
        "triage": reverse("admin:referrals_referral_changelist"),
        "all referrals": reverse("admin:referrals_referral_changelist") + "?show=all",
        "referral": reverse("admin:referrals_referral_change", args=[referral.pk]),
        "decision": reverse("admin:referrals_referral_hold", args=[referral.pk]),
        "people": reverse("admin:participants_participant_changelist"),
        "person": reverse("admin:participants_participant_change", args=[place.participant_id]),
        "messages": reverse("admin:messaging_message_changelist") + "?show=all",
        "message": reverse("admin:messaging_message_change", args=[call.pk]),
        "calls": reverse("admin:messaging_call_changelist"),
        "call": reverse("admin:messaging_call_change", args=[call.pk]),
        "cohort": reverse("admin:cohort_sessions_cohort_change", args=[cohort.pk]),
        "placing": reverse("admin:cohort_sessions_cohort_place", args=[cohort.pk]),
        "register": reverse("admin:cohort_sessions_session_register", args=[over.pk]),
        "places": reverse("admin:cohort_sessions_place_changelist"),
        "end of a place": reverse("admin:cohort_sessions_place_end", args=[place.pk]),
        "feedback list": reverse("admin:outcomes_feedback_changelist"),
        "feedback": reverse("admin:outcomes_feedback_change", args=[feedback.pk]),
    }


def test_needs_are_flagged_on_every_page_of_the_office_that_names_the_person(office):
    pages = people_everywhere(1)
    without = [name for name, address in pages.items() if FLAG not in office.get(address).content.decode()]
    assert without == []
    Need.objects.update(ended_at=NOW, ended_by=OfficerFactory())
    still = [name for name, address in pages.items() if FLAG in office.get(address).content.decode()]
    assert still == []


def test_flags_cost_the_same_few_questions_for_many_rows(office):
    pages = people_everywhere(1)
    few = {name: asked(office, pages[name]) for name in pages}
    people_everywhere(60)
    more = {name: asked(office, pages[name]) for name in pages}
    assert {name: (few[name], more[name]) for name in pages if more[name] > few[name]} == {}


def asked(client, address: str) -> int:
    """The fewer questions of two visits: once a minute a visit also notes when the session was last used."""
    visits = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        visits.append(len(queries))
    return min(visits)


# --- The yearly review ---------------------------------------------------------------------------------------


def test_a_review_confirms_or_changes_and_is_due_again_in_a_year(office, officer):
    person = PersonFactory()
    need(person, "bsl")
    Participant.objects.update(needs_review_on=NOW.date())
    page = reverse("admin:participants_participant_needs", args=[person.pk])
    assert "nothing has changed" in office.get(page).content.decode()
    assert office.post(page, {"step": "unchanged"}).status_code == 302
    person.refresh_from_db()
    assert person.needs_review_on > NOW.date() + timedelta(days=300)
    assert [each.code for each in person.needs.open()] == ["bsl"]
    history = office.get(reverse("admin:participants_participant_history", args=[person.pk])).content.decode()
    assert "Needs asked, When needs are asked again" in history


def test_nobody_confirms_what_was_never_asked(office):
    person = PersonFactory()
    page = reverse("admin:participants_participant_needs", args=[person.pk])
    assert "nothing has changed" not in office.get(page).content.decode()
    office.post(page, {"step": "unchanged"})  # as an answer: none of these needs
    person.refresh_from_db()
    assert not person.needs.exists()
