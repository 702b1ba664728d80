"""Which ways out this place has: by its settings."""

from collections.abc import Callable

from django.conf import settings

from messaging.channels.base import Channel
from messaging.channels.file import File
from messaging.channels.notify import NotifyEmail, NotifyText
from messaging.channels.sms import Sms
from messaging.channels.smtp import Smtp


def open_channels(
    patience: float, deadline: float = float("inf"), pause: Callable[[], object] = lambda: None
) -> dict[str, Channel]:
    """The channels that are set up, by the names that messages carry; none of them speaks before it is used.

    `patience` is the longest wait for one answer in seconds; `deadline`, in time.monotonic(), bounds them all. `pause`
    is called before a letter is kept waiting by something else than its own sending.
    """
    channels: dict[str, Channel] = {
        "smtp": Smtp(patience=patience, deadline=deadline, pause=pause),
        "file": File(),
    }
    if settings.NOTIFY_API_KEY and settings.NOTIFY_EMAIL_TEMPLATE:
        channels["notify_email"] = NotifyEmail(patience=patience, deadline=deadline)
    if settings.NOTIFY_API_KEY and settings.NOTIFY_SMS_TEMPLATE:
        channels["notify_sms"] = NotifyText(patience=patience, deadline=deadline)
    if settings.SMS_GATEWAY_URL:
        channels["sms"] = Sms(patience=patience, deadline=deadline)
    return channels
