"""SMTP, step by step: every failure before the text surely sent nothing, and the guard stands right before it.

Django's and smtplib's one-call sending cannot tell "refused" from "perhaps taken", and leaves no room for the guard.
"""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Container, Iterator
from functools import partial

from django.conf import settings

from messaging.channels.base import (
    AgainstPolicy,
    Down,
    NotAuthorised,
    NotSent,
    OutgoingMessage,
    PutOff,
    RefusedByServer,
    Unconfirmed,
)
from messaging.channels.deadline import Deadline
from messaging.channels.mime import compose, message_id, one_address, our_domain, sender, wire_form

# Answers that tell of our own set-up or of the server as a whole, at whatever step they come: bad sequence of
# commands, log-in needed or refused, shutting down. (A missing EHLO once booked 200 "permanent" failures.)
OUR_FAULT = {421, 503, 530, 534, 535, 538}
# A refusal by policy (RFC 3463, x.7.y), or "transaction failed" without a better reason: relaying denied, our network on a
# list, our words taken for spam. It tells nothing of the address.
POLICY_CODE, POLICY_WORDS = 554, b"5.7."
GOOD = range(200, 300)
LAST_SECONDS = 1.0  # no DATA without at least this long to hear the answer
LETTERS_PER_CONNECTION = 100  # some servers hang up after more
# Code, and words beginning with the enhanced code (RFC 2034) where the server gives one.
Reply = tuple[int, bytes]


class Smtp:
    """One conversation with the mail server, kept open while a drain lasts.

    `patience` is the longest wait for one answer in seconds; `deadline`, in time.monotonic(), bounds them all. `pause`
    is called before a line is made or a letter taken back, which may take as long as several answers.
    """

    def __init__(
        self, *, patience: float, deadline: float = float("inf"), pause: Callable[[], object] = lambda: None
    ) -> None:
        self.patience, self.deadline, self.pause = patience, deadline, pause
        self.server: smtplib.SMTP | None = None
        self.sent = 0
        self.watch = Deadline()

    def send(self, letter: OutgoingMessage, guard: Callable[[], bool]) -> str:
        mail = compose(letter)  # may refuse; the server need not hear of it
        receiver = one_address(letter.address)
        with self._surely_unsent():
            server = self._open()
            # Not by smtplib's mail() and rcpt(): they take each address apart once more, which `one_address` has done.
            self._step(partial(server.docmd, f"MAIL FROM:<{sender()}>"))
            self._step(
                partial(server.docmd, f"RCPT TO:<{receiver}>"), refused=RefusedByServer, put_off=PutOff
            )
        if self.deadline - time.monotonic() < LAST_SECONDS:
            self.close()
            raise Down("no time left")
        if not guard():
            self._reset()
            raise NotAuthorised
        with self._surely_unsent():
            self._step(partial(server.docmd, "DATA"), good=(354,), refused=RefusedByServer, put_off=PutOff)
        self.sent += 1
        last = self.sent >= LETTERS_PER_CONNECTION
        self._hand_over(server, wire_form(mail))
        if last:
            self.close()
        return message_id(letter.key)

    def look_up(self, key: str) -> str | None:
        return None  # SMTP cannot be asked (RFC 1047)

    def close(self) -> None:
        self.watch.over()
        server, self.server, self.sent = self.server, None, 0
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if server.sock:  # smtplib drops it when the other side hangs up
                    server.sock.settimeout(1)
                    server.quit()
            server.close()

    def _open(self) -> smtplib.SMTP:
        if self.server is None:
            self.pause()
            # Naming ourselves spares smtplib a look-up of our own name, which can hang for seconds.
            server = self.server = Line(self.watch, local_hostname=our_domain(), timeout=self._wait())
            self._step(partial(server.connect, settings.EMAIL_HOST, settings.EMAIL_PORT))
            self._step(server.ehlo)
            if settings.EMAIL_USE_TLS:
                self._step(partial(server.starttls, context=ssl.create_default_context()))
                self._step(server.ehlo)
            if settings.EMAIL_HOST_USER:
                self._step(partial(server.login, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD))
        return self.server

    def _step(
        self,
        command: Callable[[], Reply],
        *,
        good: Container[int] = GOOD,
        refused: type[NotSent] = Down,
        put_off: type[NotSent] = Down,
    ) -> None:
        reply = self._ask(command)
        if reply[0] not in good:
            self._refuse(reply, refused, put_off)

    def _ask(self, command: Callable[[], Reply]) -> Reply:
        """The answer, which is waited for so long and no longer."""
        if self.server and (line := self.server.sock):
            wait = self._wait()
            if line.gettimeout() != wait:
                line.settimeout(wait)
            self.watch.over(line, at=time.monotonic() + wait)
        reply = command()
        if self.watch.hung_up():
            raise Down("too slow")
        return reply

    def _hand_over(self, server: smtplib.SMTP, text: bytes) -> None:
        """Send the text and hear whether it was taken."""
        try:
            if server.sock:
                self.watch.over(server.sock, at=time.monotonic() + self.patience)
            server.send(text)
            code, words = server.getreply()
        except (OSError, smtplib.SMTPException):
            code, words = 0, b""
        if self.watch.hung_up() or not 200 <= code < 600:  # half an answer may look like a whole one
            self.close()
            raise Unconfirmed
        if code >= 300:
            self._refuse((code, words), RefusedByServer, PutOff)

    def _refuse(self, reply: Reply, refused: type[NotSent], put_off: type[NotSent]) -> None:
        """Raise what the server's no means: for this message, for what we send, or for all."""
        code, said = reply
        kind = {4: put_off, 5: refused}.get(code // 100, Down)
        if code in OUR_FAULT or kind is Down:
            self.close()
            raise Down(f"smtp {code}")
        self._reset()
        if kind is RefusedByServer and (code == POLICY_CODE or said.startswith(POLICY_WORDS)):
            raise AgainstPolicy(f"The mail server refuses this message because of a rule (answer {code}).")
        words = "refuses this message or its address" if kind is RefusedByServer else "put this message off"
        raise kind(f"The mail server {words} (answer {code}).")

    def _reset(self) -> None:
        self.pause()
        if self.server is None:
            return
        try:
            code, _ = self._ask(self.server.rset)
        except (OSError, smtplib.SMTPException, Down):
            code = 0
        if code != 250:
            self.close()  # the next letter opens a fresh conversation

    def _wait(self) -> float:
        left = min(self.patience, self.deadline - time.monotonic())
        if left <= 0:
            raise Down("no time left")
        return left

    @contextlib.contextmanager
    def _surely_unsent(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPResponseException as error:
            self.close()
            raise Down(f"smtp {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Down(type(error).__name__) from None


class Line(smtplib.SMTP):
    """A conversation whose first answer is watched as well."""

    def __init__(self, watch: Deadline, *, local_hostname: str, timeout: float) -> None:
        self.watch = watch
        super().__init__(local_hostname=local_hostname, timeout=timeout)

    def connect(self, host: str, port: int) -> tuple[int, bytes]:  # type: ignore[override]
        self._host = host  # what a certificate must be for
        return super().connect(host, port)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = super()._get_socket(host, port, timeout)
        self.watch.over(line, at=time.monotonic() + timeout)
        return line
