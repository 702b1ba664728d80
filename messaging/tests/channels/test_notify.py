"""GOV.UK Notify's moods: nothing is lost, nothing goes twice, and our own faults count against no message."""

import pytest

from messaging.channels.base import Down, NotAuthorised, OutgoingMessage, reference_of
from messaging.channels.notify import NotifyEmail, NotifyText
from messaging.channels.registry import open_channels
from messaging.delivery import worker
from messaging.models import Message
from messaging.tests.conftest import NOON, fresh

pytestmark = pytest.mark.django_db
State = Message.State


def test_a_mail_goes_by_one_template_with_our_words_under_our_reference(desk, notify_server):
    message = desk.queue()
    assert message.channel == Message.Channel.NOTIFY_EMAIL
    assert worker.drain(now=NOON).outcomes == {State.SENT: 1}
    [mail] = notify_server.taken
    assert mail["email_address"] == message.participant.email
    assert mail["personalisation"]["subject"] == "A note for Aoife"
    assert "Answer here: http" in mail["personalisation"]["body"]
    assert mail["reference"] == reference_of(message.key) == fresh(message).provider_ref
    assert Message.objects.known_as(mail["reference"]).get() == message


def test_the_reference_is_short_and_tells_nothing():
    assert reference_of("reminder_day:12:v1") == reference_of("reminder_day:12:v1")
    assert len(reference_of("reminder_day:12:v1")) == 32
    assert "reminder" not in reference_of("reminder_day:12:v1")


@pytest.mark.parametrize("mishap", ["lost answer", "took it and said 500", "too slow"])
def test_what_it_took_without_telling_us_is_found_and_not_sent_again(desk, notify_server, settings, mishap):
    match mishap:
        case "lost answer":
            notify_server.lose_answer()
        case "took it and said 500":
            notify_server.answer(500, took=True)
        case "too slow":
            settings.EMAIL_TIMEOUT, notify_server.seconds = 1, 1.5
    message = desk.queue()
    worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).resends) == (State.PENDING, 1)
    worker.drain(now=fresh(message).next_try_at)
    assert fresh(message).state == State.SENT
    assert fresh(message).provider_ref == reference_of(message.key)
    assert (len(notify_server.taken), notify_server.posts) == (1, 1)
    assert notify_server.asked == [reference_of(message.key)]


@pytest.mark.parametrize("mishap", ["line broke", "502"])
def test_what_it_never_took_is_sent_once_more_after_asking(desk, notify_server, mishap):
    if mishap == "502":
        notify_server.answer(502)
    else:
        notify_server.hang_up()
    message = desk.queue()
    worker.drain(now=NOON)
    assert fresh(message).state == State.PENDING
    worker.drain(now=fresh(message).next_try_at)
    assert fresh(message).state == State.SENT
    assert (len(notify_server.taken), notify_server.posts) == (1, 2)


def test_a_notify_that_cannot_be_asked_is_waited_for_and_not_sent_to(desk, notify_server):
    notify_server.lose_answer()
    message = desk.queue()
    worker.drain(now=NOON)
    notify_server.answer(503)
    later = fresh(message).next_try_at
    worker.drain(now=later)
    assert (fresh(message).state, notify_server.posts) == (State.PENDING, 1)
    worker.drain(now=later)
    assert (fresh(message).state, notify_server.posts) == (State.SENT, 1)


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"),
        (429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
        (429, "TooManyRequestsError", "Exceeded send limits (250,000) for today"),
        (503, "Exception", "Service unavailable"),
        (400, "BadRequestError", "Can't send to this recipient using a team-only API key"),
        (400, "BadRequestError", "Template not found"),
        (400, "BadRequestError", "Missing personalisation: body"),
    ],
)
def test_faults_of_the_set_up_stop_the_channel_and_count_against_no_message(
    desk, notify_server, status, error, words
):
    notify_server.answer(status, error=error, message=words)
    messages = [desk.queue() for _ in range(3)]
    assert worker.drain(now=NOON).outcomes == {}
    assert notify_server.posts == 1
    for message in map(fresh, messages):
        assert (message.state, message.attempts, message.resends) == (State.PENDING, 0, 0)
        assert message.data_started_at is None
    assert worker.drain(now=NOON).outcomes == {State.SENT: 3}


@pytest.mark.parametrize("status", [400, 413])
def test_a_message_that_it_will_never_take_fails_and_the_next_goes(desk, notify_server, status):
    notify_server.answer(status, error="ValidationError", message="email_address Not a valid email address")
    bad, good = desk.queue(), desk.queue()
    worker.drain(now=NOON)
    assert (fresh(bad).state, fresh(good).state) == (State.FAILED, State.SENT)
    assert fresh(bad).reason == f"GOV.UK Notify refuses this message or its address (answer {status})."


def test_a_notify_that_breaks_under_every_message_is_tried_with_one_of_them(desk, notify_server):
    notify_server.answer(500, times=9)
    messages = [desk.queue() for _ in range(5)]
    worker.drain(now=NOON)
    assert notify_server.posts == 1
    assert sum(fresh(message).resends for message in messages) == 1


def test_nobody_listening_is_surely_unsent(desk, notify_server):
    notify_server.stop()
    message = desk.queue()
    worker.drain(now=NOON)
    assert (fresh(message).state, fresh(message).resends) == (State.PENDING, 0)
    notify_server.start()
    worker.drain(now=NOON)
    assert fresh(message).state == State.SENT


def test_what_the_fence_stops_is_never_posted(notify_server):
    door = NotifyEmail(patience=2)
    letter = OutgoingMessage("a:1", "aoife@home.example", "Hello", "Hello.", NOON)
    with pytest.raises(NotAuthorised):
        door.send(letter, lambda: False)
    assert notify_server.posts == 0


def test_a_request_without_time_posts_nothing(notify_server):
    door = NotifyEmail(patience=2, deadline=0)
    with pytest.raises(Down):
        door.send(OutgoingMessage("a:1", "aoife@home.example", "Hello", "Hello.", NOON), lambda: True)
    assert notify_server.posts == 0


def test_a_wrong_key_is_our_fault(notify_server, settings):
    settings.NOTIFY_API_KEY = settings.NOTIFY_API_KEY[:-4] + "0000"
    with pytest.raises(Down, match="notify 403"):
        NotifyText(patience=2).send(OutgoingMessage("a:1", "+447700900123", "", "Hello.", NOON), lambda: True)


def test_a_text_goes_to_the_number(notify_server):
    NotifyText(patience=2).send(OutgoingMessage("a:1", "+447700900123", "", "Hello.", NOON), lambda: True)
    [text] = notify_server.taken
    assert (text["type"], text["phone_number"]) == ("sms", "+447700900123")
    assert text["personalisation"] == {"body": "Hello."}


def test_no_address_reaches_the_log(desk, notify_server, caplog):
    caplog.set_level("INFO", logger="messaging")
    notify_server.answer(
        400, error="ValidationError", message="email_address aoife@home.example is not valid"
    )
    message = desk.queue()
    worker.drain(now=NOON)
    assert message.participant.email not in fresh(message).reason
    ours = [record for record in caplog.records if record.name.startswith("messaging")]
    assert ours
    assert not [record for record in ours if "@" in record.getMessage()]


def test_the_doors_are_those_that_are_set_up(settings, notify_server):
    assert set(open_channels(2)) == {"smtp", "file", "notify_email", "notify_sms"}
    settings.NOTIFY_API_KEY = ""
    assert set(open_channels(2)) == {"smtp", "file"}
