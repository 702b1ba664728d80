"""The pages of this app in a real browser: no violation, no sideways scroll, and everything without JavaScript."""

from datetime import datetime, time, timedelta
from urllib.parse import urlparse

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from outcomes.models import Feedback
from outcomes.practice_letters import services as practice_letters
from outcomes.tests import factories as given
from participants.models import ContactNote
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason
from referrals.tests.factories import ReferralFactory
from referrals.triage import services as triage
from sessions.models import Attendance
from sessions.tests import factories as make
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def attended(officer, **person) -> Attendance:
    """Somebody who came to session 1, yesterday by the real clock, and has been asked about it."""
    now = timezone.now()
    yesterday = timezone.localdate() - timedelta(days=1)
    cohort = make.cohort(now=now - timedelta(days=20), starts_on=yesterday, start_time=time(14))
    place = make.placed(cohort, now=now - timedelta(days=10), person=PersonFactory(**person))
    make.register(make.session(cohort, 1), officer)
    attendance = make.attendance(place, 1)
    given.asked(attendance)
    return attendance


@pytest.fixture
def link(cast):
    return attended(cast.officer).feedback_link


@pytest.fixture
def url(live_server, link):
    return live_server.url + reverse("outcomes:feedback", args=[link.token])


def test_the_questions_are_accessible_and_fit_blank_wrong_filled_and_thanked(url, open_page, looked_at):
    page = open_page(PHONE)

    def judge(name):
        looked_at(page, f"feedback-{name}")

    page.goto(url)
    judge("blank")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.title().startswith("Error: ")
    judge("errors")
    answer_everything(page)
    judge("filled")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you, Aoife").wait_for()
    judge("thanks")
    page.get_by_role("link", name="Change my answers").click()
    page.get_by_text("Thank you for telling us about this session").wait_for()
    judge("again")
    page.goto(url.replace(urlparse(url).path, "/f/no-such-link/"))
    judge("closed")


def answer_everything(page):
    page.get_by_role("group", name="How much did you enjoy the session?").get_by_label(
        "8", exact=True
    ).check()
    page.get_by_label("About right").check()
    page.get_by_label("Worse for a while, then it settled").check()
    page.get_by_role("group", name="part of the group").get_by_label("10", exact=True).check()
    page.get_by_label("anything else you would like to tell us").fill("Thank you, Síle O'Neill & all")


def test_the_questions_can_be_answered_without_javascript(url, link, open_page):
    page = open_page(PHONE, javascript=False)
    page.goto(url)
    assert not Feedback.objects.exists()
    answer_everything(page)
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you, Aoife").wait_for()
    kept = Feedback.objects.get(attendance=link.attendance_id)
    assert (kept.enjoyed, kept.part_of_group, kept.effort) == (8, 10, "about_right")
    assert kept.for_instructor == "Thank you, Síle O'Neill & all"


def test_the_questions_can_be_answered_by_keyboard_alone(url, phone):
    phone.goto(url)
    phone.get_by_role("group", name="How much did you enjoy the session?").get_by_label(
        "0", exact=True
    ).focus()
    phone.keyboard.press("Space")
    for _ in range(3):
        phone.keyboard.press("ArrowRight")
    phone.get_by_role("button", name="Send my answers").focus()
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="Thank you, Aoife").wait_for()
    assert Feedback.objects.get().enjoyed == 3


def test_every_answer_on_the_scale_is_a_large_target(url, phone):
    phone.goto(url)
    sizes = phone.eval_on_selector_all(
        ".app-scale .nhsuk-radios__item",
        "items => items.map(item => [item.getBoundingClientRect().width, item.getBoundingClientRect().height])",
    )
    assert len(sizes) == 22
    assert min(min(size) for size in sizes) >= 44


def test_an_officer_sees_a_worry_and_says_so(
    cast, live_server, open_page, axe, no_sideways_scroll, screenshot
):
    given.feedback(attended(cast.officer), pain_since="still_worse", now=timezone.now())
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(live_server.url + reverse("admin:index"))
    page.get_by_role("link", name="See what they said").first.click()
    page.get_by_role("heading", name="Pain still worse after a session").wait_for()
    axe(page)
    screenshot(page, "office-feedback-1280")
    page.get_by_role("link", name="Record what you did").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_text("Enter what you did").wait_for()
    axe(page)
    page.get_by_label("What did you do?").fill("Called: better since yesterday")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Olu Okafor has seen this").wait_for()
    axe(page)
    assert Feedback.objects.get().seen_by == cast.officer
    assert "better since yesterday" in ContactNote.objects.get().words
    page.goto(live_server.url + reverse("admin:outcomes_feedback_changelist"))
    axe(page)
    screenshot(page, "office-feedback-list-1280")
    page.goto(live_server.url + reverse("admin:outcomes_feedback_changelist") + "?look=unseen")
    axe(page)


def test_an_officer_writes_down_what_somebody_said_on_the_telephone(
    cast, live_server, open_page, axe, no_sideways_scroll, screenshot
):
    attendance = attended(cast.officer, by_phone=True)
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(live_server.url + reverse("admin:feedback_by_telephone"))
    axe(page)
    screenshot(page, "office-by-telephone-320")
    page.get_by_role("link", name="Aoife O’Neill").click()
    axe(page)
    page.get_by_role("button", name="Save answers").click()
    axe(page)
    no_sideways_scroll(page)
    screenshot(page, "office-ask-errors-320")
    page.get_by_label("Too hard").check()
    page.get_by_role("button", name="Save answers").click()
    page.get_by_text("answers saved").wait_for()
    kept = Feedback.objects.get(attendance=attendance)
    assert (kept.effort, kept.taken_by) == ("too_hard", cast.officer)
    page.get_by_text("No one to ask").wait_for()


def test_the_list_of_letters_is_accessible_and_cannot_be_changed(
    cast, live_server, open_page, axe, screenshot
):
    referral = ReferralFactory(organisation=cast.riverbank, submitted_by=cast.receptionist)
    now = datetime.now(tz=referral.submitted_at.tzinfo)
    triage.decline(referral=referral, by=cast.officer, now=now, reason=Reason.AGE, words="Too young.")
    practice_letters.write_due_letters(now=now)
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(live_server.url + reverse("admin:outcomes_letter_changelist"))
    axe(page)
    screenshot(page, "office-letters-1280")
    page.get_by_role("link", name=referral.reference).click()
    axe(page)
    assert page.get_by_role("button", name="Save").count() == 0
    assert page.get_by_role("link", name="Delete").count() == 0
