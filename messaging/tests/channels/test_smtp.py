"""The mail server's moods: each answer leads to the one right state, and none blocks another message."""

import smtplib
from datetime import timedelta

import pytest

from messaging.channels.base import OutgoingMessage, Refused
from messaging.channels.smtp import compose, wire_form
from messaging.delivery import leases, worker
from messaging.models import Message
from messaging.outbox import outcomes
from messaging.tests.conftest import NOON, fresh
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Message.State


def test_a_refused_receiver_fails_and_the_next_is_sent(desk, smtp_sink):
    smtp_sink.answer("RCPT", "550 5.1.1 no such user aoife@home.example")
    bad, good = desk.queue(), desk.queue()
    worker.drain(now=NOON)
    assert (fresh(bad).state, fresh(good).state) == (State.FAILED, State.SENT)
    assert fresh(bad).reason == "The mail server refuses this message or its address (answer 550)."


def test_a_refused_text_fails(desk, smtp_sink):
    smtp_sink.answer("DATA", "550 5.6.0 no")
    message = desk.queue()
    worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).sent_at) == (State.FAILED, None)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_message_put_off_is_tried_again_later(desk, smtp_sink, step):
    smtp_sink.answer(step, "451 4.7.1 greylisted")
    message = desk.queue()
    worker.drain(now=NOON)
    message = fresh(message)
    assert (message.state, message.attempts, message.data_started_at) == (State.PENDING, 1, None)
    assert timedelta(seconds=24) <= message.next_try_at - NOON <= timedelta(seconds=36)
    assert worker.drain(now=NOON).outcomes == {}
    worker.drain(now=message.next_try_at)
    assert fresh(message).state == State.SENT


def test_pauses_double_up_to_a_quarter_of_an_hour_and_never_reach_the_expiry():
    message = Message(expires_at=NOON + timedelta(days=1))
    for attempts, seconds in enumerate([30, 60, 120, 240, 480, 900, 900]):
        message.attempts = attempts
        for _ in range(20):
            pause = (leases.next_try(message, NOON) - NOON).total_seconds()
            assert seconds * 0.8 <= pause <= seconds * 1.2
    message.expires_at = NOON + timedelta(seconds=10)
    assert leases.next_try(message, NOON) < message.expires_at


def test_eight_refusals_are_enough(desk, smtp_sink):
    smtp_sink.answer("RCPT", "450 4.2.0 mailbox busy", times=99)
    message, now = desk.queue(), NOON
    for _ in range(8):
        assert fresh(message).state == State.PENDING
        worker.drain(now=now)
        now = max(now, fresh(message).next_try_at)
    assert fresh(message).state == State.FAILED
    assert smtp_sink.commands.count("RCPT") == 8


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("EHLO", "503 5.5.1 bad sequence"),
        ("MAIL", "530 5.7.0 authentication required"),
        ("MAIL", "535 5.7.8 who are you"),
        ("MAIL", "553 5.7.1 sender not yours"),
        ("MAIL", "452 4.3.1 out of disk"),
        ("RCPT", "503 5.5.1 need MAIL first"),
        ("RCPT", "530 5.7.0 authentication required"),
        ("DATA", "421 4.3.2 shutting down"),
    ],
)
def test_faults_of_ours_stop_the_drain_and_count_against_no_message(desk, smtp_sink, step, reply):
    smtp_sink.answer(step, reply, times=2)
    messages = [desk.queue() for _ in range(3)]
    report = worker.drain(now=NOON)
    assert report.outcomes == {}
    for message in map(fresh, messages):
        assert (message.state, message.attempts, message.next_try_at) == (State.PENDING, 0, NOON)
    assert smtp_sink.commands.count("DATA") <= 1, "one try, not one for each message"
    assert smtp_sink.commands.count("RCPT") <= 1
    smtp_sink._answers.clear()
    assert worker.drain(now=NOON).outcomes == {State.SENT: 3}


def test_a_server_that_is_away_costs_nothing_but_time(desk, smtp_sink):
    message = desk.queue()
    smtp_sink.stop()
    worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).attempts) == (State.PENDING, 0)
    smtp_sink.start()
    worker.drain(now=NOON)
    assert fresh(message).state == State.SENT


def test_made_up_people_are_served_while_the_server_is_away(desk, smtp_sink):
    smtp_sink.stop()
    away = desk.queue()
    here = desk.queue(participant=PersonFactory(made_up=True))
    worker.drain(now=NOON)
    assert (fresh(away).state, fresh(here).state) == (State.PENDING, State.SENT)
    smtp_sink.start()


@pytest.mark.faults
def test_silence_after_the_text_means_one_more_try_with_the_same_number(desk, smtp_sink):
    smtp_sink.hang_up()
    message = desk.queue()
    worker.drain(now=NOON)
    message = fresh(message)
    assert (message.state, message.resends, message.data_started_at) == (State.PENDING, 1, None)
    worker.drain(now=message.next_try_at)
    assert fresh(message).state == State.SENT
    first, second = smtp_sink.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert smtp_sink.text(first) == smtp_sink.text(second)


@pytest.mark.faults
def test_silence_twice_is_for_an_officer_to_look_at(desk, smtp_sink):
    smtp_sink.hang_up(times=5)
    message = desk.queue(secret="ABC-123", kind="code")
    worker.drain(now=NOON)
    worker.drain(now=fresh(message).next_try_at)
    message = fresh(message)
    assert (message.state, message.reason, message.secret) == (
        State.UNCERTAIN,
        outcomes.MAY_HAVE_ARRIVED,
        None,
    )
    assert len(smtp_sink.mails) == 2


@pytest.mark.faults
def test_a_slow_answer_after_the_text_is_silence(desk, smtp_sink, settings):
    settings.EMAIL_TIMEOUT = 1
    smtp_sink.seconds = 3
    message = desk.queue()
    worker.drain(now=NOON)
    assert fresh(message).resends == 1


@pytest.mark.faults
def test_a_garbled_answer_after_the_text_is_silence(desk, smtp_sink):
    smtp_sink.answer("DATA", "what? 250 perhaps")
    message = desk.queue()
    worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).resends) == (State.PENDING, 1)


def test_what_may_have_arrived_is_never_called_too_late(desk, smtp_sink):
    smtp_sink.hang_up()
    message = desk.queue(hours=1)
    worker.drain(now=NOON)
    worker.drain(now=NOON + timedelta(hours=2))
    assert fresh(message).state == State.UNCERTAIN


def test_one_connection_serves_a_whole_drain(desk, smtp_sink):
    for _ in range(25):  # more than one claim
        desk.queue()
    worker.drain(now=NOON)
    assert smtp_sink.commands.count("EHLO") == 1
    assert len(smtp_sink.mails) == 25


def test_the_number_of_a_mail_tells_nothing(desk, smtp_sink):
    desk.queue(key="reminder_day:12:v1")
    worker.drain(now=NOON)
    assert "reminder" not in smtp_sink.mails[0]["Message-ID"]
    assert "12" not in smtp_sink.mails[0]["Message-ID"].split("@")[1]


def test_no_header_can_be_smuggled_in():
    letter = OutgoingMessage("k", "eve@home.example", "Hello\r\nBcc: all@victims.example", "text", NOON)
    with pytest.raises(Refused):
        compose(letter)


def test_text_that_no_mail_can_carry_is_refused():
    with pytest.raises(Refused):
        compose(OutgoingMessage("k", "eve@home.example", "Hello", "lone \ud800 surrogate", NOON))


@pytest.mark.parametrize(
    "text",
    ["plain\n", "O’Neill, Nguyễn 🙂\n", ".\n..\nend\n", "x" * 3000 + "\n", "a\r\n.\r\nMAIL FROM:<b>\n"],
)
def test_every_text_arrives_as_it_was_written(desk, smtp_sink, text):
    message = compose(OutgoingMessage("k", "eve@home.example", "Hello", text, NOON))
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as server:
        server.ehlo()
        server.mail("us@here.example")
        server.rcpt("eve@home.example")
        server.docmd("DATA")
        server.send(wire_form(message))
        assert server.getreply()[0] == 250
    [mail] = smtp_sink.mails
    assert mail.get_content().replace("\r\n", "\n") == text.replace("\r\n", "\n")
