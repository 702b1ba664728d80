"""The best placing where cohorts have places and nothing else: exact at any size, without a solver.

Sets of people who can all be placed at once are the independent sets of a matroid (a transversal matroid), so taking
people in the one order, each whenever those already taken can be re-seated to make room, gives at once the most long
waiters, the most people and the largest score, with ties by wait and id (docs/allocation.md). Only types are re-seated:
a search goes from kind to kind of cohort, of which there are tens, however many people there are.
"""

from functools import reduce
from itertools import islice
from operator import or_

from sessions.allocation.equivalence_classes import Mask, Types
from sessions.allocation.problem import Person

Step = tuple[
    int, Mask
]  # a kind, and the type of which one person moves on from there to the next step's kind


def flow(types: Types, places: list[int]) -> list[list[Person]]:
    """Who of those who come alone sits in each kind of cohort, where each kind has so many places."""
    seats = _Seats(places)
    placed: dict[Mask, list[Person]] = {}
    shut: set[Mask] = set()  # types of which nobody more can be seated, now or later
    take, sitting, reach, free = seats.take, seats.sitting, seats.reach, seats.free
    for mask, person in zip(types.fit, types.alone, strict=True):
        if here := mask & seats.open:  # the common case, spelled out
            kind = (here & -here).bit_length() - 1
            there = sitting[kind]
            there[mask] = there.get(mask, 0) + 1
            reach[kind] |= mask
            free[kind] -= 1
            if not free[kind]:
                seats.open &= ~(1 << kind)
        elif mask in shut:
            continue
        elif not take(mask):
            shut.add(mask)
            continue
        if mask in placed:
            placed[mask].append(person)
        else:
            placed[mask] = [person]
    left = {mask: iter(people) for mask, people in placed.items()}
    return [
        [person for mask, number in sorted(here.items()) for person in islice(left[mask], number)]
        for here in sitting
    ]


class _Seats:
    """Places by kind, and who sits where, by type."""

    def __init__(self, free: list[int]) -> None:
        self.free = list(free)
        self.sitting: list[dict[Mask, int]] = [{} for _ in free]
        self.open = sum(1 << kind for kind, places in enumerate(free) if places)  # kinds with a free place
        self.alive = (
            1 << len(free)
        ) - 1  # kinds from which a free place may be reached; what is shut stays shut
        # Where somebody of a kind could sit instead, and who: both may name too much, never too little, and are looked
        # into when used. So are the ways out that a search has found.
        self.reach = [0] * len(free)
        self.movers: list[dict[int, Mask]] = [{} for _ in free]
        self.ways: list[list[Step]] = [[] for _ in free]
        self.known = 0  # kinds with a way out

    def take(self, mask: Mask) -> bool:
        """Seat one more of this type where others have to be re-seated; False: it cannot be done, now or later."""
        way = self._way(mask)
        while not way and mask & self.alive:
            way = self._search(mask & self.alive)
        if not way:
            return False
        moving = mask
        for kind, follows in way:
            here = self.sitting[kind]
            here[moving] = here.get(moving, 0) + 1
            self.reach[kind] |= moving
            if follows:
                if here[follows] == 1:
                    del here[follows]
                else:
                    here[follows] -= 1
            moving = follows
        last = way[-1][0]
        self.free[last] -= 1
        if not self.free[last]:
            self.open &= ~(1 << last)
        return True

    def _way(self, mask: Mask) -> list[Step] | None:
        """A way out that was found before and still is one."""
        while here := mask & self.known:
            kind = (here & -here).bit_length() - 1
            way = self.ways[kind]
            if self.open >> way[-1][0] & 1 and all(mover in self.sitting[at] for at, mover in way[:-1]):
                return way
            self.known &= ~(1 << kind)
        return None

    def _search(self, start: Mask) -> list[Step] | None:
        """The shortest way from a kind of this type to one with a free place; None: none, or it is to be looked for again."""
        came: dict[int, int] = {}
        seen, queue = start, _bits(start)
        for kind in queue:
            fresh = self.reach[kind] & self.alive & ~seen
            seen |= fresh
            if found := fresh & self.open:
                last = (found & -found).bit_length() - 1
                came[last] = kind
                return self._keep(came, last, start)
            while fresh:
                bit = fresh & -fresh
                fresh ^= bit
                other = bit.bit_length() - 1
                came[other] = kind
                queue.append(other)
        self.alive &= ~seen
        return None

    def _keep(self, came: dict[int, int], last: int, start: Mask) -> list[Step] | None:
        """The way that ends here, if on each step somebody can really move on; else what misled is forgotten."""
        way: list[Step] = [(last, 0)]
        while not start >> way[0][0] & 1:
            bit, kind = 1 << way[0][0], came[way[0][0]]
            mover = self._mover(kind, bit)
            if not mover:
                self.reach[kind] = reduce(or_, self.sitting[kind], 0)
                return None
            way.insert(0, (kind, mover))
        for at, (kind, _) in enumerate(way[:-1]):
            self.ways[kind] = way[at:]
            self.known |= 1 << kind
        return way

    def _mover(self, kind: int, bit: int) -> Mask:
        """A type that sits here and could sit there; 0: none does."""
        mover = self.movers[kind].get(bit, 0)
        if mover not in self.sitting[kind]:
            mover = next((mask for mask in self.sitting[kind] if mask & bit), 0)
            self.movers[kind][bit] = mover
        return mover


def _bits(mask: Mask) -> list[int]:
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found
