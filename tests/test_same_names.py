"""Two people of one name are told apart wherever they stand in one list: by date of birth, at no query more."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import sign_in
from core import work_queue
from messaging.broadcasts import audiences
from messaging.broadcasts import services as broadcasts
from messaging.models import Message
from outcomes.tests import factories as outcomes
from participants.models import Participant
from participants.tests.factories import PersonFactory
from referrals.deaths import services as deaths
from referrals.models import Referral
from referrals.screening import services as screening
from referrals.tests.factories import ReferralFactory
from referrals.triage import closures
from sessions.places import offers
from sessions.proposals import services as proposals
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db
BORN = ("born 3 March 1961", "born 1 December 1970")
DAY = timedelta(days=1)


@pytest.fixture
def sams(db):
    """Two people called Sam Green; what else they are is the test's."""
    return [sam(date(1961, 3, 3)), sam(date(1970, 12, 1))]


def sam(born, **details):
    return PersonFactory(given_name="Sam", family_name="Green", date_of_birth=born, **details)


@pytest.fixture
def office(client, cast):
    with time_machine.travel(make.NOW, tick=False):
        yield sign_in(client, cast.officer)


@pytest.fixture
def places(cohort, sams):
    """Both in one cohort, and somebody of another name."""
    make.placed(cohort)
    return [make.placed(cohort, person=person) for person in sams]


@pytest.fixture
def waiting(sams):
    make.waiting()
    return [make.waiting(person=person) for person in sams]


def apart(response):
    """Each Sam with their own date of birth, and nobody else with one."""
    text = text_of(response)
    assert [born for born in BORN if f"Sam Green, {born}" in text] == [*BORN]
    assert "O’Neill, born" not in text
    return text


def row_apart(name, now=make.NOW):
    """The rows of a panel."""
    panel = next(each for each in work_queue.registered() if each.name == name)
    labels = [row.label for row in panel.load(now, 8)[1]]
    for born in BORN:
        assert sum(f"Sam Green, {born}" in label for label in labels) == 1, labels
    assert not any("O’Neill, born" in label for label in labels)


def test_answers_register_and_the_page_of_a_cohort(office, cohort, places, cast):
    session = make.session(cohort, 1)
    apart(office.get(url("session_register", session.pk)))
    apart(office.get(url("cohort_change", cohort.pk)))
    apart(office.get(url("cohort_decide", cohort.pk)))
    apart(office.get(url("cohort_run", cohort.pk)))
    apart(office.get(url("cohort_cancel", cohort.pk)))
    with time_machine.travel(session.starts_at, tick=False):
        sign_in(office, cast.officer)
        text = apart(office.get(url("session_register", session.pk)))
        assert 'Adapted<span class="visually-hidden">: Sam Green, born 3 March 1961' in text
        problem = text_of(office.post(url("session_register", session.pk), {}))
    assert "Select what happened for Sam Green, born 3 March 1961" in problem


def test_a_register_costs_no_query_more_for_people_of_one_name(office, cohort, places):
    session = make.session(cohort, 1)

    def queries(address):
        office.get(address)  # what is kept between requests is there
        with CaptureQueriesContext(connection) as found:
            office.get(address)
        return len(found)

    addresses = [
        url("session_register", session.pk),
        url("cohort_change", cohort.pk),
        reverse("admin:cohort_sessions_place_changelist"),
        reverse("admin:participants_participant_changelist"),
        reverse("admin:referrals_referral_changelist") + "?show=all",
    ]
    alike = [queries(address) for address in addresses]
    Participant.objects.filter(pk=places[0].participant_id).update(given_name="Ada")
    assert [queries(address) for address in addresses] == alike


def test_merging_and_moving(office, cohort, places):
    other = make.cohort(start_time=make.SIX_PM.replace(hour=10))
    apart(office.post(url("cohort_merge", cohort.pk), {"into": other.pk}))
    session = make.session(cohort, 3)
    when = {
        "date_day": "19",
        "date_month": "3",
        "date_year": "2026",
        "time": "10:30am",
        "scope": "one",
        "why": "A holiday",
    }
    apart(office.post(url("session_move", session.pk), when))


def test_placing_offering_and_proposing(office, waiting, cast):
    cohort = make.cohort(programme=make.programme(minimum_to_start=1))
    apart(office.get(url("cohort_place", cohort.pk)))
    ticked = {"step": "choose", "referral": [each.pk for each in waiting]}
    apart(office.post(url("cohort_place", cohort.pk), ticked))
    for referral in Referral.objects.all():
        make.fits(referral, cohort)
    apart(office.get(reverse("admin:cohort_sessions_cohort_best")))
    proposal = proposals.request_proposal(cohorts=[cohort], waited_weeks=0, by=cast.officer, now=make.NOW)
    proposals.make_asked(now=make.NOW)
    apart(office.get(url("cohort_proposal", proposal.pk)))
    apart(office.get(url("cohort_proposal_approve", proposal.pk)))
    for referral in waiting:
        offers.offer(referral=referral, cohort=cohort, by=cast.officer, now=make.NOW)
    apart(office.get(url("cohort_change", cohort.pk)))
    apart(office.get(reverse("admin:cohort_sessions_place_changelist")))


def test_lists_of_referrals_and_people(office, waiting):
    apart(office.get(reverse("admin:referrals_referral_changelist") + "?show=waiting"))
    apart(office.get(reverse("admin:participants_participant_changelist")))
    row_apart("waiting")
    row_apart("not_ready")


def test_the_comparison_is_with_the_people_on_the_page(office, waiting, monkeypatch):
    from referrals.admin import ReferralAdmin

    monkeypatch.setattr(ReferralAdmin, "list_per_page", 1)
    text = text_of(office.get(reverse("admin:referrals_referral_changelist") + "?show=waiting&p=2"))
    assert "Sam Green" in text
    assert "born" not in text


def test_panels_of_referrals(cast, waiting):
    for referral in waiting:
        screening.hold(referral=referral, by=cast.officer, now=make.NOW, words="Felt faint")
    row_apart("safety_holds")
    Referral.objects.update(status="submitted", opted_in_at=None)
    row_apart("referrals_to_triage")


def test_panels_after_a_death_that_was_recorded_by_mistake(cast, waiting):
    for referral in waiting:
        facts = {"referral": referral, "by": cast.officer, "now": make.NOW}
        closures.died(**facts, told_as="family", told_by="Jo")
        deaths.not_died(**facts, because="Another person", confirmed_by="Kim at Riverbank")
    row_apart("died_by_mistake")
    row_apart("corrections")


def test_calls_letters_and_messages(office, cohort):
    sent = [
        sam(date(1961, 3, 3), email="", preferred_contact="phone"),
        sam(date(1970, 12, 1), email="", preferred_contact="phone"),
    ]
    for person in sent:
        make.placed(cohort, person=person)
    apart(office.get(reverse("admin:messaging_call_changelist")))
    apart(office.get(reverse("admin:messaging_message_changelist") + "?show=all"))
    row_apart("calls_to_make")
    Message.objects.filter(kind="placed").update(
        state="failed", reason="Nobody answered", settled_at=make.NOW
    )
    row_apart("messages_not_sent")


def test_what_is_written_to_a_group(office, cohort, places, cast):
    audience = audiences.find("cohort")
    found = broadcasts.reach(audience, cohort.pk, make.NOW)
    assert sorted(str(person) for person in found.people) == [
        "Aoife O’Neill",
        f"Sam Green, {BORN[1]}",
        f"Sam Green, {BORN[0]}",
    ]


def test_feedback(office, cohort, places, cast):
    session = make.session(cohort, 1)
    make.register(session, cast.officer)
    for place in places:
        outcomes.asked(make.attendance(place, 1))
        outcomes.feedback(make.attendance(place, 1), pain_since="still_worse")
    apart(office.get(reverse("admin:outcomes_feedback_changelist")))
    row_apart("worrying_feedback", session.ends_at + DAY)


def test_the_list_of_a_practice(client, cast, sams):
    other = PersonFactory()
    for person in (*sams, other):
        ReferralFactory(participant=person, organisation=cast.riverbank, submitted_by=cast.receptionist)
    text = text_of(sign_in(client, cast.receptionist).get(reverse("referrals:list")))
    for born in ("3 March 1961", "1 December 1970"):
        assert f">{born}<" in text
    assert text.count("born <") == 3, "each has the date of birth, whatever the name"
