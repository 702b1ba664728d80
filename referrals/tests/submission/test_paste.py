"""The paste page: what is sure stands in the form, the rest is said to be unsure, and the text is kept nowhere."""

import logging

import pytest
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from accounts.tests.factories import sign_in_browser
from referrals.models import Referral, ReferralDraft
from referrals.tests import filling
from referrals.tests.pasted.layouts import LAYOUTS
from referrals.tests.text_extraction.test_extract import made_up
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db
PASTE = "/referrals/paste/"
TEXT = """\
Name: CANARY, Wilhelmina (Mrs)
DOB: 12/03/1956
NHS number: 999 000 0019
Mobile: 07700 900123
Address: 14 Orchard Way, Gloucester, GL1 2AB
Practice: Riverbank Surgery
Problems: Angina; Low back pain
"""


def test_what_is_sure_stands_in_the_form_and_the_rest_is_said(reception, cast):
    response = reception.post(PASTE, {"pasted": TEXT})
    boxes = dict(response.context["boxes"])
    assert boxes["given_name"] == "Wilhelmina"
    assert boxes["family_name"] == "Canary"
    assert boxes["date_of_birth_year"] == "1956"
    assert boxes["postcode"] == "GL1 2AB"
    assert boxes["phone"] == "07700 900123"
    assert boxes["practice"] == "Riverbank Surgery (Z99001)"
    assert "nhs_number" not in boxes  # its check digit does not fit
    page = " ".join(response.content.decode().split())
    assert "Not sure: 999 000 0019? Enter it in the form." in page
    assert "Read from: “Mobile 07700 900123”" in page
    assert "The text says “Angina”. The form asks about: Unstable or uncontrolled angina" in page
    assert not ReferralDraft.objects.exists()


def test_what_was_looked_at_becomes_a_draft_that_points_and_ticks_nothing(reception):
    boxes = {}
    for name, value in reception.post(PASTE, {"pasted": TEXT}).context["boxes"]:
        boxes.setdefault(name, []).append(value)
    first = reception.post(
        f"{PASTE}use/", boxes | {"pasted": TEXT, "safety_cauda_equina": "none"}, follow=True
    )
    assert first.context["form"].initial["family_name"] == "Canary"
    draft = ReferralDraft.objects.get()
    assert not {"pasted", "safety_cauda_equina"} & set(draft.typed)
    assert "Angina" not in str(draft.typed)
    page = reception.get(f"/referrals/new/{draft.key}/safety/").content.decode()
    assert "We have not ticked anything for you" in page
    assert page.count("Unstable or uncontrolled angina") == 3  # the pointer, the list, the box
    assert " checked" not in page
    assert Referral.objects.count() == 0


def test_nothing_read_is_an_empty_draft_and_no_fault(reception):
    assert reception.post(f"{PASTE}use/", {}).status_code == 302


def test_the_text_is_kept_nowhere(reception, caplog):
    caplog.set_level(logging.DEBUG)
    reception.post(PASTE, {"pasted": TEXT})
    assert "Canary" not in caplog.text.title()
    assert "anary" not in str(dict(reception.session))
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            rows = sql.SQL("SELECT count(*) FROM {} AS row WHERE row::text ILIKE '%canary%'").format(
                sql.Identifier(table)
            )
            cursor.execute(rows.as_string(cursor.cursor))
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize("pasted", ["", "   ", "\x00", "a" * 200_001])
def test_what_cannot_be_read_is_said_in_a_sentence(reception, pasted):
    response = reception.post(PASTE, {"pasted": pasted})
    assert response.status_code == 200
    assert response.context["form"].errors["pasted"]


@pytest.mark.parametrize(
    "pasted", ["\u202e\ufeff\x0b", "½ lives at", "{{ x }}<script>", "\ud83d", "Name: 👩🏽‍🦽 Bell"]
)
def test_any_text_gives_a_page(reception, pasted):
    data = b"pasted=" + pasted.encode("utf-8", "surrogatepass")
    assert reception.post(PASTE, data, content_type="application/x-www-form-urlencoded").status_code in (
        200,
        400,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_a_receptionist_pastes_checks_and_sends(
    javascript, open_page, live_server, cast, axe, no_sideways_scroll, screenshot
):
    page = open_page(PHONE if javascript else DESK, javascript=javascript)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}{PASTE}")
    if javascript:
        axe(page)
        no_sideways_scroll(page)
    page.get_by_label("Text to read").fill(made_up(3, LAYOUTS["banner"]).text)
    page.get_by_role("button", name="Read this text").click()
    page.get_by_role("heading", name="Check each line").wait_for()
    if javascript:
        axe(page)
        no_sideways_scroll(page)
        screenshot(page, "paste-read-320")
    else:
        screenshot(page, "paste-read-1280")
    page.get_by_role("button", name="Use these details").click()
    page.get_by_label("GP practice where they are registered").fill("Z99001")
    page.keyboard.press("Tab")  # the look-up's list closes
    page.get_by_label("By phone", exact=True).check()
    page.get_by_role("group", name="Is it safe to leave a message?").get_by_label("No", exact=True).check()
    filling.go_on(page)
    filling.consent(page)
    filling.screening(page)
    filling.send(page)
    person = Referral.objects.get().participant
    assert person.nhs_number == made_up(3, LAYOUTS["banner"]).right["nhs_number"]
    assert person.added_at <= timezone.now()
