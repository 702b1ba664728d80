"""The page behind an offer's link, and the officers' pages about it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import LONDON
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.models import StatusChange
from referrals.screening import services as screening
from referrals.statuses import Status
from sessions.models import Place
from sessions.places import offer_expiry, offers
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def cohort(now):
    return make.cohort(
        now=now, starts_on=(now + timedelta(days=12)).astimezone(LONDON).date(), name="Tuesdays"
    )


@pytest.fixture
def place(cohort, now):
    person = PersonFactory(given_name="Síle", family_name="O’Neill")
    return make.offered(cohort, person=person, now=now)


def page_of(place):
    return reverse("offers:offer", kwargs={"token": place.link.token})


def state_of(place):
    place.refresh_from_db()
    place.referral.refresh_from_db()
    return place.state, place.referral.status


def test_the_page_shows_first_name_dates_and_answers_and_nothing_else(client, place):
    text = client.get(page_of(place)).content.decode()
    assert "Hello Síle. There is a place for you" in text
    assert "Yes, I’d like this place" in text
    assert "All 10 dates" in text
    assert "O’Neill" not in text
    assert "Tuesdays" not in text
    assert place.cohort.join_url not in text


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(client, place, method):
    getattr(client, method)(page_of(place))
    assert state_of(place) == (Place.State.HELD, Status.OFFERED)


def test_the_page_is_not_kept_and_not_indexed(client, place):
    response = client.get(page_of(place))
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("answer", "state", "status", "said"),
    [
        ("yes", Place.State.TAKEN, Status.ENROLLED, "This place is yours"),
        ("no", Place.State.DECLINED, Status.WAITING, "this group is not for you"),
        ("other", Place.State.DECLINED, Status.WAITING, "another time suits you better"),
        ("leave", Place.State.DECLINED, Status.WITHDRAWN, "taken you off our waiting list"),
    ],
)
def test_each_answer_is_kept_and_the_page_says_so_however_often(client, place, answer, state, status, said):
    for _ in range(2):
        response = client.post(page_of(place), {"answer": answer, "morning": ["1"]}, follow=True)
        assert response.redirect_chain[-1] == (page_of(place), 302)
        assert said in response.content.decode()
    assert state_of(place) == (state, status)
    receipts = Message.objects.filter(subject_type="place").exclude(kind="offer")
    assert receipts.count() == 1, "one receipt"


def test_another_answer_after_the_first_is_told_to_ring(client, place):
    client.post(page_of(place), {"answer": "no"})
    response = client.post(page_of(place), {"answer": "yes"})
    assert response.status_code == 409
    assert "You have already answered" in response.content.decode()
    assert state_of(place) == (Place.State.DECLINED, Status.WAITING)


def test_leaving_the_list_is_asked_twice(client, place):
    text = client.post(page_of(place), {"answer": "ask-leave"}).content.decode()
    assert "Leave the list, Síle?" in text
    assert state_of(place) == (Place.State.HELD, Status.OFFERED)


@pytest.mark.parametrize("answer", ["", "maybe", "YES", "yes\x1f"])
def test_nonsense_is_answered_with_the_page(client, place, answer):
    response = client.post(page_of(place), {"answer": answer})
    assert response.status_code == 400
    assert "Choose an answer." in response.content.decode()


def test_an_offer_that_ran_out_says_so(client, place, now):
    Place.objects.filter(pk=place.pk).update(
        placed_at=now - timedelta(days=4), held_until=now - timedelta(minutes=1)
    )
    assert "This offer has ended" in client.get(page_of(place)).content.decode()
    response = client.post(page_of(place), {"answer": "yes"})
    assert response.status_code == 409
    offer_expiry.expire_due(now=now)
    assert "This offer has ended" in client.get(page_of(place)).content.decode()
    assert state_of(place) == (Place.State.EXPIRED, Status.WAITING)


def test_a_hold_in_between_asks_the_person_to_ring(client, place, now, cast):
    screening.hold(referral=place.referral, by=cast.officer, now=now, words="Chest pain")
    response = client.post(page_of(place), {"answer": "yes"})
    assert response.status_code == 409
    assert "Call us before you take this place" in response.content.decode()
    assert "Chest" not in response.content.decode()


def test_a_link_that_never_was_and_one_that_is_over_say_the_same(client, place):
    never = client.get(reverse("offers:offer", kwargs={"token": "A" * 43}))
    type(place.link).objects.update(expires_at=place.placed_at + timedelta(microseconds=1))
    over = client.get(page_of(place))
    assert (never.status_code, over.status_code) == (404, 410)
    assert "This link has expired or is incomplete" in never.content.decode()
    assert "This link has expired or is incomplete" in over.content.decode()


def test_the_page_asks_few_questions_of_the_database(client, place, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get(page_of(place))


# The officers' side


@pytest.mark.parametrize(
    ("step", "state", "status"),
    [
        ("yes", Place.State.TAKEN, Status.ENROLLED),
        ("other", Place.State.DECLINED, Status.WAITING),
        ("no", Place.State.DECLINED, Status.WAITING),
        ("leave", Place.State.DECLINED, Status.WITHDRAWN),
        ("take-back", Place.State.RETURNED, Status.WAITING),
    ],
)
def test_an_officer_writes_down_what_was_said_on_the_telephone(
    office_today, cast, place, step, state, status
):
    page = reverse("admin:cohort_sessions_place_offer", args=[place.pk])
    assert "We are keeping the place until" in office_today.get(page).content.decode()
    office_today.post(page, {"step": step})
    assert state_of(place) == (state, status)
    assert StatusChange.objects.filter(referral=place.referral).latest("at", "pk").by == cast.officer
    assert "This offer has ended" in office_today.get(page).content.decode()
    response = office_today.post(page, {"step": "yes"}, follow=True)
    assert response.status_code == 200


def test_people_are_offered_places_from_the_waiting_list(office_today, cohort, now):
    referral = make.waiting(opted_in_at=now)
    page = reverse("admin:cohort_sessions_cohort_place", args=[cohort.pk])
    text = office_today.post(page, {"step": "choose", "referral": [referral.pk]}).content.decode()
    assert "Offer 1 person a place" in text
    office_today.post(page, {"step": "offer", "referral": [referral.pk]})
    assert Place.objects.get().state == Place.State.HELD


def test_too_late_to_offer_leaves_only_placing_by_hand(office_today, now):
    soon = (now + timedelta(hours=20)).astimezone(LONDON)
    cohort = make.cohort(
        now=now, starts_on=soon.date(), start_time=soon.time().replace(second=0, microsecond=0)
    )
    referral = make.waiting(opted_in_at=now)
    page = reverse("admin:cohort_sessions_cohort_place", args=[cohort.pk])
    text = office_today.post(page, {"step": "choose", "referral": [referral.pk]}).content.decode()
    assert "too late to send an offer" in text
    assert 'value="offer"' not in text


def test_whom_to_ring_is_work_until_somebody_did(office_today, cohort, place, now):
    offers.decline(place=place, other_time=True, now=now)
    text = office_today.get(reverse("admin:index")).content.decode()
    assert "People to call about a place" in text
    assert "asked for another time" in office_today.get("/admin/panel/offers_to_ring/").content.decode()
    page = reverse("admin:cohort_sessions_place_follow_up", args=[place.pk])
    assert "Offer declined: asked for another time" in office_today.get(page).content.decode()
    office_today.post(page)
    assert not Place.objects.to_ring().exists()
    place.refresh_from_db()
    assert place.followed_up_by is not None


def test_a_free_place_too_late_to_offer_is_work(office_today, now):
    soon = (now + timedelta(hours=20)).astimezone(LONDON)
    make.cohort(
        now=now,
        name="Begins soon",
        starts_on=soon.date(),
        start_time=soon.time().replace(second=0, microsecond=0),
    )
    text = office_today.get(reverse("admin:index")).content.decode()
    assert "Last-minute free places" in text
    assert "Begins soon: 8 free places" in office_today.get("/admin/panel/free_and_late/").content.decode()


def test_an_offered_place_is_led_to_its_own_page(office_today, place):
    response = office_today.get(reverse("admin:cohort_sessions_place_end", args=[place.pk]))
    assert response["Location"] == reverse("admin:cohort_sessions_place_offer", args=[place.pk])
