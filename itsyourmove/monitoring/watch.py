"""The watch: an alert that leaves by its own way when something is wrong, and needs no worker, request or outbox.

What was already sent is remembered in a file, because the database may be what is away.
"""

import contextlib
import json
import logging
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from django.conf import settings

from core.dates import LONDON, moment
from itsyourmove.monitoring import alarms
from messaging.channels.mime import our_domain
from messaging.monitoring.alarms import Alarm

log = logging.getLogger(__name__)

# Seconds until the second look: a restart of the database is no alarm, one good answer no all-clear.
SURE_AFTER = 10.0
WHAT_TO_DO = "See docs/deploy.md, under Alerts, for what to do."


@dataclass
class Memory:
    """The alarms that were last sent, by code, and when (ISO 8601, UTC)."""

    codes: list[str] = field(default_factory=list)
    at: str = ""

    @classmethod
    def read(cls) -> "Memory":
        with suppress(OSError, ValueError, TypeError):
            memory = cls(**json.loads(settings.ALERT_STATE.read_text()))
            if not memory.codes or datetime.fromisoformat(memory.at).tzinfo:
                return memory
        return cls()

    def keep(self) -> None:
        """Write it, unless the disk is full or the folder is not ours: `Watch` remembers as well."""
        with suppress(OSError):
            settings.ALERT_STATE.parent.mkdir(parents=True, exist_ok=True)
            new = settings.ALERT_STATE.with_suffix(".new")
            new.write_text(json.dumps(asdict(self)))
            new.replace(settings.ALERT_STATE)


class Watch:
    """One mail when something new is wrong, a reminder after some hours, and one when all is well again."""

    def __init__(self, pause: Callable[[float], object] = time.sleep) -> None:
        self.pause, self.memory = pause, Memory.read()

    def turn(self) -> Sequence[Alarm]:
        """Look once and send what is to be sent; what is wrong now."""
        found = self._sure()
        codes, now = [alarm.code for alarm in found], datetime.now(UTC)
        again = timedelta(hours=settings.ALERT_REMINDER_HOURS)
        if set(codes) - set(self.memory.codes):
            told = _tell("Problem with the service", found, now)
        elif codes and now - datetime.fromisoformat(self.memory.at) >= again:
            told = _tell("Still a problem with the service", found, now)
        elif self.memory.codes and not codes:
            told = _tell("The service is working again", [], now)
        elif codes != self.memory.codes:
            told = False
            self.memory = Memory(codes, self.memory.at)  # some of it is over: what comes back is new
            self.memory.keep()
        else:
            told = False
        if told:
            self.memory = Memory(codes, now.isoformat())
            self.memory.keep()
        return found

    def _sure(self) -> Sequence[Alarm]:
        """What is wrong; a second look confirms what is new, and that all is well again."""
        found, known = alarms.every_in_time(), set(self.memory.codes)
        seen = {alarm.code for alarm in found}
        if seen <= known and (seen or not known):
            return found
        self.pause(SURE_AFTER)
        return [alarm for alarm in alarms.every_in_time() if alarm.code in seen | known]


def _tell(subject: str, found: Sequence[Alarm], now: datetime) -> bool:
    """Send it, or only log it where no address is set and in a demonstration; False when it could not be sent."""
    log.log(
        logging.ERROR if found else logging.WARNING,
        subject.lower(),
        extra={"fault": ", ".join(alarm.code for alarm in found)},
    )
    if settings.DEMO or not settings.ALERT_EMAIL:
        return True
    try:
        _send(_mail(subject, found, now))
    except (OSError, smtplib.SMTPException) as error:
        log.error("an alert could not be sent", extra={"fault": type(error).__name__})
        return False
    return True


def _mail(subject: str, found: Sequence[Alarm], now: datetime) -> EmailMessage:
    lines = [f"{subject}: {settings.SITE_ORIGIN}", f"{moment(now.astimezone(LONDON))}", ""]
    lines += [f"- {alarm.text}" for alarm in found] or ["All the problems we reported are over."]
    if found:
        again = settings.ALERT_REMINDER_HOURS
        due = f"We email again if more goes wrong, after {again} hours, and when all is well."
        lines += ["", WHAT_TO_DO, due]
    mail = EmailMessage()
    mail["Subject"] = f"{subject} ({settings.SERVICE_NAME})"
    mail["From"], mail["To"] = settings.DEFAULT_FROM_EMAIL, ", ".join(settings.ALERT_EMAIL)
    mail["Date"], mail["Message-ID"] = formatdate(now.timestamp()), make_msgid(domain=our_domain())
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(lines) + "\n")
    return mail


def _send(mail: EmailMessage) -> None:
    host, port = settings.ALERT_EMAIL_HOST, settings.ALERT_EMAIL_PORT
    server = smtplib.SMTP(host, port, our_domain(), timeout=settings.EMAIL_TIMEOUT)
    try:
        if settings.ALERT_EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.ALERT_EMAIL_HOST_USER:
            server.login(settings.ALERT_EMAIL_HOST_USER, settings.ALERT_EMAIL_HOST_PASSWORD)
        server.send_message(mail)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):  # taken is taken, however it says goodbye
            server.quit()
