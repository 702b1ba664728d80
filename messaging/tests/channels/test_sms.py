"""Text messages: who gets one instead of a mail, in which letters, and a gateway that cannot be asked."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts.tests.factories import OfficerFactory
from messaging.channels.base import Down, OutgoingMessage, reference_of
from messaging.channels.sms import Sms
from messaging.content import gsm, links
from messaging.content.wordings import Book, Words
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.models import ChannelStanding, Message
from messaging.outbox import queue as outbox
from messaging.routing.channels import Routes
from messaging.tests.conftest import NOON, fresh
from messaging.wording_editor import services as wording_editor
from participants.contact_details import takes_texts
from participants.models import Participant, Readiness
from participants.needs import services as needs
from participants.tests.factories import PersonFactory
from tests.smtp_sink import wait_until

pytestmark = pytest.mark.django_db
State = Message.State
MOBILE = "+447700900123"


class Gateway:
    """A real gateway at the other end of a line: `answers` are statuses to give, 0 for none."""

    def __init__(self) -> None:
        self.taken: list[dict] = []
        self.answers: list[int] = []
        self.drips = 0  # bytes sent now and then before an answer
        self.hung_up = 0  # times that a client did not wait for the last of them
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = gateway.answers.pop(0) if gateway.answers else 201
                gateway.taken.append({**body, "proof": self.headers["Authorization"], "path": self.path})
                for _ in range(gateway.drips):
                    try:
                        self.wfile.write(b"H")
                    except OSError:
                        gateway.hung_up += 1
                        return
                    time.sleep(0.3)
                if status:
                    self.send_response(status)
                    self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, args=[0.05], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/send?v=1"

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def gateway(settings):
    gateway = Gateway()
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY = gateway.url, "gateway-key"
    settings.SMS_GATEWAY_SENDER, settings.EMAIL_TIMEOUT = "YourMove", 2
    yield gateway
    gateway.stop()


def in_need_of(*codes: str, **details) -> Participant:
    person = PersonFactory(**({"phone": MOBILE} | details))
    needs.add_if_unknown(person=person, codes=codes, by=OfficerFactory(), now=NOON)
    return person


def test_who_asked_for_texts_gets_one(desk, gateway, smtp_sink):
    person = in_need_of("contact_by_text")
    message = desk.queue(kind="texted", participant=person)
    assert message.channel == "sms"
    assert worker.drain(now=NOON).outcomes == {State.SENT: 1}
    [text] = gateway.taken
    assert text == {
        "to": MOBILE,
        "from": "YourMove",
        "text": f"A note for you, it's at http://localhost:8000/s/token-of-{message.subject_id}/",
        "reference": reference_of(message.key),
        "proof": "Bearer gateway-key",
        "path": "/send?v=1",
    }
    assert fresh(message).rendered_text == "A note for you, it's at [personal link]"
    assert fresh(message).provider_ref == text["reference"]


def test_a_text_goes_in_an_officers_words_and_in_the_persons_language(desk, gateway):
    here, there = (in_need_of("contact_by_text") for _ in range(2))
    Readiness.objects.create(participant=there, language="pl", asked_at=NOON, asked_by=OfficerFactory())
    for language, greeting in (("en", "Hello"), ("pl", "Dzień dobry")):
        words = Words("", f"{greeting}: {{link}} {{phone}}", language=language, variant="text")
        wording_editor.save(kind=kinds.get("texted"), words=words, seen=0, by=OfficerFactory(), now=NOON)
    messages = [desk.queue(kind="texted", participant=person) for person in (here, there)]
    worker.drain(now=NOON)
    assert [text["text"].partition(": ")[0] for text in gateway.taken] == ["Hello", "Dzien dobry"]
    kept = [fresh(message) for message in messages]
    assert [(m.wording_version, m.wording_language, m.wording_variant) for m in kept] == [
        (1, "en", "text"),
        (1, "pl", "text"),
    ]
    assert all("[personal link]" in message.rendered_text for message in kept)
    assert Book.of(["texted"], [there.pk]).words("texted", there.pk, set()) is None, "no mail is written so"


def way(person: Participant, name: str = "texted") -> str:
    return Routes([person]).way(kinds.get(name), person)


def test_the_way_to_each_person(desk, gateway, smtp_sink, settings):
    wants = in_need_of("contact_by_text")
    assert way(wants) == "sms"
    assert way(wants, "note") == "phone", "this kind has no such words"
    assert way(in_need_of("contact_by_text", "easyread")) == "phone"
    assert way(in_need_of("contact_by_text", phone="+441632960001")) == "phone", "no mobile"
    assert way(in_need_of("contact_by_text", message_safe=False)) == "phone"
    assert way(PersonFactory(phone=MOBILE)) == "smtp"
    assert way(PersonFactory(phone=MOBILE, email_bad_at=NOON)) == "sms"
    assert way(PersonFactory(phone="+441632960001", email_bad_at=NOON)) == "phone"
    assert way(PersonFactory(phone=MOBILE, email="", preferred_contact="phone")) == "phone"
    assert way(PersonFactory(phone=MOBILE, preferred_contact="phone", email_bad_at=NOON)) == "phone"
    made_up = in_need_of("contact_by_text", synthetic=True, email="a@example.org")
    assert way(made_up) == "file"
    assert outbox.by_officers([wants, made_up]) == {wants.pk, made_up.pk}
    assert outbox.by_officers([wants], kind="texted") == set()
    settings.SMS_GATEWAY_URL = ""
    assert way(wants) == "phone"


def test_a_promise_of_many_goes_the_same_ways(desk, gateway, smtp_sink):
    person = in_need_of("contact_by_text")
    promise = {
        "subject_type": "thing",
        "subject_id": 1,
        "participant": person,
        "expires_at": NOON.replace(day=4),
    }
    outbox.queue_many(
        [outbox.Promise(key=name, kind=name, **promise) for name in ("texted", "note")], now=NOON
    )
    assert dict(Message.objects.values_list("kind", "channel")) == {"texted": "sms", "note": "phone"}


def test_a_need_that_is_told_after_the_promise_is_heard(desk, gateway, smtp_sink):
    person = in_need_of("contact_by_text")
    message = desk.queue(kind="texted", participant=person)
    needs.add_if_unknown(person=person, codes=["braille"], by=OfficerFactory(), now=NOON)
    worker.drain(now=NOON)
    assert (fresh(message).channel, fresh(message).state, gateway.taken) == ("phone", State.PENDING, [])


def test_a_need_for_texts_that_is_told_while_the_mail_is_written_stops_it(desk, gateway, smtp_sink):
    person = PersonFactory(phone=MOBILE)
    message = desk.queue(participant=person)
    desk.on_context = lambda message: needs.add_if_unknown(
        person=person, codes=["contact_by_text"], by=OfficerFactory(), now=NOON
    )
    worker.drain(now=NOON)
    assert (smtp_sink.mails, fresh(message).channel, fresh(message).state) == ([], "phone", State.PENDING)


@pytest.mark.parametrize("answer", [0, 500])
def test_what_may_have_arrived_is_shown_to_an_officer_and_never_sent_again(desk, gateway, smtp_sink, answer):
    gateway.answers = [answer]
    first, second = (desk.queue(kind="texted", participant=in_need_of("contact_by_text")) for _ in range(2))
    worker.drain(now=NOON)
    assert (fresh(first).state, fresh(second).state) == (State.UNCERTAIN, State.PENDING)
    assert len(gateway.taken) == 1, "the next is spared the same"
    worker.drain(now=NOON)
    assert (fresh(first).state, fresh(second).state) == (State.UNCERTAIN, State.SENT)
    assert [text["reference"] for text in gateway.taken] == [
        reference_of(each.key) for each in (first, second)
    ]


@pytest.mark.faults
def test_a_gateway_that_answers_by_a_byte_now_and_then_is_not_waited_for(desk, gateway):
    gateway.drips = 100  # half a minute, and each byte would begin a socket's time-out anew
    first, second = (desk.queue(kind="texted", participant=in_need_of("contact_by_text")) for _ in range(2))
    worker.drain(now=NOON)
    wait_until(lambda: gateway.hung_up == 1, what="the gateway to be hung up on")
    assert (fresh(first).state, fresh(second).state) == (State.UNCERTAIN, State.PENDING)
    assert ChannelStanding.objects.get(channel="sms").stopped_why == "sms: too slow"


@pytest.mark.parametrize("answer", [302, 401, 402, 403, 404, 429, 503])
def test_faults_of_the_set_up_count_against_no_message(desk, gateway, smtp_sink, answer):
    gateway.answers = [answer]
    message = desk.queue(kind="texted", participant=in_need_of("contact_by_text"))
    assert worker.drain(now=NOON).outcomes == {}
    assert (fresh(message).state, fresh(message).attempts) == (State.PENDING, 0)


def test_a_number_that_is_refused_fails(desk, gateway, smtp_sink):
    gateway.answers = [422]
    message = desk.queue(kind="texted", participant=in_need_of("contact_by_text"))
    worker.drain(now=NOON)
    assert (fresh(message).state, MOBILE in fresh(message).reason) == (State.FAILED, False)


def test_nobody_listening_is_surely_unsent_and_the_fence_is_not_asked(gateway):
    gateway.stop()
    asked: list[int] = []
    with pytest.raises(Down):
        Sms(patience=2).send(
            OutgoingMessage("a:1", MOBILE, "", "Hello.", NOON), lambda: bool(asked.append(1))
        )
    assert asked == []


def test_nothing_goes_unencrypted_over_a_network(settings):
    settings.SMS_GATEWAY_URL = "http://gateway.example/send"
    with pytest.raises(Down, match="not https"):
        Sms(patience=2).send(OutgoingMessage("a:1", MOBILE, "", "Hello.", NOON), lambda: True)


def test_a_mobile_is_told_from_other_numbers():
    assert takes_texts(MOBILE)
    assert takes_texts("+447911123456")
    assert not any(map(takes_texts, ["", "+441632960001", "+33612345678", "nonsense"]))


def test_letters_that_a_text_has_not_are_told_by_those_that_it_has():
    assert gsm.fold("It’s “here” – Zoë, Nguyễn…") == 'It\'s "here" - Zoe, Nguyen...'
    assert gsm.length("€5 [a]") == 9
    assert links.hidden(gsm.fold(links.marked("https://a.example/s/x/"))) == "[personal link]"
