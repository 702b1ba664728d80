"""The whole way in a browser: named, mailed, link, code, match, answers, confirmed by an officer; read at both widths."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from messaging.delivery.worker import drain
from messaging.models import Message
from referrals.clinician_link import services
from referrals.models import Confirmation
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.tests.clinician_link.named import EMAIL, NAME, code_in, left_to, link_of
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_receptionist_names_a_clinician_who_answers_without_an_account(
    live_server, open_page, axe, cast, settings
):
    settings.EMAIL_CHANNEL = "file"
    now = timezone.now() - timedelta(minutes=5)
    referral = left_to(
        organisation=cast.riverbank, by=cast.receptionist, email="old@elsewhere.example", now=now
    )
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/referrals/{referral.reference}/clinician/")
    page.get_by_label("Name of the clinician").fill(NAME)
    page.get_by_label("Work email address").fill(EMAIL)
    page.get_by_role("button", name="Name this clinician").click()
    assert f"We will email {NAME}" in page.content()

    link = link_of(referral, timezone.now())
    Message.objects.filter(kind="clinician_link").update(
        not_before=now, next_try_at=now
    )  # whatever the hour: the mail itself waits for the morning
    drain()
    page.goto(f"{live_server.url}/referrals/{referral.reference}/")

    page = open_page(PHONE)
    page.goto(f"{live_server.url}/a/{link.token}/")
    axe(page)
    page.get_by_role("button", name="Email me a code").click()
    axe(page)
    page.get_by_label("Code").fill("BCDF-GHJK")
    page.get_by_role("button", name="Continue").click()
    axe(page)
    page.get_by_label("Code").fill(code_in(link))
    page.get_by_role("button", name="Continue").click()
    axe(page)
    for name in ("Smith", "O'Neill"):
        page.get_by_label("Patient’s last name").fill(name)
        page.get_by_label("Day").fill("27")
        page.get_by_label("Month").fill("3")
        page.get_by_label("Year").fill("1958")
        page.get_by_role("button", name="Continue").click()
        axe(page)
    page.get_by_role("button", name="Send my answers").click()
    axe(page)  # with errors
    for code in ("contraindications", "red_flags", "conversation"):
        page.locator(f"input[name=safety_{code}][value=none]").check()
    page.get_by_label("GP", exact=True).check()
    page.get_by_label("General Medical Council").check()
    page.get_by_label("Your registration number").fill("1234567")
    page.get_by_role("button", name="Send my answers").click()
    assert page.get_by_role("heading", name="Thank you").is_visible()
    axe(page)
    assert screening.unanswered_lists(referral) == []
    assert eligibility.blockers(referral) == ["The clinician’s answers are not confirmed yet."]

    office = open_page(DESK)
    sign_in_browser(office, live_server.url, cast.officer)
    office.goto(f"{live_server.url}/admin/")
    office.get_by_role("link", name="Aoife O’Neill").first.click()
    office.goto(f"{live_server.url}/admin/referrals/referral/{referral.pk}/clinician/")
    axe(office)
    office.get_by_role("button", name="I have found them on the register").click()
    assert eligibility.blockers(referral) == []


def test_the_officers_page_of_an_address_and_a_closed_link_reads_well(live_server, open_page, axe, cast):
    now = timezone.now()
    referral = left_to(
        organisation=cast.riverbank, by=cast.receptionist, email="x@elsewhere.example", now=now
    )
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, cast.officer)
    address = f"{live_server.url}/admin/referrals/referral/{referral.pk}/clinician/"
    page.goto(address)
    axe(page)
    page.get_by_role("button", name="Address checked by phone").click()
    assert Confirmation.objects.get().address_checked_by == cast.officer
    link = link_of(referral, timezone.now())
    for _ in range(5):
        services.is_match(link=link, date_of_birth=now.date(), last_name="x", now=timezone.now())
    page.goto(address)
    axe(page)
    page.get_by_role("button", name="Open the link again").click()
    link.refresh_from_db()
    assert link.closed_at is None
