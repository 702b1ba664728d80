"""Every list of the office in a real browser, with nothing, beside a thousand of everything, and on its last page:
nothing for axe to find, and no page wider than its window."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import OfficerFactory, sign_in_browser
from core import work_queue
from devtools.demo import bulk_people
from messaging.models import Message
from participants.models import Participant
from referrals.models import Referral
from sessions.models import Attendance, Cohort, Place, Programme, Session
from sessions.session_dates import plan
from tests.plugins.browser import DESK

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 1000
LISTS = {
    "/admin/referrals/referral/": 1,
    "/admin/referrals/referral/?show=all": ROWS,
    "/admin/participants/participant/": ROWS,
    "/admin/messaging/message/?show=all": ROWS,
    "/admin/messaging/call/": 1,  # those among the thousand that are still due
    "/admin/cohort_sessions/cohort/": ROWS,
    "/admin/cohort_sessions/session/": 10 * ROWS,
    "/admin/cohort_sessions/place/": ROWS,
    "/admin/accounts/organisation/": 1,
    "/admin/accounts/user/": 1,
}


def pages() -> list[str]:
    return ["/admin/", *LISTS, *(f"/admin/panel/{panel.name}/" for panel in work_queue.registered())]


def rows(officer: User) -> None:
    """A thousand of everything that the office has lists of; what services would refuse is not what is looked at."""
    now = timezone.now()
    bulk_people.make(referrals=ROWS, seed=1, now=now)
    programme = Programme.objects.create(name="It’s Your Move")
    cohorts = Cohort.objects.bulk_create(
        Cohort(
            programme=programme, name=f"Cohort {number}", capacity=8, join_url="https://zoom.us/j/1",
            opened_at=now, opened_by=officer,
        )
        for number in range(ROWS)
    )  # fmt: skip
    slots = plan(timezone.localdate(now) + timedelta(days=2), time(18), 60)
    made = Session.objects.bulk_create(
        Session(
            cohort=cohort, number=slot.number, starts_at=slot.starts_at, ends_at=slot.ends_at, local_date=slot.local_date, local_time=slot.local_time,
        )
        for cohort in cohorts for slot in slots
    )  # fmt: skip
    sessions = made[:: len(slots)]  # the first of each cohort
    referrals = list(Referral.objects.order_by("pk"))
    places = Place.objects.bulk_create(
        Place(
            cohort=cohort, referral=referral, participant_id=referral.participant_id, placed_at=now, placed_by=officer
        )
        for cohort, referral in zip(cohorts, referrals, strict=True)
    )  # fmt: skip
    Attendance.objects.bulk_create(
        Attendance(
            place=place, session=session, participant_id=place.participant_id, starts_at=session.starts_at, ends_at=session.ends_at
        )
        for place, session in zip(places, sessions, strict=True)
    )  # fmt: skip
    Message.objects.bulk_create(
        Message(
            key=f"welcome:{number}", kind="welcome", subject_type="referral", subject_id=referral.pk, channel=channel,
            participant_id=referral.participant_id, queued_at=now, not_before=now, next_try_at=now,
            expires_at=now + timedelta(days=9),
        )
        for channel in (Message.Channel.PHONE, Message.Channel.SMTP)
        for number, referral in enumerate(referrals, ROWS * (channel == Message.Channel.PHONE))
    )  # fmt: skip


@pytest.fixture
def look(live_server, open_page, looked_at):
    officer = OfficerFactory()
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, officer)

    def judge(address: str) -> int:
        """How many rows of a list this page shows; 0 where it is not one of the admin's lists."""
        answer = page.goto(f"{live_server.url}{address}")
        assert answer.status == 200, address
        looked_at(page, "office-list")
        return page.locator("#result_list tbody tr").count()

    judge.page, judge.officer = page, officer
    return judge


def test_every_list_of_the_office_when_there_is_nothing(look):
    for address in pages():
        look(address)
    assert look("/admin/cohort_sessions/cohort/") == 0


def test_every_list_of_the_office_with_a_thousand_rows_and_on_its_last_page(look):
    rows(look.officer)
    assert Participant.objects.count() == ROWS
    turned = 0
    for address in pages():
        shown = look(address)
        assert shown >= min(LISTS.get(address, 0), 50), address
        numbers = look.page.locator(".paginator a:not(.showall)")
        if LISTS.get(address, 0) >= ROWS:
            assert numbers.count(), f"{address} is not cut into pages"
        if numbers.count():
            turned += 1
            path = look.page.url.partition("?")[0].removeprefix(look.page.url.partition("/admin")[0])
            assert look(path + (numbers.last.get_attribute("href") or "")) > 0
    assert turned >= 7
