"""The verbs of cohorts and sessions, in one place; each lives in the module of its noun."""

from sessions.answers import answer, press_join
from sessions.cohorts import open_cohort, suit
from sessions.completion import complete_due_places
from sessions.places import attended_count, end_place, place, withdraw
from sessions.register import save_register
from sessions.reminders import queue_due_reminders

__all__ = [
    "answer",
    "attended_count",
    "complete_due_places",
    "end_place",
    "open_cohort",
    "place",
    "press_join",
    "queue_due_reminders",
    "save_register",
    "suit",
    "withdraw",
]
