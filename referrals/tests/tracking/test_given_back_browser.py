"""The inbox, the referral given back and its correction in a real browser, and the referral on paper."""

import pytest
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from referrals import safety
from referrals.correspondence import services as correspondence
from referrals.screening import services as screening
from referrals.tests.factories import submitted
from tests.plugins.browser import DESK, PHONE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_inbox_and_the_referral_given_back_read_well(live_server, open_page, looked_at, cast, size):
    now = timezone.now()
    sent = {"organisation": cast.riverbank, "by": cast.receptionist}
    answers = {each.code: [] for each in safety.QUESTION_SETS}
    answers["conversation"] = [item.code for item in safety.CONVERSATION.items[:2]]
    whole = submitted(
        **sent, given_name="Łukasz", family_name="Wójcik", phone="+447700900123", nhs_number="9990000018",
        needs=["bsl", "reminders"], note="Best before noon.", answers=answers,
    )  # fmt: skip
    correspondence.ask_practice(referral=whole, by=cast.officer, now=now, words="Which number is right?")
    screening.hold(referral=whole, by=cast.officer, now=now, words="Spoke of a fall.")
    submitted(
        **sent, given_name="Béatrice", family_name="O’Neill", clinician_name="Dr Ruth Ellis",
        clinician_email="ruth@riverbank.example",
        answers={each.code: [safety.NOT_CLINICIAN] for each in safety.QUESTION_SETS},
    )  # fmt: skip
    page, name = open_page(size), "phone" if size == PHONE else "desk"
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/referrals/")
    page.get_by_role("heading", name="Needs your reply (2)").wait_for()
    looked_at(page, f"referrals-inbox-{name}")
    page.get_by_label("Find a referral").fill("wojcik")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("1 referral found for “wojcik”").wait_for()
    page.get_by_role("link", name="Łukasz Wójcik").first.click()
    looked_at(page, f"referrals-given-back-{name}")
    page.get_by_role("link", name="Correct this").click()
    page.get_by_label("Phone number").fill("12")
    page.get_by_role("button", name="Send corrections").click()
    page.get_by_role("alert").get_by_text("Enter a phone number").wait_for()
    looked_at(page, f"referrals-correct-{name}")
    page.get_by_label("Phone number").fill("07700 900124")
    page.get_by_role("button", name="Send corrections").click()
    page.get_by_text("We have sent your corrections").wait_for()
    page.emulate_media(media="print")
    for words in ("07700 900124", "aoife@home.example", "Best before noon.", "British Sign Language"):
        assert page.get_by_text(words).last.is_visible(), words
    for part in (".app-footer", ".app-nav", ".app-on-screen"):
        assert not page.locator(part).first.is_visible(), part
