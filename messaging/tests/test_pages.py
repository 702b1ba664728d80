"""What officers see and press, and the mailbox of a demonstration."""

import dataclasses
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts import demo as accounts_demo
from accounts.tests.factories import OfficerFactory, UserFactory, sign_in
from messaging.channels.base import Calendar
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.tests.conftest import NOON, fresh
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Message.State
LIST, CALLS = "/admin/messaging/message/", "/admin/messaging/call/"


def page_of(message) -> str:
    return reverse("admin:messaging_message_change", args=[message.pk])


@pytest.fixture
def failed(desk, smtp_sink):
    smtp_sink.answer("RCPT", "550 no")
    message = desk.queue(now=datetime.now(UTC), kind="reminder_hour")
    worker.drain()
    return fresh(message)


def test_the_list_begins_with_what_must_be_looked_at(office, desk, failed):
    sent = desk.queue(
        now=datetime.now(UTC), kind="reminder_hour", key="sent:1", participant=PersonFactory(given_name="Zed")
    )
    worker.drain()
    assert fresh(sent).state == State.SENT
    page = office.get(LIST).content.decode()
    assert "refuses this message" in page
    assert "Zed" not in page
    assert "Zed" in office.get(f"{LIST}?show=sent").content.decode()
    assert "Zed" in office.get(f"{LIST}?q=sent:").content.decode()
    assert "Zed" not in office.get(f"{LIST}?show=sent&kind=code").content.decode()


def test_the_list_asks_the_same_few_questions_however_long_it_is(office, desk, django_assert_max_num_queries):
    for number in range(60):
        desk.queue(key=f"k{number}")
    office.get(LIST)  # the first page of a day also notes that somebody came
    with django_assert_max_num_queries(9):
        assert office.get(f"{LIST}?show=all").status_code == 200


def test_a_message_shows_its_copy_and_no_address(office, failed):
    page = office.get(page_of(failed)).content.decode()
    assert "[personal link]" in page
    assert "token-of" not in page
    assert failed.participant.email not in page
    assert "Try again" in page


def test_an_officer_tries_again(office, failed, smtp_sink):
    office.post(reverse("admin:messaging_message_try_again", args=[failed.pk]))
    assert fresh(failed).state == State.PENDING
    worker.drain()
    assert fresh(failed).state == State.SENT


def test_an_officer_notes_that_it_was_looked_after(office, officer, failed):
    office.post(reverse("admin:messaging_message_handled", args=[failed.pk]))
    assert fresh(failed).settled_by == officer
    assert "refuses" not in office.get(LIST).content.decode()


def test_calling_back_wants_a_reason(office, officer, desk):
    message = desk.queue(now=datetime.now(UTC))
    address = reverse("admin:messaging_message_call_back", args=[message.pk])
    assert "Enter the reason" in office.post(address, {"reason": " "}).content.decode()
    assert fresh(message).state == State.PENDING
    office.post(address, {"reason": "Rang instead"})
    assert (fresh(message).state, fresh(message).settled_by) == (State.CANCELLED, officer)


@pytest.mark.parametrize("name", ["try_again", "handled"])
def test_a_get_changes_nothing(office, failed, name):
    assert office.get(reverse(f"admin:messaging_message_{name}", args=[failed.pk])).status_code == 405
    assert (fresh(failed).state, fresh(failed).settled_by) == (State.FAILED, None)


def test_many_are_tried_again_at_once(office, failed):
    office.post(LIST, {"action": "try_again", "_selected_action": [failed.pk]})
    assert fresh(failed).state == State.PENDING


def test_many_are_called_back_at_once_with_one_reason(office, desk):
    messages = [desk.queue(now=datetime.now(UTC)) for _ in range(3)]
    chosen = {"action": "call_back", "_selected_action": [message.pk for message in messages[:2]]}
    asked = office.post(f"{LIST}?show=all", chosen | {"index": 0, "submitted_from_changelist_view": "1"})
    assert "Why should we not send them?" in asked.content.decode()
    office.post(f"{LIST}?show=all", chosen | {"reason": "Rang instead"})
    assert [fresh(message).state for message in messages] == [State.CANCELLED, State.CANCELLED, State.PENDING]


def test_a_retry_that_cannot_be_is_explained(office, desk):
    message = desk.queue(now=datetime.now(UTC))
    said = office.post(reverse("admin:messaging_message_try_again", args=[message.pk]), follow=True)
    assert "Only messages that failed" in said.content.decode()


def test_wrong_numbers_are_not_found(office):
    for address in (f"{LIST}99999999/try-again/", f"{LIST}99999999/handled/"):
        assert office.post(address).status_code == 404
    assert office.get(f"{LIST}99999999/call-back/").status_code == 404
    assert office.get(f"{LIST}99999999/change/").status_code == 404


def test_people_outside_the_office_see_nothing(client, failed):
    sign_in(client, UserFactory())
    for address in (LIST, CALLS, page_of(failed)):
        assert client.get(address).status_code == 403


@pytest.fixture
def call(desk):
    person = PersonFactory(by_phone=True, message_safe=False)
    return desk.queue(now=datetime.now(UTC), kind="spoken", participant=person)


def test_a_call_shows_whom_to_ring_and_what_to_say(office, call):
    assert "Aoife O’Neill" in office.get(CALLS).content.decode()
    page = office.get(f"{CALLS}{call.pk}/change/").content.decode()
    assert "07700 900123" in page
    assert "tel:+447700900123" in page
    assert "this is about your session" in page
    assert "Leave no message" in page
    assert "I left a message" not in page  # it would not be safe


def test_a_call_is_booked_from_its_page(office, officer, call):
    address = f"{CALLS}{call.pk}/change/"
    assert "Select what happened" in office.post(address, {}).content.decode()
    assert office.post(address, {"outcome": "left_message"}).status_code == 200  # not offered, so refused
    assert office.post(address, {"outcome": "spoken"}).status_code == 302
    assert (fresh(call).state, fresh(call).settled_by) == (State.SENT, officer)
    said = office.get(address, follow=True).content.decode()
    assert "no longer need to make that call" in said


def test_calls_to_one_person_are_one_line_and_one_page_with_everything_to_be_said(office, desk, call):
    """Walks 3.10."""
    other = desk.queue(now=datetime.now(UTC), kind="note", key="note:2", participant=call.participant)
    lines = office.get("/admin/").context["headings"][3]["lines"]
    assert len(lines) == 1
    assert [words.split(",")[0] for words, *_ in lines[0].reasons] == [
        "Calls to make: Spoken",
        "Calls to make: Note",
    ]
    page = office.get(f"/admin/messaging/call/{call.pk}/change/").content.decode()
    assert "Say this in the same call" in page
    assert f"/admin/messaging/call/{other.pk}/change/" in page


def test_the_work_queue_shows_calls_and_failures(office, call, failed):
    page = office.get("/admin/").content.decode()
    assert "Calls to make: Spoken, before" in page
    assert "Reminder hour to Aoife O’Neill" in page


# --- The mailbox of a demonstration ------------------------------------------------------------------------


@pytest.fixture
def demonstration(settings):
    settings.DEMO, settings.EMAIL_CHANNEL, settings.SITE_ORIGIN = True, "file", "http://testserver"


@pytest.mark.urls("messaging.tests.dev_site")
def test_the_mailbox_shows_codes_and_links_that_work(client, desk, demonstration):
    message = desk.queue(now=datetime.now(UTC), kind="code", secret="KLM-42Z")
    worker.drain()
    assert fresh(message).secret is None
    assert "KLM-42Z" in client.get("/dev/mail/").content.decode()
    page = client.get(f"/dev/mail/{message.pk}/").content.decode()
    assert "Your code is KLM-42Z." in page
    assert 'href="http://testserver/s/token-of-1/"' in page
    assert message.participant.email in page


@pytest.mark.urls("messaging.tests.dev_site")
def test_the_mailbox_shows_the_copy_when_the_facts_have_gone_on(client, desk, demonstration):
    message = desk.queue(now=datetime.now(UTC), kind="reminder_hour")
    worker.drain()

    def burst(message):
        raise ZeroDivisionError

    desk.on_context = burst
    assert "[personal link]" in client.get(f"/dev/mail/{message.pk}/").content.decode()


@pytest.mark.urls("messaging.tests.dev_site")
def test_the_mailbox_shows_calls_as_they_are_spoken(client, call, demonstration):
    page = client.get(f"/dev/mail/{call.pk}/").content.decode()
    assert "this is about your session" in page
    assert "+447700900123" in page


@pytest.mark.urls("messaging.tests.dev_site")
def test_the_mailbox_shows_the_second_codes_of_the_office(client, demonstration):
    officer = OfficerFactory(name="Olu Okafor")
    accounts_demo.enrol(user=officer, now=NOON)
    [(_, _, code)] = accounts_demo.second_codes()
    page = client.get("/dev/mail/").content.decode()
    assert "Olu Okafor" in page
    assert code in page or accounts_demo.second_codes()[0][2] in page  # the half minute may have turned


@pytest.mark.urls("messaging.tests.dev_site")
def test_the_mailbox_stays_quick(client, desk, demonstration, django_assert_max_num_queries):
    for number in range(40):
        desk.queue(key=f"k{number}")
    with django_assert_max_num_queries(6):
        client.get("/dev/mail/")


@pytest.mark.urls("messaging.tests.dev_site")
@pytest.mark.parametrize(("demo", "production"), [(False, False), (True, True)])
def test_without_a_demonstration_there_is_no_mailbox(client, desk, settings, demo, production):
    message = desk.queue()
    settings.DEMO, settings.PRODUCTION = demo, production
    assert client.get("/dev/mail/").status_code == 404
    assert client.get(f"/dev/mail/{message.pk}/").status_code == 404


def test_addresses_of_the_mailbox_are_not_even_there(client):
    assert client.get("/dev/mail/").status_code == 404


def test_no_code_is_kept_outside_a_demonstration(desk, smtp_sink, settings):
    from django.core.cache import cache

    settings.DEMO = False
    message = desk.queue(now=datetime.now(UTC), kind="code", secret="KLM-42Z")
    worker.drain()
    assert cache.get(f"demo-secret:{message.pk}") is None


def test_the_page_of_a_sent_message_leads_to_the_mail_as_it_looks(office, desk):
    message = desk.queue(participant=PersonFactory(preferred_name="<script>x</script>"))
    page = reverse("admin:messaging_message_page", args=[message.pk])
    assert office.get(page).status_code == 404  # not written yet
    worker.drain(now=NOON)  # whatever the hour of this run: a note waits for the morning
    assert page in office.get(page_of(message)).content.decode()
    shown = office.get(page)
    html = shown.content.decode()
    assert "[personal link]" in html
    assert "token-of" not in html
    assert "<script" not in html
    policy = shown["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "style-src 'self'" in office.get(page_of(message))["Content-Security-Policy"]


@pytest.mark.urls("messaging.tests.dev_site")
def test_the_mailbox_shows_the_page_and_the_calendar_files(client, desk, settings, monkeypatch):
    settings.DEMO, settings.EMAIL_CHANNEL = True, "file"
    files = (Calendar("REQUEST", "BEGIN:VCALENDAR\r\nSUMMARY:<b>\r\n"),)
    monkeypatch.setitem(
        kinds._kinds, "note", dataclasses.replace(kinds.get("note"), calendars=lambda message, now: files)
    )
    message = desk.queue(now=datetime.now(UTC))
    worker.drain()
    shown = client.get(f"/dev/mail/{message.pk}/").content.decode()
    assert f"/dev/mail/{message.pk}/page/" in shown
    assert "BEGIN:VCALENDAR" not in shown
    assert "SUMMARY:&lt;b&gt;" in client.get(f"/dev/mail/{message.pk}/?part=calendar").content.decode()
    page = client.get(f"/dev/mail/{message.pk}/page/")
    assert f'href="{settings.SITE_ORIGIN}/s/token-of-1/"' in page.content.decode()
    assert "sandbox" in page["Content-Security-Policy"]
    settings.DEMO = False
    assert client.get(f"/dev/mail/{message.pk}/page/").status_code == 404
