"""The best placing where cohorts have places and nothing else: exact at any size, without a solver.

Sets of people who can all be placed at once are the independent sets of a matroid (a transversal matroid), so taking
people in the one order, each whenever those already taken can be re-seated to make room, gives at once the most long
waiters, the most people and the largest score, with ties by wait and id (docs/allocation.md). Only types are re-seated:
a search goes from kind to kind of cohort, of which there are tens, however many people there are.
"""

from itertools import islice
from operator import itemgetter

from sessions.allocation.types import Mask, Types, Unit


def flow(types: Types, places: list[int]) -> list[list[Unit]]:
    """Who of those who come alone sits in each kind of cohort, where each kind has so many places."""
    seats = _Seats(places)
    placed: dict[Mask, list[Unit]] = {}
    waiting = [
        (unit.rank, mask, unit) for (mask, size), units in types.units.items() if size == 1 for unit in units
    ]
    waiting.sort(key=itemgetter(0))
    shut: set[Mask] = set()
    for _, mask, unit in waiting:
        if mask in shut:
            continue
        if seats.take(mask):
            placed.setdefault(mask, []).append(unit)
        else:
            shut.add(mask)
    next_of = {mask: iter(units) for mask, units in placed.items()}
    return [
        [unit for mask, number in sorted(sitting.items()) for unit in islice(next_of[mask], number)]
        for sitting in seats.sitting
    ]


class _Seats:
    """Places by kind, and who sits where, by type."""

    def __init__(self, free: list[int]) -> None:
        self.free = free
        self.sitting: list[dict[Mask, int]] = [{} for _ in free]
        self.reach = [0] * len(free)  # where somebody of this kind could sit instead; may name too much, never too little
        self.open = sum(1 << kind for kind, places in enumerate(free) if places)  # kinds with a free place
        self.alive = (1 << len(free)) - 1  # kinds from which a free place may be reached; what is shut stays shut

    def take(self, mask: Mask) -> bool:
        """Seat one more of this type, re-seating others where needed; False: it cannot be done, now or later."""
        here = mask & self.open
        if here:
            self._sit(mask, (here & -here).bit_length() - 1)
            return True
        path = self._path(mask & self.alive)
        if path is None:
            return False
        moving = mask
        for kind, follows in path:
            self._sit(moving, kind, counted=False)
            if follows is None:
                break
            moving = follows
            self._rise(follows, kind)
        self._count(path[-1][0])
        return True

    def _path(self, start: Mask) -> list[tuple[int, Mask | None]] | None:
        """Kinds from first to last, each with the type whose one person moves on to the next; the last has room."""
        came: dict[int, tuple[int, Mask]] = {}
        seen, queue = start, _bits(start)
        for kind in queue:
            fresh = self.reach[kind] & self.alive & ~seen
            while fresh:
                # The superset may be stale: look for somebody who really could move on, to an open kind if possible.
                bit = fresh & self.open or fresh
                bit &= -bit
                fresh &= ~bit
                mover = next((mask for mask in self.sitting[kind] if mask & bit), None)
                if mover is None:
                    self.reach[kind] &= ~bit
                    continue
                other = bit.bit_length() - 1
                came[other] = (kind, mover)
                if bit & self.open:
                    return _back(came, other, start)
                seen |= bit
                queue.append(other)
        self.alive &= ~seen
        return None

    def _sit(self, mask: Mask, kind: int, *, counted: bool = True) -> None:
        sitting = self.sitting[kind]
        sitting[mask] = sitting.get(mask, 0) + 1
        self.reach[kind] |= mask
        if counted:
            self._count(kind)

    def _count(self, kind: int) -> None:
        self.free[kind] -= 1
        if not self.free[kind]:
            self.open &= ~(1 << kind)

    def _rise(self, mask: Mask, kind: int) -> None:
        sitting = self.sitting[kind]
        if sitting[mask] == 1:
            del sitting[mask]
        else:
            sitting[mask] -= 1


def _back(came: dict[int, tuple[int, Mask]], last: int, start: Mask) -> list[tuple[int, Mask | None]]:
    path: list[tuple[int, Mask | None]] = [(last, None)]
    while not start >> path[-1][0] & 1:
        before, mover = came[path[-1][0]]
        path.append((before, mover))
    path.reverse()
    return path


def _bits(mask: Mask) -> list[int]:
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found
