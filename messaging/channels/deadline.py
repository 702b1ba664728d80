"""A limit to the whole of one wait, which no timeout of a socket is: each byte that comes begins that anew."""

import contextlib
import socket
import time
from threading import Lock, Thread

LOOKS_EVERY = 0.2  # seconds between looks at a wait for an answer
LOOKS_FOR = 5.0  # seconds without any wait, after which nobody looks any more


class Deadline:
    """Hangs up on a server that keeps us waiting by a byte now and then: no timeout of a socket sees that.

    Without it a message could be in hand for longer than its lease, and go twice.
    """

    def __init__(self) -> None:
        self.line: socket.socket | None = None
        self.at = float("inf")
        self.fired = False
        self.lock = Lock()
        self.thread: Thread | None = None

    def over(self, line: socket.socket | None = None, *, at: float = float("inf")) -> None:
        """Hang up on this line at that moment (time.monotonic()); called again without one, it will not."""
        with self.lock:
            self.line, self.at, self.fired = line, at, False
        if line is not None and (self.thread is None or not self.thread.is_alive()):
            self.thread = Thread(target=self._watch, name="watch", daemon=True)
            self.thread.start()

    def hung_up(self) -> bool:
        """Whether it had to; the wait is over either way."""
        with self.lock:
            self.line = None
            return self.fired

    def _watch(self) -> None:
        idle_since = time.monotonic()
        while time.monotonic() - idle_since < LOOKS_FOR:
            time.sleep(LOOKS_EVERY)
            with self.lock:
                if self.line is None:
                    continue
                idle_since = time.monotonic()
                if idle_since >= self.at:
                    with contextlib.suppress(OSError):
                        self.line.shutdown(socket.SHUT_RDWR)
                    self.line, self.fired = None, True
