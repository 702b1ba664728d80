"""The best possible cohorts from a waiting list (docs/allocation.md).

Pure: no database, no settings, no clock. The same problem gives the same answer.
"""

from sessions.allocation.problem import Cohort, Person, Problem
from sessions.allocation.reading import NotAProblem, read
from sessions.allocation.solving import Proposal, solve

__all__ = ["Cohort", "NotAProblem", "Person", "Problem", "Proposal", "read", "solve"]
