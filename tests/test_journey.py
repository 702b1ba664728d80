"""The main job, once, for real: a browser, a Celery worker with its beat, an SMTP server, PostgreSQL and Redis.

From a receptionist's referral to the note that tells her practice how it went. Time is real; between the scenes the
cohort's sessions are moved, so that each is where the scene needs it.
"""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.tests.factories import code_of_app, set_up_app
from core.dates import LONDON
from messaging.models import Message
from outcomes.models import Feedback
from referrals.models import Referral
from referrals.tests import filling
from sessions.models import Attendance, Cohort, Place, Programme, Session
from tests.plugins.browser import PHONE
from tests.smtp_sink import SmtpSink, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = "maggie.o'neill@home.example"
ROOM = "https://zoom.us/j/99912345678"
LINK = re.compile(r"https?://\S+")


class Post:
    """The mail server's pile, read one kind at a time."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    def next(self, address: str, *, saying: str) -> str:
        """The text of the newest mail to this address that holds these words, once it is there."""

        def found():
            return [m for m in self.sink.to(address) if saying in m["Subject"] + self.sink.text(m)]

        wait_until(found, seconds=30, what=f"a mail saying {saying!r} to {address}")
        return self.sink.text(found()[-1])

    def link(self, address: str, *, saying: str) -> str:
        return LINK.search(self.next(address, saying=saying)).group()


def sign_in(page: Page, site: str, post: Post, user: User) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("Email address", exact=True).fill(user.email)
    page.get_by_role("button", name="code").click()
    code = re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b", post.next(user.email, saying="code")).group()
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Sign in").click()
    if user.needs_second_factor:
        page.locator("input[name=code]").fill(code_of_app(set_up_app(user)))
        page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def refer(page: Page, site: str) -> str:
    """Fill the form as with the record open; the reference on the last page."""
    page.goto(f"{site}/referrals/new/")
    filling.to_the_check(page, given_name="Maggie", email=PERSON, phone="")
    page.get_by_role("button", name="Send referral").click()
    page.wait_for_url("**/sent/")
    return re.search(r"IYM-\w{4}-\w{3}", page.content()).group()


def move_sessions(cohort: Cohort, *, first_starts_in: timedelta) -> None:
    """Let the calendar turn: all ten move together, with what is written about them; triggers carry the attendances."""
    first = cohort.sessions.get(number=1)
    by = timezone.now() + first_starts_in - first.starts_at
    Session.objects.filter(cohort=cohort).update(starts_at=F("starts_at") + by, ends_at=F("ends_at") + by)
    written = Message.objects.filter(subject_type="attendance", state=Message.State.PENDING)
    written.update(**{name: F(name) + by for name in ("not_before", "next_try_at", "expires_at")})


def open_cohort(office: Page, site: str) -> Cohort:
    """Open a cohort that starts in ten days, after looking at its ten dates."""
    day = (timezone.now() + timedelta(days=10)).astimezone(LONDON)
    office.goto(f"{site}/admin/cohort_sessions/cohort/add/")
    office.get_by_label("Name of the group").fill("Journey")
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        office.get_by_label(part, exact=True).fill(str(value))
    office.get_by_label(re.compile(r"^Start time \(UK")).fill("12:00")
    office.get_by_label("Address of the video room").fill(ROOM)
    office.get_by_role("button", name="Show the 10 dates").click()
    office.get_by_role("button", name=re.compile("Open")).click()
    office.get_by_role("heading", level=1, name="Journey").wait_for()
    return Cohort.objects.get(name="Journey")


def place(office: Page, site: str, cohort: Cohort, person: str) -> None:
    office.goto(f"{site}/admin/cohort_sessions/cohort/{cohort.pk}/place/")
    office.get_by_label(person).check()
    office.get_by_role("button", name="Continue").click()
    office.get_by_role("main").get_by_role("button", name=re.compile("Place")).click()
    office.get_by_text("8 places: 1 taken, 7 free").wait_for()


def fill_register(office: Page, site: str, session: Session) -> None:
    office.goto(f"{site}/admin/cohort_sessions/session/{session.pk}/register/")
    office.get_by_role("button", name="Mark everyone as on time").click()
    office.get_by_role("button", name="Save register").click()
    office.get_by_text("1 of").first.wait_for()


def test_from_the_referral_to_the_note_that_tells_how_it_went(
    cast, worker, smtp_sink, live_server, open_page, axe, settings
):
    site = settings.SITE_ORIGIN = live_server.url
    worker.start(SITE_ORIGIN=site)
    post = Post(smtp_sink)

    # A receptionist refers a patient and has a receipt.
    desk = open_page()
    sign_in(desk, site, post, cast.receptionist)
    reference = refer(desk, site)
    receipt = post.next(cast.receptionist.email, saying=reference)
    assert "Maggie" not in receipt
    referral = Referral.objects.get(reference=reference)

    # An officer finds it in the work queue and accepts it.
    office = open_page()
    set_up_app(cast.officer)
    sign_in(office, site, post, cast.officer)
    office.goto(f"{site}/admin/")
    axe(office)
    office.get_by_role("link", name=re.compile("Review the referral")).click()
    axe(office)
    office.get_by_role("link", name=re.compile("Accept")).click()
    filling.agreed_today(office)
    office.get_by_role("button", name=re.compile("Accept")).click()
    assert "Maggie" in post.next(PERSON, saying="Maggie")
    referral.refresh_from_db()
    assert referral.status == "waiting"
    assert reference in post.next(cast.receptionist.email, saying="accepted")

    # She opens a cohort, looks at its ten dates, and gives Maggie a place.
    Programme.objects.create(name="It’s Your Move")
    cohort = open_cohort(office, site)
    place(office, site, cohort, "Maggie O’Neill")
    placed = post.next(PERSON, saying="Session 10")
    assert ROOM not in placed

    Place.objects.update(placed_at=timezone.now() - timedelta(days=9))

    # Forty minutes before the first session the reminder comes; a press on the phone answers it.
    move_sessions(cohort, first_starts_in=timedelta(minutes=40))
    phone = open_page(PHONE)
    phone.goto(post.link(PERSON, saying="starts soon"))
    attendance = Attendance.objects.get(session__cohort=cohort, session__number=1)
    assert attendance.answer == ""
    axe(phone)
    phone.get_by_role("button", name="I’ll be there").click()
    phone.get_by_role("heading", level=1).wait_for()
    axe(phone)
    attendance.refresh_from_db()
    assert attendance.answer == "yes"

    # Ten minutes before, the same page shows the way into the video room.
    assert phone.get_by_role("button", name=re.compile("Join")).count() == 0
    move_sessions(cohort, first_starts_in=timedelta(minutes=10))
    phone.reload()
    answer_page = phone.url
    assert ROOM not in phone.content()
    phone.route(re.compile("zoom"), lambda route: route.fulfill(status=204))  # the room is not ours to open
    phone.get_by_role("button", name=re.compile("Join")).click()
    expect(phone.get_by_role("link", name=re.compile("video", re.IGNORECASE))).to_have_attribute("href", ROOM)
    attendance.refresh_from_db()
    assert attendance.joined_at is not None

    # Afterwards the officer fills the register; five answers come back by link.
    move_sessions(cohort, first_starts_in=-timedelta(minutes=95))
    fill_register(office, site, attendance.session)
    referral.refresh_from_db()
    assert referral.status == "active"
    phone.goto(post.link(PERSON, saying="How was"))
    axe(phone)
    phone.get_by_role("group", name=re.compile("enjoy")).get_by_label("9", exact=True).check()
    phone.get_by_label("About right").check()
    phone.get_by_label("Better").check()
    phone.get_by_role("group", name=re.compile("group")).last.get_by_label("8", exact=True).check()
    phone.get_by_role("textbox").fill("I can step straight up now")
    phone.get_by_role("button", name="Send my answers").click()
    phone.get_by_role("heading", level=1, name=re.compile("Thank you")).wait_for()
    said = Feedback.objects.get(attendance=attendance)
    assert (said.enjoyed, said.effort, said.pain_since, said.part_of_group) == (9, "about_right", "better", 8)

    # Ten weeks on, every register is filled.
    move_sessions(cohort, first_starts_in=-timedelta(days=64))
    for session in cohort.sessions.exclude(number=1).order_by("number"):
        fill_register(office, site, session)
    assert "10 of 10" in post.next(PERSON, saying="completed the programme")
    note = post.next(cast.receptionist.email, saying="Attended:")
    assert "Attended: 10 of 10" in note
    assert reference in note
    assert "Maggie" not in note

    # The practice sees it on the referral, and the link of that first session has gone quiet.
    desk.goto(f"{site}/referrals/{reference}/")
    expect(desk.get_by_role("main")).to_contain_text("Completed")
    axe(desk)
    phone.goto(answer_page)
    assert phone.get_by_role("button", name="I’ll be there").count() == 0

    # What stays on the record holds neither link nor code, and every message is settled.
    kept = Message.objects.filter(state="sent").values_list("rendered_text", flat=True)
    assert not [text for text in kept if re.search(r"/[sf]/[\w-]{20}", text)]
    assert sum("[personal link]" in text for text in kept) >= 3
    assert not Message.objects.filter(secret__isnull=False).exists()
