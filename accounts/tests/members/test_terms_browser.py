"""The page of the terms in a real browser: by whom one was invited, to what, and one press."""

import pytest

from accounts.members import services as members
from accounts.models import TermsAcceptance, User
from accounts.tests import factories
from accounts.tests.factories import sign_in_browser
from tests.plugins.browser import PHONE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_whoever_was_invited_accepts_by_one_press(live_server, open_page, looked_at, cast, javascript):
    members.invite(
        organisation=cast.riverbank, by=cast.lead, now=factories.datetime(2026, 3, 2, 10, tzinfo=factories.UTC),
        name="Asha O'Neill", email="asha@riverbank.example", role="clinician", profession="nurse", is_lead=False,
    )  # fmt: skip
    page = open_page(PHONE, javascript=javascript)
    sign_in_browser(page, live_server.url, User.objects.get(email="asha@riverbank.example"))
    page.goto(f"{live_server.url}/accept-terms/")  # where a sign-in leads: tests of `members` see that
    page.get_by_role("heading", name="Before you start").wait_for()
    page.get_by_text(f"{cast.lead.name} invited you to refer patients for").wait_for()
    looked_at(page, "accept-terms", scripts=javascript)
    page.get_by_role("button", name="I accept").click()
    page.get_by_role("heading", name="Before you start").wait_for(state="detached")
    assert TermsAcceptance.objects.get().version == 1
    page.goto(f"{live_server.url}/referrals/")
    page.get_by_role("heading", name="Referrals").first.wait_for()
