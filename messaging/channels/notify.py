"""GOV.UK Notify, for email and text messages: it can be asked by our reference, so nothing is lost and nothing doubled.

One template each stands on its side, with nothing but ((subject)) and ((body)) in it: the words are ours.
"""

import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings

from messaging.channels.base import (
    Down,
    NotAuthorised,
    OutgoingMessage,
    RefusedByServer,
    Unconfirmed,
    reference_of,
)

if TYPE_CHECKING:
    from notifications_python_client.errors import APIError
    from notifications_python_client.notifications import NotificationsAPIClient

LAST_SECONDS = 1.0  # nothing is handed over without at least this long to hear the answer
# Answers that come before it looks at what is sent: wrong key or clock, no such page, too many, out of service.
NOT_TAKEN = {401, 403, 404, 405, 429, 503}
# A 400 that tells of our set-up and would meet every other message too. (One fault of set-up once booked 200
# messages as "permanent" failures.)
OUR_FAULT = ("template", "personalisation", "team-only", "trial mode", "service")


class Notify(ABC):
    """A connection to Notify, kept open while a drain lasts."""

    def __init__(self, *, patience: float, deadline: float = float("inf")) -> None:
        self.patience, self.deadline = patience, deadline
        self.client: NotificationsAPIClient | None = None
        self.trouble = ""  # what the last hand-over met: the messages behind it are spared the same

    def send(self, letter: OutgoingMessage, guard: Callable[[], bool]) -> str:
        if self.trouble:
            raise Down(self.trouble)
        client = self._open()
        if not guard():
            raise NotAuthorised
        with self._answers():
            answer = self._post(client, letter)
            if not isinstance(answer, dict) or "id" not in answer:
                raise Unconfirmed
        return reference_of(letter.key)

    def look_up(self, key: str) -> str | None:
        from notifications_python_client.errors import APIError

        reference = reference_of(key)
        try:
            answer = self._open().get_all_notifications(reference=reference)
            found = any(each["reference"] == reference for each in answer["notifications"])
        except APIError as error:
            raise Down(_named(error)) from None
        except (KeyError, TypeError):
            raise Down("notify: an answer that is none") from None
        return reference if found else None

    def close(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            client.request_session.close()

    @abstractmethod
    def _post(self, client: "NotificationsAPIClient", letter: OutgoingMessage) -> Any:
        """Hand the letter over; what Notify answered."""

    def _open(self) -> "NotificationsAPIClient":
        wait = min(self.patience, self.deadline - time.monotonic())
        if wait < LAST_SECONDS:
            raise Down("no time left")
        if self.client is None:
            # Importing it takes a fifth of a second, which places without Notify are spared.
            from notifications_python_client.notifications import NotificationsAPIClient

            self.client = NotificationsAPIClient(settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_URL)
        self.client.timeout = wait
        return self.client

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """What Notify's no means: for this message, for all, or that nobody knows."""
        from notifications_python_client.errors import APIError

        try:
            yield
        except APIError as error:
            status = error.status_code if error.response is not None else 0
            if (status in NOT_TAKEN) or (not status and _never_connected(error.__cause__)):
                raise Down(_named(error)) from None
            if 400 <= status < 500:
                if status == 400 and any(word in str(error.message).lower() for word in OUR_FAULT):
                    raise Down(_named(error)) from None
                raise RefusedByServer(
                    f"GOV.UK Notify refuses this message or its address (answer {status})."
                ) from None
            self.trouble = _named(error)
            raise Unconfirmed from None


class NotifyEmail(Notify):
    def _post(self, client: "NotificationsAPIClient", letter: OutgoingMessage) -> Any:
        return client.send_email_notification(
            email_address=letter.address,
            template_id=settings.NOTIFY_EMAIL_TEMPLATE,
            personalisation={"subject": letter.subject, "body": letter.text},
            reference=reference_of(letter.key),
            email_reply_to_id=settings.NOTIFY_REPLY_TO or None,
            one_click_unsubscribe_url=letter.stop or None,
        )


class NotifyText(Notify):
    def _post(self, client: "NotificationsAPIClient", letter: OutgoingMessage) -> Any:
        return client.send_sms_notification(
            phone_number=letter.address,
            template_id=settings.NOTIFY_SMS_TEMPLATE,
            personalisation={"body": letter.text},
            reference=reference_of(letter.key),
        )


def _named(error: "APIError") -> str:
    """The fault in a word fit for a log: never Notify's own words, which may hold an address."""
    if error.response is not None:
        return f"notify {error.status_code}"
    return f"notify: {type(error.__cause__).__name__}"


def _never_connected(cause: BaseException | None) -> bool:
    """Whether the line was never up, so that nothing can have gone over it."""
    import requests
    import urllib3

    if isinstance(cause, requests.ConnectTimeout):
        return True
    while cause is not None:
        if isinstance(cause, urllib3.exceptions.NewConnectionError | ssl.SSLCertVerificationError):
            return True
        inner = getattr(cause, "reason", None) or next(iter(cause.args), None)
        cause = inner if isinstance(inner, BaseException) else cause.__cause__
    return False
