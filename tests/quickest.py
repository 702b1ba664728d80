"""What something costs the processor, to be set beside something else in the same run: never beside a clock."""

import time
from collections.abc import Callable


def quickest(act: Callable[[], object], *, of: int = 20) -> float:
    """Seconds of the processor, the best of so many: a busy machine makes some slower, and none quicker."""
    found = []
    for _ in range(of):
        started = time.process_time()
        act()
        found.append(time.process_time() - started)
    return min(found)
