"""A real SMTP server that keeps what it is given and misbehaves on request.

sink.mails                          every mail taken, parsed, in order of arrival
sink.answer("RCPT", "550 no", times=2)   what to say at a step: EHLO, MAIL, RCPT, DATA (after the text)
sink.hang_up(times=1)               take the text, then close without an answer
sink.seconds = 0.5                  think this long about each mail before answering
sink.stop(), sink.start()           away and back, at the same port
"""

import asyncio
import logging
import socket
import time
from collections import defaultdict
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.ERROR)  # each command as it came: noise in a failing test


class SmtpSink:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.commands: list[str] = []  # MAIL, RCPT, DATA as they came
        self.seconds = 0.0
        self._answers: dict[str, list[str]] = defaultdict(list)
        self._hang_ups = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    host = "127.0.0.1"

    def start(self) -> "SmtpSink":
        self._controller = Controller(
            self, hostname=self.host, port=self.port, ready_timeout=20, enable_SMTPUTF8=False, ident="sink"
        )
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    def answer(self, step: str, reply: str, *, times: int = 1) -> None:
        self._answers[step] += [reply] * times

    def hang_up(self, *, times: int = 1) -> None:
        self._hang_ups += times

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that were sent to one address."""
        return [mail for mail in self.mails if mail["X-Sink-To"] == address]

    @staticmethod
    def text(mail: EmailMessage) -> str:
        """What somebody reads whose mail reader shows plain text, lines ending in \\n."""
        return mail.get_body(["plain"]).get_content().replace("\r\n", "\n")

    def wait_for(self, count: int, *, seconds: float = 20) -> list[EmailMessage]:
        """The mails, once there are `count` of them; fails when that takes too long."""
        wait_until(lambda: len(self.mails) >= count, seconds=seconds, what=f"{count} mails")
        return self.mails

    def _planned(self, step: str) -> str | None:
        self.commands.append(step)
        return self._answers[step].pop(0) if self._answers[step] else None

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        planned = self._planned("EHLO")
        return [planned] if planned else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        planned = self._planned("MAIL")
        if planned is None:
            envelope.mail_from = address
        return planned or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        planned = self._planned("RCPT")
        if planned is None:
            envelope.rcpt_tos.append(address)
        return planned or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        planned = self._planned("DATA")
        await asyncio.sleep(self.seconds)
        if planned:
            return planned
        mail = message_from_bytes(envelope.content, policy=policy.default)
        mail["X-Sink-To"] = ", ".join(envelope.rcpt_tos)
        mail["X-Sink-From"] = envelope.mail_from
        self.mails.append(mail)
        if self._hang_ups:
            self._hang_ups -= 1
            server.transport.abort()
        return "250 taken"


def wait_until(true: Callable[[], object], *, seconds: float = 60, what: str = "it") -> None:
    """Look again and again until something is true; fails with its name when that takes too long."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)
