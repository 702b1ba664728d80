"""What referrers read about the wait: the middle wait of who started, when it may be said, and how many wait."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in
from referrals.guidance import waiting_times
from referrals.models import StatusChange
from referrals.statuses import Status
from referrals.tests.factories import NOW, ReferralFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def started(*, waited: float, ago: float = 10, now=NOW, **changed):
    """Somebody who came to a first session so many days ago, after so many days of waiting."""
    at = now - ago * DAY
    referral = ReferralFactory(**{"status": Status.ACTIVE, "opted_in_at": at - waited * DAY, **changed})
    move(referral, at)
    return referral


def move(referral, at, to=Status.ACTIVE):
    StatusChange.objects.create(referral=referral, from_status=Status.ENROLLED, to_status=to, at=at)


def test_the_wait_is_the_middle_one_and_a_single_long_one_does_not_move_it():
    for waited in (8, 10, 12, 14, 20, 24, 30, 40, 60, 900):
        started(waited=waited)
    found = waiting_times.count(now=NOW)
    assert (found.started, found.days) == (10, 22)
    assert (found.since, found.until) == (NOW - 90 * DAY, NOW)


def test_with_nine_people_there_is_not_enough_to_say():
    for _ in range(9):
        started(waited=20)
    assert waiting_times.count(now=NOW).days is None
    started(waited=20)
    assert waiting_times.count(now=NOW).days == 20


def test_only_those_who_first_started_in_the_period_count():
    for _ in range(10):
        started(waited=20)
    started(waited=500, ago=90.01)
    started(waited=500, ago=-1)  # a clock that runs ahead
    started(waited=500, status=Status.ENTERED_IN_ERROR)
    again = started(waited=500, ago=200)
    move(again, NOW - DAY)  # went back to the waiting list, and started again
    twice = started(waited=20, ago=30)
    move(twice, NOW - DAY)
    found = waiting_times.count(now=NOW)
    assert (found.started, found.days) == (11, 20)


def test_a_start_counts_whatever_became_of_the_person_since():
    for _ in range(10):
        started(waited=20, status=Status.CLOSED)
    assert waiting_times.count(now=NOW).days == 20


@pytest.mark.parametrize(
    ("waiting", "words"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (12, "12")]
)
def test_few_who_wait_are_not_counted_out(waiting, words):
    ReferralFactory.create_batch(waiting, status=Status.WAITING, opted_in_at=NOW)
    ReferralFactory(status=Status.OFFERED, opted_in_at=NOW)
    assert waiting_times.count(now=NOW).waiting_in_words == words


def test_it_is_counted_with_two_queries_however_many_there_are(django_assert_num_queries):
    with django_assert_num_queries(2):
        waiting_times.count(now=NOW)
    for _ in range(20):
        started(waited=20)
    with django_assert_num_queries(2):
        waiting_times.count(now=NOW)


def shown(client: Client, address: str) -> str:
    page = client.get(address, follow=True).content.decode()
    return " ".join(page.split())


def test_a_referrer_reads_it_before_referring(reception):
    now = timezone.now()
    for _ in range(11):
        started(waited=24, now=now)
    ReferralFactory.create_batch(6, status=Status.WAITING, opted_in_at=now)
    first = shown(reception, "/referrals/new/")
    assert "wait from agreeing to first session: <strong>24 days</strong>" in first
    page = shown(reception, "/referrals/")
    assert (
        "<strong>24 days</strong> from agreeing to take part to the first session, for the 11 people who started between"
        in page
    )
    assert "<strong>6</strong> people are waiting now, counted on" in page


def test_with_nobody_yet_it_says_so(reception):
    page = shown(reception, "/referrals/")
    assert "We cannot give an average wait yet. Fewer than 10 people started between" in page
    assert "<strong>Fewer than 5</strong> people are waiting now" in page


def test_it_is_counted_once_for_everybody_and_again_when_that_is_old(reception, cast):
    reception.get("/referrals/")
    ReferralFactory.create_batch(6, status=Status.WAITING, opted_in_at=timezone.now())
    neighbour = sign_in(Client(), cast.neighbour)
    assert "Fewer than 5" in shown(neighbour, "/referrals/")
    cache.clear()
    assert "<strong>6</strong> people are waiting" in shown(neighbour, "/referrals/")


def test_the_form_says_it_on_its_first_page_only_and_only_what_is_known(reception):
    first = reception.get("/referrals/new/").url
    assert "Average (median) wait" not in shown(reception, first)
    for _ in range(11):
        started(waited=24, now=timezone.now())
    cache.clear()
    assert "Average (median) wait" in shown(reception, first)
    assert "Average (median) wait" not in shown(reception, first.replace("patient", "consent"))
