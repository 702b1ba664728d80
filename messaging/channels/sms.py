"""Text messages by a plain HTTP gateway, for a charity that may not use GOV.UK Notify: one POST of JSON, and no look-up.

What may have arrived is never sent again: an officer is shown it (Policy.PARK). So the line is opened before the
guard is asked, and every failure up to there surely sent nothing.
"""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from messaging.channels.base import (
    Down,
    NotAuthorised,
    OutgoingMessage,
    RefusedByServer,
    Unconfirmed,
    reference_of,
)
from messaging.channels.deadline import Deadline

LAST_SECONDS = 1.0
# Answers of our set-up or of the gateway as a whole: wrong key, no credit, no such page, too many, out of service.
NOT_TAKEN = {401, 402, 403, 404, 405, 429, 503}


class Sms:
    """The gateway; each message has a line of its own, for one that was kept open may be closed without our noticing."""

    def __init__(self, *, patience: float, deadline: float = float("inf")) -> None:
        self.patience, self.deadline = patience, deadline
        self.trouble = ""  # what the last hand-over met: the messages behind it are spared the same
        self.watch = Deadline()

    def send(self, letter: OutgoingMessage, guard: Callable[[], bool]) -> str:
        if self.trouble:
            raise Down(self.trouble)
        line = self._open()
        try:
            if not guard():
                raise NotAuthorised
            return self._hand_over(line, letter)
        finally:
            self.watch.over()
            line.close()

    def look_up(self, key: str) -> str | None:
        return None  # most gateways cannot be asked

    def close(self) -> None: ...

    def _open(self) -> http.client.HTTPConnection:
        wait = min(self.patience, self.deadline - time.monotonic())
        if wait < LAST_SECONDS:
            raise Down("no time left")
        where = urlsplit(settings.SMS_GATEWAY_URL)
        host = where.hostname or ""
        line: http.client.HTTPConnection
        if where.scheme == "https":
            line = http.client.HTTPSConnection(
                host, where.port, timeout=wait, context=ssl.create_default_context()
            )
        elif is_loopback(host):
            line = http.client.HTTPConnection(host, where.port, timeout=wait)
        else:
            raise Down("sms: not https")
        try:
            line.connect()
        except OSError as error:
            line.close()
            raise Down(f"sms: {type(error).__name__}") from None
        return line

    def _hand_over(self, line: http.client.HTTPConnection, letter: OutgoingMessage) -> str:
        where = urlsplit(settings.SMS_GATEWAY_URL)
        reference = reference_of(letter.key)
        body = {
            "to": letter.address,
            "from": settings.SMS_GATEWAY_SENDER,
            "text": letter.text,
            "reference": reference,
        }
        headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_KEY}", "Content-Type": "application/json"}
        path = (where.path or "/") + (f"?{where.query}" if where.query else "")
        self.watch.over(line.sock, at=time.monotonic() + self.patience)
        try:
            line.request("POST", path, json.dumps(body).encode(), headers)
            status = line.getresponse().status  # it has told all: the rest of the answer is not read
        except (OSError, http.client.HTTPException) as error:
            self.trouble = "sms: too slow" if self.watch.hung_up() else f"sms: {type(error).__name__}"
            raise Unconfirmed from None
        if 200 <= status < 300:
            return reference
        if status in NOT_TAKEN or 300 <= status < 400:
            raise Down(f"sms {status}")
        if 400 <= status < 500:
            raise RefusedByServer(
                f"The text message gateway refuses this message or its number (answer {status})."
            )
        self.trouble = f"sms {status}"
        raise Unconfirmed


def is_loopback(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")
