"""SIGTERM in the middle of a drain: finish the mail in hand, hand the rest back, then end as asked."""

import os
import signal
import threading
from types import FrameType, TracebackType


class Stopping:
    """Inside the `with` block SIGTERM only raises a flag; after it the signal takes its usual course.

    Calling it tells whether to stop. `wait(seconds)` sleeps, and wakes early when told to stop. Outside a process's
    main thread, where Python hears no signals, it never tells to stop.
    """

    def __init__(self) -> None:
        self.told = threading.Event()

    def __enter__(self) -> "Stopping":
        self.hears = threading.current_thread() is threading.main_thread()
        if self.hears:
            self.before = signal.signal(signal.SIGTERM, self._hear)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.hears:
            signal.signal(signal.SIGTERM, self.before)
            if self.told.is_set():
                os.kill(os.getpid(), signal.SIGTERM)

    def __call__(self) -> bool:
        return self.told.is_set()

    def wait(self, seconds: float) -> None:
        self.told.wait(seconds)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.told.set()
