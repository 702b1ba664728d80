"""SMTP, step by step: every failure before DATA surely sent nothing, and the fence stands right before DATA.

Django's and smtplib's one-call sending cannot tell "refused" from "perhaps taken", and leaves no room for the fence.
"""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Container, Iterator
from functools import partial

from django.conf import settings

from messaging.channels import Down, Letter, NotAuthorised, NotSent, PutOff, Refused, Unconfirmed
from messaging.channels.mime import compose, message_id, one_address, our_domain, sender, wire_form
from messaging.channels.watch import Watch

# Answers that tell of our own set-up or of the server as a whole, at whatever step they come: bad sequence of
# commands, log-in needed or refused, shutting down. (A missing EHLO once booked 200 "permanent" failures.)
OUR_FAULT = {421, 503, 530, 534, 535, 538}
LAST_SECONDS = 1.0  # no DATA without at least this long to hear the answer
LETTERS_PER_CONNECTION = 100  # some servers hang up after more


class Smtp:
    """One conversation with the mail server, kept open while a drain lasts.

    `patience` is the longest wait for one answer in seconds; `deadline`, in time.monotonic(), bounds them all.
    """

    def __init__(self, *, patience: float, deadline: float = float("inf")) -> None:
        self.patience, self.deadline = patience, deadline
        self.server: smtplib.SMTP | None = None
        self.sent = 0
        self.watch = Watch()

    def send(self, letter: Letter, fence: Callable[[], bool]) -> str:
        mail = wire_form(compose(letter))  # may refuse; the server need not hear of it
        with self._surely_unsent():
            server = self._open()
            # Not smtplib's mail() and rcpt(): they take each address apart once more, which `one_address` has done.
            self._step(partial(server.docmd, "MAIL", f"FROM:<{sender()}>"))
            self._step(
                partial(server.docmd, "RCPT", f"TO:<{one_address(letter.address)}>"),
                refused=Refused,
                put_off=PutOff,
            )
        if self.deadline - time.monotonic() < LAST_SECONDS:
            self.close()
            raise Down("no time left")
        if not fence():
            self._reset(server)
            raise NotAuthorised
        with self._surely_unsent():
            self._step(partial(server.docmd, "DATA"), good=(354,), refused=Refused, put_off=PutOff)
        self._hand_over(server, mail)
        self.sent += 1
        if self.sent % LETTERS_PER_CONNECTION == 0:
            self.close()
        return message_id(letter.key)

    def look_up(self, key: str) -> str | None:
        return None  # SMTP cannot be asked (RFC 1047)

    def close(self) -> None:
        self.watch.over()
        server, self.server = self.server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if server.sock:  # smtplib drops it when the other side hangs up
                    server.sock.settimeout(1)
                    server.quit()
            server.close()

    def _open(self) -> smtplib.SMTP:
        if self.server is None:
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
        command: Callable[[], tuple[int, bytes]],
        *,
        good: Container[int] = range(200, 300),
        refused: type[NotSent] = Down,
        put_off: type[NotSent] = Down,
    ) -> None:
        if self.server and self.server.sock:
            self.server.sock.settimeout(self._wait())
            self.watch.over(self.server.sock, at=time.monotonic() + self._wait())
        code, _ = command()
        if self.watch.hung_up():
            raise Down("too slow")
        if code not in good:
            self._refuse(code, refused, put_off)

    def _hand_over(self, server: smtplib.SMTP, text: bytes) -> None:
        try:
            if server.sock:
                self.watch.over(server.sock, at=time.monotonic() + self.patience)
            server.send(text)
            code, _ = server.getreply()
        except (OSError, smtplib.SMTPException):
            code = 0
        if self.watch.hung_up() or not 200 <= code < 600:  # half an answer may look like a whole one
            self.close()
            raise Unconfirmed
        if code >= 300:
            self._refuse(code, Refused, PutOff)

    def _refuse(self, code: int, refused: type[NotSent], put_off: type[NotSent]) -> None:
        """Raise what the server's no means: for this message, or for all."""
        kind = {4: put_off, 5: refused}.get(code // 100, Down)
        if code in OUR_FAULT or kind is Down:
            self.close()
            raise Down(f"smtp {code}")
        if self.server:
            self._reset(self.server)
        words = "refuses this message or its address" if kind is Refused else "put this message off"
        raise kind(f"The mail server {words} (answer {code}).")

    def _reset(self, server: smtplib.SMTP) -> None:
        try:
            code, _ = server.rset()
        except (OSError, smtplib.SMTPException):
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

    def __init__(self, watch: Watch, *, local_hostname: str, timeout: float) -> None:
        self.watch = watch
        super().__init__(local_hostname=local_hostname, timeout=timeout)

    def connect(self, host: str, port: int) -> tuple[int, bytes]:  # type: ignore[override]
        self._host = host  # what a certificate must be for
        return super().connect(host, port)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = super()._get_socket(host, port, timeout)
        self.watch.over(line, at=time.monotonic() + timeout)
        return line
