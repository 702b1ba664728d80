"""What was typed outlives the session: it waits for whoever typed it, and for nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in, sign_in_browser
from referrals import drafts
from referrals.models import Referral, ReferralDraft
from referrals.tests.factories import typed
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
NEW = "/referrals/new/"


@pytest.fixture
def client(cast) -> Client:
    return sign_in(Client(), cast.receptionist)


def save(cast, **changed) -> ReferralDraft:
    told = {"key": uuid4(), "user": cast.receptionist, "now": timezone.now(), "keep_days": 14}
    return drafts.save(**{**told, "typed": {"given_name": ["Aoife"]}, **changed})


# --- The sign-in had run out ---------------------------------------------------------------------------------


def idle_post(client: Client, form: dict):
    client.get(NEW)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        return client.post(NEW, form)


def test_after_thirty_idle_minutes_nothing_typed_is_lost(client, cast):
    form = typed(family_name="O’Neill & Söhne")
    answer = idle_post(client, form)
    assert answer.url == f"/sign-in/?next=/referrals/drafts/{form['submission_key']}/"
    assert "nothing had happened for 30 minutes" in client.get(answer.url).content.decode()
    sign_in(client, cast.receptionist)
    page = client.get(f"/referrals/drafts/{form['submission_key']}/")
    initial = page.context["form"].initial
    assert (initial["family_name"], initial["date_of_birth"]) == ("O’Neill & Söhne", ["27", "3", "1958"])
    assert initial["safety_cauda_equina"] == "none"
    assert client.post(NEW, form).status_code == 302
    assert Referral.objects.count() == 1
    assert not ReferralDraft.objects.exists(), "a sent referral leaves no draft"


def test_a_session_that_is_gone_is_known_by_the_browsers_own_cookie(client, cast):
    client.get(NEW)
    client.cookies.pop("sessionid")
    form = typed()
    assert client.post(NEW, form).url == f"/sign-in/?next=/referrals/drafts/{form['submission_key']}/"
    assert ReferralDraft.objects.get().user == cast.receptionist


@pytest.mark.parametrize("cookie", [None, "", "1", "1:forged:signature"])
def test_nobody_can_put_words_into_another_persons_drafts(client, cast, cookie):
    client.get(NEW)
    client.cookies.pop("sessionid")
    client.cookies.pop("referral_form")
    if cookie is not None:
        client.cookies["referral_form"] = cookie
    assert client.post(NEW, typed()).url == f"/sign-in/?next={NEW}"
    assert not ReferralDraft.objects.exists()


def test_another_person_who_signs_in_on_that_computer_does_not_see_it(client, cast):
    form = typed()
    address = idle_post(client, form).url.partition("next=")[2]
    for other in (cast.lead, cast.neighbour):
        page = sign_in(Client(), other).get(address)
        assert page.status_code == 404
        assert b"Aoife" not in page.content
    sign_in(client, cast.lead)
    assert "Aoife" not in client.get("/referrals/").content.decode()


def test_another_persons_key_is_left_alone(client, cast):
    theirs = save(cast, user=cast.lead, typed={"given_name": ["Theirs"]})
    client.post(NEW, typed(submission_key=str(theirs.key)) | {"save": "1"})
    theirs.refresh_from_db()
    assert theirs.typed["given_name"] == ["Theirs"]
    mine = ReferralDraft.objects.of(cast.receptionist).get()
    assert mine.key != theirs.key
    assert mine.typed["submission_key"] == [str(mine.key)]


# --- Save and finish later -----------------------------------------------------------------------------------


def test_an_unfinished_form_is_kept_listed_and_deleted(client, cast):
    answer = client.post(
        NEW, {"submission_key": str(uuid4()), "given_name": "Aoife", "save": "1"}, follow=True
    )
    page = answer.content.decode()
    assert "What you typed is kept for 14 days." in page
    draft = ReferralDraft.objects.get()
    assert f"/referrals/drafts/{draft.key}/" in page
    client.post(f"/referrals/drafts/{draft.key}/delete/")
    assert not ReferralDraft.objects.exists()


def test_two_tabs_are_two_drafts(client):
    for name in ("Aoife", "Ríona"):
        client.post(NEW, {"submission_key": str(uuid4()), "given_name": name, "save": "1"})
    assert sorted(draft.about for draft in ReferralDraft.objects.all()) == ["Aoife", "Ríona"]


def test_an_empty_form_is_no_draft(client):
    client.post(NEW, {"submission_key": str(uuid4()), "given_name": " ", "save": "1"})
    assert not ReferralDraft.objects.exists()


def test_a_form_that_was_sent_is_no_draft_again(client):
    form = typed()
    client.post(NEW, form)
    client.post(NEW, form | {"save": "1"})
    assert not ReferralDraft.objects.exists()


def test_a_safety_stop_keeps_nothing(client):
    form = typed(safety_cauda_equina=["bladder"])
    client.post(NEW, form | {"save": "1"})
    assert ReferralDraft.objects.exists()
    client.post(NEW, form)
    assert not ReferralDraft.objects.exists()


def test_whatever_is_typed_can_be_kept(client):
    form = {
        "submission_key": "no key",
        "note": "x\x00" * 9000,
        "given_name": "👩🏽‍🦽\ufffd",
        "save": "1",
        "other": "x",
    }
    assert client.post(NEW, form).status_code == 302
    draft = ReferralDraft.objects.get()
    assert len(draft.typed["note"][0]) == drafts.MOST_CHARACTERS
    assert "other" not in draft.typed
    assert client.get(f"/referrals/drafts/{draft.key}/").status_code == 200


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
    assert drafts.remove_expired(now=now + timedelta(days=13, hours=23)) == 0
    assert drafts.remove_expired(now=now + timedelta(days=14)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_browser_brings_the_form_back_filled(
    open_page, live_server, cast, axe, no_sideways_scroll, screenshot, settings
):
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}{NEW}")
    page.get_by_label("Given name").fill("Aoife")
    page.get_by_label("GP", exact=True).check()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Send referral").click()
    page.get_by_label("Email address").wait_for()  # the sign-in page
    kept = page.url.partition("next=")[2]
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}{kept}")
    assert page.get_by_label("Given name").input_value() == "Aoife"
    assert page.get_by_label("GP", exact=True).is_checked()
    axe(page)
    page.get_by_role("button", name="Save and finish later").click()
    page.get_by_role("heading", name="Unfinished referrals").wait_for()
    axe(page)
    no_sideways_scroll(page)
    screenshot(page, "drafts-320")
