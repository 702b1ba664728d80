"""The referral pages in a real browser: no violation, no sideways scroll, and everything works without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.tests.factories import sign_in_browser
from participants.tests.factories import DifferenceFactory
from referrals.models import Referral, SafetyStop
from referrals.statuses import Reason
from referrals.tests import filling
from referrals.tests.factories import submitted
from referrals.triage import services as triage
from tests.plugins.browser import PHONE, arrived

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look(live_server, open_page, looked_at):
    """Open a signed-in page; `look.at(page, name)` judges and pictures what it shows in every width."""

    class Look:
        def as_(self, user, **options):
            page = open_page(PHONE, **options)
            sign_in_browser(page, live_server.url, user)
            return page

        def go(self, page, path):
            page.goto(f"{live_server.url}{path}")

        def at(self, page, name):
            looked_at(page, f"referrals-{name}")

    return Look()


def test_a_referral_from_blank_to_sent(look, cast):
    page = look.as_(cast.receptionist)
    look.go(page, "/referrals/new/")
    for name, fill in (
        ("patient", filling.patient),
        ("consent", filling.consent),
        ("safety", filling.screening),
    ):
        page.wait_for_url(f"**/{name}/")
        look.at(page, f"{name}-blank")
        filling.go_on(page)
        page.get_by_role("alert").get_by_text("There is a problem").wait_for()
        assert page.title().startswith("Error: ")
        look.at(page, f"{name}-errors")
        fill(page)
    page.get_by_role("heading", name="Check your answers before sending").wait_for()
    look.at(page, "check")
    page.get_by_role("link", name="Patient details").click()
    look.at(page, "patient-filled")
    filling.go_on(page)
    filling.send(page)
    referral = Referral.objects.get()
    assert referral.reference in page.locator("#record").inner_text()
    look.at(page, "done")
    page.emulate_media(media="print")
    ink = page.locator(".nhsuk-panel").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert ink == [
        "rgba(0, 0, 0, 0)",
        "rgb(0, 0, 0)",
    ]  # else black on a dark panel, where backgrounds are printed
    page.emulate_media(media="screen")
    page.context.grant_permissions([])  # some practices' computers keep pages from the clipboard
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Text selected").wait_for()
    assert referral.reference in page.evaluate("getSelection().toString()")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied").wait_for()
    sent = f"{timezone.localdate():%d %B %Y}".lstrip("0")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "Referred to It’s Your Move, 10 supervised activity sessions by video call. "
        f"Referral sent {sent}, reference {referral.reference}. "
        "SNOMED CT 390893007 Referral to physical activity program."
    )


def test_more_can_be_added_from_the_last_look(look, cast):
    page = look.as_(cast.receptionist)
    look.go(page, "/referrals/new/")
    filling.to_the_check(page)
    page.get_by_role("link", name="Add more details (optional)").click()
    look.at(page, "more-blank")
    page.get_by_label("Name", exact=True).fill("Finn O’Neill")
    page.get_by_role("group", name="Mornings").get_by_label("Friday").check()
    page.get_by_role("button", name="Save and go back").click()
    page.get_by_role("alert").get_by_text("Enter a phone number").wait_for()
    assert page.title().startswith("Error: ")
    look.at(page, "more-errors")
    page.get_by_label("Their phone number").fill("07700 900456")
    page.get_by_label("What matters most to them?").fill("Walk to the shop again")
    page.get_by_role("button", name="Save and go back").click()
    page.get_by_text("Mornings: Friday").wait_for()
    look.at(page, "check-with-more")
    page.get_by_role("link", name="More details").click()
    look.at(page, "more-filled")
    page.get_by_role("button", name="Save and go back").click()
    filling.send(page)
    assert Referral.objects.get().participant.emergency_contact.name == "Finn O’Neill"


def test_the_practice_is_preset_and_another_can_be_looked_up(look, cast):
    page = look.as_(cast.receptionist)
    look.go(page, "/referrals/new/")
    box = page.get_by_label("GP practice where they are registered")
    assert box.input_value() == "Riverbank Surgery (Z99001)"
    box.fill("hillt")
    page.get_by_role("option", name="Hilltop Practice (Z99002)").click()
    assert box.input_value() == "Hilltop Practice (Z99002)"
    filling.to_the_check(page)
    filling.send(page)
    assert Referral.objects.get().participant.practice == cast.hilltop


def test_a_late_script_lets_a_person_go_on_typing(look, cast, live_server):
    page = look.as_(cast.receptionist)
    held = []
    page.route("**/practice-lookup*.js*", lambda route: held.append(route))
    Page.goto.__wrapped__(page, f"{live_server.url}/referrals/new/")  # ours would wait for the script
    box = page.get_by_label("GP practice where they are registered")
    box.fill("hill")
    page.wait_for_timeout(100)
    held.pop().continue_()
    arrived(page)
    assert box.input_value() == "hill"
    page.keyboard.press("End")
    page.keyboard.type("t")  # into the new box, which has the focus
    page.get_by_role("option", name="Hilltop Practice (Z99002)").click()


def test_practices_that_come_late_do_not_open_over_what_a_person_does_next(look, cast):
    page = look.as_(cast.receptionist)
    held = []
    page.route("**/referrals/practices/**", lambda route: held.append(route))
    look.go(page, "/referrals/new/")
    page.get_by_label("GP practice where they are registered").fill("hillt")
    page.wait_for_timeout(500)
    page.keyboard.press("Tab")
    with page.expect_response("**/referrals/practices/**"):
        held.pop().continue_()
    page.wait_for_timeout(300)
    assert page.get_by_role("option").count() == 0


def test_a_stop_says_so_and_loses_nothing(look, cast):
    page = look.as_(cast.receptionist)
    look.go(page, "/referrals/new/")
    filling.patient(page)
    filling.consent(page)
    for some in page.get_by_label("One or more of these apply").all()[:2]:
        some.check()
    page.get_by_label("Loss of bowel control").check()
    page.get_by_label("First 12 weeks of pregnancy").check()
    filling.go_on(page)
    page.get_by_role("heading", name="No referral was made").wait_for()
    assert page.get_by_text("Call 999").is_visible()
    look.at(page, "stop")
    page.get_by_role("button", name="Go back to the form").click()
    assert page.get_by_label("Loss of bowel control").is_checked()
    assert not page.get_by_role("alert").is_visible()
    look.at(page, "safety-after-stop")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Back").click()
    assert page.get_by_label("Postcode").input_value() == "gl1 2ab"
    assert (SafetyStop.objects.count(), Referral.objects.count()) == (2, 0)


def test_the_whole_way_works_without_javascript(look, cast):
    page = look.as_(cast.receptionist, javascript=False)
    look.go(page, "/referrals/new/")
    filling.patient(page, practice="Z99002")
    page.get_by_label("Yes, on another day").check()
    filling.go_on(page)
    page.get_by_role("alert").get_by_text("Enter the day they agreed").wait_for()
    filling.consent(page)
    filling.screening(page)
    page.get_by_role("link", name="Add more details (optional)").click()
    page.get_by_label("Tablet").check()
    page.get_by_role("button", name="Save and go back").click()
    filling.send(page)
    assert Referral.objects.get().participant.readiness.device == "tablet"
    page.get_by_role("link", name="See this referral").click()
    page.get_by_role("link", name="Withdraw this referral").click()
    page.get_by_label("Moved away").check()
    page.get_by_role("button", name="Withdraw the referral").click()
    page.get_by_text("is withdrawn").wait_for()
    assert Referral.objects.get().status == "withdrawn"


def test_list_detail_and_withdrawal(look, cast):
    now = timezone.now() - timedelta(days=9)
    people = [
        ("Aoife", "O’Neill"),
        ("Gwilym", "ap Rhys"),
        ("Ngọc-Ánh", "Nguyễn"),
        ("Bartholomew", "Featherstonehaugh-Cholmondeley"),
    ]
    rows = [
        submitted(
            organisation=cast.riverbank,
            by=cast.receptionist,
            now=now,
            given_name=given,
            family_name=family,
            agreed_on=now.date(),
        )
        for given, family in people
    ]
    page = look.as_(cast.lead)
    look.go(page, "/referrals/")
    look.at(page, "list")
    triage.accept(referral=rows[0], by=cast.officer, now=timezone.now(), opted_in_on=now.date())
    triage.decline(
        referral=rows[1],
        by=cast.officer,
        now=timezone.now(),
        reason=Reason.OTHER_SERVICE,
        words="Please ask the pain clinic.",
    )
    page.get_by_label("Find a referral").fill("nguyễn")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("1 referral found").wait_for()
    look.at(page, "list-found")
    page.get_by_role("button", name="Clear the search").click()
    page.get_by_role("link", name="Waiting (1)", exact=True).click()
    page.get_by_role("row").filter(has_text=rows[0].reference).get_by_role("link").click()
    look.at(page, "detail")
    page.get_by_role("link", name="Withdraw this referral").click()
    look.at(page, "withdraw")
    page.get_by_label("Another reason").check()
    page.get_by_role("button", name="Withdraw the referral").click()
    page.get_by_role("alert").get_by_text("Enter the other reason").wait_for()
    look.at(page, "withdraw-errors")
    page.get_by_role("link", name="Cancel").click()
    look.go(page, f"/referrals/{rows[1].reference}/")
    look.at(page, "detail-declined")


def test_triage_from_the_list_to_a_decision(look, cast):
    now = timezone.now() - timedelta(days=9)
    rows = [
        submitted(
            organisation=cast.riverbank,
            by=cast.receptionist,
            now=now + timedelta(days=days),
            given_name=given,
            agreed_on=now.date(),
            nhs_number=number,
            note="Needs an interpreter.\nRing after 2pm.",
        )
        for days, given, number in ((0, "Aoife", "9990000018"), (6, "Gwilym", ""), (9, "Siân", ""))
    ]
    submitted(
        organisation=cast.hilltop,
        by=cast.neighbour,
        nhs_number="9990000018",
        postcode="GL50 1AA",
        practice=cast.riverbank,
        agreed_on=now.date(),
    )
    page = look.as_(cast.officer)
    look.go(page, "/admin/referrals/referral/")
    look.at(page, "office-list")
    page.get_by_role("link", name="Aoife O’Neill").first.click()
    look.at(page, "office-referral")
    page.get_by_role("link", name="Accept", exact=True).click()
    look.at(page, "office-accept")
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_role("alert").get_by_text("Select whether the person has agreed to take part").wait_for()
    look.at(page, "office-accept-unread")
    filling.agreed_today(page)
    page.get_by_label("3: as soon as possible").check()
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_role("alert").get_by_text("Enter the reason for the priority").wait_for()
    look.at(page, "office-accept-errors")
    page.get_by_label("Reason for a priority above 0").fill("Cares for two people")
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_text("is accepted and on the waiting list").wait_for()
    look.at(page, "office-list-after")
    page.get_by_role("link", name="Waiting list", exact=True).first.click()
    look.at(page, "office-waiting")
    look.go(page, f"/admin/referrals/referral/{rows[1].pk}/change/")
    page.get_by_role("link", name="Decline", exact=True).click()
    page.get_by_role("button", name="Decline the referral").click()
    page.get_by_role("alert").get_by_text("Select a reason").wait_for()
    look.at(page, "office-decline-errors")
    page.get_by_label("Reason", exact=True).select_option(label="Outside the area")
    page.get_by_label("Message to the organisation").fill("We serve the county only.")
    page.get_by_role("button", name="Decline the referral").click()
    page.get_by_text("is not accepted").wait_for()
    look.go(page, f"/admin/referrals/referral/{rows[2].pk}/withdraw/")
    look.at(page, "office-withdraw")
    page.get_by_role("link", name="Referrals", exact=True).first.click()
    page.get_by_label("Search all referrals by reference").fill("999 000 0018")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Search results").wait_for()
    assert "999" not in page.url
    assert page.locator("#result_list tbody tr").count() == 2
    look.at(page, "office-found")


def test_the_work_queue_shows_what_waits(look, cast):
    now = timezone.now()
    submitted(
        organisation=cast.riverbank, by=cast.receptionist, now=now - timedelta(days=20), agreed_on=now.date()
    )
    waiting = submitted(organisation=cast.riverbank, by=cast.receptionist, now=now, agreed_on=now.date())
    triage.accept(referral=waiting, by=cast.officer, now=now, opted_in_on=now.astimezone().date())
    DifferenceFactory(participant=waiting.participant)
    page = look.as_(cast.officer)
    look.go(page, "/admin/")
    look.at(page, "office-queue")
    assert page.get_by_text("Late:").is_visible()
    assert page.get_by_text("Waiting 0 days").is_visible()


def test_a_question_and_its_answer_and_tries_to_reach_somebody(look, cast):
    now = timezone.now() - timedelta(days=3)
    asked, reached = (
        submitted(
            organisation=cast.riverbank,
            by=cast.receptionist,
            now=now,
            given_name=given,
            agreed_on=now.date(),
        )
        for given in ("Aoife", "Gwilym")
    )
    office = look.as_(cast.officer)
    look.go(office, f"/admin/referrals/referral/{asked.pk}/ask/")
    office.get_by_label("What do you need to know?").fill("Which telephone number is right?")
    office.get_by_role("button", name="Send question").click()
    desk = look.as_(cast.receptionist)
    look.go(desk, f"/referrals/{asked.reference}/")
    desk.get_by_role("button", name="Send to the project officers").click()
    desk.get_by_role("alert").get_by_text("Enter what you want to say").wait_for()
    look.at(desk, "detail-asked")
    desk.get_by_label("Write to the project officers").fill("07700 900123, after 2pm.")
    desk.get_by_role("button", name="Send to the project officers").click()
    desk.get_by_text("We have sent your note").wait_for()
    look.go(office, f"/admin/referrals/referral/{asked.pk}/change/")
    look.at(office, "office-answered")
    office.get_by_role("button", name="I have read this").click()

    look.go(office, f"/admin/referrals/referral/{reached.pk}/accept/")
    office.get_by_label("Not yet: we will contact them first").check()
    office.get_by_role("button", name="Accept", exact=True).click()
    look.go(office, f"/admin/referrals/referral/{reached.pk}/attempt/")
    look.at(office, "office-attempt")
    office.get_by_label("Telephone").check()
    office.get_by_label("No answer").check()
    office.get_by_role("button", name="Save attempt").click()
    office.get_by_text("has a new contact attempt").wait_for()
    look.at(office, "office-contacting")
    look.go(office, "/admin/")
    office.get_by_text("1 contact attempt").wait_for()
