"""People who wait hear that they are still on the list, and one press leaves it or says that times changed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from core import work_queue
from core.dates import LONDON
from core.nonces import key_of
from messaging.content import rendering
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals import status_changes
from referrals.statuses import Reason, Status
from sessions.models import WaitingLink
from sessions.places import next_in_line, offers, placement
from sessions.reminder_settings import services as reminder_settings
from sessions.reminders.timing import Kind
from sessions.tests import factories as make
from sessions.waiting_list import services as waiting_list
from sessions.waiting_list.services import NotWaiting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LISTED = datetime(2026, 1, 5, 15, tzinfo=UTC)  # a Monday


def told(referral, **more):
    rows = Message.objects.filter(kind="still_on_list", subject_id=referral.pk, **more).order_by("not_before")
    return [f"{row.not_before.astimezone(LONDON):%d %b %H:%M}" for row in rows]


def sweep_from(start, days):
    for day in range(days):
        waiting_list.queue_still_on_list(now=start + day * DAY)


def status_of(referral):
    referral.refresh_from_db()
    return referral.status


@pytest.fixture
def waits():
    return make.waiting(person=PersonFactory(given_name="Síle", family_name="O’Neill"), opted_in_at=LISTED)


@pytest.fixture
def link(waits):
    now = timezone.now()
    return WaitingLink.make(referral=waits, now=now, expires_at=now + 90 * DAY)


def page_of(link):
    return reverse("waiting:waiting", kwargs={"token": link.token})


def test_after_four_weeks_and_then_every_six_at_ten_by_the_clock(waits):
    sweep_from(LISTED, 150)
    # 28, 70, 112 and 154 days; the clocks change at the end of March.
    assert told(waits) == ["02 Feb 10:00", "16 Mar 10:00", "27 Apr 10:00", "08 Jun 10:00"]
    assert Message.objects.get(key=key_of("still_on_list", waits, 1)).expires_at == datetime(
        2026, 2, 9, 10, tzinfo=UTC
    )


def test_it_is_written_fifteen_days_ahead_and_not_before(waits):
    assert waiting_list.queue_still_on_list(now=LISTED + 12 * DAY) == 0
    assert waiting_list.queue_still_on_list(now=LISTED + 13 * DAY) == 1
    assert waiting_list.queue_still_on_list(now=LISTED + 13 * DAY) == 0


def test_after_an_outage_what_is_more_than_a_week_late_is_not_said(waits):
    waiting_list.queue_still_on_list(now=LISTED + 36 * DAY)
    assert told(waits) == []
    waiting_list.queue_still_on_list(now=LISTED + 60 * DAY)
    assert told(waits) == ["16 Mar 10:00"]


def test_nobody_hears_that_they_wait_once_they_are_offered_a_place_and_goes_on_when_they_come_back(cast):
    waits = make.waiting(opted_in_at=make.NOW - 20 * DAY)
    waiting_list.queue_still_on_list(now=make.NOW)
    message = Message.objects.get(kind="still_on_list")
    place = offers.offer(referral=waits, cohort=make.cohort(), by=cast.officer, now=make.NOW)
    message.refresh_from_db()
    assert (message.state, bool(message.reason)) == ("cancelled", True)
    waiting_list.queue_still_on_list(now=make.NOW + DAY)
    assert told(waits, state="pending") == []
    offers.decline(place=place, now=make.NOW + DAY)
    waiting_list.queue_still_on_list(now=make.NOW + DAY)
    message.refresh_from_db()
    assert message.state == "pending"


def test_whoever_is_placed_or_withdrawn_is_not_written_to(cast):
    placed, withdrawn = (make.waiting(opted_in_at=make.NOW - 20 * DAY) for _ in range(2))
    waiting_list.queue_still_on_list(now=make.NOW)
    placement.place(referral=placed, cohort=make.cohort(), by=cast.officer, now=make.NOW)
    status_changes.end(
        referral=withdrawn, to=Status.WITHDRAWN, by=cast.officer, now=make.NOW, reason=Reason.NOT_WANTED
    )
    assert not Message.objects.filter(kind="still_on_list", state="pending").exists()


def test_the_fence_asks_whether_they_still_wait(waits):
    waiting_list.queue_still_on_list(now=LISTED + 20 * DAY)
    message = Message.objects.get(kind="still_on_list")
    condition = kinds.get("still_on_list").still_due(make.NOW)
    assert Message.objects.filter(condition, pk=message.pk).exists()
    waits.status = Status.WITHDRAWN
    waits.save(update_fields=["status"])
    assert not Message.objects.filter(condition, pk=message.pk).exists()


def test_the_mail_whole(waits, settings):
    waiting_list.queue_still_on_list(now=LISTED + 20 * DAY)
    message, kind = Message.objects.get(kind="still_on_list"), kinds.get("still_on_list")
    words = rendering.render(kind, kind.context(message, make.NOW))
    address = settings.SITE_ORIGIN + page_of(WaitingLink.objects.get(referral=waits))
    assert words.subject == "You are still on our waiting list for It’s Your Move"
    assert (
        words.text
        == f"""Hello Síle,

You are still on our waiting list. You joined it on Monday 5 January 2026. We will write or call when there is \
a place at times that suit you.

You do not need to do anything. If different times suit you now, or you want to leave the list, tell us here:

{address}

If you want to talk, or something important has changed, call us on 01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )
    assert "[personal link]" in words.copy


def test_the_times_of_these_messages_are_the_officers_to_change(waits):
    programme = make.programme()
    waiting_list.queue_still_on_list(now=LISTED + 20 * DAY)
    change = {"programme": programme, "kind": Kind.STILL_ON_LIST, "now": LISTED + 20 * DAY}
    reminder_settings.change_times(**change, changes={"days": 30, "at": time(14)})
    assert told(waits) == ["04 Feb 14:00"]
    reminder_settings.change_times(**change, changes={"active": False})
    assert told(waits, state="pending") == []
    waiting_list.queue_still_on_list(now=LISTED + 21 * DAY)
    assert told(waits, state="pending") == []


def test_a_long_list_asks_no_more_questions_than_a_short_one():
    make.waiting(opted_in_at=LISTED)
    with CaptureQueriesContext(connection) as one:
        assert waiting_list.queue_still_on_list(now=LISTED + 20 * DAY) == 1
    for _ in range(30):
        make.waiting(opted_in_at=LISTED)
    with CaptureQueriesContext(connection) as many:
        assert waiting_list.queue_still_on_list(now=LISTED + 20 * DAY) == 30
    assert len(many) <= len(one) <= 14
    with CaptureQueriesContext(connection) as none:
        assert waiting_list.queue_still_on_list(now=LISTED + 20 * DAY) == 0
    assert len(none) <= 6


# The page


def test_the_page_shows_the_first_name_and_nothing_else(client, link):
    response = client.get(page_of(link))
    text = response.content.decode()
    assert "Hello Síle" in text
    assert "O’Neill" not in text
    assert link.referral.reference not in text
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(client, link, method):
    getattr(client, method)(page_of(link))
    link.refresh_from_db()
    assert (status_of(link.referral), link.times_changed_at) == (Status.WAITING, None)


def test_leaving_the_list_is_asked_twice_and_told(client, link):
    """CiviCRM #23164, pretix #837: whoever waited could not leave."""
    assert "Leave the list, Síle?" in client.post(page_of(link), {"answer": "ask-leave"}).content.decode()
    assert status_of(link.referral) == Status.WAITING
    for _ in range(2):
        page = client.post(page_of(link), {"answer": "leave"}, follow=True).content.decode()
        assert "no longer on our waiting list" in page
    assert status_of(link.referral) == Status.WITHDRAWN
    assert Message.objects.filter(kind="left_waiting").count() == 1
    change = link.referral.status_changes.latest("pk")
    assert (change.reason, change.by) == (Reason.NOT_WANTED, None)


def test_other_times_become_an_officers_work_and_are_asked_before_the_next_offer(client, link, cast):
    cohort = make.cohort()
    make.fits(link.referral, cohort)
    assert next_in_line.next_for(cohort, now=make.NOW) == link.referral
    for _ in range(2):
        said = {"answer": "times", "call": "on"}
        page = client.post(page_of(link), said, follow=True).content.decode()
        assert "other times suit you now" in page
    assert status_of(link.referral) == Status.WAITING
    assert next_in_line.next_for(cohort, now=make.NOW) is None
    panel = next(each for each in work_queue.registered() if each.name == "times_changed")
    count, [row] = panel.load(timezone.now(), 8)
    assert count == 1
    office = sign_in(client, cast.officer)
    assert "different times suit them now" in office.get(row.url).content.decode()
    assert office.post(row.url).status_code == 302
    assert panel.load(timezone.now(), 8)[0] == 0
    link.refresh_from_db()
    assert link.times_asked_by == cast.officer
    assert next_in_line.next_for(cohort, now=make.NOW) == link.referral
    # Said again, it is work again.
    waiting_list.times_changed(link=link, now=timezone.now())
    assert panel.load(timezone.now(), 8)[0] == 1


def test_somebody_with_an_offer_changes_nothing_by_the_old_link(client, link, cast):
    now = timezone.now()
    cohort = make.cohort(now=now, starts_on=(now + 12 * DAY).astimezone(LONDON).date())
    offers.offer(referral=link.referral, cohort=cohort, by=cast.officer, now=now)
    for answer in ("leave", "times"):
        response = client.post(page_of(link), {"answer": answer, "call": "on"})
        assert response.status_code == 409
        assert "You are not waiting for a place now" in response.content.decode()
    assert status_of(link.referral) == Status.OFFERED
    with pytest.raises(NotWaiting):
        waiting_list.times_changed(link=link, now=now)


def test_an_unknown_and_a_closed_link_say_the_same(client, link):
    unknown = client.get(reverse("waiting:waiting", kwargs={"token": "A" * 43}))
    WaitingLink.objects.update(made_at=make.NOW - 9 * DAY, expires_at=make.NOW)
    closed = client.get(page_of(link))
    assert (unknown.status_code, closed.status_code) == (404, 410)
    assert unknown.content == closed.content
    assert client.post(page_of(link), {"answer": "leave"}).status_code == 410


def test_nonsense_is_no_answer(client, link):
    assert client.post(page_of(link), {"answer": "sing"}).status_code == 400


def test_the_pages_of_somebody_who_waits_look_right(look, link, cast):
    page = look.new()
    look.go(page, page_of(link))
    look.at(page, "waiting")
    page.get_by_role("button", name="I’d like to leave the list").click()
    look.at(page, "waiting-leave")
    look.go(page, page_of(link))
    page.get_by_role("button", name="Other times suit me now").click()
    look.at(page, "waiting-ask")
    page.get_by_role("group", name="Evenings").get_by_label("Friday").check()
    page.get_by_role("button", name="Send my times").click()
    page.get_by_text("We have your times").wait_for()
    look.at(page, "waiting-given")
    page.get_by_role("button", name="Send other times").click()
    page.get_by_label("I prefer to talk").check()
    page.get_by_role("button", name="Send my times").click()
    page.get_by_text("we will call you to talk about them").wait_for()
    look.at(page, "waiting-told")
    page = look.new(user=cast.officer)
    look.go(page, reverse("admin:cohort_sessions_place_times_changed", args=[link.pk]))
    look.at(page, "waiting-ask-times")
