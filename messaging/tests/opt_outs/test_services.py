"""Messages that a person may do without: the header and the page that stop them, and what stays."""

import re
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, sign_in_browser
from messaging.channels.base import reference_of
from messaging.content.opt_out_links import token_of
from messaging.delivery import worker
from messaging.delivery_reports import services as delivery_reports
from messaging.kinds import registry as kinds
from messaging.models import Message, OptOut
from messaging.opt_outs import services as opt_outs
from messaging.tests.conftest import NOON, fresh
from participants.tests.factories import PersonFactory
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def may_stop(desk, monkeypatch):
    """Notes are optional here; reminders are not."""
    monkeypatch.setitem(kinds._kinds, "note", replace(kinds.get("note"), optional=True))
    return desk


def link(person) -> str:
    return reverse("optional:stop", args=[person.pk, token_of(person)])


def test_an_optional_mail_says_how_to_stop_it_and_others_do_not(may_stop, smtp_sink, settings):
    person = PersonFactory()
    message = may_stop.queue(participant=person)
    may_stop.queue(participant=person, kind="reminder_hour")
    worker.drain(now=NOON)
    mails = {mail["List-Unsubscribe"]: mail for mail in smtp_sink.mails}
    address = f"{settings.SITE_ORIGIN}{link(person)}"
    assert set(mails) == {None, f"<{address}>"}
    mail = mails[f"<{address}>"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Unsubscribe from messages like this one: {address}" in mail.get_body(("plain",)).get_content()
    assert "Unsubscribe from messages like this one: [personal link]" in fresh(message).rendered_text
    assert token_of(person) not in fresh(message).rendered_text


def test_looking_stops_nothing_and_a_mail_program_needs_one_press_and_no_cookie(may_stop, smtp_sink):
    person = PersonFactory()
    waiting = may_stop.queue(participant=person)
    stranger = Client(enforce_csrf_checks=True)
    for look in (stranger.get, stranger.head, stranger.options):
        assert look(link(person)).status_code == 200
    for typed in (
        {"something": "else"},
        {"answer": "stop"},
        {"List-Unsubscribe": "One-Click", "answer": "x"},
    ):
        assert stranger.post(link(person), typed).status_code == 403, (
            "a person's press has the page's own token"
        )
    assert not OptOut.objects.exists()
    for _ in range(2):
        pressed = stranger.post(link(person), {"List-Unsubscribe": "One-Click"})
        assert pressed.status_code == 200, "a mail program follows no redirect (RFC 8058)"
    assert OptOut.objects.get().participant == person
    assert (fresh(waiting).state, fresh(waiting).reason) == (State.CANCELLED, opt_outs.STOPPED)


def test_whoever_stopped_still_gets_what_they_must_know_and_may_come_back(may_stop, smtp_sink, client):
    person, other = PersonFactory(), PersonFactory()
    assert "stop those messages" in client.get(link(person)).content.decode()
    client.post(link(person), {"answer": "stop"})
    assert "We have stopped these messages" in client.get(link(person)).content.decode()
    stopped = may_stop.queue(participant=person)
    kept = [may_stop.queue(participant=person, kind="reminder_hour"), may_stop.queue(participant=other)]
    worker.drain(now=NOON)
    assert fresh(stopped).state == State.CANCELLED
    assert {fresh(message).state for message in kept} == {State.SENT}
    client.post(link(person), {"answer": "resume"})
    again = may_stop.queue(participant=person)
    worker.drain(now=NOON)
    assert fresh(again).state == State.SENT


def test_the_fence_knows_of_a_press_that_came_a_moment_ago(may_stop, smtp_sink):
    person = PersonFactory()
    message = may_stop.queue(participant=person)
    may_stop.on_context = lambda message: OptOut.objects.get_or_create(
        participant=person, how="link", defaults={"at": NOON}
    )
    worker.drain(now=NOON)
    assert not smtp_sink.mails
    assert fresh(message).state == State.CANCELLED


def test_a_complaint_about_an_optional_mail_stops_such_mails(may_stop, smtp_sink):
    person = PersonFactory()
    message = may_stop.queue(participant=person)
    needed = may_stop.queue(participant=person, kind="reminder_hour")
    worker.drain(now=NOON)
    complained = Message.Delivery.COMPLAINED
    delivery_reports.record(reference=reference_of(needed.key), delivery=complained, now=NOON)
    assert not OptOut.objects.exists(), (
        "what people must know is not stopped by a complaint: an officer looks"
    )
    delivery_reports.record(reference=reference_of(message.key), delivery=complained, now=NOON)
    assert OptOut.objects.get().how == "complaint"


def test_a_link_that_is_nobodys_and_one_of_a_merged_row(client):
    person, kept = PersonFactory(), PersonFactory()
    for path in (
        link(person).replace(token_of(person), token_of(kept)),
        link(person).replace(f"/{person.pk}/", "/999999999999999999/"),
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"answer": "stop"}).status_code == 404
    person.__class__.objects.filter(pk=person.pk).update(merged_into=kept)
    client.post(link(person), {"answer": "stop"})
    assert OptOut.objects.get().participant == kept


def test_nothing_that_people_must_know_is_optional():
    assert {kind.name for kind in kinds.registered() if kind.optional} == {
        "feedback",
        "feedback_nudge",
        "still_on_list",
    }


@pytest.mark.django_db(transaction=True)
def test_the_page_is_for_everybody(live_server, open_page, looked_at):
    person = PersonFactory()
    page = open_page(PHONE, javascript=True)
    page.goto(live_server.url + link(person))
    looked_at(page, "optional")
    page.get_by_role("button", name=re.compile("stop those")).click()
    page.get_by_role("heading", name="We have stopped these messages").wait_for()
    looked_at(page, "optional-stopped")
    page.get_by_role("button", name="Send them again").click()


def test_whoever_rings_is_stopped_or_has_them_again(may_stop, office):
    person = PersonFactory()
    waiting = may_stop.queue(participant=person)
    page = reverse("admin:messaging_optional", args=[person.pk])
    linked = office.get(reverse("admin:participants_participant_change", args=[person.pk])).content.decode()
    assert page in linked
    answer = office.post(page, {"answer": "something else"}, follow=True)
    assert "Press one of the buttons" in answer.content.decode()
    assert not OptOut.objects.exists(), "a post that says nothing changes nothing"
    for _ in range(2):
        assert (
            "only send them essential messages"
            in office.post(page, {"answer": "stop"}, follow=True).content.decode()
        )
    told = OptOut.objects.get()
    assert (told.how, told.noted_by.is_staff) == ("told", True)
    assert fresh(waiting).reason == opt_outs.STOPPED
    assert "They told an officer" in office.get(page).content.decode()
    office.post(page, {"answer": "resume"})
    assert OptOut.objects.get().ended_by == told.noted_by
    timeline = office.get(reverse("admin:participants_participant_timeline", args=[person.pk]))
    assert "They told an officer" in timeline.content.decode()


def test_an_officer_lets_a_person_have_again_what_the_link_had_stopped(may_stop, office, client):
    person = PersonFactory()
    client.post(link(person), {"answer": "stop"})
    office.post(reverse("admin:messaging_optional", args=[person.pk]), {"answer": "resume"})
    assert opt_outs.standing(person) is None


def test_who_was_told_is_known_if_and_only_if_somebody_was(db):
    for values in ({"how": "told"}, {"how": "link", "noted_by": OfficerFactory()}):
        with pytest.raises(IntegrityError, match="opt_out_told_to_whom"), transaction.atomic():
            OptOut.objects.create(participant=PersonFactory(), at=NOON, **values)


@pytest.mark.django_db(transaction=True)
def test_the_officers_page_is_for_everybody(live_server, open_page, looked_at):
    person = PersonFactory()
    page = open_page(PHONE, javascript=False)
    sign_in_browser(page, live_server.url, OfficerFactory())
    page.goto(f"{live_server.url}{reverse('admin:messaging_optional', args=[person.pk])}")
    for button in ("Stop optional messages", "Start optional messages"):
        looked_at(page, f"messaging-optional-{button[5:7]}", scripts=False)
        page.get_by_role("button", name=button).press("Enter")
    assert page.get_by_text("Saved. We will send them optional messages again.").is_visible()
    with_scripts = open_page(PHONE, javascript=True)
    sign_in_browser(with_scripts, live_server.url, OfficerFactory())
    with_scripts.goto(page.url)
    looked_at(with_scripts, "messaging-optional-scripts")
