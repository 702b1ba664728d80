"""Mails about accounts: this room says what and to whom; the outbox, which it does not know, is registered from above."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Interest, User
from core.registry import Registry

Promise = Callable[..., bool]
_promises: Registry[str, Promise] = Registry("outbox")


def register(promise: Promise) -> None:
    """`promise` is `messaging.outbox.queue.queue`, or stands for it."""
    _promises.register("outbox", promise)


def tell(
    *,
    key: str,
    kind: str,
    subject_type: str,
    subject_id: int,
    now: datetime,
    expires_at: datetime,
    user: User | None = None,
    interest: Interest | None = None,
) -> None:
    """Promise a mail in the transaction of the fact that it tells; a key that was promised before is passed over."""
    for promise in _promises.values():
        promise(
            key=key,
            kind=kind,
            subject_type=subject_type,
            subject_id=subject_id,
            now=now,
            expires_at=expires_at,
            user=user,
            interest=interest,
        )
