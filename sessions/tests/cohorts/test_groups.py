"""The lists of groups and of places, a group's page and its register, and what stands beside a name before placing."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import sign_in
from participants.tests.factories import PersonFactory
from sessions.models import Cohort, Instructor
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db


def queries_of(office, address):
    with CaptureQueriesContext(connection) as queries:
        assert office.get(address).status_code == 200
    return len(queries)


def test_an_offer_is_not_a_place_taken(office):
    cohort = make.cohort(name="Tuesdays")
    make.placed(cohort)
    make.offered(cohort)
    assert "8 places: 1 taken, 1 offered, 6 free" in text_of(office.get(url("cohort_change", cohort.pk)))
    listed = text_of(office.get(url("cohort_changelist")))
    assert "1 taken, 1 offered, 6 free" in listed
    assert "Session 1 of 10:<br>Tuesday 3 March 2026, 6pm" in listed
    assert "No lead, No second host" in listed


def test_a_group_whose_sessions_are_over_leaves_the_list_and_is_not_running(client, cast):
    over = make.cohort(name="From before")
    make.placed(over)
    make.register(make.session(over, 1), cast.officer)
    with time_machine.travel(make.session(over, 10).ends_at + timedelta(hours=1), tick=False):
        office = sign_in(client, cast.officer)
        make.cohort(
            name="To come", now=make.NOW + timedelta(days=90), starts_on=make.FIRST_DAY + timedelta(days=98)
        )
        listing = url("cohort_changelist")
        text = text_of(office.get(listing))
        assert "To come" in text
        assert "From before" not in text
        text = text_of(office.get(f"{listing}?when=over"))
        assert "From before" in text
        assert "To come" not in text
        assert 'class="field-standing">All sessions over</td>' in text
        assert "All sessions over" in text_of(office.get(url("cohort_change", over.pk)))
        # Before a worker has finished it, too; and whoever asks for a status is asked nothing else.
        assert Cohort.objects.get(pk=over.pk).status == "running"
        assert "From before" in text_of(office.get(f"{listing}?status__exact=running"))


def test_the_list_of_groups_asks_as_much_for_many_as_for_one(office):
    programme = make.programme()
    make.placed(make.cohort(programme=programme))
    few = queries_of(office, url("cohort_changelist"))
    for hour in range(9, 17):
        make.offered(make.cohort(programme=programme, start_time=make.SIX_PM.replace(hour=hour)))
    assert queries_of(office, url("cohort_changelist")) <= few


def test_hosts_stand_on_the_page_of_the_group_with_phone_and_email(office):
    cohort = make.cohort()
    lead = make.instructor(name="Jo Lee", phone="+447700900123", email="jo@example.org")
    Cohort.objects.filter(pk=cohort.pk).update(lead=lead, second_host=make.instructor(name="Sam Roe"))
    text = text_of(office.get(url("cohort_change", cohort.pk)))
    assert '<a href="tel:+447700900123">07700 900123</a>' in text
    assert '<a href="mailto:jo@example.org">jo@example.org</a>' in text
    assert "add a phone number or email" in text


def test_a_hosts_phone_number_is_kept_in_one_form_and_a_wrong_one_is_explained(office):
    typed = {"name": "Jo Lee", "qualification": "Level 4", "active": "on", "email": "jo@example.org"}
    text = text_of(office.post(url("instructor_add"), typed | {"phone": "call me"}))
    assert "Enter a phone number, like 01632 960 001" in text
    assert not Instructor.objects.exists()
    office.post(url("instructor_add"), typed | {"phone": "07700 900 123"})
    assert Instructor.objects.get().phone == "+447700900123"
    assert "07700 900123" in text_of(office.get(url("instructor_changelist")))


def test_marks_are_words_and_what_they_mean_stands_below(office, cast):
    cohort = make.cohort()
    came, absent = make.placed(cohort), make.placed(cohort)
    make.register(make.session(cohort, 1), cast.officer, absent={absent.pk})
    text = text_of(office.get(url("cohort_change", cohort.pk)))
    assert ">✓</span>" in text
    assert ">Absent</span>" in text
    assert "<dt>Absent</dt><dd>Did not attend</dd>" in text
    assert ">3</span>" not in text
    assert ">5</span>" not in text
    assert came.participant.phone in text


def test_the_register_and_the_answers_have_phone_numbers_and_ask_as_much_for_eight_as_for_one(office, cast):
    cohort = make.cohort()
    session = make.session(cohort, 1)
    page = url("session_register", session.pk)

    def person():
        make.placed(cohort, person=PersonFactory(phone="+441632960777"))

    person()
    assert "01632 960777" in text_of(office.get(page))
    with time_machine.travel(session.ends_at, tick=False):
        sign_in(office, cast.officer)
        assert "01632 960777" in text_of(office.get(page))
        few = queries_of(office, page)
        for _ in range(7):
            person()
        assert queries_of(office, page) <= few


def test_a_name_on_the_list_of_places_leads_to_the_person_and_ending_is_an_action_of_its_own(office):
    place, offer = make.placed(make.cohort()), make.offered(make.cohort())
    listed = text_of(office.get(url("place_changelist")))
    assert f'href="{url("place_end", place.pk)}">End place' in listed
    assert f'href="{url("place_offer", offer.pk)}">Record answer' in listed
    person = reverse("admin:participants_participant_change", args=[place.participant_id])
    assert office.get(url("place_change", place.pk)).url == person


def test_level_times_and_wait_stand_beside_each_name_before_anything_is_pressed(office):
    cohort = make.cohort()
    Cohort.objects.filter(pk=cohort.pk).update(levels=["gentle"])
    cohort.refresh_from_db()
    fits, other = make.suited(cohort), make.suited(cohort)
    other.participant.readiness.level = "moderate"
    other.participant.readiness.save()
    other.participant.availability.update(weekday=3)
    page = url("cohort_place", cohort.pk)
    text = text_of(office.get(page))
    row = text[text.index(f">{fits.reference}<") : text.index(f">{other.reference}<")]
    assert "Can join: Evenings: Tuesday." in row
    assert "Waiting 0 days" in row
    assert "Not at the times" not in row
    row = text[text.index(f">{other.reference}<") :]
    assert "Not at the times of this group" in row
    assert "Not the level of this group" in row
    chosen = text_of(office.post(page, {"step": "choose", "referral": [other.pk]}))
    assert "Not the level of this group" in chosen
    assert "Can join: Evenings: Thursday." in chosen


def test_placing_asks_as_much_for_many_who_wait_as_for_few(office):
    cohort = make.cohort()
    make.suited(cohort)
    page = url("cohort_place", cohort.pk)
    few = queries_of(office, page)
    for _ in range(12):
        make.suited(cohort)
    assert queries_of(office, page) <= few
