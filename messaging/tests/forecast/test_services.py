"""The flight plan: what will go and when, what is held back, and what did not go and why."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, UserFactory, sign_in
from core.dates import clock, moment
from messaging.delivery import worker
from messaging.forecast import services as forecast
from messaging.models import ChannelStanding, Heartbeat, Message, Pause
from messaging.outbox import pauses
from messaging.tests.conftest import NOON, fresh
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Message.State
PLAN, HOLD = "/admin/messaging/message/plan/", "/admin/messaging/message/plan/hold/"


@pytest.fixture(autouse=True)
def _at_noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def office(_at_noon, client):
    sign_in(client, OfficerFactory())
    return client


def test_days_count_what_goes_by_london_days_and_what_is_late_on_the_first(desk):
    for not_before in (
        NOON - timedelta(hours=30),
        NOON,
        datetime(2026, 3, 28, 23, 30, tzinfo=UTC),  # the clocks go forward in that night
        datetime(2026, 3, 29, 23, 30, tzinfo=UTC),  # half past midnight in London
    ):
        desk.queue(now=NOON - timedelta(days=3), not_before=not_before, hours=24 * 40)
    now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    found = {each.day.isoformat(): each.count for each in forecast.days(now, forecast.waiting(now))}
    assert len(found) == 14
    assert {day: count for day, count in found.items() if count} == {
        "2026-03-20": 2,
        "2026-03-28": 1,
        "2026-03-30": 1,
    }


def test_what_is_late_stands_first_with_its_date(office, desk):
    desk.queue(now=NOON - timedelta(days=3), not_before=NOON - timedelta(hours=20), hours=24 * 9)
    desk.queue(not_before=NOON + timedelta(hours=1), hours=9)
    page = office.get(PLAN).content.decode()
    late = moment(NOON - timedelta(hours=20))
    assert page.index(f"<td>{late}") < page.index(f"<td>{clock(NOON + timedelta(hours=1))}")


def test_an_officer_sees_what_goes_on_a_day_and_how_it_would_read(office, desk):
    message = desk.queue(
        participant=PersonFactory(given_name="Zed"), not_before=NOON + timedelta(days=2), hours=90
    )
    desk.queue(participant=PersonFactory(given_name="Late"), not_before=NOON + timedelta(days=3), hours=90)
    page = office.get(PLAN).content.decode()
    assert "Zed" in page
    assert "Late" not in page
    assert "Late" in office.get(f"{PLAN}?day=2026-03-06").content.decode()
    assert "Zed" not in office.get(f"{PLAN}?kind=code").content.decode()
    preview = office.get(reverse("admin:messaging_message_change", args=[message.pk])).content.decode()
    assert "How it would read now" in preview
    assert "[personal link]" in preview
    assert "token-of" not in preview


def test_a_code_is_never_previewed(office, desk):
    message = desk.queue(kind="code", secret="CODE-1")
    assert (
        "CODE-1"
        not in office.get(reverse("admin:messaging_message_change", args=[message.pk])).content.decode()
    )


def test_an_officer_holds_back_one_message_and_lets_it_go(office, desk, smtp_sink):
    message = desk.queue(now=NOON)
    asked = office.get(f"{HOLD}?message={message.pk}").content.decode()
    assert "1 message is" in asked
    assert not Pause.objects.exists(), "asking holds nothing back"
    refused = office.post(f"{HOLD}?message={message.pk}", {"reason": ""}).content.decode()
    assert "Enter the reason" in refused
    office.post(f"{HOLD}?message={message.pk}", {"reason": "A wrong date"})
    worker.drain(now=NOON)
    assert fresh(message).state == State.PENDING
    page = office.get(PLAN).content.decode()
    assert "A wrong date" in page
    pause = Pause.objects.get()
    office.post(reverse("admin:messaging_plan_let_go", args=[pause.pk]))
    assert (
        "A colleague has already restarted it"
        in office.post(reverse("admin:messaging_plan_let_go", args=[pause.pk]), follow=True).content.decode()
    )
    worker.drain(now=NOON)
    assert fresh(message).state == State.SENT


@pytest.mark.parametrize(("query", "waits"), [("?group=cohort:7", "1 message is"), ("", "2 messages")])
def test_an_officer_holds_back_a_group_or_everything(office, desk, query, waits):
    desk.queue(group="cohort:7"), desk.queue(group="cohort:8"), desk.queue(kind="code", secret="C")
    assert waits in office.get(HOLD + query).content.decode()
    office.post(HOLD + query, {"reason": "Wait"})
    assert "already paused" in office.post(HOLD + query, {"reason": "Wait"}, follow=True).content.decode()
    assert Pause.objects.count() == 1


def test_nonsense_in_the_address_is_no_fault_of_ours(office):
    assert office.get(f"{PLAN}?day=yesterday&page=x&kind=%00&group=%00").status_code in (200, 400)
    assert office.get(f"{HOLD}?group=cohort:999999999999999999999").status_code == 404
    assert office.get(f"{HOLD}?message=x").status_code == 404


def test_what_was_not_sent_is_told_with_its_reason(office, desk, smtp_sink):
    smtp_sink.answer("RCPT", "550 no")
    desk.queue()
    worker.drain(now=NOON)
    page = office.get(PLAN).content.decode()
    assert "refuses this message" in page


def test_the_page_says_when_nothing_can_leave(office, desk):
    ChannelStanding.objects.create(
        channel="smtp", filled_at=NOON, stopped_at=NOON, stopped_why="smtp 535", faults=1, next_try_at=NOON
    )
    counts = reverse("admin:messaging_plan_counts")
    assert "Email is stopped" in (page := office.get(counts).content.decode())
    assert "Messages are not being sent" in page
    Heartbeat.objects.create(name="worker", seen_at=NOON - timedelta(minutes=2))
    assert "Messages are not being sent" not in office.get(counts).content.decode()


def test_an_officer_has_a_stopped_channel_tried_before_its_rest_is_over(office, desk, smtp_sink):
    """A sign-in code must not wait for an hour once the server is mended."""
    code = desk.queue(kind="code", secret="CODE-1")
    standing = ChannelStanding.objects.create(
        channel="smtp",
        filled_at=NOON,
        stopped_at=NOON,
        stopped_why="no answer",
        faults=9,
        next_try_at=NOON + timedelta(minutes=58),
    )
    worker.drain(now=NOON)
    assert fresh(code).state == State.PENDING
    assert "Try Email now" in office.get(PLAN).content.decode()
    press = reverse("admin:messaging_plan_try_now", args=[standing.pk])
    assert office.get(press).status_code == 405
    assert "We will try one message" in office.post(press, follow=True).content.decode()
    assert "Nothing to do" in office.post(press, follow=True).content.decode()
    worker.drain(now=NOON)
    assert fresh(code).state == State.SENT
    assert "Try Email now" not in office.get(PLAN).content.decode()


def test_only_officers_see_the_plan(client):
    sign_in(client, UserFactory())
    assert client.post(reverse("admin:messaging_plan_try_now", args=[1])).status_code == 403
    assert client.get(PLAN).status_code == 403
    assert client.post(HOLD, {"reason": "x"}).status_code == 403
    assert not Pause.objects.exists()


def test_the_plan_asks_the_same_few_questions_however_much_waits(office, desk, django_assert_max_num_queries):
    for number in range(70):
        desk.queue(key=f"k{number}", group=f"cohort:{number % 3}")
    office.get(PLAN)
    pauses.pause(why="Wait", by=OfficerFactory(), now=NOON, group="cohort:1")
    with django_assert_max_num_queries(20):
        assert office.get(PLAN).status_code == 200
