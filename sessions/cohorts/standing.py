"""How a group stands, in officers' words: its places, and whether its sessions are over."""

from sessions import statuses
from sessions.models import Cohort

OVER = "All sessions over"  # until a worker finishes it, a few minutes later


def places_in_words(cohort: Cohort, offered: int) -> str:
    """2 taken, 1 offered, 5 free. `offered` is how many of its places wait for an answer."""
    said = [f"{cohort.taken - offered} taken"]
    if offered:
        said.append(f"{offered} offered")
    said.append(f"{cohort.room} free" if cohort.room else "none free")
    return ", ".join(said)


def status_in_words(cohort: Cohort, *, over: bool) -> str:
    """Its status; `over` says that none of its sessions is still to come or going on."""
    return OVER if over and cohort.status in statuses.TAKES_PEOPLE else cohort.get_status_display()
