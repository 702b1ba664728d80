"""Staff give a second code at each sign-in, and meet nothing else before they have given it."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts import demo, services
from accounts.login_sessions.store import SessionStore
from accounts.sign_in import second_factor
from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code
from core.encryption import CannotBeOpened

Session = SessionStore.get_model_class()
pytestmark = pytest.mark.django_db

WRONG = "000000"
OFFICE = "/admin/accounts/user/"


@pytest.fixture
def olive(db):
    return factories.officer(email="olive@partnership.example")


def first_step(client, user, **onward):
    ask_for_code(client, user.email, **onward)
    return enter_code(client, newest_code(user), **onward)


def second_step(client, code):
    return client.post("/sign-in/second-step/", {"code": code})


def set_up(client):
    """Open the set-up page, type the key it shows into an app, and enter what the app says."""
    page = client.get("/second-step/set-up/").content.decode()
    secret = re.search(r'class="app-key">([A-Z2-7 =]+)<', page)[1].replace(" ", "")
    return client.post("/second-step/set-up/", {"code": factories.code_of_app(secret)})


def test_an_officer_without_a_second_step_is_sent_to_set_one_up(client, olive):
    assert first_step(client, olive).url == "/"
    for path in ("/", "/admin/", "/referrals/", "/admin/accounts/user/", "/second-step/", "/no-such-page/"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer.url.startswith("/second-step/set-up/?next="), path
    assert client.post("/admin/accounts/user/add/", {"name": "x"}).url.startswith("/second-step/set-up/")


def test_an_officer_without_a_second_step_may_still_sign_out(client, olive):
    first_step(client, olive)
    assert client.post("/sign-out/").url == "/signed-out/"
    assert client.get("/signed-out/").status_code == 200


def test_setting_up_shows_recovery_codes_once_and_opens_the_admin(client, olive):
    first_step(client, olive)
    done = set_up(client)
    assert done.url == "/second-step/recovery-codes/"
    shown = client.get(done.url).content.decode()
    assert len(set(re.findall(r'class="app-code">(\d{8})<', shown))) == 10
    assert not re.search(r"app-code", client.get(done.url).content.decode())
    assert client.get(OFFICE).status_code == 200


def test_a_wrong_first_code_sets_nothing_up(client, olive):
    first_step(client, olive)
    client.get("/second-step/set-up/")
    answer = client.post("/second-step/set-up/", {"code": WRONG})
    assert "There is a problem" in answer.content.decode()
    assert second_factor.app_of(olive) is None


def test_an_officer_gives_the_apps_code_at_each_sign_in(client, olive):
    secret = factories.set_up_app(olive)
    assert first_step(client, olive).url == "/sign-in/second-step/"
    assert not is_signed_in(client)
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
    assert second_step(client, WRONG).status_code == 200
    assert not is_signed_in(client)
    second_step(client, factories.code_of_app(secret))
    assert client.get(OFFICE).status_code == 200


def test_the_wanted_page_survives_both_steps(client, olive):
    secret = factories.set_up_app(olive)
    first_step(client, olive, onward="/admin/accounts/organisation/")
    assert second_step(client, factories.code_of_app(secret)).url == "/admin/accounts/organisation/"


def test_a_code_of_the_app_is_good_once_also_from_the_period_before(client, olive):
    secret = factories.set_up_app(olive)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = factories.code_of_app(secret)
        first_step(client, olive)
        second_step(client, code)
        clock.shift(timedelta(seconds=31))  # allauth itself forgets a used code after 30 seconds
        watcher = Client()
        first_step(watcher, olive)
        assert "has been used" in second_step(watcher, code).content.decode()
    assert not is_signed_in(watcher)


def test_a_phone_whose_clock_is_half_a_minute_off_still_works(client, olive):
    secret = factories.set_up_app(olive)
    first_step(client, olive)
    second_step(client, factories.code_of_app(secret, later=1))
    assert is_signed_in(client)


def test_second_codes_may_be_guessed_five_times_in_five_minutes(client, olive):
    secret = factories.set_up_app(olive)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first_step(client, olive)
        for _ in range(5):
            second_step(client, WRONG)
        assert "Wait 5 minutes" in second_step(client, factories.code_of_app(secret)).content.decode()
        colleague = factories.officer()
        other = factories.set_up_app(colleague)
        desk = Client()
        first_step(desk, colleague)
        second_step(desk, factories.code_of_app(other))
        assert is_signed_in(desk), "the office shares one internet address and is not shut out"
        clock.shift(timedelta(minutes=5, seconds=1))
        second_step(client, factories.code_of_app(secret))
    assert is_signed_in(client)


def test_a_recovery_code_opens_once(client, olive):
    first_step(client, olive)
    page = client.get(set_up(client).url).content.decode()
    code = re.search(r'class="app-code">(\d{8})<', page)[1]
    for works in (True, False):
        browser = Client()
        first_step(browser, olive)
        second_step(browser, code)
        assert is_signed_in(browser) is works


def test_a_session_from_before_the_set_up_does_not_profit_from_it(client, olive):
    """Somebody else who reads the officer's mail waits, signed in, until the officer sets up the app."""
    waiting = Client()
    with time_machine.travel(timezone.now() - timedelta(minutes=2)):
        first_step(waiting, olive)
    factories.set_up_app(olive)  # without ending sessions, which the page does: this is the second guard
    assert waiting.get("/admin/").url == "/sign-in/?next=/admin/"
    assert not is_signed_in(waiting)


def test_a_session_of_a_lost_phone_is_not_good_for_the_new_one(client, olive):
    with time_machine.travel(timezone.now() - timedelta(minutes=2)):
        factories.sign_in(client, olive)
    Authenticator.objects.filter(user=olive).delete()  # without ending sessions: this is the second guard
    factories.set_up_app(olive)
    assert client.get(OFFICE).url == f"/sign-in/?next={OFFICE}"


def test_setting_up_needs_a_fresh_sign_in(client, olive):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first_step(client, olive)
        client.get("/second-step/set-up/")
        clock.shift(timedelta(minutes=16))
        client.get("/")  # these two note that somebody was here
        before = Session.objects.get().get_decoded()
        asked = client.get("/second-step/set-up/")
        assert "Sign in again first" in asked.content.decode()
        assert "secret" not in asked.content.decode()
        assert Session.objects.get().get_decoded() == before, "looking changes nothing"
        assert is_signed_in(client)
        told = client.post("/second-step/set-up/", {"code": "123456"})
        assert (told.status_code, is_signed_in(client)) == (403, True)
    assert "Sign in again first" in told.content.decode()
    assert second_factor.app_of(olive) is None


def test_somebody_made_an_officer_while_signed_in_needs_a_second_step_at_once(client):
    sam = factories.referrer()
    first_step(client, sam)
    assert is_signed_in(client)
    services.change_account(
        user=sam,
        email=sam.email,
        name=sam.name,
        staff_role="officer",
        is_active=True,
        now=timezone.now(),
        by=sam,
    )
    client.get("/")
    assert not is_signed_in(client)
    first_step(client, sam)
    assert client.get("/").url.startswith("/second-step/set-up/")


def test_a_forgotten_second_step_is_set_up_anew(client, olive):
    factories.sign_in(client, olive)
    assert client.get(OFFICE).status_code == 200
    services.forget_second_factor(user=olive, now=timezone.now(), by=olive)
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
    first_step(client, olive)
    assert client.get("/admin/").url.startswith("/second-step/set-up/")


def test_new_recovery_codes_need_a_code_of_the_app_and_end_the_old_ones(client, olive):
    first_step(client, olive)
    first = re.findall(r'class="app-code">(\d{8})<', client.get(set_up(client).url).content.decode())
    assert client.post("/second-step/recovery-codes/new/", {"code": WRONG}).status_code == 200
    secret = factories.set_up_app(olive)
    made = client.post("/second-step/recovery-codes/new/", {"code": factories.code_of_app(secret, later=1)})
    assert made.url == "/second-step/recovery-codes/"
    second = re.findall(r'class="app-code">(\d{8})<', client.get(made.url).content.decode())
    assert len(second) == 10
    assert not set(first) & set(second)


def test_referrers_need_no_second_step(client):
    sam = factories.referrer()
    assert first_step(client, sam).url == "/"
    assert client.get("/").url == "/referrals/"


def test_secrets_lie_encrypted_in_the_database(settings, olive):
    secret = factories.set_up_app(olive)
    stored = Authenticator.objects.get(user=olive).data["secret"]
    assert secret not in stored
    settings.MESSAGE_KEY = "another key"
    with pytest.raises(CannotBeOpened):
        factories.set_up_app(olive)


def test_the_set_up_page_draws_the_qr_code_without_styles_or_data_images(client, olive):
    first_step(client, olive)
    page = client.get("/second-step/set-up/").content.decode()
    assert re.search(r'<svg class="app-qr" [^>]*role="img"[^>]*>.*<path d="M\d+ \d+h', page)
    assert "data:" not in page
    assert "style=" not in page


def test_the_qr_code_is_the_one_that_the_library_draws():
    import qrcode

    text = "otpauth://totp/a%40b.example?secret=ABC"
    side, path = second_factor.qr_path(text)
    drawn = [[False] * side for _ in range(side)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for dark in range(int(x), int(x) + int(width)):
            drawn[int(y)][dark] = True
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    assert drawn == code.get_matrix()


def test_a_demonstration_shows_second_codes_and_nothing_else_does(client, settings, olive):
    with pytest.raises(demo.NotADemonstration):
        demo.second_codes()
    with pytest.raises(demo.NotADemonstration):
        demo.enrol(user=olive, now=timezone.now())
    settings.DEMO = True
    demo.enrol(user=olive, now=timezone.now())
    demo.enrol(user=olive, now=timezone.now())
    [(name, email, code)] = demo.second_codes()
    assert (name, email) == (olive.name, olive.email)
    assert first_step(client, olive).url == "/sign-in/second-step/"
    second_step(client, code)
    assert client.get(OFFICE).status_code == 200
