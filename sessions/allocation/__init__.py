"""The best possible cohorts from a waiting list (docs/allocation.md).

Pure: no database, no settings, no clock. The same problem gives the same answer.
"""

from sessions.allocation.changes import best_changes
from sessions.allocation.first_come import first_come_first_served
from sessions.allocation.problem import Code, Cohort, Person, Problem
from sessions.allocation.reading import NotAProblem, read
from sessions.allocation.reasons import explained
from sessions.allocation.sentences import Name, sentence
from sessions.allocation.solving import Proposal, solve

__all__ = [
    "Code",
    "Cohort",
    "Name",
    "NotAProblem",
    "Person",
    "Problem",
    "Proposal",
    "best_changes",
    "first_come_first_served",
    "read",
    "explained",
    "sentence",
    "solve",
]
