"""What providers tell later: it finds its message, works once, and moves a person to a way that works."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import OrganisationFactory, UserFactory, sign_in
from messaging import work_queue
from messaging.channels.base import reference_of
from messaging.channels.mime import message_id
from messaging.delivery import worker
from messaging.models import Message
from messaging.tests.conftest import NOON, fresh
from participants.models import Participant
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State, Delivery = Message.State, Message.Delivery
KEY, TOKEN = "a-webhook-key-of-forty-characters-or-more", "a-token-of-forty-characters-or-more-a-token"


@pytest.fixture
def post(settings):
    """Machines, with their proofs unless told otherwise."""
    settings.DELIVERY_WEBHOOK_KEY, settings.NOTIFY_CALLBACK_TOKEN = KEY, TOKEN
    client = Client(enforce_csrf_checks=True)

    def signed(told: object, *, key: str = KEY, age: int = 0, sent: bytes | None = None, **headers) -> int:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        stamp = str(int(timezone.now().timestamp()) - age)
        proof = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"X-Timestamp": stamp, "X-Signature": proof} | headers
        return client.post(
            "/messages/delivery/",
            body if sent is None else sent,
            content_type="application/json",
            headers=headers,
        ).status_code

    def notify(told: object, *, token: str = TOKEN) -> int:
        body = told if isinstance(told, bytes) else json.dumps(told)
        proof = {"Authorization": f"Bearer {token}"} if token else {}
        return client.post(
            "/messages/notify/", body, content_type="application/json", headers=proof
        ).status_code

    signed.notify = notify
    return signed


def sent_mail(desk, smtp_sink, **changes) -> Message:
    message = desk.queue(**changes)
    worker.drain(now=NOON)
    assert fresh(message).state == State.SENT
    return message


def bounce(message: Message, **more) -> dict:
    return {"message_id": message_id(message.key), "event": "bounced", "permanent": True, **more}


def test_a_delivery_is_noted_and_the_state_stays(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink)
    assert post([{"message_id": message_id(message.key), "event": "delivered"}]) == 200
    assert (fresh(message).delivery, fresh(message).state) == (Delivery.DELIVERED, State.SENT)


def test_notifys_word_finds_its_message_by_our_reference(desk, notify_server, post):
    message = desk.queue()
    assert (
        post.notify({"reference": reference_of(message.key), "status": "delivered"}) == 200
    )  # still unbooked
    assert (fresh(message).delivery, fresh(message).state) == (Delivery.DELIVERED, State.PENDING)


@pytest.mark.parametrize(
    ("first", "then", "stands"),
    [
        ("bounced", "delivered", Delivery.BOUNCED),
        ("delivered", "bounced", Delivery.BOUNCED),
        ("delayed", "delivered", Delivery.DELIVERED),
        ("delivered", "delayed", Delivery.DELIVERED),
        ("complained", "bounced", Delivery.COMPLAINED),
        ("bounced", "complained", Delivery.COMPLAINED),
    ],
)
def test_a_later_word_never_undoes_a_graver_one(desk, smtp_sink, post, first, then, stands):
    message = sent_mail(desk, smtp_sink)
    for event in (first, then):
        assert post([{"message_id": message_id(message.key), "event": event, "permanent": True}]) == 200
    assert fresh(message).delivery == stands


def test_mail_that_came_back_moves_the_person_to_the_next_way(desk, smtp_sink, post):
    person = PersonFactory(phone="+447700900123")
    ever = 24 * 3650
    waiting = desk.queue(participant=person, not_before=NOON + timedelta(hours=5), hours=ever)
    message = sent_mail(desk, smtp_sink, participant=person, hours=ever, group="cohort:4")
    assert post([bounce(message)]) == 200
    person.refresh_from_db()
    assert person.email_bad_at
    again = Message.objects.get(key=f"{message.key}:by:phone")
    assert (again.channel, again.state, again.participant) == ("phone", State.PENDING, person)
    assert (again.kind, again.group, again.expires_at) == (message.kind, "cohort:4", message.expires_at)
    assert fresh(waiting).channel == "phone"
    assert desk.queue(participant=person).channel == "phone"
    assert [each.pk for each in work_queue.came_back(NOON)] == [message.pk]


def test_it_is_told_twice_and_queued_once(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink, hours=24 * 3650)
    assert post([bounce(message), bounce(message)]) == 200
    assert post([bounce(message)]) == 200
    assert Message.objects.filter(key__startswith=message.key).count() == 2


def test_what_is_no_longer_of_use_is_not_queued_again(desk, smtp_sink, post):
    late = sent_mail(desk, smtp_sink)  # of use until a day in the past
    idle = sent_mail(desk, smtp_sink, hours=24 * 3650)
    desk.due = lambda now: Q(pk__in=[])
    assert post([bounce(late), bounce(idle)]) == 200
    assert {fresh(late).delivery, fresh(idle).delivery} == {Delivery.BOUNCED}
    assert Message.objects.count() == 2


def test_a_bounce_that_is_not_for_good_only_notes_it(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink)
    assert post([bounce(message) | {"permanent": False}]) == 200
    assert fresh(message).delivery == Delivery.UNDELIVERED
    assert Participant.objects.get().email_bad_at is None
    assert not work_queue.came_back(NOON)


def test_an_address_that_was_changed_meanwhile_is_not_blamed(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink, hours=24 * 3650)
    old = message.participant.email
    Participant.objects.update(email="new@home.example")
    assert post([bounce(message, address=old)]) == 200
    assert Participant.objects.get().email_bad_at is None
    assert Message.objects.get(key__endswith=":by:smtp").state == State.PENDING  # and the new one gets it


def test_a_new_address_clears_the_mark_and_closes_the_task(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink)
    post([bounce(message)])
    assert work_queue.came_back(NOON)
    Participant.objects.update(email="new@home.example")
    assert Participant.objects.get().email_bad_at is None
    assert not work_queue.came_back(NOON)
    assert desk.queue(participant=Participant.objects.get()).channel == "smtp"


@pytest.mark.parametrize("who", ["organisation", "user"])
def test_of_colleagues_it_is_a_task_and_nothing_else(desk, smtp_sink, post, who):
    receiver = (
        OrganisationFactory(contact_email="front@desk.example") if who == "organisation" else UserFactory()
    )
    message = sent_mail(desk, smtp_sink, hours=24 * 3650, **{who: receiver})
    post([bounce(message)])
    assert [each.pk for each in work_queue.came_back(NOON)] == [message.pk]
    assert Message.objects.count() == 1


def test_a_complaint_is_a_task_and_stops_nothing_that_is_needed(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink)
    post([{"message_id": message_id(message.key), "event": "complained"}])
    assert [each.pk for each in work_queue.came_back(NOON)] == [message.pk]
    assert desk.queue(participant=message.participant).channel == "smtp"


def test_an_officer_sees_it_and_closes_it(desk, smtp_sink, post, cast):
    one, other = sent_mail(desk, smtp_sink), sent_mail(desk, smtp_sink)
    post([bounce(one), bounce(other)])
    office = sign_in(Client(), cast.officer)
    assert str(one.participant) in office.get("/admin/").content.decode()
    assert office.get(reverse("admin:messaging_message_changelist") + "?show=came_back").status_code == 200
    page = reverse("admin:messaging_message_change", args=[one.pk])
    assert "Came back: the address does not work" in office.get(page).content.decode()
    office.post(reverse("admin:messaging_message_handled", args=[one.pk]))
    office.post(reverse("admin:messaging_message_address_works", args=[other.pk]))
    assert not work_queue.came_back(NOON)
    assert Participant.objects.get(pk=one.participant_id).email_bad_at is not None
    assert Participant.objects.get(pk=other.participant_id).email_bad_at is None


# --- Strangers, thieves and broken lines ---------------------------------------------------------------------------


def test_what_is_not_proven_changes_nothing(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink)
    told = [bounce(message)]
    body = json.dumps(told).encode()
    assert post(told, key="somebody else's key, of forty characters") == 403
    assert post(told, **{"X-Signature": "é" * 64}) == 403
    assert post(told, **{"X-Timestamp": "9" * 12}) == 403
    assert post(told, **{"X-Timestamp": "٣"}) == 403
    assert post(told, sent=body[:-5]) == 403  # cut short on the way
    assert post(told, sent=body.replace(b"true", b"none")) == 403
    assert post(told, age=3600) == 403  # replayed
    assert (
        post.notify({"reference": reference_of(message.key), "status": "permanent-failure"}, token="") == 403
    )
    assert post.notify({"reference": reference_of(message.key), "status": "delivered"}, token="x") == 403
    assert (
        post.notify({"reference": reference_of(message.key), "status": "delivered"}, token="é\udce9") == 403
    )
    assert fresh(message).delivery == ""


def test_without_a_key_there_is_no_such_page(post, settings):
    settings.DELIVERY_WEBHOOK_KEY = settings.NOTIFY_CALLBACK_TOKEN = ""
    assert (post([], key=""), post.notify({}, token="")) == (404, 404)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 200_000,
        b"9" * 10_000,
        b"{}",
        b"null",
        b'"text"',
        json.dumps([{}] * 1001).encode(),
        b"[" + b" " * 1_200_000 + b"]",
    ],
)
def test_nonsense_is_a_bad_request_and_no_fault_of_ours(post, told):
    assert post(told) in {400, 413}
    assert post.notify(told) in {200, 400, 413}


STRANGE = [
    None,
    1,
    [],
    {},
    "\ud800",
    "a\0b",
    "0" * 32,
    "<" + "0" * 32 + "@x>",
    "0" * 31,
    "x" * 5000,
]


def test_unknown_and_strange_references_are_answered_quietly(post):
    assert post([{"message_id": each, "event": "bounced", "permanent": True} for each in STRANGE]) == 200
    assert post([{"message_id": "0" * 32, "event": each} for each in STRANGE]) == 200
    assert post(list(STRANGE)) == 200
    for each in STRANGE:
        assert post.notify({"reference": each, "status": "delivered", "to": each}) == 200
        assert post.notify({"reference": "0" * 32, "status": each}) == 200


def test_a_get_changes_nothing(client, post):
    assert client.get("/messages/delivery/").status_code == client.get("/messages/notify/").status_code == 405


def test_no_address_reaches_the_log(desk, smtp_sink, post, caplog):
    caplog.set_level("INFO", logger="messaging")
    message = sent_mail(desk, smtp_sink)
    post([bounce(message, address=message.participant.email)])
    ours = [record for record in caplog.records if record.name.startswith("messaging")]
    assert ours
    assert not [each for each in ours if "@" in str(vars(each))]


# --- Many at once --------------------------------------------------------------------------------------------------


def reported(desk, number: int, event: str) -> list[dict]:
    """Messages that went to as many people, and what is told of each."""
    sent = [desk.queue(hours=24 * 3650) for _ in range(number)]
    Message.objects.filter(pk__in=[message.pk for message in sent]).update(
        state=State.SENT, sent_at=NOON, settled_at=NOON, attempts=1, channel="smtp"
    )
    return [bounce(message) | {"event": event} for message in sent]


@pytest.mark.parametrize("event", ["delivered", "delayed", "bounced", "complained"])
def test_many_reports_take_no_more_queries_than_a_few(desk, post, event):
    few, many = reported(desk, 10, event), reported(desk, 120, event)
    with CaptureQueriesContext(connection) as asked:
        assert post(few) == 200
    with CaptureQueriesContext(connection) as asked_of_many:
        assert post(many) == 200
    assert len(asked_of_many) <= len(asked)
    told = Message.objects.exclude(delivery="").count()
    assert told == 130
    if event == "bounced":
        assert Participant.objects.filter(email_bad_at__isnull=False).count() == 130
        assert Message.objects.filter(key__contains=":by:").count() == 130


def test_in_one_batch_each_word_counts_in_its_turn(desk, smtp_sink, post):
    message = sent_mail(desk, smtp_sink, hours=24 * 3650)
    delivered = {"message_id": message_id(message.key), "event": "delivered"}
    assert post([delivered, bounce(message), bounce(message) | {"event": "complained"}, delivered]) == 200
    assert fresh(message).delivery == Delivery.COMPLAINED
    assert Participant.objects.get().email_bad_at is not None
    assert Message.objects.filter(key__startswith=f"{message.key}:by:").count() == 1
