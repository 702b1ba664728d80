"""The verbs of cohorts and sessions, in one place; each lives in the module of its noun."""

from sessions.answers import allow_rejoining, answer, press_join, refuse_rejoining
from sessions.approving import carry_out_approved
from sessions.cloning import clone_programme
from sessions.cohorts import change_video_address, open_cohort, suit
from sessions.completion import complete_due_places
from sessions.contents import write_content
from sessions.lifecycle import cancel_cohort, confirm_due, merge_cohorts, run_anyway
from sessions.moving import move_person
from sessions.offer_clocks import expire_due, offer_freed, queue_due_nudges
from sessions.offer_undo import take_after_all
from sessions.offers import (
    accept,
    decline,
    follow_up,
    leave_list,
    offer,
    take_back,
)
from sessions.places import attended_count, end_place, place, withdraw
from sessions.proposals import make_asked
from sessions.recruiting import start_recruiting
from sessions.register import save_register
from sessions.reminders import queue_due_reminders
from sessions.replanning import cancel_session, reschedule
from sessions.retiming import change_times
from sessions.staffing import staff
from sessions.waiting import leave as leave_waiting
from sessions.waiting import queue_still_on_list, times_asked, times_changed

__all__ = [
    "accept",
    "allow_rejoining",
    "answer",
    "attended_count",
    "cancel_cohort",
    "cancel_session",
    "carry_out_approved",
    "change_times",
    "change_video_address",
    "clone_programme",
    "complete_due_places",
    "confirm_due",
    "decline",
    "end_place",
    "expire_due",
    "follow_up",
    "leave_list",
    "leave_waiting",
    "make_asked",
    "merge_cohorts",
    "move_person",
    "offer",
    "offer_freed",
    "open_cohort",
    "place",
    "press_join",
    "queue_due_nudges",
    "queue_due_reminders",
    "queue_still_on_list",
    "refuse_rejoining",
    "reschedule",
    "run_anyway",
    "save_register",
    "staff",
    "start_recruiting",
    "suit",
    "take_after_all",
    "take_back",
    "times_asked",
    "times_changed",
    "withdraw",
    "write_content",
]
