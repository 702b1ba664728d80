"""What was typed outlives the session: it waits for whoever typed it, and for nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in, sign_in_browser
from itsyourmove.retention import services as retention
from referrals.models import Referral, ReferralDraft
from referrals.submission import drafts
from referrals.submission.forms import PAGES
from referrals.tests import filling
from referrals.tests.factories import send, typed
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
NEW = "/referrals/new/"


def save(cast, **changed) -> ReferralDraft:
    told = {"key": uuid4(), "user": cast.receptionist, "now": timezone.now(), "keep_days": 14}
    return drafts.save(**{**told, "typed": {"given_name": ["Aoife"]}, **changed})


PERSON = {box: value for box, value in typed().items() if PAGES["patient"].asks(box)}


def page(key, name="patient") -> str:
    return f"/referrals/new/{key}/{name}/"


# --- The sign-in had run out ---------------------------------------------------------------------------------


def idle_post(client: Client, address: str, form: dict):
    client.get(address)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        return client.post(address, form)


def test_after_thirty_idle_minutes_nothing_typed_is_lost(reception, cast):
    key = uuid4()
    answer = idle_post(reception, page(key), PERSON | {"note": "O’Neill & Söhne", "message_safe": "yes"})
    assert answer.url == f"/sign-in/?next={page(key)}"
    assert "after 30 minutes without activity" in reception.get(answer.url).content.decode()
    sign_in(reception, cast.receptionist)
    initial = reception.get(page(key)).context["form"].initial
    assert (initial["note"], initial["message_safe"]) == ("O’Neill & Söhne", "yes")
    assert initial["date_of_birth"] == ["27", "3", "1958"]
    assert send(reception, typed(submission_key=str(key))).status_code == 302
    assert Referral.objects.count() == 1
    assert not ReferralDraft.objects.exists(), "a sent referral leaves no draft"


def test_the_last_page_comes_back_too(reception, cast):
    key = uuid4()
    reception.post(page(key), PERSON)
    answer = idle_post(reception, page(key, "check"), {})
    assert answer.url == f"/sign-in/?next={page(key, 'check')}"
    assert not Referral.objects.exists()


def test_a_session_that_is_gone_is_known_by_the_browsers_own_cookie(reception, cast):
    key = uuid4()
    reception.get(page(key))
    reception.cookies.pop("sessionid")
    assert reception.post(page(key), PERSON).url == f"/sign-in/?next={page(key)}"
    assert ReferralDraft.objects.get().user == cast.receptionist


@pytest.mark.parametrize("cookie", [None, "", "1", "1:forged:signature"])
def test_nobody_can_put_words_into_another_persons_drafts(reception, cast, cookie):
    key = uuid4()
    reception.get(page(key))
    reception.cookies.pop("sessionid")
    reception.cookies.pop("referral_form")
    if cookie is not None:
        reception.cookies["referral_form"] = cookie
    assert reception.post(page(key), PERSON).url == f"/sign-in/?next={page(key)}"
    assert not ReferralDraft.objects.exists()


def test_another_person_who_signs_in_on_that_computer_does_not_see_it(reception, cast):
    key = uuid4()
    idle_post(reception, page(key), PERSON)
    for other in (cast.lead, cast.neighbour):
        theirs = sign_in(Client(), other)
        assert b"Aoife" not in theirs.get(page(key)).content
        assert theirs.get(page(key, "check")).status_code == 404
    sign_in(reception, cast.lead)
    assert "Aoife" not in reception.get("/referrals/").content.decode()


def test_another_persons_key_is_left_alone(reception, cast):
    theirs = save(cast, user=cast.lead, typed={"given_name": ["Theirs"]})
    answer = reception.post(page(theirs.key), PERSON)
    theirs.refresh_from_db()
    assert theirs.typed["given_name"] == ["Theirs"]
    mine = ReferralDraft.objects.of(cast.receptionist).get()
    assert mine.key != theirs.key
    assert answer.url == page(mine.key, "consent"), "the next page belongs to what was really kept"


# --- Save and finish later -----------------------------------------------------------------------------------


def test_an_unfinished_form_is_kept_listed_and_deleted(reception, cast):
    key = uuid4()
    answer = reception.post(page(key), {"given_name": "Aoife", "save": "1"}, follow=True)
    shown = answer.content.decode()
    assert "We have saved your answers for 14 days." in shown
    assert page(key, "check") in shown
    assert reception.get(page(key, "check")).url == f"{page(key)}?mend"
    reception.post(f"/referrals/drafts/{key}/delete/")
    assert not ReferralDraft.objects.exists()


def test_two_tabs_are_two_drafts(reception):
    for name in ("Aoife", "Ríona"):
        reception.post(page(uuid4()), {"given_name": name, "save": "1"})
    assert sorted(draft.about for draft in ReferralDraft.objects.all()) == ["Aoife", "Ríona"]


def test_it_goes_on_at_another_computer(reception, cast):
    key = uuid4()
    reception.post(page(key), PERSON)
    elsewhere = sign_in(Client(), cast.receptionist)
    assert elsewhere.get(page(key, "check")).url == page(key, "consent")
    assert elsewhere.get(page(key)).context["form"].initial["family_name"] == "O’Neill"


def test_an_empty_form_is_no_draft(reception):
    reception.post(page(uuid4()), {"given_name": " ", "save": "1"})
    assert not ReferralDraft.objects.exists()


def test_a_form_that_was_sent_is_no_draft_again(reception):
    form = typed()
    send(reception, form)
    reception.post(page(form["submission_key"]), PERSON | {"save": "1"})
    assert not ReferralDraft.objects.exists()


def test_a_safety_stop_keeps_nothing(reception):
    form = typed(safety_cauda_equina=["bladder"])
    reception.post(page(form["submission_key"]), PERSON)
    assert ReferralDraft.objects.exists()
    send(reception, form)
    assert not ReferralDraft.objects.exists()


def test_whatever_is_typed_can_be_kept(reception):
    key = uuid4()
    form = {"note": "x\x00" * 9000, "email": "👩🏽‍🦽\ufffd", "save": "1", "other": "x"}
    assert reception.post(page(key), form).status_code == 302
    draft = ReferralDraft.objects.get()
    assert len(draft.typed["note"][0]) == drafts.MOST_CHARACTERS
    assert "other" not in draft.typed
    assert reception.get(page(key)).status_code == 200


def test_the_oldest_draft_makes_room(cast):
    now = timezone.now()
    for minute in range(drafts.MOST_DRAFTS + 2):
        save(cast, now=now + timedelta(minutes=minute), typed={"given_name": [str(minute)]})
    kept = ReferralDraft.objects.of(cast.receptionist)
    assert kept.count() == drafts.MOST_DRAFTS
    assert kept.last().about == "2"


def test_a_draft_goes_after_its_days(cast):
    now = timezone.now()
    save(cast, now=now)
    assert retention.keep_to_time(now=now + timedelta(days=13, hours=23))["drafts"] == 0
    assert retention.keep_to_time(now=now + timedelta(days=14))["drafts"] == 1


@pytest.mark.django_db(transaction=True)
def test_the_browser_brings_the_form_back_filled(
    open_page, live_server, cast, axe, no_sideways_scroll, screenshot, settings
):
    tab = open_page(PHONE)
    sign_in_browser(tab, live_server.url, cast.receptionist)
    tab.goto(f"{live_server.url}{NEW}")
    filling.names(tab)
    tab.get_by_label("Postcode").fill("GL1 2AB")
    tab.get_by_label("By email", exact=True).check()
    tab.context.clear_cookies(name="sessionid")
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_label("Email address").wait_for()  # the sign-in page
    kept = tab.url.partition("next=")[2]
    sign_in_browser(tab, live_server.url, cast.receptionist)
    tab.goto(f"{live_server.url}{kept}")
    assert tab.get_by_label("Postcode").input_value() == "GL1 2AB"
    assert tab.get_by_label("By email", exact=True).is_checked()
    axe(tab)
    tab.get_by_role("button", name="Save and finish later").click()
    tab.get_by_role("heading", name="Unfinished referrals").wait_for()
    axe(tab)
    no_sideways_scroll(tab)
    screenshot(tab, "drafts-320")


def test_errors_come_by_a_get_so_that_back_never_asks_to_send_again(reception):
    form = typed(postcode="nowhere")
    address = page(form["submission_key"])
    own = {box: value for box, value in form.items() if PAGES["patient"].asks(box)}
    answer = reception.post(address, own)
    assert answer.url == f"{address}?mend"
    shown = reception.get(answer.url).content.decode()
    assert "Enter a full UK postcode" in shown
    assert 'value="nowhere"' in shown
    assert reception.post(f"{address}?check", own).url == f"{address}?mend&check"
    assert reception.post(address, own | {"postcode": "GL1 2AB"}).url == page(
        form["submission_key"], "consent"
    )
    assert "There is a problem" not in reception.get(answer.url).content.decode(), "Back, when it is mended"
    empty = page(uuid4())
    assert reception.post(empty, {"given_name": ""}).url == f"{empty}?mend"
    assert "Enter the first name" in reception.get(f"{empty}?mend").content.decode()
    assert ReferralDraft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_browsers_back_after_an_error_shows_the_page(open_page, live_server, cast):
    browser = open_page(PHONE)
    sign_in_browser(browser, live_server.url, cast.receptionist)
    browser.goto(f"{live_server.url}{NEW}")
    filling.patient(browser, postcode="nowhere")
    browser.get_by_role("heading", name="There is a problem").wait_for()
    browser.locator("[name=postcode]").fill("GL1 2AB")
    filling.go_on(browser)
    browser.get_by_role("heading", name="Consent and clinician").wait_for()
    browser.go_back()
    browser.get_by_role("heading", name="Patient details").wait_for()
    assert browser.locator("[name=postcode]").input_value() == "GL1 2AB"
