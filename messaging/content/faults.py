"""When the words of a message cannot be written: what it was about may be gone."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from messaging.models import Message

log = logging.getLogger(__name__)


@contextmanager
def logged(what: str, message: Message) -> Iterator[None]:
    """Whatever goes wrong inside is logged and passed over, unless the database is away: that is no fault of this one."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception(what, extra={"message_id": message.pk, "kind": message.kind})
