"""The best places: the waiting list as a problem, and the officers' page about what the engine proposes."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from participants.models import Equality, Participant
from participants.needs import services as needs
from participants.readiness import services as readiness
from referrals import safety
from referrals.models import Referral, SafetyAnswer, SafetyHold
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.screening.eligibility import blockers
from sessions.cohorts import meeting_times, requirements
from sessions.cohorts.requirements import NoLevel
from sessions.models import Cohort, Place, Session
from sessions.places import placement
from sessions.proposals import equality_impact, pool
from sessions.tests import factories as make
from sessions.tests.pages import text_of

pytestmark = pytest.mark.django_db
TUESDAY_EVENING, WEDNESDAY_MORNING = (1, "evening"), (2, "morning")
BEST = reverse("admin:cohort_sessions_cohort_best")


@pytest.fixture
def cohort(db):
    return make.cohort(programme=make.programme(minimum_to_start=1))


@pytest.fixture
def waits(officer):
    """Somebody on the waiting list about whom all is known that a problem asks."""

    def referral(*times, weeks=4, level="gentle", codes=(), **known):
        one = make.waiting(opted_in_at=make.NOW - timedelta(weeks=weeks))
        told = {"by": officer, "now": make.NOW}
        readiness.save(person=one.participant, changes={"level": level, **known}, **told)
        if times:
            readiness.change_times(person=one.participant, add=times, remove=(), **told)
        if codes:
            needs.save(person=one.participant, codes=codes, **told)
        return one

    return referral


def read():
    return pool.load_pool(now=make.NOW)


def person(referral):
    return next(one for one in read().problem.people if one.id == referral.pk)


# --- The problem ------------------------------------------------------------------------------------------------


def test_a_person_becomes_what_the_engine_asks(waits, cohort):
    waiting = waits(
        TUESDAY_EVENING, WEDNESDAY_MORNING, level="seated", language="ur", preferences=["women", "older"], codes=("bsl", "hearing_aid"),
    )  # fmt: skip
    found = person(waiting)
    assert (found.waiting_days, found.priority, found.level, found.language) == (28, 0, "seated", "ur")
    assert found.slots == {"1-evening", "2-morning"}
    assert found.needs == {
        "bsl",
        "women",
    }  # an older group is a wish; a hearing aid needs nothing of a cohort


def test_whoever_has_an_interpreter_may_join_in_any_language(waits):
    assert person(waits(TUESDAY_EVENING, language="ur", interpreter_needed=True)).language is None


def test_a_cohort_becomes_what_the_engine_asks(cohort):
    make.placed(cohort)
    requirements.suit(cohort=cohort, changes={"levels": ["seated"], "provides": ["bsl"], "language": "ur"})
    (found,) = read().problem.cohorts
    assert (found.slot, found.capacity, found.minimum, found.enrolled) == ("1-evening", 8, 1, 1)
    assert (found.levels, found.provides, found.language) == ({"seated"}, {"bsl"}, "ur")


@pytest.mark.parametrize(
    ("at", "part"),
    [
        (time(9), "morning"),
        (time(11, 59), "morning"),
        (time(12), "afternoon"),
        (time(18), "evening"),
        (time(8, 59), meeting_times.OUTSIDE),
        (time(21), meeting_times.OUTSIDE),
    ],
)
def test_a_wall_clock_time_is_in_one_part_of_the_day(at, part):
    assert meeting_times.part_of_day(at) == part


def test_a_cohort_that_meets_twice_a_week_is_for_those_who_can_make_both(waits, cohort):
    for session in Session.objects.filter(cohort=cohort, number__in=[2, 4, 6, 8, 10]):
        Session.objects.filter(pk=session.pk).update(
            local_date=session.local_date + timedelta(days=1), local_time=time(10)
        )
    both, one = waits(TUESDAY_EVENING, WEDNESDAY_MORNING), waits(TUESDAY_EVENING)
    assert read().problem.cohorts[0].slot == "1-evening+2-morning"
    assert "1-evening+2-morning" in person(both).slots
    assert person(one).slots == {"1-evening"}


def test_whoever_nobody_has_asked_is_told_apart(waits, cohort):
    no_times, no_level, never_asked = waits(), waits(TUESDAY_EVENING, level=""), make.waiting()
    found = read()
    assert found.problem.people == []
    assert {one.pk for one in found.unknown} == {no_times.pk, no_level.pk, never_asked.pk}


def test_a_full_or_closed_cohort_is_in_no_problem(cohort):
    full = make.cohort(capacity=1)
    make.placed(full)
    over = make.cohort()
    Cohort.objects.filter(pk=over.pk).update(status=Cohort.Status.CANCELLED)
    assert list(read().cohorts) == [cohort.pk]


def test_nobody_is_proposed_for_a_cohort_that_they_were_in(waits, cohort, officer):
    """The database would refuse it: a place once per cohort."""
    again = waits(TUESDAY_EVENING)
    place = placement.place(referral=again, cohort=cohort, by=officer, now=make.NOW)
    Place.objects.filter(pk=place.pk).update(state="left", ended_at=make.NOW, ended_by=officer)
    Referral.objects.filter(pk=again.pk).update(status="waiting")
    assert person(again).avoid == {cohort.pk}


def test_the_safety_screen_keeps_people_out_of_the_problem(waits, cohort, officer):
    clear, held, left, answered, speak = (waits(TUESDAY_EVENING) for _ in range(5))
    screening.ask_for_clearance(referral=speak, because="Ticked: points to talk about", now=make.NOW)
    SafetyHold.objects.create(referral=held, why=SafetyHold.Why.PERSON, put_on_at=make.NOW, put_on_by=officer)
    for one, unanswered in ((left, [False, True]), (answered, [True, False])):
        for hours, undecided in enumerate(unanswered):
            SafetyAnswer.objects.create(
                referral=one, question_set=safety.QUESTION_SETS[0].code, version="1", wording="w", ticked=[], unanswered=undecided,
                answered_by=officer, answered_at=make.NOW + timedelta(hours=hours),
            )  # fmt: skip
    everybody, stopped = Referral.objects.waiting(), {held.pk, left.pk, speak.pk}
    assert set(everybody.filter(eligibility.barred()).values_list("pk", flat=True)) == stopped
    assert {one.pk for one in everybody if blockers(one)} == stopped
    found = read()
    assert set(found.people) == {clear.pk, answered.pk}
    assert {one.pk for one in found.blocked} == stopped


def test_the_questions_to_the_database_do_not_grow(waits, cohort, django_assert_num_queries):
    waits(TUESDAY_EVENING)
    with django_assert_num_queries(7):
        read()
    for _ in range(6):
        waits(TUESDAY_EVENING, WEDNESDAY_MORNING, codes=("bsl",))
        make.cohort()
    with django_assert_num_queries(7):
        read()


# --- Whom a cohort suits ----------------------------------------------------------------------------------------


def test_the_database_keeps_what_a_cohort_suits(cohort):
    with pytest.raises(NoLevel):
        requirements.suit(cohort=cohort, changes={"levels": []})
    with pytest.raises(KeyError):
        requirements.suit(cohort=cohort, changes={"taken": 0})
    for wrong in ({"levels": ["hard"]}, {"provides": ["tea"]}, {"language": "xx"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Cohort.objects.filter(pk=cohort.pk).update(**wrong)


def test_an_officer_says_whom_it_suits(office, cohort):
    url = reverse("admin:cohort_sessions_cohort_suits", args=[cohort.pk])
    form = office.get(url).context["form"]
    told = {"opened_with": form.initial["opened_with"], "levels": ["seated"], "provides": ["bsl"]}
    assert office.post(url, told, follow=True).redirect_chain
    cohort.refresh_from_db()
    assert (cohort.levels, cohort.provides, cohort.language) == (["seated"], ["bsl"], "")
    page = text_of(office.get(reverse("admin:cohort_sessions_cohort_change", args=[cohort.pk])))
    assert "For seated. Provides: British Sign Language interpreter." in page
    wrong = office.post(url, {**told, "levels": []})
    assert "Select at least one level" in text_of(wrong)


# --- The page ---------------------------------------------------------------------------------------------------


def test_the_page_says_who_and_why_and_leads_to_the_yes(office, waits, cohort):
    long, short = waits(TUESDAY_EVENING, weeks=20), waits(TUESDAY_EVENING, weeks=3)
    away = waits(WEDNESDAY_MORNING)
    asked = make.waiting()
    page = text_of(office.get(BEST))
    assert "2 of 3 people can be placed" in page
    assert f"({long.reference}): placed in {cohort} on Tuesday evening: waited 20 weeks (long wait)" in page
    assert page.index(long.reference) < page.index(short.reference)
    assert f"({away.reference}, " in page
    assert "no group at times they can attend" in page
    assert asked.reference in page[page.index("Ask these people first") :]
    assert not Place.objects.exists()  # looking changes nothing

    place = reverse("admin:cohort_sessions_cohort_place", args=[cohort.pk])
    chosen = {"referral": [long.pk, short.pk]}
    assert long.reference in text_of(office.post(place, {**chosen, "step": "choose"}))
    office.post(place, {**chosen, "step": "confirm"})
    assert set(Place.objects.values_list("referral", flat=True)) == {long.pk, short.pk}


def test_the_page_says_what_one_more_cohort_would_do(office, waits, cohort):
    for _ in range(5):
        waits(WEDNESDAY_MORNING)
    page = text_of(office.get(BEST))
    assert "A group on Wednesday morning (level: gentle, with standing) would place 5 more people." in page


def test_the_best_places_are_more_than_first_come_first_served(office, waits):
    """The longest waiter can make both; who came first would take the only place of the other."""
    programme = make.programme(minimum_to_start=1)
    make.cohort(programme=programme, capacity=1)
    make.cohort(
        programme=programme, capacity=1, starts_on=make.FIRST_DAY + timedelta(days=1), start_time=time(10)
    )
    both, one = waits(TUESDAY_EVENING, WEDNESDAY_MORNING, weeks=9), waits(TUESDAY_EVENING, weeks=2)
    page = text_of(office.get(BEST))
    assert "2 of 2 people can be placed. First come, first served would place 1." in page.replace(
        "</strong>", ""
    )
    assert both.reference in page
    assert one.reference in page


def test_with_nobody_and_nothing_the_page_says_so(office):
    page = text_of(office.get(BEST))
    assert "0 of 0 people can be placed" in page
    assert "No open group has a free place" in page


# --- What it does to groups -------------------------------------------------------------------------------------


def groups(title, *, placed=(), first_come=()):
    people = Referral.objects.select_related("participant").order_by("pk")
    asked = equality_impact.effect(people, placed=placed, first_come=first_come, today=make.NOW.date())
    (found,) = [each for each in asked if each.title == title]
    return {one.name: one for one in found.groups}


def of_fifth(decile, number):
    people = [make.waiting() for _ in range(number)]
    Participant.objects.filter(referrals__in=people).update(
        deprivation_decile=decile, deprivation_at=make.NOW
    )
    return [one.pk for one in people]


def test_each_group_is_told_beside_first_come_first_served(db):
    poorest, richest = of_fifth(1, 6), of_fifth(10, 5)
    found = groups("Deprivation, in fifths", placed=poorest[:4], first_come=[*poorest[:1], *richest[:2]])
    assert list(found) == ["1 (most deprived)", "5 (least deprived)"]
    told = found["1 (most deprived)"]
    assert (told.waiting, told.placed, told.first_come, told.hidden) == (6, 4, 1, False)
    told = found["5 (least deprived)"]
    assert (told.waiting, told.placed, told.first_come, told.hidden) == (5, 0, 2, False)


def test_a_small_group_is_hidden_and_cannot_be_worked_out_from_the_rest(db):
    of_fifth(1, 9), of_fifth(5, 6), of_fifth(10, 4)
    found = groups("Deprivation, in fifths")
    assert {name for name, one in found.items() if one.hidden} == {"5 (least deprived)", "3"}


@pytest.mark.parametrize(
    ("born", "band"),
    [(date(1986, 2, 24), "18 to 39"), (date(1986, 2, 23), "40 to 59"), (date(1951, 2, 23), "75 and over")],
)
def test_an_age_changes_on_the_birthday(db, born, band):
    one = make.waiting()
    Participant.objects.filter(pk=one.participant_id).update(date_of_birth=born)
    assert list(groups("Age")) == [band]


def test_what_nobody_told_is_not_known(db):
    make.waiting()
    assert list(groups("Ethnicity")) == list(groups("Sex")) == ["Not known"]


def test_ethnicity_is_told_in_the_five_groups_of_the_national_list(db, officer):
    for code in ("A", "C", "H", "Z"):
        Equality.objects.create(
            participant=make.waiting().participant, ethnic_category=code, sex="female", source="person",
            recorded_at=make.NOW, recorded_by=officer,
        )  # fmt: skip
    assert list(groups("Ethnicity")) == ["Asian or Asian British", "White", "Not known"]
    assert list(groups("Sex")) == ["Female"]


def test_the_page_tells_the_effect_and_hides_small_numbers(office, waits, cohort):
    waits(TUESDAY_EVENING)
    page = text_of(office.get(BEST))
    assert "Deprivation, in fifths" in page
    assert "too few to show" in page
