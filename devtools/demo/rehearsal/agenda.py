"""The virtual clock: what will happen at which moment, in order, without anybody waiting."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

Deed = Callable[[datetime], object]


@dataclass(order=True)
class _Entry:
    at: datetime
    order: int
    deed: Deed = field(compare=False)


class Agenda:
    """Deeds by their moment; deeds of one moment keep the order in which they were added.

    Nothing after `until` happens: it is left to the real clock. What should have happened already happens next.
    """

    def __init__(self, until: datetime | None = None) -> None:
        self.until = until
        self.now: datetime | None = None
        self._entries: list[_Entry] = []
        self._order = count()

    def add(self, at: datetime, deed: Deed) -> None:
        at = max(at, self.now) if self.now else at
        if self.until is None or at <= self.until:
            heapq.heappush(self._entries, _Entry(at, next(self._order), deed))

    def moments(self) -> Iterator[datetime]:
        """Live through it: do all that belongs to a moment, then say which moment it was."""
        while self._entries:
            self.now = now = self._entries[0].at
            while self._entries and self._entries[0].at == now:
                heapq.heappop(self._entries).deed(now)
            yield now
