"""The office's pages of people in a real browser: no violation, no sideways scroll at 320 px."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import OfficerFactory, sign_in_browser
from participants.models import WRONG_TRIES, Participant, Restore
from participants.needs import services as needs
from participants.personal_links import birth_date_check
from participants.tests.factories import DifferenceFactory, PersonFactory
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_of_people_are_for_everybody(live_server, open_page, looked_at):
    difference = DifferenceFactory()
    for _ in range(WRONG_TRIES):
        birth_date_check.is_theirs(
            participant=difference.participant, purpose="answer", given=date(1900, 1, 1), now=timezone.now()
        )
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, OfficerFactory())

    def judge(name: str) -> None:
        looked_at(page, f"participants-{name}")

    page.goto(f"{live_server.url}/admin/participants/participant/")
    judge("list")
    page.get_by_label("Search by name, NHS number, date of birth, phone, email or postcode").fill("neil")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Aoife O’Neill").wait_for()
    judge("found")
    page.goto(
        f"{live_server.url}{reverse('admin:participants_participant_change', args=[difference.participant_id])}"
    )
    judge("person-locked-out")
    page.get_by_role("button", name="Unlock their link now").click()
    page.get_by_text("can enter their date of birth again").wait_for()
    judge("person")
    page.get_by_role("link", name="Change details").click()
    page.get_by_role("textbox", name="Postcode").fill("nowhere")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Enter a full UK postcode").first.wait_for()
    judge("person-errors")
    page.get_by_role("link", name="Aoife O’Neill").first.click()
    page.get_by_role("button", name="Use “GL50 1AA”").click()
    page.get_by_text("Changed to the new value.").wait_for()
    page.get_by_role("link", name="Change needs").click()
    page.get_by_label("British Sign Language interpreter needed").check()
    judge("needs")
    page.get_by_role("button", name="Save needs").click()
    page.get_by_text("BSL interpreter").wait_for()
    judge("person-with-needs")
    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_text("What changed").wait_for()
    judge("history")
    assert Participant.objects.get().postcode == "GL50 1AA"


def test_the_pages_of_ready_to_join_are_for_everybody(live_server, open_page, looked_at):
    person = PersonFactory()
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, OfficerFactory())

    def judge(name: str) -> None:
        looked_at(page, f"participants-{name}")

    def open_at(title: str) -> None:
        page.get_by_role("link", name=title).click()

    def save() -> None:
        page.get_by_role("button", name="Save", exact=True).click()

    page.goto(f"{live_server.url}{reverse('admin:participants_participant_change', args=[person.pk])}")
    page.get_by_role("link", name="Readiness checklist").click()
    judge("ready-blank")

    open_at("What they join with")
    judge("readiness-blank")
    page.get_by_label("Tablet").check()
    page.get_by_label("Which language").select_option(label="Another language")
    page.get_by_role("group", name="Do they need help to join").get_by_label("Yes", exact=True).check()
    page.get_by_label("Who helps them").fill("Her son Finn starts the tablet")
    save()
    page.get_by_role("alert").get_by_text("Enter which language it is").wait_for()
    judge("readiness-errors")
    assert page.get_by_label("Who helps them").input_value() == "Her son Finn starts the tablet"
    page.get_by_label("Which other language").fill("Tetum")
    page.get_by_label("Gentle").check()
    save()

    open_at("When they can join")
    judge("times-blank")
    page.get_by_role("group", name="Mornings").get_by_label("Monday").check()
    save()

    open_at("What matters to them")
    judge("goal-blank")
    save()
    page.get_by_role("alert").get_by_text("Enter what matters to them").wait_for()
    judge("goal-errors")
    page.get_by_label("The thing that matters most").fill("Walk to the shop and back by myself")
    page.get_by_label("Independence").check()
    page.get_by_label("3", exact=True).check()
    save()

    open_at("Emergency contact")
    judge("emergency-blank")
    page.get_by_label("Name", exact=True).fill("Finn O’Neill")
    save()
    page.get_by_role("alert").get_by_text("Enter their phone number").wait_for()
    judge("emergency-errors")
    page.get_by_label("Phone number").fill("07700 900456")
    save()

    open_at("Equality")
    judge("equality-blank")
    save()
    page.get_by_role("alert").get_by_text("Select who answered").wait_for()
    judge("equality-errors")
    page.get_by_label("What is their ethnic group?").select_option(label="Prefer not to say")
    page.get_by_label("The person", exact=True).check()
    save()

    page.get_by_role("link", name="Book a test call").click()
    judge("call-blank")
    page.get_by_role("button", name="Book test call").click()
    page.get_by_role("alert").get_by_text("Enter the day of the call").wait_for()
    judge("call-errors")
    soon = timezone.now() + timedelta(days=3)
    for part, value in (("Day", soon.day), ("Month", soon.month), ("Year", soon.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_label("What time").fill("2:30pm")
    page.get_by_role("button", name="Book test call").click()
    judge("ready-filled")
    page.get_by_role("link", name="Record the call").click()
    judge("call-outcome")
    page.get_by_label("It works with someone’s help").check()
    page.get_by_role("button", name="Save test call").click()
    page.get_by_text("Test call done").wait_for()
    assert page.get_by_text("Can be matched to a group").is_visible()


def test_ready_to_join_works_without_javascript_and_by_keyboard(live_server, open_page):
    person = PersonFactory()
    page = open_page(PHONE, javascript=False)
    sign_in_browser(page, live_server.url, OfficerFactory())
    page.goto(f"{live_server.url}{reverse('admin:participants_participant_times', args=[person.pk])}")
    page.get_by_label("Monday").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Mornings: Monday, Tuesday").wait_for()
    page.get_by_role("link", name="Equality").click()
    page.get_by_label("Yes, a little").check()  # shown without the answer that it belongs to
    page.get_by_label("The person", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("0 of 4 questions").wait_for()


def test_merging_is_for_everybody(live_server, open_page, looked_at):
    kept = PersonFactory(given_name="Joan", family_name="O’Breen", nhs_number="", phone="")
    gone = PersonFactory(given_name="Joan", family_name="O’Breen", date_of_birth=date(1966, 4, 5))
    needs.save(person=gone, codes=["bsl"], by=OfficerFactory(), now=gone.added_at)
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, OfficerFactory())

    def judge(name: str) -> None:
        looked_at(page, f"participants-{name}")

    page.goto(f"{live_server.url}{reverse('admin:participants_participant_change', args=[kept.pk])}")
    page.get_by_text("Possible duplicates").wait_for()
    judge("possible-duplicate")
    page.get_by_role("link", name="Compare").click()
    page.get_by_text("Differences are marked").wait_for()
    judge("merge")
    page.get_by_role("button", name="Preview the merge").click()
    page.get_by_text("Select which date of birth to keep").first.wait_for()
    judge("merge-errors")
    page.get_by_label("Keep “Wednesday 4 May 1966”").check()
    page.get_by_role("button", name="Preview the merge").click()
    page.get_by_text("This cannot be undone.").wait_for()
    judge("merge-check")
    page.get_by_role("button", name="Merge records").click()
    page.get_by_text("Records merged").wait_for()
    page.goto(f"{live_server.url}{reverse('admin:participants_participant_history', args=[kept.pk])}")
    page.get_by_text("Also entered as").wait_for()
    judge("merged-history")


def test_the_page_after_a_restore_is_for_everybody(live_server, open_page, looked_at):
    now = timezone.now()
    restore = Restore.objects.create(since=now - timedelta(hours=9), at=now)
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, OfficerFactory())
    page.goto(f"{live_server.url}{reverse('admin:participants_restore', args=[restore.pk])}")
    looked_at(page, "participants-restored")
    page.get_by_role("button", name="Confirm this list").press("Enter")
    page.get_by_text("Confirmed.").wait_for()
    restore.refresh_from_db()
    assert restore.confirmed_by
