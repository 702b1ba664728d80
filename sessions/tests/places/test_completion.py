"""When the sessions are over: the ending of a person who attended fewer than the target, and the cohort's own."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.tests.factories import sign_in
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.models import StatusChange
from referrals.statuses import Reason, Status
from sessions.cohorts import status_changes
from sessions.models import Cohort, Place
from sessions.places import completion, placement
from sessions.places.ending_admin import EndPlaceForm
from sessions.places.placement import WrongEnding
from sessions.tests import factories as make
from sessions.tests.attendance.test_register import run, status_of
from sessions.tests.notifications.test_kinds import mail
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db
FINISHED = Status.FINISHED_BELOW_TARGET


@pytest.fixture
def five_of_ten(cohort, cast):
    """A person who attended the first five sessions of ten, all of them over and marked."""
    person = PersonFactory(given_name="Síle-Máire", preferred_name="Síle D’A'", family_name="O'Neill")
    place = make.placed(cohort, person=person)
    run(cohort, cast.officer, absent={place: range(6, 11)})
    return place


@pytest.fixture
def after(cohort):
    """An hour after the last session."""
    return make.session(cohort, 10).ends_at + timedelta(hours=1)


def finish(place, cast, now, **facts):
    return placement.end_place(place=place, to=FINISHED, by=cast.officer, now=now, **facts)


def state_of(cohort):
    cohort.refresh_from_db()
    return cohort.status


def test_somebody_who_attended_five_of_ten_has_finished(five_of_ten, cast, after):
    finish(five_of_ten, cast, after, reason=Reason.WORK_OR_CARING, words="Enjoyed the group.")
    five_of_ten.refresh_from_db()
    assert (five_of_ten.state, five_of_ten.ended_by) == (Place.State.FINISHED, cast.officer)
    change = five_of_ten.referral.status_changes.latest("pk")
    assert (change.from_status, change.to_status, change.by) == (Status.ACTIVE, FINISHED, cast.officer)
    assert (change.attended, change.out_of) == (5, 10)
    assert (change.reason, change.words) == (Reason.WORK_OR_CARING, "Enjoyed the group.")


@pytest.mark.parametrize(
    ("to", "attended", "out_of"),
    [
        (FINISHED, None, None),
        (FINISHED, 0, 10),
        (FINISHED, 10, 10),
        (FINISHED, 5, None),
        ("left_early", 5, 10),
    ],
)
def test_the_database_wants_the_count_with_this_ending_and_with_no_other(five_of_ten, to, attended, out_of):
    with pytest.raises(IntegrityError, match="status_change_counts_sessions"), transaction.atomic():
        StatusChange.objects.create(
            referral=five_of_ten.referral, to_status=to, at=make.NOW, attended=attended, out_of=out_of
        )


def test_it_is_an_officers_press_and_never_the_systems(five_of_ten, after):
    assert completion.complete_due_places(now=after + timedelta(days=60)) == 0
    assert status_of(five_of_ten) == Status.ACTIVE


def test_nobody_has_finished_while_a_session_is_ahead(cohort, cast):
    place = make.placed(cohort)
    run(cohort, cast.officer, sessions=range(1, 6))
    with pytest.raises(WrongEnding, match="still has sessions to come"):
        finish(place, cast, make.session(cohort, 5).ends_at)
    assert status_of(place) == Status.ACTIVE


def test_nobody_has_finished_while_a_register_is_missing(cohort, cast, after):
    place = make.placed(cohort)
    run(cohort, cast.officer, absent={place: range(6, 10)}, sessions=range(1, 10))
    with pytest.raises(WrongEnding, match="a register has not been saved"):
        finish(place, cast, after)


def test_whoever_attended_none_did_not_start(cohort, cast, after):
    place = make.placed(cohort)
    run(cohort, cast.officer, absent={place: range(1, 11)})
    with pytest.raises(WrongEnding, match="did not start"):
        finish(place, cast, after)


def test_whoever_reached_the_target_has_completed(cohort, cast, after):
    place = make.placed(cohort)
    run(cohort, cast.officer, absent={place: (9, 10)})
    with pytest.raises(WrongEnding, match="attended 8 of 10 sessions, which reaches the target"):
        finish(place, cast, after)
    completion.complete_due_places(now=after)
    assert status_of(place) == Status.COMPLETED


def test_somebody_who_said_that_they_leave_may_still_have_left_early(five_of_ten, cast, after):
    placement.end_place(
        place=five_of_ten, to=Status.LEFT_EARLY, by=cast.officer, now=after, reason=Reason.BETTER
    )
    assert status_of(five_of_ten) == Status.LEFT_EARLY


def test_the_person_is_thanked_and_hears_nothing_of_completing(five_of_ten, cast, after):
    finish(five_of_ten, cast, after)
    assert not Message.objects.filter(kind="completion").exists()
    words = mail("programme_finished")
    assert words.subject == "Thank you from It’s Your Move"
    assert (
        words.text
        == """Hello Síle D’A',

Your group’s sessions are over. You came to 5 of 10. Thank you for being part of the group.

We will tell the team that referred you. You do not need to do anything.

If you want to talk about what to do next, call us on 01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


# The page


@pytest.fixture
def desk(client, cast, after):
    """An officer's browser, when the sessions are over."""
    with time_machine.travel(after, tick=False):
        yield sign_in(client, cast.officer)


def test_the_page_offers_it_with_the_count_and_chooses_nothing(desk, five_of_ten):
    page = text_of(desk.get(url("place_end", five_of_ten.pk)))
    assert "They attended 5 of 10 sessions. The target is 8." in page
    assert "Finished: all their sessions are over, and they attended 5 of 10" in page
    assert "Left early: they told us that they were leaving before the last session" in page
    assert "checked" not in page


def test_the_page_does_not_offer_it_while_sessions_are_ahead(desk, cast):
    cohort = make.cohort()
    place = make.placed(cohort)
    run(cohort, cast.officer, sessions=range(1, 6))
    page = text_of(desk.get(url("place_end", place.pk)))
    assert "Finished:" not in page
    assert "Left early" in page


def test_a_reason_is_asked_of_those_who_left_and_not_of_those_who_finished(desk, five_of_ten):
    page = url("place_end", five_of_ten.pk)
    nothing = text_of(desk.post(page, {}))
    assert "Select how it ended" in nothing
    assert "Select a reason" not in nothing
    assert "Select a reason" in text_of(desk.post(page, {"ending": Status.LEFT_EARLY, "words": "Busy"}))
    assert desk.post(page, {"ending": FINISHED}).status_code == 302
    assert status_of(five_of_ten) == FINISHED


def test_the_cohorts_page_and_the_list_of_places_say_how_it_ended(desk, five_of_ten, cast, after):
    finish(five_of_ten, cast, after)
    assert "Finished, attended fewer than the target" in text_of(
        desk.get(url("cohort_change", five_of_ten.cohort_id))
    )
    found = desk.get(url("place_changelist") + "?state=finished").context["cl"].result_list
    assert [place.pk for place in found] == [five_of_ten.pk]


# The cohort


def test_a_cohort_finishes_by_itself_with_places_open_and_registers_missing(cohort, cast, after):
    place = make.placed(cohort)
    run(cohort, cast.officer, sessions=range(1, 10))
    last = make.session(cohort, 10)
    completion.complete_due_places(now=last.ends_at - timedelta(seconds=1))
    assert state_of(cohort) == Cohort.Status.RUNNING
    completion.complete_due_places(now=last.ends_at)
    assert state_of(cohort) == Cohort.Status.FINISHED
    step = cohort.status_changes.latest("pk")
    assert (step.from_status, step.to_status, step.by) == ("running", "finished", None)
    completion.complete_due_places(now=after)
    assert cohort.status_changes.filter(to_status="finished").count() == 1
    assert status_of(place) == Status.ACTIVE


def test_registers_and_endings_stay_on_their_panels_and_work_in_a_finished_cohort(desk, cohort, cast, after):
    left, done = make.placed(cohort), make.placed(cohort)
    run(cohort, cast.officer, absent={left: range(6, 11)}, sessions=range(1, 10))
    completion.complete_due_places(now=after)
    assert state_of(cohort) == Cohort.Status.FINISHED
    assert "Registers to complete" in text_of(desk.get(reverse("admin:index")))
    queue = text_of(desk.get("/admin/panel/registers_due/"))
    assert url("session_register", make.session(cohort, 10).pk) in queue
    make.register(make.session(cohort, 10), cast.officer, absent={left.pk})
    assert "Finished below attendance target" in text_of(desk.get(reverse("admin:index")))
    assert url("place_end", left.pk) in text_of(desk.get("/admin/panel/to_be_ended/"))
    assert completion.complete_due_places(now=after) == 1
    assert status_of(done) == Status.COMPLETED
    assert desk.post(url("place_end", left.pk), {"ending": FINISHED}).status_code == 302
    assert status_of(left) == FINISHED
    assert state_of(cohort) == Cohort.Status.FINISHED


def test_a_cohort_that_everybody_left_runs_on_paper_until_its_sessions_are_over(cohort, cast, after):
    placement.withdraw(place=make.placed(cohort), by=cast.officer, now=make.NOW)
    completion.complete_due_places(now=make.session(cohort, 10).ends_at - timedelta(seconds=1))
    assert state_of(cohort) == Cohort.Status.RECRUITING
    completion.complete_due_places(now=after)
    assert state_of(cohort) == Cohort.Status.FINISHED


def test_one_run_finishes_so_many_cohorts_and_the_next_goes_on(cohort, monkeypatch, after):
    cohorts = [cohort, make.cohort(), make.cohort()]
    monkeypatch.setattr(status_changes, "AT_ONCE", 2)
    completion.complete_due_places(now=after)
    assert sorted(map(state_of, cohorts)) == ["finished", "finished", "recruiting"]
    completion.complete_due_places(now=after)
    assert set(map(state_of, cohorts)) == {"finished"}


def test_a_death_is_no_reason_to_end_a_place(cast):
    """It is recorded on the referral's page, which stops every message."""
    form = EndPlaceForm(place=make.placed(make.cohort()), below=None, way_out="/")
    assert Reason.DIED not in dict(form.fields["reason"].choices)
