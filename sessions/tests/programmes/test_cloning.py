"""Another programme and another cohort like one that is there."""

from datetime import time

import pytest

from sessions.cohorts import requirements
from sessions.models import Cohort, Instructor, Phase, Programme
from sessions.programmes import cloning, session_content
from sessions.programmes.cloning import ProgrammeNameTaken
from sessions.programmes.session_content import contents_of
from sessions.reminder_settings import services as reminder_settings
from sessions.reminders.programme_timing import timetable_of
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db

ADD = "/admin/cohort_sessions/cohort/add/"


def posted(form):
    """What the page posts as it was opened."""
    values = {name: form[name].value() for name in form.fields if name not in ("starts_on", "leave_out")}
    return {name: str(value) for name, value in values.items() if value is not None}


def test_a_clone_has_every_number_and_content_and_no_phase():
    programme = make.programme(capacity=6, people_per_host=3, hold_hours=48)
    Phase.objects.create(programme=programme, name="Pilot")
    session_content.write_content(
        programme=programme, number=3, changes={"title": "Breathing", "plan": "Chairs first."}
    )
    reminder_settings.change_times(
        programme=programme, kind="reminder_day", changes={"at": time(11)}, now=make.NOW
    )
    clone = cloning.clone_programme(programme=programme, name="In Welsh")
    clone.refresh_from_db()
    for field in Programme._meta.concrete_fields:
        if field.name not in ("id", "name"):
            assert getattr(clone, field.attname) == getattr(programme, field.attname), field.name
    assert clone.pk != programme.pk
    assert contents_of(clone) == contents_of(programme)
    assert timetable_of(clone) == timetable_of(programme)
    assert timetable_of(clone)["reminder_day"].at == time(11)
    assert not clone.phases.exists()
    # What is changed in one does not change the other.
    session_content.write_content(programme=clone, number=3, changes={"title": "Anadlu"})
    assert contents_of(programme)[3].title == "Breathing"


def test_a_clone_has_a_name_of_its_own(office):
    programme = make.programme()
    with pytest.raises(ProgrammeNameTaken):
        cloning.clone_programme(programme=programme, name=programme.name)
    page = url("programme_clone", programme.pk)
    assert "Enter the name of the new programme" in text_of(office.post(page, {"name": ""}))
    assert "A programme already has this name" in text_of(office.post(page, {"name": programme.name}))
    assert Programme.objects.count() == 1
    text = text_of(office.post(page, {"name": "In Welsh"}, follow=True))
    assert f"In Welsh is ready, copied from {programme}." in text
    assert "Copy this programme" in text


def test_a_cohort_like_another_goes_through_the_same_preview(office):
    programme = make.programme()
    pilot = Phase.objects.create(programme=programme, name="Pilot")
    ann, gone = make.instructor(name="Ann"), make.instructor(name="Gone")
    cohort = make.cohort(
        programme=programme,
        phase=pilot,
        name="First",
        capacity=6,
        second_day=(3, time(10, 30)),
        lead=ann,
        second=gone,
    )
    requirements.suit(cohort=cohort, changes={"levels": ["seated"], "provides": ["bsl"], "language": ""})
    Instructor.objects.filter(pk=gone.pk).update(active=False)
    assert f"{ADD}?like={cohort.pk}" in text_of(office.get(url("cohort_change", cohort.pk)))

    page = office.get(f"{ADD}?like={cohort.pk}")
    assert "We copied everything except" in text_of(page)
    typed = posted(page.context["form"])
    assert (
        typed.items()
        >= {
            "programme": str(programme.pk),
            "phase": str(pilot.pk),
            "capacity": "6",
            "join_url": make.ROOM,
            "start_time": "18:00",
            "often": "twice",
            "second_day": "3",
            "second_time": "10:30",
            "lead": str(ann.pk),
        }.items()
    )
    assert "second" not in typed
    assert "name" not in typed

    typed |= {"name": "Second", "starts_on_day": "12", "starts_on_month": "5", "starts_on_year": "2026"}
    text = text_of(office.post(ADD, typed))
    assert (
        "It is for the same people as First. For seated. Provides: British Sign Language interpreter." in text
    )
    assert "Thursday 14 May 2026, 10:30am" in text
    assert Cohort.objects.count() == 1
    office.post(ADD, typed | {"step": "confirm"})
    second = Cohort.objects.get(name="Second")
    assert (second.levels, second.provides, second.phase, second.lead, second.second_host) == (
        ["seated"],
        ["bsl"],
        pilot,
        ann,
        None,
    )
    assert second.sessions.count() == 10


def test_a_cohort_like_one_at_the_same_time_needs_another_host(office):
    cohort = make.cohort(lead=make.instructor(name="Ann"))
    typed = posted(office.get(f"{ADD}?like={cohort.pk}").context["form"])
    typed |= {"name": "Second", "starts_on_day": "5", "starts_on_month": "5", "starts_on_year": "2026"}
    assert "Ann already has a session of" in text_of(office.post(ADD, typed))


@pytest.mark.parametrize("nonsense", ["", "x", "99999", "9" * 30, "-1"])
def test_a_cohort_like_none_is_not_found(office, nonsense):
    make.programme()
    assert office.get(f"{ADD}?like={nonsense}").status_code == 404


@pytest.mark.parametrize("nonsense", ["x", "99999", "9" * 18, "-1", "٣"])
def test_nonsense_in_the_hidden_box_suits_everybody(office, nonsense):
    typed = {
        "programme": str(make.programme().pk),
        "name": "Odd",
        "starts_on_day": "24",
        "starts_on_month": "3",
        "starts_on_year": "2026",
        "start_time": "6pm",
        "often": "once",
        "join_url": make.ROOM,
        "takes_people": "now",
        "like": nonsense,
    }
    office.post(ADD, typed | {"step": "confirm"})
    assert len(Cohort.objects.get().levels) > 1
