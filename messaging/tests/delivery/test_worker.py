"""One message at a time: what is sent, what is not, and what the record says of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import OfficerFactory, OrganisationFactory, UserFactory
from messaging.channels.file import File
from messaging.channels.smtp import Smtp
from messaging.delivery import housekeeping, leases, send_guard, worker
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import outcomes
from messaging.outbox import queue as outbox
from messaging.tests.conftest import NOON, fresh
from participants.models import Participant
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Message.State
MINUTE = timedelta(minutes=1)


def test_a_due_message_is_sent_once_and_the_record_says_so(desk, smtp_sink):
    message = desk.queue()
    assert worker.drain(now=NOON).outcomes == {State.SENT: 1}
    assert worker.drain(now=NOON).outcomes == {}
    [mail] = smtp_sink.mails
    message = fresh(message)
    assert (message.state, message.sent_at, message.provider_ref) == (State.SENT, NOON, mail["Message-ID"])
    assert mail["X-Sink-To"] == mail["To"] == message.participant.email


def test_the_mail_is_plain_honest_and_whole(desk, smtp_sink, settings):
    settings.SITE_ORIGIN = "https://iym.example"
    settings.REPLY_TO_EMAIL = "answers@iym.example"
    desk.queue()
    worker.drain(now=NOON)
    [mail] = smtp_sink.mails
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in mail.iter_parts()] == ["utf-8", "utf-8"]
    assert mail["Subject"] == "A note for Aoife"
    assert mail["Reply-To"] == "answers@iym.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOON
    assert smtp_sink.text(mail) == (
        "Hello Aoife,\n\n.a line that begins with a dot must keep it.\n"
        "Answer here: https://iym.example/s/token-of-1/\n\nIt’s Your Move\n\n"
        "Privacy, accessibility and complaints: https://iym.example/notices/\n"
    )


def test_the_copy_on_the_record_hides_link_and_code(desk, smtp_sink):
    message = desk.queue(kind="code", secret="KLM-42Z")
    assert b"KLM" not in bytes(message.secret)
    worker.drain(now=NOON)
    assert "KLM-42Z" in smtp_sink.text(smtp_sink.mails[0])
    message = fresh(message)
    assert "Answer here: [personal link]" in message.rendered_text
    assert "Your code is [code]." in message.rendered_text
    assert "token-of" not in message.rendered_text
    assert message.secret is None


def test_the_name_of_a_person_cannot_uncover_the_link(desk, smtp_sink):
    desk.queue(participant=PersonFactory(preferred_name="\ue0f1A\ue0f0b\ue0f1\ue0f0"))
    worker.drain(now=NOON)
    assert "token-of" not in Message.objects.get().rendered_text


@pytest.mark.parametrize("who", ["participant", "organisation", "user"])
def test_the_address_is_read_when_the_message_is_sent(desk, smtp_sink, who):
    receiver = {
        "participant": lambda: PersonFactory(email="old@home.example"),
        "organisation": lambda: OrganisationFactory(contact_email="old@home.example"),
        "user": lambda: UserFactory(email="old@home.example"),
    }[who]()
    desk.queue(**{who: receiver})
    setattr(receiver, "contact_email" if who == "organisation" else "email", "new@home.example")
    receiver.save()
    worker.drain(now=NOON)
    assert [mail["To"] for mail in smtp_sink.mails] == ["new@home.example"]


def test_a_missing_address_is_a_failure_that_says_so(desk, smtp_sink):
    person = PersonFactory()
    message = desk.queue(participant=person)
    Participant.objects.update(email="")
    worker.drain(now=NOON)
    message = fresh(message)
    assert (message.state, message.reason) == (State.FAILED, worker.NO_ADDRESS)
    assert smtp_sink.commands == []


def test_made_up_people_are_never_mailed(desk, smtp_sink):
    made_up = desk.queue(participant=PersonFactory(made_up=True))
    assert made_up.channel == "file"
    smuggled = desk.queue(participant=PersonFactory())
    Participant.objects.filter(pk=smuggled.participant_id).update(email="a@example.org", synthetic=True)
    worker.drain(now=NOON)
    assert desk.states() == [State.SENT, State.SENT]
    assert fresh(smuggled).channel == "file"
    assert smtp_sink.mails == []


def test_what_is_not_yet_due_waits(desk, smtp_sink):
    desk.queue(not_before=NOON + MINUTE)
    assert worker.drain(now=NOON).outcomes == {}
    assert worker.drain(now=NOON + MINUTE).outcomes == {State.SENT: 1}


def test_what_is_too_late_is_never_sent(desk, smtp_sink):
    message = desk.queue(hours=1, secret="ABC-123", kind="code")
    worker.drain(now=NOON + timedelta(hours=1))
    message = fresh(message)
    assert (message.state, message.reason, message.secret) == (State.EXPIRED, outcomes.TOO_LATE, None)
    assert smtp_sink.commands == []


def test_a_message_that_expires_in_the_workers_hands_is_not_sent(desk, smtp_sink):
    message = desk.queue(hours=1)
    times = iter([NOON, NOON, NOON, NOON + timedelta(hours=2), NOON + timedelta(hours=2)])
    [claimed] = leases.claim(now=NOON, channels=["smtp"], urgent=False, most=5)
    smtp = Smtp(patience=2)
    assert worker.deliver(claimed, smtp, lambda: next(times)) == State.SENT  # with time to spare it would go
    message = desk.queue(hours=1)
    times = iter([NOON, NOON + timedelta(hours=2), NOON + timedelta(hours=2)])
    [claimed] = leases.claim(now=NOON, channels=["smtp"], urgent=False, most=5)
    assert worker.deliver(claimed, smtp, lambda: next(times)) == State.EXPIRED
    smtp.close()
    assert fresh(message).reason == outcomes.TOO_LATE
    assert len(smtp_sink.mails) == 1


def test_what_is_no_longer_so_is_not_even_written(desk, smtp_sink):
    desk.queue()
    desk.due = lambda now: Q(pk__in=[])
    worker.drain(now=NOON)
    message = Message.objects.get()
    assert (message.state, message.reason) == (State.CANCELLED, outcomes.NO_LONGER_DUE)
    assert desk.asked == []


def test_a_cancel_between_claim_and_fence_is_obeyed(desk, smtp_sink):
    """The fact changes while the words are being written: after any check in Python, before the guard's statement."""
    desk.due = lambda now: Exists(
        Participant.objects.filter(pk=OuterRef("participant_id"), message_safe=True)
    )
    message = desk.queue()
    desk.on_context = lambda message: Participant.objects.update(message_safe=False)
    worker.drain(now=NOON)
    assert fresh(message).state == State.CANCELLED
    assert smtp_sink.mails == []
    assert smtp_sink.commands == ["EHLO", "MAIL", "RCPT"]  # the guard stood right before DATA

    # The naive way, a check before sending and none in the guard, sends it.
    Participant.objects.update(message_safe=True)
    desk.queue()
    [claimed] = leases.claim(now=NOON, channels=["smtp"], urgent=False, most=1)
    assert leases.held(claimed).filter(desk.due(NOON)).exists()
    Participant.objects.update(message_safe=False)
    open_guard = kinds.MessageKind("note", "note", kinds.get("note").context)
    assert send_guard.release([claimed], open_guard, NOON)


def test_one_fence_is_one_statement(desk, django_assert_num_queries):
    desk.due = lambda now: Q(participant__message_safe=True)
    desk.queue()
    [claimed] = leases.claim(now=NOON, channels=["file"], urgent=False, most=1)
    with django_assert_num_queries(1):
        assert send_guard.release([claimed], kinds.get("note"), NOON)


def test_what_a_drain_does_first_reads_the_messages_once_a_statement(desk):
    """With a join, an UPDATE reads them twice: 1,000 took minutes before the database had statistics."""
    desk.queue()
    with CaptureQueriesContext(connection) as asked:
        housekeeping.look_again_at_people(NOON)
    updates = [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]
    assert updates
    assert [
        sql
        for sql in updates
        if "messaging_message" in sql.split(" WHERE ", 1)[1].replace('"messaging_message".', "")
    ] == []


def test_the_guard_asks_anew_for_every_message(desk, django_assert_num_queries):
    gone: list[int] = []
    desk.due = lambda now: ~Q(subject_id__in=gone)
    messages = [desk.queue(), desk.queue(), desk.queue(participant=None, user=OfficerFactory())]
    batch = leases.claim(now=NOON, channels=["file"], urgent=False, most=5)
    note = kinds.get("note")

    def released(*messages, at=NOON):
        return send_guard.release(messages, note, at) == {message.pk for message in messages}

    assert released(batch[0])
    with django_assert_num_queries(1):
        assert released(*batch), "several by one statement, also to somebody who is no participant"
    later = NOON + timedelta(seconds=1)
    gone.append(messages[1].subject_id)
    assert [released(message, at=later) for message in batch] == [True, False, True]
    assert send_guard.release(batch[:2], note, later) == {batch[0].pk}
    Message.objects.filter(pk=batch[1].pk).update(participant=PersonFactory())
    Participant.objects.filter(pk=batch[0].participant_id).update(died_at=NOON)
    gone.clear()
    later += timedelta(seconds=1)
    assert send_guard.release(batch, note, later) == {batch[2].pk}, (
        "one has died, and another goes to somebody else now"
    )
    Message.objects.update(lease_token=uuid4())
    assert not released(batch[2], at=later)


def test_two_people_of_one_batch_who_change_places_are_both_held_back(desk):
    """Each address was read for its own person: that both are of the batch is not enough."""
    one, other = desk.queue(), desk.queue()
    batch = leases.claim(now=NOON, channels=["file"], urgent=False, most=2)
    Message.objects.filter(pk=one.pk).update(participant=other.participant)
    Message.objects.filter(pk=other.pk).update(participant=one.participant)
    assert send_guard.release(batch, kinds.get("note"), NOON) == set()


def test_the_fence_holds_back_a_lease_that_is_too_short(desk, smtp_sink, settings):
    settings.MESSAGE_LEASE_SECONDS = 2
    message = desk.queue()
    worker.drain(now=NOON, limit=1)
    assert fresh(message).state == State.PENDING
    assert smtp_sink.mails == []


def test_the_fence_knows_whose_lease_it_is(desk):
    desk.queue()
    [claimed] = leases.claim(now=NOON, channels=["file"], urgent=False, most=1)
    Message.objects.update(lease_token=uuid4())
    assert not send_guard.release([claimed], kinds.get("note"), NOON)
    leases.settle(claimed, State.SENT, "", NOON)
    assert fresh(claimed).state == State.SENDING


def test_urgent_messages_go_first(desk, smtp_sink):
    ordinary = desk.queue()
    urgent = desk.queue(kind="code")
    worker.drain(now=NOON, limit=1)
    assert (fresh(urgent).state, fresh(ordinary).state) == (State.SENT, State.PENDING)


def test_a_code_does_not_wait_for_a_long_batch(desk, smtp_sink):
    smtp_sink.seconds = 0.1
    for _ in range(40):
        desk.queue()

    def ask_for_a_code(message: Message) -> None:
        if len(desk.asked) == 5:
            desk.queue(kind="code", secret="CODE-1", participant=PersonFactory(email="soon@example.net"))

    desk.on_context = ask_for_a_code
    worker.drain(now=NOON)
    order = [mail["X-Sink-To"] for mail in smtp_sink.mails]
    assert len(order) == 41
    assert order.index("soon@example.net") < 20, "the naive way sends the whole batch first"


def test_a_message_that_cannot_be_written_fails_and_blocks_nobody(desk, smtp_sink):
    poison, sound = desk.queue(), desk.queue()

    def burst(message):
        if message.pk == poison.pk:
            raise ZeroDivisionError

    desk.on_context = burst
    worker.drain(now=NOON)
    assert desk.states() == [State.FAILED, State.SENT]
    assert fresh(poison).reason == worker.NO_WORDS
    assert sound.participant.email in [mail["To"] for mail in smtp_sink.mails]


def breaks_for(monkeypatch, poison: Message) -> None:
    """The channel itself breaks when it is given this message."""
    whole = Smtp.send

    def breaks(channel, letter, guard):
        if letter.key == poison.key:
            raise RuntimeError
        return whole(channel, letter, guard)

    monkeypatch.setattr(Smtp, "send", breaks)


def test_a_message_that_breaks_the_channel_itself_blocks_nobody(desk, smtp_sink, monkeypatch):
    poison, sound = desk.queue(), desk.queue()
    breaks_for(monkeypatch, poison)
    worker.drain(now=NOON)
    assert (fresh(poison).state, fresh(poison).attempts, fresh(sound).state) == (State.PENDING, 1, State.SENT)


def test_a_kind_that_nobody_knows_fails(desk, smtp_sink):
    message = desk.queue()
    del kinds._kinds["note"]
    worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).reason) == (State.FAILED, worker.NO_KIND)


def test_a_subject_from_two_lines_is_one_line(desk, smtp_sink):
    desk.queue(participant=PersonFactory(given_name="Eve\r\nBcc: all@victims.example"))
    worker.drain(now=NOON)
    [mail] = smtp_sink.mails
    assert mail["Subject"] == "A note for Eve Bcc: all@victims. example"
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "a@home.example,b@home.example",
        "a@home.example\r\nRCPT TO:<b@home.example>",
        "Eve <eve@home.example>",
        '"a b"@home.example',
        "eve@home.example>",
        "eve@",
        "éve@home.example",
        "a@[127.0.0.1",
    ],
)
def test_anything_but_one_plain_address_is_refused(desk, smtp_sink, address):
    person = PersonFactory()
    message = desk.queue(participant=person)
    Participant.objects.update(email=address)
    worker.drain(now=NOON)
    assert fresh(message).state == State.FAILED
    assert "We cannot use this email address" in fresh(message).reason
    assert address not in fresh(message).reason
    assert smtp_sink.commands == []


def test_a_domain_in_another_script_is_written_in_ascii(desk, smtp_sink):
    desk.queue(participant=PersonFactory(email="eve@müller.example"))
    worker.drain(now=NOON)
    assert smtp_sink.mails[0]["X-Sink-To"] == "eve@xn--mller-kva.example"


def test_the_file_channel_asks_the_fence_too(desk, settings):
    settings.EMAIL_CHANNEL = "file"
    desk.due = lambda now: Exists(
        Participant.objects.filter(pk=OuterRef("participant_id"), message_safe=True)
    )
    desk.on_context = lambda message: Participant.objects.update(message_safe=False)
    message = desk.queue()
    [claimed] = leases.claim(now=NOON, channels=["file"], urgent=False, most=1)
    assert worker.deliver(claimed, File(), lambda: NOON) == State.CANCELLED
    assert fresh(message).sent_at is None


def test_a_key_is_promised_once(desk):
    message = desk.queue()
    again = {"kind": "note", "subject_type": "thing", "subject_id": 1, "participant": message.participant}
    assert not outbox.queue(key=message.key, now=NOON, expires_at=NOON + MINUTE, **again)
    assert not outbox.queue(key="late", now=NOON, expires_at=NOON, **again)
    assert Message.objects.count() == 1


def test_cancelling_by_subject_spares_what_was_sent(desk, smtp_sink):
    sent = desk.queue(subject_id=7)
    worker.drain(now=NOON)
    open_one, other_kind, other = (
        desk.queue(subject_id=7),
        desk.queue(subject_id=7, kind="code"),
        desk.queue(),
    )
    count = outbox.cancel(
        subject_type="thing", subject_ids=[7], reason="The session moved", now=NOON, kinds=["note"]
    )
    assert count == 1
    assert [fresh(m).state for m in (sent, open_one, other_kind, other)] == [
        "sent",
        "cancelled",
        "pending",
        "pending",
    ]


def test_a_drain_stops_when_told_and_hands_the_rest_back(desk, smtp_sink):
    for _ in range(3):
        desk.queue()
    report = worker.drain(now=NOON, stop=lambda: len(smtp_sink.mails) == 1)
    assert report.unfinished
    assert desk.states() == [State.SENT, State.PENDING, State.PENDING]
    assert not worker.drain(now=NOON).unfinished


def test_times_are_the_databases_when_none_are_given(desk, smtp_sink):
    message = desk.queue(now=datetime.now(UTC) - MINUTE, kind="code")
    worker.drain()
    assert abs(fresh(message).sent_at - datetime.now(UTC)) < MINUTE
