"""Communication and access needs: kept, flagged wherever a person is named, asked again each year."""

from datetime import timedelta
from time import sleep

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.tests.factories import sign_in
from core import work_queue
from participants.models import Need, Participant
from participants.needs import services as needs
from participants.tests.factories import PersonFactory
from referrals.tests.factories import NOW, ReferralFactory, send, submitted, typed
from sessions.tests.race import at_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture
def person(cast):
    return PersonFactory(practice=cast.riverbank, phone="+447700900123", email="aoife@home.example")


def open_codes(person) -> list[str]:
    return sorted(person.needs.open().values_list("code", flat=True))


def test_every_need_has_its_words_and_a_short_flag_once():
    assert len({listed.code for listed in needs.PICKLIST}) == len(needs.PICKLIST) == 26
    assert len({listed.flag for listed in needs.PICKLIST}) == len(needs.PICKLIST)
    assert all(len(listed.flag) <= 20 for listed in needs.PICKLIST)


def test_what_is_no_longer_needed_ends_and_stays_on_record(person, cast):
    needs.save(person=person, codes=["bsl", "print_24"], by=cast.officer, now=NOW)
    needs.save(person=person, codes=["print_24", "anxiety"], by=cast.administrator, now=LATER)
    assert open_codes(person) == ["anxiety", "print_24"]
    ended = Need.objects.get(code="bsl")
    assert (ended.ended_at, ended.ended_by) == (LATER, cast.administrator)
    assert (person.needs_review_on - LATER.date()).days == 365


def test_a_need_of_being_rung_becomes_the_way_of_contact(person, cast):
    assert not person.prefers_phone
    needs.save(person=person, codes=[needs.BY_PHONE], by=cast.officer, now=NOW)
    assert Participant.objects.get(pk=person.pk).prefers_phone


@pytest.mark.parametrize("codes", [[needs.BY_PHONE, needs.BY_EMAIL], ["bsl"]])
def test_other_needs_leave_the_way_of_contact_alone(person, cast, codes):
    needs.save(person=person, codes=codes, by=cast.officer, now=NOW)
    assert Participant.objects.get(pk=person.pk).preferred_contact == person.preferred_contact


def test_nobody_is_to_be_rung_whose_number_we_do_not_have(cast):
    person = PersonFactory(practice=cast.riverbank, phone="", email="aoife@home.example")
    needs.save(person=person, codes=[needs.BY_PHONE], by=cast.officer, now=NOW)
    assert not Participant.objects.get(pk=person.pk).prefers_phone


def test_a_code_outside_the_picklist_is_refused(person, cast):
    with pytest.raises(needs.UnknownNeed):
        needs.save(person=person, codes=["telepathy"], by=cast.officer, now=NOW)


def test_the_database_keeps_one_open_row_for_each_need(person, cast):
    needs.save(person=person, codes=["bsl"], by=cast.officer, now=NOW)
    with pytest.raises(IntegrityError, match="need_once_at_a_time"), transaction.atomic():
        Need.objects.create(participant=person, code="bsl", recorded_at=NOW, recorded_by=cast.officer)


def test_a_later_referral_adds_and_never_takes_away(cast):
    first = submitted(
        organisation=cast.riverbank, by=cast.receptionist, nhs_number="9990000018", needs=["bsl"]
    )
    submitted(organisation=cast.hilltop, by=cast.neighbour, nhs_number="9990000018", needs=["bsl", "sight"])
    assert open_codes(first.participant) == ["bsl", "sight"]


def test_the_referral_form_asks_and_shows_them(cast):
    client = sign_in(Client(), cast.receptionist)
    nothing = send(client, typed(asked_needs="yes"))
    assert "Tick what they need" in nothing.content.decode()
    form = typed(asked_needs="yes", needs=["easyread", "hearing_aid"])
    assert send(client, form).status_code == 302
    assert open_codes(Participant.objects.get()) == ["easyread", "hearing_aid"]


def test_officers_change_them_on_one_page_and_see_them_where_the_person_is_named(cast, person):
    referral = ReferralFactory(participant=person, organisation=cast.riverbank)
    client = sign_in(Client(), cast.officer)
    page = f"/admin/participants/participant/{person.pk}/needs/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"group_0": ["nonsense"]}).status_code == 200
    assert client.post(page, {"group_1": ["print_28"], "group_2": ["bsl"]}).status_code == 302
    assert open_codes(person) == ["bsl", "print_28"]
    for address in (
        f"/admin/participants/participant/{person.pk}/change/",
        f"/admin/referrals/referral/{referral.pk}/change/",
    ):
        shown = client.get(address).content.decode()
        assert "28 point print" in shown
        assert "BSL interpreter" in shown
    assert "28 point print" not in sign_in(Client(), cast.receptionist).get("/referrals/").content.decode()


def test_what_was_added_while_the_page_was_open_stays(cast, person):
    """A referral or another officer tells a need while an officer ticks: neither takes away what the other wrote."""
    needs.save(person=person, codes=["bsl", "anxiety"], by=cast.officer, now=NOW)
    client = sign_in(Client(), cast.officer)
    page = f"/admin/participants/participant/{person.pk}/needs/"
    opened = client.get(page).context["form"]["opened_with"].value()
    needs.add_if_unknown(person=person, codes=["sight"], by=cast.receptionist, now=LATER)
    needs.save(person=person, codes=["bsl", "sight"], by=cast.administrator, now=LATER)
    posted = {"opened_with": opened, "group_2": ["bsl", "lip_reads"], "group_3": ["anxiety"]}
    assert client.post(page, posted).status_code == 302
    assert open_codes(person) == ["bsl", "lip_reads", "sight"]  # and what the other ended stays ended
    client.post(page, {"opened_with": opened, "group_3": ["anxiety"]})
    assert open_codes(person) == ["lip_reads", "sight"]


@pytest.mark.django_db(transaction=True)
def test_confirming_takes_away_no_need_that_is_being_added(cast, person):
    needs.save(person=person, codes=["bsl"], by=cast.officer, now=NOW)

    def add(barrier):
        with transaction.atomic():
            needs.add_if_unknown(person=person, codes=["sight"], by=cast.receptionist, now=LATER)
            barrier.wait()
            sleep(0.3)  # the other looks before this commits

    def confirm(barrier):
        barrier.wait()
        needs.confirm(person=person, by=cast.officer, now=LATER)

    at_once([add, confirm])
    assert open_codes(person) == ["bsl", "sight"]


def test_they_are_asked_again_after_a_year(person, cast, django_assert_max_num_queries):
    load = {panel.name: panel.load for panel in work_queue.registered()}["needs_to_ask"]
    needs.save(person=person, codes=[], by=cast.officer, now=NOW)
    assert load(NOW + timedelta(days=364), 8)[0] == 0
    with django_assert_max_num_queries(2):
        assert load(NOW + timedelta(days=366), 8)[0] == 1
