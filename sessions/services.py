"""The verbs of cohorts and sessions, in one place; each lives in the module of its noun."""

from sessions.answers import answer, press_join
from sessions.cloning import clone_programme
from sessions.cohorts import open_cohort, suit
from sessions.completion import complete_due_places
from sessions.contents import write_content
from sessions.offers import (
    accept,
    decline,
    expire_due,
    follow_up,
    leave_list,
    offer,
    queue_due_nudges,
    take_back,
)
from sessions.places import attended_count, end_place, place, withdraw
from sessions.recruiting import start_recruiting
from sessions.register import save_register
from sessions.reminders import queue_due_reminders
from sessions.replanning import cancel_session
from sessions.staffing import staff

__all__ = [
    "accept",
    "answer",
    "attended_count",
    "cancel_session",
    "clone_programme",
    "complete_due_places",
    "decline",
    "end_place",
    "expire_due",
    "follow_up",
    "leave_list",
    "offer",
    "open_cohort",
    "place",
    "press_join",
    "queue_due_nudges",
    "queue_due_reminders",
    "save_register",
    "staff",
    "start_recruiting",
    "suit",
    "take_back",
    "withdraw",
    "write_content",
]
