"""Who leads a cohort: what is refused, at once too, and what the work queue says."""

from datetime import date, time, timedelta
from functools import partial

import pytest

from accounts.tests.factories import OfficerFactory
from core import work_queue
from sessions.cohorts import staffing
from sessions.models import Cohort, Instructor, Programme
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url
from sessions.tests.race import at_once

pytestmark = pytest.mark.django_db

LAST = date(2026, 5, 5)  # of the usual cohort
ADD = "/admin/cohort_sessions/cohort/add/"


def staffed(cohort, lead=None, second=None, now=make.NOW):
    return staffing.staff(cohort=cohort, lead=lead, second=second, by=OfficerFactory(), now=now)


def test_a_cohort_gets_its_hosts_and_may_have_others_later():
    cohort, ann, ben, cleo = make.cohort(), make.instructor(), make.instructor(), make.instructor()
    staffed(cohort, ann, ben)
    staffed(cohort, ben, ann)  # they change places
    staffed(cohort, ben, cleo)
    cohort.refresh_from_db()
    assert (cohort.lead, cohort.second_host) == (ben, cleo)
    staffed(cohort)
    cohort.refresh_from_db()
    assert (cohort.lead, cohort.second_host) == (None, None)


@pytest.mark.parametrize(
    ("hosts", "refusal", "field"),
    [
        (lambda ann: (ann, ann), staffing.SamePersonTwice, "second"),
        (lambda ann: (None, ann), staffing.NobodyLeads, "lead"),
        (lambda ann: (make.instructor(active=False), ann), staffing.NotActive, "lead"),
        (lambda ann: (ann, make.instructor(active=False)), staffing.NotActive, "second"),
        (
            lambda ann: (ann, make.instructor(qualified_until=LAST - timedelta(days=1))),
            staffing.NotQualified,
            "second",
        ),
    ],
)
def test_who_cannot_host_is_refused_in_a_sentence_and_nothing_changes(hosts, refusal, field):
    cohort, before = make.cohort(), make.instructor()
    staffed(cohort, before)
    with pytest.raises(refusal) as refused:
        staffed(cohort, *hosts(make.instructor()))
    assert refused.value.field == field
    assert str(refused.value)
    cohort.refresh_from_db()
    assert (cohort.lead, cohort.second_host) == (before, None)


def test_a_qualification_must_last_to_the_last_session():
    cohort = make.cohort()
    assert make.session(cohort, 10).local_date == LAST
    until_then = make.instructor(name="Ann", qualified_until=LAST)
    staffed(cohort, until_then)
    make.cancelled(cohort, 3)  # now the last is a week later
    with pytest.raises(
        staffing.NotQualified,
        match="Ann’s qualification ends on Tuesday 5 May 2026, before the last session on Tuesday 12 May 2026",
    ):
        staffed(cohort, until_then)


def test_nobody_hosts_two_cohorts_at_one_time():
    ann = make.instructor(name="Ann")
    staffed(make.cohort(name="Sixes"), ann)
    overlapping = make.cohort(start_time=time(18, 30), starts_on=make.FIRST_DAY + timedelta(weeks=9))
    with pytest.raises(
        staffing.BookedElsewhere, match="Ann already has a session of Sixes on Tuesday 5 May 2026, 6pm"
    ):
        staffed(overlapping, make.instructor(), ann)
    staffed(make.cohort(start_time=time(19)), ann)  # one ends as the other begins
    staffed(make.cohort(starts_on=make.FIRST_DAY + timedelta(weeks=10)), ann)


def test_a_session_that_is_cancelled_or_over_keeps_nobody_from_hosting():
    ann = make.instructor()
    first = make.cohort()
    staffed(first, ann)
    again = make.cohort(starts_on=make.FIRST_DAY + timedelta(weeks=9))
    with pytest.raises(staffing.BookedElsewhere):
        staffed(again, ann)
    over = make.session(first, 10).ends_at
    staffed(again, ann, now=over)
    later = make.cohort(starts_on=make.FIRST_DAY + timedelta(weeks=21))
    Cohort.objects.filter(pk=again.pk).update(status="cancelled")
    staffed(later, ann)
    with pytest.raises(staffing.CohortOver):
        staffed(again, ann)


def test_there_are_no_more_places_than_the_hosts_may_look_after():
    programme = make.programme(people_per_host=5)
    cohort, ann, ben = make.cohort(programme=programme), make.instructor(), make.instructor()
    with pytest.raises(staffing.TooManyPlaces, match="8 places is too many for one host: the most is 5"):
        staffed(cohort, ann)
    staffed(cohort, ann, ben)
    with pytest.raises(staffing.TooManyPlaces, match="12 places is too many for two hosts: the most is 10"):
        make.cohort(programme=programme, capacity=12, lead=make.instructor(), second=make.instructor())
    assert not Cohort.objects.filter(capacity=12).exists()
    opened = make.cohort(programme=programme, capacity=5, lead=make.instructor())
    assert opened.lead is not None


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_cannot_give_one_instructor_two_cohorts_at_one_time():
    for _ in range(3):
        ann, officer = make.instructor(), OfficerFactory()
        cohorts = [make.cohort() for _ in range(4)]

        def attempt(barrier, *, cohort, ann=ann, officer=officer):
            barrier.wait(timeout=60)
            return staffing.staff(cohort=cohort, lead=ann, second=None, by=officer, now=make.NOW)

        came = at_once([partial(attempt, cohort=cohort) for cohort in cohorts])
        assert sum(isinstance(each, Cohort) for each in came) == 1
        assert sum(isinstance(each, staffing.BookedElsewhere) for each in came) == 3
        assert Cohort.objects.filter(lead=ann).count() == 1


def panel(now=make.NOW):
    found = next(each for each in work_queue.registered() if each.name == "short_of_hosts")
    return found.load(now, 50)


def test_the_work_queue_names_cohorts_that_are_short_of_hosts(django_assert_max_num_queries):
    ann, ben, gone = make.instructor(name="Ann"), make.instructor(name="Ben"), make.instructor(name="Cleo")
    make.cohort(name="Right", lead=ann, second=ben)
    make.cohort(name="Planned", planned=True, start_time=time(9))
    make.cohort(name="Nobody", start_time=time(10))
    make.cohort(name="Alone", start_time=time(11), lead=ann)
    make.cohort(name="Left", start_time=time(12), lead=gone, second=ben)
    make.cohort(name="Crowded", start_time=time(13), lead=ann, second=ben, programme=make.programme())
    Instructor.objects.filter(pk=gone.pk).update(active=False)
    Programme.objects.filter(cohorts__name="Crowded").update(people_per_host=3)
    with django_assert_max_num_queries(2):
        count, rows = panel()
    assert [(row.label.split(",")[0], row.detail, row.urgency) for row in rows] == [
        ("Nobody", "No lead; No second host", "red"),
        ("Alone", "No second host", "amber"),
        ("Left", "Cleo cannot take more groups", "amber"),
        ("Crowded", "8 places is too many for two hosts: the most is 6", "amber"),
    ]
    assert count == 4
    Instructor.objects.filter(pk=ben.pk).update(qualified_until=LAST - timedelta(days=1))
    assert ("Right", "Ben’s qualification ends on Monday 4 May 2026") in [
        (row.label.split(",")[0], row.detail) for row in panel()[1]
    ]
    assert panel(make.NOW + timedelta(weeks=12))[0] == 0  # all are over


def test_an_officer_chooses_the_hosts_on_a_page(office):
    cohort, ann, ben = make.cohort(), make.instructor(name="Ann"), make.instructor(name="Ben")
    make.instructor(name="Gone", active=False)
    page = url("cohort_hosts", cohort.pk)
    text = text_of(office.get(page))
    assert "Ann (Level 4 Exercise Referral)" in text
    assert "Gone" not in text
    opened = '{"lead": "", "second": ""}'
    text = text_of(office.post(page, {"lead": ann.pk, "second": ann.pk, "opened_with": opened}))
    assert '<a href="#id_second">Choose a second host who is not the lead' in text
    text = text_of(office.post(page, {"lead": "99999", "second": "", "opened_with": opened}))
    assert "Select the lead from the list" in text
    text = text_of(office.post(page, {"lead": ann.pk, "second": ben.pk, "opened_with": opened}, follow=True))
    assert "<strong>Ann</strong>, lead:" in text
    assert "<strong>Ben</strong>, second host:" in text
    # Somebody whose page was opened before changes one answer only.
    office.post(page, {"lead": ann.pk, "second": "", "opened_with": opened})
    cohort.refresh_from_db()
    assert (cohort.lead, cohort.second_host) == (ann, ben)


def test_a_cohort_is_opened_with_its_hosts(office):
    ann = make.instructor(name="Ann", qualified_until=date(2026, 5, 1))
    ben = make.instructor(name="Ben")
    typed = {
        "programme": str(make.programme().pk),
        "name": "Hosted",
        "starts_on_day": "24",
        "starts_on_month": "3",
        "starts_on_year": "2026",
        "start_time": "6pm",
        "often": "once",
        "join_url": make.ROOM,
        "takes_people": "now",
        "lead": str(ann.pk),
        "second": str(ben.pk),
    }
    text = text_of(office.post(ADD, typed))
    assert '<a href="#id_lead">Ann’s qualification ends on Friday 1 May 2026' in text
    typed["lead"] = str(make.instructor(name="Cleo").pk)
    assert "Led by Cleo, with Ben as second host." in text_of(office.post(ADD, typed))
    office.post(ADD, typed | {"step": "confirm"})
    cohort = Cohort.objects.get()
    assert (cohort.lead.name, cohort.second_host) == ("Cleo", ben)


def test_officers_keep_the_list_of_instructors(office):
    text = text_of(office.get(url("instructor_add")))
    assert "Qualification is valid until" in text
    office.post(
        url("instructor_add"),
        {"name": "Ann", "qualification": "Level 4", "qualified_until": "1/5/2027", "active": "on"},
    )
    ann = Instructor.objects.get()
    assert (ann.name, ann.qualified_until, ann.active) == ("Ann", date(2027, 5, 1), True)
    assert "Saturday 1 May 2027" in text_of(office.get(url("instructor_changelist")))
    assert office.get(f"{url('instructor_changelist')}?active__exact=1").status_code == 200
