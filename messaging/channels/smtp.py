"""SMTP, step by step: every failure before the text surely sent nothing, and the fence stands right before it.

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

from messaging.channels.base import (
    AgainstPolicy,
    Down,
    Letter,
    NotAuthorised,
    NotSent,
    PutOff,
    Refused,
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
Reply = tuple[
    int, bytes
]  # code, and words beginning with the enhanced code (RFC 2034) where the server gives one


class Smtp:
    """One conversation with the mail server, kept open while a drain lasts.

    `patience` is the longest wait for one answer in seconds; `deadline`, in time.monotonic(), bounds them all. `pause`
    is called before a line is made or a letter taken back, which may take as long as several answers.
    """

    # Commands go along with the text before, until a server that allows it keeps silent about them.
    ahead = True

    def __init__(
        self, *, patience: float, deadline: float = float("inf"), pause: Callable[[], object] = lambda: None
    ) -> None:
        self.patience, self.deadline, self.pause = patience, deadline, pause
        self.server: smtplib.SMTP | None = None
        self.sent = 0
        self.watch = Deadline()
        self.said: list[str] = []  # what went along with the letter before, the answers not read yet
        self.text_awaited = False  # the server has said that the text can come

    def send(self, letter: Letter, fence: Callable[[], bool]) -> str:
        mail = wire_form(compose(letter))  # may refuse; the server need not hear of it
        with self._surely_unsent():
            server = self._envelope(one_address(letter.address))
        if self.deadline - time.monotonic() < LAST_SECONDS:
            self.close()
            raise Down("no time left")
        if not fence():
            self._reset(server)
            raise NotAuthorised
        if not self.text_awaited:
            with self._surely_unsent():
                self._step(
                    partial(server.docmd, "DATA"), good=(354,), refused=RefusedByServer, put_off=PutOff
                )
        self.sent += 1
        last = self.sent >= LETTERS_PER_CONNECTION
        self._hand_over(server, mail, then=[] if last else self._next(server, letter))
        if last:
            self.close()
        return message_id(letter.key)

    def look_up(self, key: str) -> str | None:
        return None  # SMTP cannot be asked (RFC 1047)

    def close(self) -> None:
        self.watch.over()
        server, self.server, self.sent = self.server, None, 0
        in_mid_sentence = self.said or self.text_awaited  # it might take a QUIT for text
        self.said, self.text_awaited = [], False
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if server.sock and not in_mid_sentence:  # smtplib drops it when the other side hangs up
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

    def _envelope(self, receiver: str) -> smtplib.SMTP:
        """Say from whom and to whom a letter is: in one breath to a server that takes it so (RFC 2920)."""
        server, commands = self._open(), _envelope_of(receiver)
        if self.said and self.said[:2] != commands:
            self._reset(server)  # the letter that was to come next does not
            server = self._open()
        if not server.has_extn("pipelining"):
            # Not by smtplib's mail() and rcpt(): they take each address apart once more, which `one_address` has done.
            self._step(partial(server.docmd, commands[0]))
            self._step(partial(server.docmd, commands[1]), refused=RefusedByServer, put_off=PutOff)
            return server
        answers: list[Reply] = []

        def say() -> Reply:
            if self.said:
                answers.extend(self._answers(server))
            else:
                server.send(_lines(commands))
                answers.extend(_replies(server, commands))
            return answers[0]

        self._step(say)
        if answers[1][0] not in GOOD:
            self._refuse(answers[1], RefusedByServer, PutOff)
        return server

    def _next(self, server: smtplib.SMTP, letter: Letter) -> list[str]:
        """What can be said along with this letter's text: the next envelope, and DATA where the fence has been passed."""
        if not (letter.then and Smtp.ahead and server.has_extn("pipelining")):
            return []
        with contextlib.suppress(Refused):
            return _envelope_of(one_address(letter.then)) + ["DATA"] * letter.then_let
        return []

    def _answers(self, server: smtplib.SMTP) -> list[Reply]:
        """The answers to all that was said along with a text: each comes, even after a no."""
        said, self.said = self.said, []
        try:
            answers = _replies(server, said)
        except smtplib.SMTPServerDisconnected as silence:
            if isinstance(silence.__context__, TimeoutError):
                Smtp.ahead = False  # nothing goes along with a text in this process any more
            raise
        # Where DATA was said as well. If it was refused, it is said again, and that answer counts.
        self.text_awaited = [code for code, _ in answers[2:]] == [354]
        return answers

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

    def _hand_over(self, server: smtplib.SMTP, text: bytes, *, then: list[str]) -> None:
        """Send the text, and what can be said along with it, and hear whether it was taken."""
        try:
            if server.sock:
                self.watch.over(server.sock, at=time.monotonic() + self.patience)
            self.said, self.text_awaited = then, False
            server.send(text + _lines(then))
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
        if self.server:
            self._reset(self.server)
        if kind is RefusedByServer and (code == POLICY_CODE or said.startswith(POLICY_WORDS)):
            raise AgainstPolicy(f"The mail server refuses this message because of a rule (answer {code}).")
        words = "refuses this message or its address" if kind is RefusedByServer else "put this message off"
        raise kind(f"The mail server {words} (answer {code}).")

    def _reset(self, server: smtplib.SMTP) -> None:
        self.pause()

        def heard() -> Reply:
            if self.said:
                self._answers(server)
            return (0, b"") if self.text_awaited else server.rset()

        try:
            code, _ = self._ask(heard)
        except (OSError, smtplib.SMTPException, Down):
            code = 0
        if code != 250:  # or the server awaits a text, and must not have one
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


def _envelope_of(receiver: str) -> list[str]:
    return [f"MAIL FROM:<{sender()}>", f"RCPT TO:<{receiver}>"]


def _replies(server: smtplib.SMTP, commands: list[str]) -> list[Reply]:
    return [server.getreply() for _ in commands]


def _lines(commands: list[str]) -> bytes:
    return "".join(f"{command}\r\n" for command in commands).encode("ascii")


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
