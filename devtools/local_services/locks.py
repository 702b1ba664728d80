"""Locks on files, which the kernel frees however a process ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def is_locked(path: Path) -> bool:
    """Whether any living process holds the lock on this file, shared or alone."""
    with contextlib.suppress(FileNotFoundError), path.open() as file:
        return not try_lock(file, fcntl.LOCK_EX)
    return False


@contextlib.contextmanager
def alone(path: Path, patience: float = 0) -> Iterator[int | None]:
    """The lock on a file for ourselves alone, or None when others keep it for `patience` seconds."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    try:
        while not (locked := try_lock(file, fcntl.LOCK_EX)) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield file if locked else None
    finally:
        os.close(file)


def try_lock(file: int | IO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
