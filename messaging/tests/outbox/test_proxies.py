"""Messages to somebody who hears for a person: instead, as a copy, and only while the consent stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import OfficerFactory
from messaging.channels.base import reference_of
from messaging.delivery import worker
from messaging.delivery_reports import services as delivery_reports
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.tests.conftest import NOON, fresh
from participants.contact_log import proxies
from participants.models import ProxyContact
from participants.needs import services as needs
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State, Manner = Message.State, ProxyContact.Manner
COPIES, REPLACES = Manner.COPIES, Manner.REPLACES
LATER = NOON + timedelta(hours=1)


def hears(person, manner=REPLACES, **changes) -> ProxyContact:
    details = {
        "name": "Ann O’Lee",
        "relation": "carer",
        "email": "ann@carers.example",
        "consent": "spoken",
        "by": OfficerFactory(),
        "now": NOON,
        **changes,
    }
    return proxies.add_proxy(person=person, manner=manner, **details)


def over(proxy) -> None:
    proxies.end_proxy(proxy=proxy, why="They asked for it", by=OfficerFactory(), now=NOON)


def mails(smtp_sink) -> dict[str, str]:
    return {
        mail["To"]: mail.get_body(("plain",)).get_content().replace("\r\n", "\n") for mail in smtp_sink.mails
    }


def test_it_goes_to_whoever_hears_instead_and_says_for_whom_it_is(desk, smtp_sink):
    person = PersonFactory(given_name="Sam")
    message = desk.queue(participant=person)
    hears(person)
    worker.drain(now=NOON)
    ((to, text),) = mails(smtp_sink).items()
    assert to == "ann@carers.example"
    assert text.startswith(
        "Dear Ann O’Lee, this message is for Sam. You get it because Sam agreed to this.\n\nHello Sam,"
    )
    assert f"/s/token-of-{message.subject_id}/" in text, "whoever hears instead may answer"
    assert fresh(message).rendered_text.startswith("Dear Ann O’Lee")
    assert "[personal link]" in fresh(message).rendered_text


def test_a_copy_follows_and_leads_to_no_page_of_the_persons(desk, smtp_sink):
    person = PersonFactory(given_name="Sam")
    message = desk.queue(participant=person)
    hears(person, COPIES)
    for _ in range(3):
        worker.drain(now=NOON)
    found = mails(smtp_sink)
    assert set(found) == {person.email, "ann@carers.example"}
    assert len(smtp_sink.mails) == 2
    assert "token-of" in found[person.email]
    assert "token-of" not in found["ann@carers.example"]
    assert "You get a copy because Sam agreed" in found["ann@carers.example"]
    assert Message.objects.get(copy=True).key == f"{message.key}:copy"


def test_a_message_that_was_quicker_than_the_look_is_copied_afterwards(desk, smtp_sink):
    person = PersonFactory()
    hears(person, COPIES)
    message = desk.queue(participant=person)
    Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=NOON, settled_at=NOON)
    worker.drain(now=NOON)
    assert list(mails(smtp_sink)) == ["ann@carers.example"]


def test_what_went_before_the_consent_is_not_copied(desk, smtp_sink):
    person = PersonFactory()
    message = desk.queue(participant=person)
    early = NOON - timedelta(hours=1)
    Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=early, settled_at=early)
    hears(person, COPIES)
    worker.drain(now=NOON)
    assert not smtp_sink.mails


@pytest.mark.parametrize("manner", [COPIES, REPLACES])
def test_a_consent_that_ended_while_a_message_waited_holds_at_once(desk, smtp_sink, manner):
    person = PersonFactory()
    proxy = hears(person, manner)
    message = desk.queue(participant=person)
    desk.on_context = lambda message: over(proxy) if proxy.ended_at is None else None  # after it was claimed
    worker.drain(now=NOON)
    proxy.refresh_from_db()
    worker.drain(now=NOON)
    assert "ann@carers.example" not in mails(smtp_sink)
    assert fresh(message).state == State.SENT
    assert list(mails(smtp_sink)) == [person.email]


def test_a_consent_that_came_while_a_message_was_in_hand_holds_at_once(desk, smtp_sink):
    person = PersonFactory()
    desk.queue(participant=person)
    desk.on_context = lambda message: hears(person) if not person.proxies.exists() else None
    worker.drain(now=NOON)
    worker.drain(now=NOON)
    assert list(mails(smtp_sink)) == ["ann@carers.example"]


@pytest.mark.parametrize("manner", [COPIES, REPLACES])
def test_codes_and_private_messages_are_for_the_person_alone(desk, smtp_sink, monkeypatch, manner):
    monkeypatch.setitem(kinds._kinds, "note", replace(kinds.get("note"), private=True))
    person = PersonFactory()
    hears(person, manner)
    desk.queue(participant=person, kind="code", secret="CODE-1")
    desk.queue(participant=person)
    worker.drain(now=NOON)
    worker.drain(now=NOON)
    assert [mail["To"] for mail in smtp_sink.mails] == [person.email] * 2


def test_what_is_about_health_is_for_the_person_alone():
    """The consent speaks of when sessions are."""
    assert {kind.name for kind in kinds.registered() if kind.private} == {
        "decision",
        "safety_questions",
        "safety_questions_nudge",
    }


def test_somebody_who_is_rung_is_written_to_through_whoever_hears_for_them(desk, smtp_sink):
    person = PersonFactory()
    needs.add_if_unknown(person=person, codes=["contact_via_carer"], by=OfficerFactory(), now=NOON)
    message = desk.queue(participant=person)
    assert message.channel == "phone"
    proxy = hears(person)
    worker.drain(now=NOON)
    assert list(mails(smtp_sink)) == ["ann@carers.example"]
    later = desk.queue(participant=person, now=LATER)
    worker.drain(now=NOON)
    assert fresh(later).proxy == proxy
    over(proxy)
    worker.drain(now=NOON)
    assert (fresh(later).proxy, fresh(later).channel) == (None, "phone")


def test_a_copy_of_a_nudge_is_no_second_nudge(desk, smtp_sink, monkeypatch):
    monkeypatch.setitem(kinds._kinds, "note", replace(kinds.get("note"), nudge=True))
    person = PersonFactory()
    hears(person, COPIES)
    desk.queue(participant=person)
    worker.drain(now=NOON)
    worker.drain(now=NOON)
    assert len(smtp_sink.mails) == 2


def test_a_proxys_address_that_does_not_work_is_not_the_persons(desk, smtp_sink):
    person = PersonFactory()
    hears(person)
    message = desk.queue(participant=person)
    worker.drain(now=NOON)
    delivery_reports.record(reference=reference_of(message.key), delivery=Message.Delivery.BOUNCED, now=NOON)
    person.refresh_from_db()
    assert person.email_bad_at is None
    assert Message.objects.came_back().get() == message


def test_nothing_goes_about_somebody_who_died(desk, smtp_sink):
    person = PersonFactory()
    hears(person, COPIES)
    desk.queue(participant=person)
    person.__class__.objects.filter(pk=person.pk).update(died_at=NOON)
    worker.drain(now=NOON)
    assert not smtp_sink.mails


def test_no_question_is_asked_for_people_for_whom_nobody_hears(desk, smtp_sink):
    from messaging.outbox import proxies as proxied

    for _ in range(5):
        desk.queue()
    with CaptureQueriesContext(connection) as asked:
        proxied.settle(NOON)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "changes", [{"copy": True}, {"copy": True, "proxy": None}], ids=["of nobody", "without a proxy"]
)
def test_a_copy_goes_to_somebody_who_hears(desk, changes):
    message = desk.queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**changes)


def test_one_person_hears_for_another_at_a_time_and_not_for_themselves(desk):
    person = PersonFactory()
    hears(person)
    with pytest.raises(proxies.ProxyRefused, match="already has a contact person"):
        hears(person, email="other@carers.example")
    other = PersonFactory()
    with pytest.raises(proxies.ProxyRefused, match="own email address"):
        hears(other, email=other.email.upper())
    with pytest.raises(proxies.ProxyRefused, match="no longer send"):
        hears(PersonFactory(died_at=NOON))
