"""Officers' pages about whole cohorts and moves: each lists whom it concerns before anything is done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import LONDON
from participants.models import Availability, Weekday
from participants.needs import services as needs
from sessions.models import Cohort, Place, PlaceMove
from sessions.places import offers as offers_services
from sessions.tests import factories as make
from sessions.tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def opens_in(days, now, **details):
    return make.cohort(now=now, starts_on=(now + timedelta(days=days)).astimezone(LONDON).date(), **details)


@pytest.fixture
def cohort(now):
    return opens_in(5, now, name="Tuesdays")


@pytest.fixture
def place(cohort, now):
    return make.placed(cohort, now=now)


def page(name, row):
    return reverse(f"admin:cohort_sessions_{name}", args=[row.pk])


def test_too_few_people_is_work_with_every_way_out(office_today, cohort, place):
    text = text_of(office_today.get(reverse("admin:index")))
    assert "Groups below minimum size" in text
    assert "1 person has a place; the minimum is 5" in text
    text = text_of(office_today.get(page("cohort_decide", cohort)))
    for way_out in ("Run it", "Merge it into another group", "Cancel it", place.referral.reference):
        assert way_out in text
    assert "Decide what to do" in text_of(office_today.get(page("cohort_change", cohort)))


def test_letting_it_run_asks_why_and_keeps_what_was_typed(office_today, cohort, place):
    text = text_of(office_today.post(page("cohort_run", cohort), {"words": ""}))
    assert "There is a problem" in text
    assert str(place.participant) in text
    office_today.post(page("cohort_run", cohort), {"words": "They know each other."})
    cohort.refresh_from_db()
    assert cohort.status == Cohort.Status.CONFIRMED
    text = text_of(office_today.post(page("cohort_run", cohort), {"words": "Once more."}))
    assert "no longer needs a decision" in text
    assert "Once more." in text


def test_cancelling_lists_the_people_and_their_needs_first(office_today, cast, cohort, place, now):
    needs.add_if_unknown(person=place.participant, by=cast.officer, now=now, codes=["bsl"])
    text = text_of(office_today.get(page("cohort_cancel", cohort)))
    assert str(place.participant) in text
    assert "BSL interpreter" in text
    assert "Goes back to the waiting list" in text
    office_today.post(page("cohort_cancel", cohort), {"words": "No instructor."})
    place.refresh_from_db()
    assert place.state == Place.State.RETURNED


def test_a_merge_shows_what_each_person_would_have(office_today, cohort, place, now):
    into = opens_in(9, now, name="Thursdays")
    Availability.objects.create(
        participant=place.participant,
        weekday=Weekday.MONDAY,
        part="morning",
        told_at=now,
        told_to=cohort.opened_by,
    )
    offered = make.offered(cohort, now=now)
    text = text_of(office_today.get(page("cohort_merge", cohort)))
    assert "Thursdays" in text
    assert "8 free places" in text
    assert "Choose a group" in text_of(office_today.post(page("cohort_merge", cohort), {"step": "choose"}))
    text = text_of(office_today.post(page("cohort_merge", cohort), {"step": "choose", "into": into.pk}))
    assert "Starts with session 1 on" in text
    assert "We offer this one instead, until" in text
    assert text.count("We do not know if they can make these times") == 1
    assert not PlaceMove.objects.exists()
    office_today.post(page("cohort_merge", cohort), {"step": "confirm", "into": into.pk})
    place.refresh_from_db()
    offered.refresh_from_db()
    assert (place.cohort, offered.state) == (into, Place.State.RETURNED)


def test_a_merge_that_cannot_be_is_told_and_changes_nothing(office_today, cohort, place, now):
    into = opens_in(9, now, name="Thursdays", capacity=1)
    make.placed(into, now=now)
    text = text_of(office_today.post(page("cohort_merge", cohort), {"step": "choose", "into": into.pk}))
    assert "they do not all fit" in text
    text = text_of(office_today.post(page("cohort_merge", cohort), {"step": "confirm", "into": into.pk}))
    assert "Nothing was changed. The other group does not have enough free places" in text
    place.refresh_from_db()
    assert place.cohort == cohort


@pytest.mark.parametrize("into", ["", "x", "0", "9" * 18, "9" * 30])
def test_nonsense_is_answered_with_the_choice(office_today, cohort, place, into):
    for address in (page("cohort_merge", cohort), page("place_move", place)):
        response = office_today.post(address, {"step": "confirm", "into": into})
        assert response.status_code == 200
        assert not PlaceMove.objects.exists()


def test_moving_one_person_shows_what_it_means_and_keeps_why(office_today, cohort, place, now):
    into = opens_in(9, now, name="Thursdays")
    text = text_of(office_today.post(page("place_move", place), {"step": "choose", "into": into.pk}))
    assert "Starts with session 1 on" in text
    office_today.post(page("place_move", place), {"step": "confirm", "into": into.pk, "words": "Works late."})
    move = PlaceMove.objects.get()
    assert (move.place, move.to_cohort, move.words) == (place, into, "Works late.")


@pytest.mark.parametrize(
    ("words", "problem"), [("Works\0 late", "hidden character"), ("x" * 501, "500 characters or fewer")]
)
def test_a_reason_that_cannot_be_kept_is_explained_and_moves_nobody(office_today, place, now, words, problem):
    into = opens_in(9, now, name="Thursdays")
    answer = office_today.post(
        page("place_move", place), {"step": "confirm", "into": into.pk, "words": words}
    )
    assert answer.status_code == 200
    assert problem in text_of(answer)
    assert words in answer.content.decode()
    assert not PlaceMove.objects.exists()


def test_the_questions_to_the_database_are_bounded(office_today, cohort, now, django_assert_max_num_queries):
    for _ in range(8):
        make.placed(cohort, now=now)
    into = opens_in(9, now, name="Thursdays", capacity=12)
    for name, data in (
        ("cohort_decide", None),
        ("cohort_cancel", None),
        ("cohort_merge", {"step": "choose", "into": into.pk}),
        ("cohort_change", None),
    ):
        with django_assert_max_num_queries(45):
            office_today.post(page(name, cohort), data) if data else office_today.get(page(name, cohort))


def test_the_cohorts_page_tells_offers_from_places(office_today, cohort, place, now):
    held, gone = make.offered(cohort, now=now), make.offered(cohort, now=now)
    offers_services.decline(place=gone, other_time=True, now=now)
    text = text_of(office_today.get(page("cohort_change", cohort)))
    assert "Held until" in text
    assert "Asked for another time" in text
    people, offers = text.split('id="offers"')
    assert f"/referral/{place.referral_id}/" in people
    assert f"/referral/{held.referral_id}/" in offers
    assert f"/referral/{held.referral_id}/" not in people
