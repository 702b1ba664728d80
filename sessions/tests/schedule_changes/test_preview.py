"""Planned cohorts, when they begin to take people, and the pilots and phases of programmes."""

from datetime import timedelta

import pytest

from accounts.tests.factories import OfficerFactory
from sessions.cohorts import recruiting
from sessions.cohorts.joining import CohortClosed, TooLateToJoin
from sessions.cohorts.opening import PhaseOfAnother
from sessions.cohorts.recruiting import NotPlanned
from sessions.models import Cohort, CohortStatusChange, Phase
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db

ADD = "/admin/cohort_sessions/cohort/add/"


def phase(programme, name="Phase 1", kind="phase"):
    return Phase.objects.create(programme=programme, name=name, kind=kind)


def test_a_planned_cohort_takes_nobody_until_an_officer_says_so():
    cohort, officer = make.cohort(planned=True), OfficerFactory()
    with pytest.raises(CohortClosed):
        make.placed(cohort)
    later = make.NOW + timedelta(days=1)
    recruiting.start_recruiting(cohort=cohort, by=officer, now=later, words="The instructor said yes")
    make.placed(cohort, now=later)
    opened, started = CohortStatusChange.objects.filter(cohort=cohort).order_by("pk")
    assert (opened.from_status, opened.to_status) == ("", "planned")
    assert (started.from_status, started.to_status, started.by, started.at, started.words) == (
        "planned",
        "recruiting",
        officer,
        later,
        "The instructor said yes",
    )


def test_a_cohort_starts_taking_people_once_and_in_time():
    officer = OfficerFactory()
    with pytest.raises(NotPlanned):
        recruiting.start_recruiting(cohort=make.cohort(), by=officer, now=make.NOW)
    cohort = make.cohort(planned=True)
    after_two = make.session(cohort, 2).starts_at
    with pytest.raises(TooLateToJoin):
        recruiting.start_recruiting(cohort=cohort, by=officer, now=after_two)
    cohort.refresh_from_db()
    assert cohort.status == "planned"
    assert CohortStatusChange.objects.filter(cohort=cohort).count() == 1
    recruiting.start_recruiting(cohort=cohort, by=officer, now=after_two - timedelta(minutes=1))


def test_an_officer_opens_a_planned_cohort_and_lets_it_take_people_after_a_look(office, cast):
    programme = make.programme()
    pilot = phase(programme, "Pilot in the north", "pilot")
    typed = {
        "programme": str(programme.pk),
        "phase": str(pilot.pk),
        "name": "Later",
        "starts_on_day": "24",
        "starts_on_month": "3",
        "starts_on_year": "2026",
        "start_time": "6pm",
        "often": "once",
        "join_url": make.ROOM,
        "takes_people": "later",
    }
    text = text_of(office.post(ADD, typed))
    assert "Pilot in the north, 8 places. It will not be open for placements yet." in text
    office.post(ADD, typed | {"step": "confirm"})
    cohort = Cohort.objects.get()
    assert (cohort.status, cohort.phase) == ("planned", pilot)

    text = text_of(office.get(url("cohort_change", cohort.pk)))
    assert "Not open for placements yet." in text
    assert "Place people" not in text
    page = url("cohort_recruit", cohort.pk)
    assert "The first session is on Tuesday 24 March 2026, 6pm to 7pm." in text_of(office.get(page))
    cohort.refresh_from_db()
    assert cohort.status == "planned"

    text = text_of(office.post(page, follow=True))
    assert "Later is open for placements." in text
    assert "Place people" in text
    assert "From “Planned” to “Taking people”" in text
    assert f"by {cast.officer}" in text
    assert "this group is no longer marked as planned" in text_of(office.post(page, follow=True))
    assert CohortStatusChange.objects.filter(cohort=cohort).count() == 2


def test_a_phase_is_of_the_cohorts_programme(office):
    programme, other = make.programme(), make.programme()
    elsewhere = phase(other)
    with pytest.raises(PhaseOfAnother):
        make.cohort(programme=programme, phase=elsewhere)
    typed = {"programme": str(programme.pk), "phase": str(elsewhere.pk), "step": "confirm"}
    assert "Select a pilot or phase of this programme" in text_of(office.post(ADD, typed))
    assert "Select the pilot or phase from the list" in text_of(office.post(ADD, typed | {"phase": "99999"}))


def test_cohorts_are_found_by_programme_phase_and_status(office):
    programme, other = make.programme(), make.programme()
    pilot = phase(programme, "Pilot")
    make.cohort(programme=programme, phase=pilot, name="In the pilot")
    make.cohort(programme=programme, name="In no phase", planned=True)
    make.cohort(programme=other, name="Of the other")

    def found(query):
        text = office.get(f"{url('cohort_changelist')}?{query}").content.decode()
        return {name for name in ("In the pilot", "In no phase", "Of the other") if name in text}

    assert found(f"programme={programme.pk}") == {"In the pilot", "In no phase"}
    assert found(f"phase={pilot.pk}") == {"In the pilot"}
    assert found("status__exact=planned") == {"In no phase"}
    assert found("phase=x&programme=99999") == {"In the pilot", "In no phase", "Of the other"}


def test_an_officer_names_a_phase_once_and_it_stays_with_its_programme(office):
    programme, other = make.programme(), make.programme()
    typed = {"programme": str(programme.pk), "kind": "pilot", "name": "Pilot 2026"}
    office.post(url("phase_add"), typed)
    made = Phase.objects.get()
    assert (made.programme, made.kind, made.name) == (programme, "pilot", "Pilot 2026")
    assert "already exists" in text_of(office.post(url("phase_add"), typed))
    office.post(
        url("phase_change", made.pk), {"programme": str(other.pk), "kind": "phase", "name": "First phase"}
    )
    made.refresh_from_db()
    assert (made.programme, made.kind, made.name) == (programme, "phase", "First phase")
    assert office.post(f"{url('phase_change', made.pk)}../delete/", {"post": "yes"}).status_code == 403


def test_the_rules_of_a_programme_are_the_officers_to_change(office):
    programme = make.programme()
    text = text_of(office.get(url("programme_change", programme.pk)))
    for group in ("Offering places", "Minimum size and hosts", "These numbers are drafts"):
        assert group in text
    posted = {
        field.name: getattr(programme, field.name) for field in programme._meta.fields if field.name != "id"
    } | {"hold_hours": 48, "people_per_host": 6, "decide_days": 5}
    office.post(url("programme_change", programme.pk), posted)
    programme.refresh_from_db()
    assert (programme.hold_hours, programme.people_per_host, programme.decide_days) == (48, 6, 5)
    text = text_of(office.post(url("programme_change", programme.pk), posted | {"hold_hours": 0}))
    assert "A place is held for 1 to 336 hours." in text


def test_the_page_of_a_cohort_asks_no_more_for_more_steps(office, django_assert_max_num_queries):
    cohort = make.cohort(planned=True)
    recruiting.start_recruiting(cohort=cohort, by=OfficerFactory(), now=make.NOW)
    with django_assert_max_num_queries(18):
        office.get(url("cohort_change", cohort.pk))
