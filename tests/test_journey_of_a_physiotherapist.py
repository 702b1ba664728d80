"""A physiotherapist whom nobody knows yet: from the public form to the mail that says how her referral went.

She works for a team that is no GP practice. The mails go through a real SMTP server; the links in them are followed as
they came. With scripts, and on a phone without them.
"""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Organisation
from accounts.tests.factories import sign_in_browser
from messaging.delivery import worker
from outcomes.practice_letters.services import write_due_letters
from referrals.models import Referral
from referrals.tests import filling
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

ASHA = "asha.o'neill@riverside-physio.example"
TEAM = "Riverside Physio & Pilates"
LINK = re.compile(r"https?://\S+")
OF_A_PRACTICE = re.compile(r"\byour practice\b|\bthe practice needs\b", re.IGNORECASE)


@pytest.fixture
def post(smtp_sink):
    """`post(saying)`: everything due is written and delivered; the text of her newest mail that holds these words."""

    def newest(saying: str) -> str:
        now = (
            timezone.now()
        )  # a code is good for minutes; what is not urgent waits for the end of the quiet hours
        write_due_letters(now=now)  # by the clock, in life
        for when in (now, now.replace(hour=12) + timedelta(days=1)):
            worker.drain(now=when)
        found = [m for m in smtp_sink.to(ASHA) if saying in m["Subject"] + smtp_sink.text(m)]
        assert found, f"no mail saying {saying!r} among {[mail['Subject'] for mail in smtp_sink.to(ASHA)]}"
        return smtp_sink.text(found[-1])

    return newest


def ask_to_refer(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("main").get_by_role("link", name="For health professionals").click()
    page.get_by_role("main").get_by_role("button", name="Register to refer patients").click()
    page.get_by_label("Name of your organisation").fill(TEAM)
    page.get_by_label("What kind of organisation is it?").select_option(label="Physiotherapy service")
    page.get_by_label("Your name").fill("Asha O'Neill")
    page.get_by_label("Your profession").select_option(label="Physiotherapist")
    page.get_by_label("Your work email address").fill(ASHA)
    page.get_by_label("Your work phone number").fill("01632 960555")
    page.get_by_label("Why would you like to refer patients?").fill("Many people ask us how to go on.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()


@pytest.mark.parametrize(
    ("size", "javascript"), [(DESK, True), (PHONE, False)], ids=["1280", "320 scripts off"]
)
def test_a_physiotherapist_joins_refers_and_hears(
    cast, post, smtp_sink, live_server, open_page, axe, no_sideways_scroll, settings, size, javascript
):
    cache.clear()  # the limits of the public form
    site = settings.SITE_ORIGIN = live_server.url
    desk, office = open_page(size, javascript=javascript), open_page(DESK)
    sign_in_browser(office, site, cast.officer)

    def look() -> None:
        assert not OF_A_PRACTICE.search(desk.get_by_role("main").inner_text()), desk.url
        if javascript:
            axe(desk)
            no_sideways_scroll(desk)

    # She asks; nothing is mailed to an address that anybody may have typed.
    ask_to_refer(desk, site)
    look()
    worker.drain(now=timezone.now().replace(hour=12) + timedelta(days=1))
    assert smtp_sink.mails == []

    # An officer finds her in the work queue and approves her.
    office.goto(f"{site}/admin/")
    office.get_by_role("link", name=TEAM, exact=True).click()
    office.get_by_role("link", name="Approve").click()
    office.get_by_role("button", name="Approve and invite them").click()
    office.get_by_text("We will email them an invitation").wait_for()
    team = Organisation.objects.get(name=TEAM)

    # The invitation leads to the page where she signs in, for the first time.
    invitation = post("You can now refer to")
    assert TEAM in invitation
    assert not OF_A_PRACTICE.search(invitation)
    desk.goto(LINK.search(invitation).group())
    desk.get_by_label("Email address", exact=True).fill(ASHA)
    desk.get_by_role("button", name="Send me a code").click()
    look()
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", post("Your code to sign in is")).group()
    desk.get_by_label("Code", exact=True).fill(code)
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_text("The project team invited you to refer patients for").wait_for()
    look()
    desk.get_by_role("button", name="I accept").click()
    desk.get_by_text("Your organisation has not referred anyone yet").wait_for()
    look()
    desk.get_by_role("link", name="Colleagues").click()  # she was the first: she looks after the others
    expect(desk.get_by_role("main")).to_contain_text(TEAM)
    look()

    # She refers in her own name; the person's GP practice is another organisation than hers.
    desk.goto(site)
    desk.get_by_role("main").get_by_role("link", name="New referral").click()
    look()
    filling.patient(desk, practice=cast.riverbank.ods_code)
    look()
    assert desk.get_by_label("Who is referring the patient?").input_value() == "Asha O'Neill"
    assert desk.get_by_label("What is their role?").input_value() == "physiotherapist"
    desk.get_by_role("group", name="pain for 3 months").get_by_label("Yes", exact=True).check()
    desk.get_by_label("Yes, today").check()
    filling.go_on(desk)
    look()
    filling.screening(desk)
    look()
    filling.send(desk)
    look()
    referral = Referral.objects.get()
    assert (referral.organisation, referral.referrer_role) == (team, "physiotherapist")
    assert referral.participant.practice == cast.riverbank
    receipt = post(f"We received referral {referral.reference}")
    assert "Aoife" not in receipt

    # It is in her list; the person's practice, which did not refer, does not see it.
    desk.get_by_role("link", name="See all referrals").click()
    row = desk.get_by_role("row").filter(has_text=referral.reference)
    expect(row).to_contain_text("Aoife O’Neill")
    look()
    practice = open_page(DESK)
    sign_in_browser(practice, site, cast.receptionist)
    practice.goto(f"{site}/referrals/")
    assert referral.reference not in practice.content()

    # The office has a question; she answers it where the mail leads.
    office.goto(f"{site}/admin/referrals/referral/{referral.pk}/ask/")
    office.get_by_label("What do you need to know?").fill("Which number is best?")
    office.get_by_role("button", name="Send question").click()
    desk.goto(LINK.search(post(f"a question about referral {referral.reference}")).group())
    expect(desk.get_by_role("main")).to_contain_text("Which number is best?")
    look()
    desk.get_by_label("Write to the project officers").fill("The mobile.")
    desk.get_by_role("button", name="Send to the project officers").click()
    desk.get_by_text("We have sent your note").wait_for()

    # She hears that it is accepted, and how the person decided.
    office.goto(f"{site}/admin/referrals/referral/{referral.pk}/change/")
    office.get_by_role("link", name="Accept", exact=True).click()
    filling.agreed_today(office)
    office.get_by_role("button", name="Accept", exact=True).click()
    office.get_by_text("is accepted").wait_for()
    accepted = post(f"We have accepted your referral {referral.reference}")
    assert "Aoife" not in accepted
    assert not OF_A_PRACTICE.search(accepted)
    desk.goto(LINK.search(accepted).group())
    expect(desk.get_by_role("main")).to_contain_text("Waiting")
    look()
    desk.get_by_role("link", name="Withdraw this referral").click()
    desk.get_by_label("Moved away").check()
    desk.get_by_role("button", name="Withdraw the referral").click()
    desk.get_by_text("is withdrawn").wait_for()
    look()
