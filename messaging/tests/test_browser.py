"""The office's message pages and the mailbox in a real browser: no violation, no sideways scroll, no JavaScript."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts import demo as accounts_demo
from accounts.tests.factories import OfficerFactory, sign_in_browser
from messaging.channels.base import reference_of
from messaging.delivery import worker
from messaging.delivery_reports import services as delivery_reports
from messaging.models import ChannelStanding, Message
from messaging.outbox import channel_health, pauses
from messaging.tests.conftest import NOON
from participants.models import Readiness
from participants.tests.factories import PersonFactory
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look(live_server, open_page, looked_at):
    page = open_page(PHONE, javascript=True)
    page.session_user = OfficerFactory()
    sign_in_browser(page, live_server.url, page.session_user)

    def this(page, name: str):
        looked_at(page, f"messaging-{name}")
        return page

    def at(path: str, name: str, press: str = ""):
        page.goto(f"{live_server.url}{path}")
        if press:
            page.get_by_role("button", name=press).click()
        return this(page, name)

    at.this = this

    return at


@pytest.fixture
def world(desk, smtp_sink):
    now = datetime.now(UTC)
    smtp_sink.answer("RCPT", "550 no")
    failed = desk.queue(now=now, kind="reminder_hour")
    worker.drain()
    waiting = desk.queue(now=now)
    call = desk.queue(now=now, kind="spoken", participant=PersonFactory(by_phone=True))
    return {"failed": failed.pk, "waiting": waiting.pk, "call": call.pk}


def test_message_pages_are_for_everybody(look, world):
    look("/admin/messaging/message/", "list")
    look("/admin/messaging/message/?show=all", "list-all")
    look(f"/admin/messaging/message/{world['failed']}/change/", "failed")
    look(f"/admin/messaging/message/{world['waiting']}/change/", "waiting")
    look(f"/admin/messaging/message/{world['waiting']}/call-back/", "call-back")
    look(f"/admin/messaging/message/{world['waiting']}/call-back/", "call-back-error", press="Do not send it")


def test_the_flight_plan_is_for_everybody_and_keeps_itself_fresh(look, world, desk):
    officer, now = OfficerFactory(), datetime.now(UTC)
    for day in (1, 2):
        desk.queue(now=now, group="cohort:1", not_before=now + timedelta(days=day), hours=99)
    pauses.pause(why="The dates may change", by=officer, now=now, group="cohort:1")
    channel_health.suspend_channel("smtp", why="smtp 535", now=now)
    ChannelStanding.objects.update(next_try_at=now + timedelta(minutes=58))
    look("/admin/messaging/message/plan/hold/?group=cohort:1", "hold")
    look("/admin/messaging/message/plan/hold/?group=cohort:1", "hold-error", press="Pause")
    page = look("/admin/messaging/message/plan/", "plan")
    page.get_by_role("button", name="Try Email now").press("Enter")
    page.get_by_text("We will try one message within 30 seconds").wait_for()
    look.this(page, "plan-tried")
    channel_health.recovered("smtp")
    page.get_by_text("Email is stopped").wait_for(state="detached", timeout=20_000)
    page.get_by_role("button", name="Restart").click()
    page.get_by_text("Nothing is paused").wait_for()


def test_the_pages_of_words_are_for_everybody(look, live_server):
    officer = OfficerFactory()
    Readiness.objects.create(participant=PersonFactory(), language="pl", asked_at=NOON, asked_by=officer)
    look("/admin/messaging/message/words/", "words")
    look("/admin/messaging/message/words/?language=pl", "words-missing")
    some = "/admin/messaging/message/words/welcome/en/standard/"
    page = look(some, "words-of")
    page.get_by_label("Message").fill("Hello {first_nmae},\n\nring {phone}.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("Did you mean {first_name}").first.wait_for()
    assert page.title().startswith("Error: ")
    look.this(page, "words-of-error")
    page.get_by_label("Message").fill("Hello {first_name},\n\nring {phone}.")
    page.get_by_role("button", name="Preview").click()
    look.this(page, "words-look")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=re.compile("See it as an email")).click()
    opened.value.get_by_text("Hello Síle").wait_for()
    page.get_by_role("button", name="Save template").click()
    page.get_by_text("Saved as version 1").wait_for()
    look.this(page, "words-kept")
    page.get_by_role("link", name=re.compile("Withdraw version")).click()
    look.this(page, "words-take-back")
    page.get_by_role("button", name="Withdraw this version").click()
    page.get_by_text("Version 1 withdrawn").wait_for()
    page = look(some.replace("welcome", "reminder_day").replace("standard", "text"), "words-of-a-text")
    page.get_by_role("button", name="Preview").click()
    look.this(page, "words-look-at-a-text")


def tabbed_to(page, wanted) -> None:
    """Walk there by the keyboard alone, as somebody does who has no mouse."""
    for _ in range(60):
        if wanted.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never comes to {wanted}")


def test_words_are_changed_and_taken_back_by_keyboard_without_scripts(live_server, open_page):
    page = open_page(PHONE, javascript=False)
    sign_in_browser(page, live_server.url, OfficerFactory())
    page.goto(f"{live_server.url}/admin/messaging/message/words/welcome/en/standard/")
    tabbed_to(page, page.get_by_label("Message"))
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Hello {first_name},\n\nring {phone}.")
    for button in ("Preview", "Save template"):
        tabbed_to(page, page.get_by_role("button", name=button))
        page.keyboard.press("Enter")
    page.get_by_text("Saved as version 1").wait_for()
    tabbed_to(page, page.get_by_role("link", name=re.compile("Withdraw version")))
    page.keyboard.press("Enter")
    tabbed_to(page, page.get_by_role("button", name="Withdraw this version"))
    page.keyboard.press("Enter")
    page.get_by_text("Version 1 withdrawn").wait_for()


def test_the_flight_plan_is_walked_by_keyboard_without_scripts(live_server, open_page, desk):
    page = open_page(PHONE, javascript=False)
    sign_in_browser(page, live_server.url, OfficerFactory())
    message = desk.queue(now=datetime.now(UTC))
    page.goto(f"{live_server.url}/admin/messaging/message/plan/")
    tabbed_to(page, page.get_by_role("link", name=re.compile("Pause.*Note")))
    page.keyboard.press("Enter")
    tabbed_to(page, page.get_by_label("Why are you pausing this?"))
    page.keyboard.type("A wrong date")
    page.keyboard.press("Enter")
    page.get_by_text("A wrong date").wait_for()
    assert message.pauses.get().ended_at is None
    tabbed_to(page, page.get_by_role("button", name="Restart"))
    page.keyboard.press("Enter")
    page.get_by_text("Nothing is paused").wait_for()
    assert message.pauses.get().ended_at is not None


def test_call_pages_are_for_everybody(look, world):
    look("/admin/messaging/call/", "calls")
    look(f"/admin/messaging/call/{world['call']}/change/", "call")
    page = look(f"/admin/messaging/call/{world['call']}/change/", "call-error", press="Save")
    assert page.title().startswith("Error: ")
    page.get_by_label("I spoke to them").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Call to").wait_for()
    assert Message.objects.get(pk=world["call"]).state == "sent"


def test_what_came_back_is_seen_to_by_everybody(look, desk, smtp_sink):
    now = datetime.now(UTC)
    message = desk.queue(now=now, kind="reminder_hour")
    worker.drain()
    delivery_reports.record(reference=reference_of(message.key), delivery=Message.Delivery.BOUNCED, now=now)
    look("/admin/messaging/message/?show=came_back", "came-back")
    page = look(f"/admin/messaging/message/{message.pk}/change/", "bounced")
    look(f"/admin/participants/participant/{message.participant_id}/change/", "person-bounced")
    page.goto(f"{page.url.split('/admin/')[0]}/admin/messaging/message/{message.pk}/change/")
    page.get_by_role("button", name="The address works again").click()
    page.get_by_text("use this person’s email address again").wait_for()
    assert message.participant.__class__.objects.get(pk=message.participant_id).email_bad_at is None


@pytest.mark.urls("messaging.tests.dev_site")
def test_the_mailbox_is_for_everybody(look, desk, settings):
    settings.DEMO, settings.EMAIL_CHANNEL = True, "file"
    accounts_demo.enrol(user=OfficerFactory(name="Olu Okafor"), now=NOON)
    look("/dev/mail/", "mailbox-empty")
    code = desk.queue(now=datetime.now(UTC), kind="code", secret="KLM-42Z")
    for _ in range(30):
        desk.queue(now=datetime.now(UTC), kind="reminder_hour")
    worker.drain()
    look("/dev/mail/", "mailbox")
    look("/dev/mail/?page=2", "mailbox-2")
    look(f"/dev/mail/{code.pk}/", "mail")
