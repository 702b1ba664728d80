"""No page claims a mail that did not go: clinicians whose address is to be checked, receipts at night, people who are called."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.roles import CLINICIAN
from accounts.tests.factories import MembershipFactory, UserFactory, sign_in, sign_in_browser
from core import work_queue
from messaging.content import rendering
from messaging.models import Message
from referrals import safety
from referrals.models import Confirmation, SafetyLink
from referrals.screening import clinician_requests
from referrals.self_assessment import services as self_assessment
from referrals.tests.factories import NOW, submitted
from referrals.tests.self_assessment.own import waiting
from referrals.triage import services as triage
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
LEFT = {asked.code: [] for asked in safety.QUESTION_SETS} | {
    code: [safety.NOT_CLINICIAN] for code in ("contraindications", "red_flags", "conversation")
}
NAME, EMAIL = "Dr Ruth O’Brien", "ruth@elsewhere.example"  # an officer checks it before anything goes there
NOT_EMAILED = "have not emailed"
BY = "Wednesday 18 February 2026"  # two working days after Monday
EVENING = datetime(2026, 11, 30, 20, 20, tzinfo=UTC)  # 8:20pm


@pytest.fixture
def left(cast):
    return submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        answers=LEFT,
        clinician_name=NAME,
        clinician_email=EMAIL,
    )


def account(cast):
    user = UserFactory(name=NAME, email=EMAIL)
    MembershipFactory(user=user, organisation=cast.riverbank, role=CLINICIAN, profession="gp")
    return user


def shown(user: User, address: str, at: datetime = NOW) -> str:
    with time_machine.travel(at, tick=False):
        return sign_in(Client(), user).get(address).content.decode()


def panel(name: str, now: datetime):
    return {each.name: each.load for each in work_queue.registered()}[name](now, 8)


def went(message: Message, at: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=at, settled_at=at)


# --- A named clinician whose address is to be checked --------------------------------------------------------------------


def test_the_pages_say_that_no_mail_went_and_when_an_officer_contacts_the_practice(left, cast):
    for address in (f"/referrals/{left.reference}/sent/", f"/referrals/{left.reference}/"):
        page = shown(cast.receptionist, address)
        assert f"We {NOT_EMAILED} {NAME} yet" in page, address
        assert f"A project officer will contact your organisation by {BY}." in page, address
        assert "We can’t offer a place until" in page, address
        assert "asked on" not in page, address
        assert "is asked to answer" not in page, address
    listed = shown(cast.receptionist, "/referrals/")
    assert "Clinician not emailed" in listed
    assert f"A project officer will contact your organisation by {BY}" in listed


def test_a_day_that_has_passed_is_not_promised_again(left, cast):
    page = shown(cast.receptionist, f"/referrals/{left.reference}/", NOW + timedelta(days=7))
    assert f"will contact your organisation by {BY}" not in page
    assert f"We meant to contact your organisation by {BY}" in page
    listed = shown(cast.receptionist, "/referrals/", NOW + timedelta(days=7))
    assert "will contact your organisation" not in listed


def test_with_an_account_the_page_says_what_became_of_the_mail(left, cast):
    account(cast)
    page = f"/referrals/{left.reference}/"
    assert f"We will email {NAME}" in shown(cast.receptionist, page)
    clinician_requests.request_clinicians(now=NOW)
    message = Message.objects.get(kind="confirm_safety")
    assert f"We will email {NAME}" in shown(cast.receptionist, page)
    went(message, NOW)
    assert f"We emailed {NAME} on Monday 16 February 2026." in shown(cast.receptionist, page)
    Message.objects.filter(pk=message.pk).update(delivery="bounced", delivery_at=NOW)
    assert f"We emailed {NAME} on Monday 16 February 2026, but it did not arrive." in shown(
        cast.receptionist, page
    )
    assert NOT_EMAILED not in shown(cast.receptionist, page)
    assert "Clinician not emailed" not in shown(cast.receptionist, "/referrals/")


def test_the_receipt_says_so_too(left, cast):
    message = Message.objects.get(kind="referral_receipt")

    def words() -> str:
        return rendering.render_message(message, NOW).text

    assert "We have not emailed the clinician you named yet" in words()
    assert f"A project officer will contact your organisation by {BY}." in words()
    assert NAME not in words()
    account(cast)
    assert NOT_EMAILED not in words()


def test_naming_another_clinician_claims_no_mail(left, cast):
    with time_machine.travel(NOW, tick=False):
        answer = (
            sign_in(Client(), cast.receptionist)
            .post(
                f"/referrals/{left.reference}/clinician/",
                {"name": "Dr Lee", "email": "lee@nowhere.example"},
                follow=True,
            )
            .content.decode()
        )
    assert "We ask this clinician" not in answer
    assert "We have not emailed Dr Lee yet" in answer


def test_the_named_clinician_is_led_to_the_lists_and_not_told_that_they_were_emailed(left, cast):
    ruth = account(cast)
    page = shown(ruth, f"/referrals/{left.reference}/")
    assert f'href="/referrals/{left.reference}/confirm/"' in page
    assert "We will email" not in page


def test_what_is_left_to_a_clinician_is_not_promised_a_place(left, cast):
    triage.accept(referral=left, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    assert "when there is one" not in shown(cast.receptionist, f"/referrals/{left.reference}/")


@pytest.mark.parametrize(
    ("days", "urgency", "words"),
    [
        (0, "", "New today"),
        (2, "amber", "Due: 2 working days"),
        (7, "red", "Late: 5 working days"),
    ],
)
def test_the_officers_list_has_the_clock(left, days, urgency, words):
    now = NOW + timedelta(days=days)
    count, (row,) = panel("clinician_addresses", now)
    assert count == 1
    assert (row.urgency, NOT_EMAILED in row.detail, words in row.detail) == (urgency, True, True)
    assert f"by {BY}" in row.detail
    assert panel("unconfirmed", now)[0] == 0


def test_who_may_be_written_to_is_on_the_other_list_with_or_without_an_account(left, cast):
    account(cast)
    submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        answers=LEFT,
        clinician_name="Dr Lee",
        clinician_email="dr.lee@riverbank.example",
    )
    assert panel("clinician_addresses", NOW)[0] == 0
    late = NOW + timedelta(days=7)
    count, rows = panel("unconfirmed", late)
    assert (count, [row.urgency for row in rows]) == (2, ["amber", "amber"])
    assert all("Call the organisation" in row.detail for row in rows)


def test_the_officers_page_says_it(left, cast):
    page = shown(cast.officer, f"/admin/referrals/referral/{left.pk}/change/")
    assert f"check their address with the organisation by {BY}" in page


@pytest.mark.django_db(transaction=True)
def test_it_reads_well(live_server, open_page, looked_at, cast, left):
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.receptionist)
    for name in ("", f"{left.reference}/", f"{left.reference}/sent/"):
        page.goto(f"{live_server.url}/referrals/{name}")
        looked_at(page, f"clinician-without-account-{len(name)}")


# --- Mails that go later, or not -----------------------------------------------------------------------------


def test_at_night_the_receipt_is_promised_for_the_morning(cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist, now=EVENING)
    done = f"/referrals/{referral.reference}/sent/"
    email = "sam.o&#x27;brien@riverbank.example"
    assert f"We will email a confirmation to {email} after 8am on Tuesday 1 December 2026." in shown(
        cast.receptionist, done, EVENING
    )
    morning = EVENING + timedelta(hours=12)
    assert f"We will email a confirmation to {email}." in shown(cast.receptionist, done, morning)
    message = Message.objects.get(kind="referral_receipt")
    went(message, morning)
    assert f"We emailed a confirmation to {email} on Tuesday 1 December 2026." in shown(
        cast.receptionist, done, morning
    )
    Message.objects.filter(pk=message.pk).update(state="failed", sent_at=None, reason="No")
    assert f"We could not email a confirmation to {email}." in shown(cast.receptionist, done, morning)


def test_the_officers_list_says_how_people_were_asked(cast):
    """Nobody was asked by a mail that is not there: who has no email is called."""

    def detail(now: datetime) -> str:
        return panel("own_answers_missing", now)[1][0].detail

    referral = waiting(organisation=cast.riverbank)
    person = referral.participant
    person.email, person.phone = "", "+447700900123"
    person.save()
    self_assessment.send_safety_link(referral=referral, because=SafetyLink.Because.WAITING, by=None, now=NOW)
    late = NOW + timedelta(days=8)
    assert detail(late) == "Waiting for a call since Monday 16 February 2026"
    page = shown(cast.officer, f"/admin/referrals/referral/{referral.pk}/change/", NOW)
    assert "Waiting for a call since Monday 16 February 2026" in page
    assert "Asked on" not in page
    Message.objects.filter(kind="safety_questions").update(
        state="sent", channel="smtp", sent_at=NOW, settled_at=NOW
    )
    assert detail(late) == "Asked by email on Monday 16 February 2026"
    assert Confirmation.objects.count() == 0
