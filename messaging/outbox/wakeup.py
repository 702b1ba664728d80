"""The bell: a nudge through Redis that something is due. The truth is in the database; a lost nudge costs one sweep.

A *stopped* Redis takes connections and never answers, so every wait here is short, and after one failure nobody
tries again for a while: Redis down or stopped must neither fail nor slow a web request.
"""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread, current_thread

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from kombu import Connection

from messaging.outbox import heartbeats

log = logging.getLogger(__name__)

PATIENCE = 0.5  # seconds to connect, and to hear each answer
SILENCE = 30.0  # seconds without another try after a failure
DRAIN_SECONDS = 30.0  # a worker that has sent nothing for longer may not hear the bell
ENOUGH = 200  # bells that wait; more of them would say the same
HERE_SECONDS = 3.0  # longest that an urgent ring sends messages by itself

# In this process; times are of time.monotonic().
_silent_until = 0.0
_drained_until = 0.0
_ringer: Thread | None = None
_again = False  # an urgent ring that came while another was under way
_turn = Lock()  # for the two above
_drain: Callable[..., object] | None = None


def send_urgent_by(drain: Callable[..., object]) -> None:
    """Name what sends urgent messages here and now when no worker can be woken (`delivery.worker.drain`)."""
    global _drain
    _drain = drain


def ring_after_commit(*, urgent: bool) -> None:
    """Ring once when the running transaction commits, however many messages it queues."""
    ringer = _ring_urgent if urgent else _ring
    # Rolling back to a savepoint takes its callbacks off this list, so what is on it will be called.
    if not any(entry[1] is ringer for entry in transaction.get_connection().run_on_commit):
        transaction.on_commit(ringer, robust=True)


def ring(*, urgent: bool) -> None:
    """Ask the workers for a drain. Never raises, never waits long.

    When the bell cannot be rung, or no drain has run for half a minute, urgent messages (codes, safety alerts) are
    sent here and now, for three seconds.
    """
    heard = _nudge()
    if urgent and not (heard and _is_drained()):
        _send_urgent_here()


def is_heard() -> bool:
    """True when Redis answers: for /readyz."""
    if time.monotonic() < _silent_until:
        return False
    try:
        with _line() as line:
            line.ensure_connection(max_retries=0)  # pings, and does not wait two seconds to try again
    except Exception as error:
        _fall_silent(error)
        return False
    return True


def _ring() -> None:
    ring(urgent=False)


def _ring_urgent() -> None:
    """Ring in a thread, one at a time, for which no request waits.

    A request that waited for Redis or the mail server would be slow, and would tell a stranger by the clock whose
    address is known.
    """
    global _ringer, _again
    with _turn:
        _again = True
        if _ringer is None or not _ringer.is_alive():  # it does not live on in a forked process
            # Not a daemon: a process that ends lets it finish.
            _ringer = Thread(target=_ring_apart, name="bell")
            _ringer.start()


def _ring_apart() -> None:
    global _ringer, _again
    try:
        while True:
            with _turn:
                if not _again:
                    _ringer = None
                    return
                _again = False
            ring(urgent=True)
    finally:
        with _turn:
            if _ringer is current_thread():  # it broke off: the next ring needs another
                _ringer = None
        connections.close_all()  # this thread's own


def _nudge() -> bool:
    if time.monotonic() < _silent_until:
        return False
    try:
        with _line() as line:
            waiting = line.default_channel.queue_declare(queue=current_app.conf.task_default_queue)
            if waiting.message_count >= ENOUGH:
                return True
            # It never expires: by a worker's clock that is ahead, every bell would be too old and nothing would leave.
            current_app.send_task("messaging.tasks.drain", connection=line, retry=False, ignore_result=True)
    except Exception as error:
        _fall_silent(error)
        return False
    return True


def _is_drained() -> bool:
    """Whether a worker is at work: Redis takes the bell also when nobody is there to hear it.

    The last drain that was seen is good until it is too old, so that not every ring needs the database.
    """
    global _drained_until
    if time.monotonic() < _drained_until:
        return True
    try:
        age = heartbeats.seconds_since("drain")
    except DatabaseError:
        return False
    if age is None or age > DRAIN_SECONDS:
        return False
    _drained_until = time.monotonic() + DRAIN_SECONDS - max(age, 0.0)
    return True


def _line() -> Connection:
    # Not the worker's connection: that one waits for work, and half a second of silence is its daily bread.
    return current_app.connection_for_write(
        settings.CELERY_BROKER_URL,
        connect_timeout=PATIENCE,
        transport_options={
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry_on_timeout": False,
            "max_retries": 0,
        },
    )


def _fall_silent(error: Exception) -> None:
    global _silent_until
    _silent_until = time.monotonic() + SILENCE
    log.warning("the bell cannot be rung", extra={"fault": type(error).__name__})


def _send_urgent_here() -> None:
    try:
        if _drain is not None:
            _drain(urgent_only=True, seconds=HERE_SECONDS)
    except Exception:
        log.exception("urgent messages could not be sent by the request itself")
