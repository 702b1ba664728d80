"""Mails about accounts: this room says what and to whom; the outbox, which it does not know, is registered from above."""

from collections.abc import Callable
from typing import Any

from core.registry import Registry

Promise = Callable[..., bool]
_promises: Registry[str, Promise] = Registry("outbox")


def register(promise: Promise) -> None:
    """`promise` is `messaging.outbox.queue.queue`, or stands for it."""
    _promises.register("outbox", promise)


def tell(**message: Any) -> None:
    """Promise a mail in the transaction of the fact that it tells; a key that was promised before is passed over.

    `message` is what `promise` takes: `message_about`, `now`, `expires_at`, and a `user` or an `interest` to write to.
    """
    for promise in _promises.values():
        promise(**message)
