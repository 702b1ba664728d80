"""The kill test with a provider that can be asked: nothing is lost and nothing goes twice."""

import sys
from collections import Counter

import pytest

from messaging.models import Message
from messaging.tests.delivery.test_side_by_side import queue_codes
from tests.notify_server import API_KEY, EMAIL_TEMPLATE
from tests.smtp_sink import wait_until
from tests.test_kill import both_sizes, interrupt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.processes]
State = Message.State


@both_sizes
def test_with_look_up_nothing_is_lost_and_nothing_goes_twice(worker, notify_server, mails, kills, capsys):
    notify_server.seconds = 0.03
    queue_codes(mails)
    assert set(Message.objects.values_list("channel", flat=True)) == {"notify_email"}

    def start():
        place = {
            "EMAIL_CHANNEL": "notify_email",
            "NOTIFY_URL": notify_server.url,
            "NOTIFY_API_KEY": API_KEY,
            "NOTIFY_EMAIL_TEMPLATE": EMAIL_TEMPLATE,
        }
        quick = {"EMAIL_TIMEOUT": "1", "MESSAGE_LEASE_SECONDS": "5"}
        return worker.start_many(2, **place, **quick)  # two beats as well

    in_flight = interrupt(worker, notify_server, mails, kills, start)
    start()
    moving = Message.objects.filter(state__in=[State.PENDING, State.SENDING])
    wait_until(lambda: not moving.exists(), seconds=300, what="the rest")
    came = Counter(mail["reference"] for mail in notify_server.taken)
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {mails} mails, {kills} kills, outbox with look-up: lost {mails - len(came)}, "
            f"doubled {sum(came.values()) - len(came)}, in flight {in_flight}, asked {len(notify_server.asked)}\n"
        )
    assert Counter(Message.objects.values_list("state", flat=True)) == {State.SENT: mails}
    assert (len(came), set(came.values())) == (mails, {1})
