"""The paste page: what is sure stands in the form, the rest is said to be unsure, and the text is kept nowhere."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from psycopg2 import sql

from accounts.models import Organisation
from accounts.tests.factories import MembershipFactory, OrganisationFactory, sign_in, sign_in_browser
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
    assert "We think this is: 999 000 0019. Enter it in the form if it is correct." in page
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


AGREED = timezone.localdate() - timedelta(days=7)
MORE = f"""\
Name: Abdul Karim Hussain
Known as: Karim
DOB: 12/03/1956
Home tel: 01632 960111
Mobile: 07700 900123
Spoken language: Welsh
Interpreter required: Yes
Consent to referral given: {AGREED:%d/%m/%Y}
"""


def pressed(client, text: str, accept: list[str]) -> dict:
    """What stands in the draft after "Use these details" with these rows accepted, as the page sends it."""
    page = client.post(PASTE, {"pasted": text})
    sent: dict[str, list[str]] = {"accept": accept}
    for name, value in page.context["boxes"]:
        sent.setdefault(name, []).append(value)
    for row in page.context["rows"]:
        for name, value in row.boxes if row.offered else ():
            sent[f"{row.name}.{name}"] = [value]
    client.post(f"{PASTE}use/", sent)
    return ReferralDraft.objects.get().typed


@pytest.mark.parametrize("accept", [[], ["given_name", "family_name"]])
def test_an_unsure_value_is_taken_by_one_press_and_not_without(reception, accept):
    typed = pressed(reception, MORE, accept)
    names = (typed.get("given_name"), typed.get("family_name"))
    assert names == ((["Abdul Karim"], ["Hussain"]) if accept else (None, None))
    assert typed["phone"] == ["07700 900123"]
    assert not [box for box in typed if "." in box or box == "accept"]


def test_a_number_that_fails_its_check_is_not_offered(reception):
    rows = {row.name: row for row in reception.post(PASTE, {"pasted": TEXT}).context["rows"]}
    assert rows["nhs_number"].value
    assert not rows["nhs_number"].offered


def test_what_helps_to_speak_with_them_goes_where_it_is_asked(reception):
    typed = pressed(reception, MORE, [])
    assert typed["preferred_name"] == ["Karim"]
    assert typed["note"] == ["Other phone number: 01632 960111"]
    assert (typed["more_interpreter"], typed["agreed_on_day"]) == (["yes"], [str(AGREED.day)])
    assert typed["more_language"] == ["cy"]
    key = ReferralDraft.objects.get().key
    form = reception.get(f"/referrals/new/{key}/consent/").context["form"]
    assert not form["agreed"].value(), "a text does not agree for a patient"
    assert reception.get(f"/referrals/new/{key}/patient/").context["form"]["note"].value()


def test_a_press_takes_nothing_but_what_the_form_asks(reception):
    reception.post(
        f"{PASTE}use/",
        {"accept": ["x"], "x.safety_red_flags": "none", "x.given_name": "Ada", "y.email": "a@b.example"},
    )
    assert ReferralDraft.objects.get().typed == {"given_name": ["Ada"]}


@pytest.mark.parametrize(
    ("line", "practice"),
    [
        ("", "Riverbank Surgery (Z99001)"),  # as for who types
        ("Practice: RIVERBANK SURGERY", "Riverbank Surgery (Z99001)"),
        ("Practice: The Riverbank Surgery", "Riverbank Surgery (Z99001)"),
        ("Practice code: Z99001", "Riverbank Surgery (Z99001)"),
        ("Practice: Hilltop Practice", "Hilltop Practice (Z99002)"),
        ("Practice: Nowhere Surgery", ""),  # not our own: the text names another
        ("Practice: Riverbank Surgery (Z99002)", ""),  # which of them?
        ("Practice code: L84999\nPractice: Riverbank Surgery", ""),  # a code that is nowhere
    ],
)
def test_ones_own_practice_is_kept_and_another_is_said(reception, line, practice):
    page = reception.post(PASTE, {"pasted": f"Name: Hester Marlowe\nDOB: 12/03/1951\n{line}\n"})
    row = next(row for row in page.context["rows"] if row.name == "practice")
    assert row.taken == bool(practice)
    assert ("not a practice you refer for" in row.note) == ("Hilltop" in row.value)
    pressed(reception, f"Name: Hester Marlowe\nDOB: 12/03/1951\n{line}\n", [])
    form = reception.get(f"/referrals/new/{ReferralDraft.objects.get().key}/patient/").context["form"]
    assert form["practice"].value() == practice
    assert ("your practice" in form.fields["practice"].help_text) == practice.startswith("Riverbank")


@pytest.mark.parametrize("kind", [Organisation.Kind.PAIN_CLINIC, Organisation.Kind.GP_PRACTICE])
def test_who_refers_for_two_organisations_has_no_practice_by_default(cast, client, kind):
    text = "Name: Hester Marlowe\nDOB: 12/03/1951\n"
    second = OrganisationFactory(ods_code="Z99009", name="County Hospital", kind=kind)
    MembershipFactory(user=cast.receptionist, organisation=second)
    sign_in(client, cast.receptionist)
    page = client.post(PASTE, {"pasted": text})
    row = next(row for row in page.context["rows"] if row.name == "practice")
    assert (row.taken, row.value, row.note) == (False, "", "")
    assert "practice" not in dict(page.context["boxes"])
    named = client.post(PASTE, {"pasted": f"{text}Practice: Riverbank Surgery\n"})
    assert dict(named.context["boxes"])["practice"] == "Riverbank Surgery (Z99001)"


def test_a_clinicians_own_name_stays_where_the_text_tells_the_day_of_agreement(cast, client):
    sign_in(client, cast.lead)
    typed = pressed(client, MORE, [])
    key = ReferralDraft.objects.get().key
    fresh = client.get(reverse("referrals:page", args=[uuid4(), "consent"])).context["form"]
    form = client.get(f"/referrals/new/{key}/consent/").context["form"]
    assert "agreed" not in typed
    assert form["referrer_name"].value() == fresh["referrer_name"].value()


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_an_unsure_value_is_accepted_by_keyboard(
    javascript, open_page, live_server, cast, axe, no_sideways_scroll, screenshot
):
    page = open_page(PHONE if javascript else DESK, javascript=javascript)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}{PASTE}")
    page.get_by_label("Text to read").fill(MORE)
    page.get_by_role("button", name="Read this text").click()
    for label in ("First name Abdul Karim", "Last name Hussain"):
        page.get_by_label(label).focus()
        page.keyboard.press("Space")
    if javascript:
        axe(page)
        no_sideways_scroll(page)
    screenshot(page, f"paste-unsure-{320 if javascript else 1280}")
    page.get_by_role("button", name="Use these details").focus()
    page.keyboard.press("Enter")
    page.get_by_label("First name").wait_for()
    assert page.get_by_label("First name").input_value() == "Abdul Karim"
    assert page.get_by_label("Last name").input_value() == "Hussain"
