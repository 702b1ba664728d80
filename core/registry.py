"""How a room above adds to a room below, which does not know it."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Registry(dict[K, V]):
    """Values by key, each registered once, in `AppConfig.ready()` of the room that brings it."""

    def __init__(self, noun: str) -> None:
        super().__init__()
        self.noun = noun

    def register(self, key: K, value: V) -> None:
        """The same value again is let through. Raises ValueError for another value under a key that is taken."""
        if self.setdefault(key, value) != value:
            raise ValueError(f"{self.noun} {key!r} is registered already")
