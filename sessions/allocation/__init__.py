"""The best possible cohorts from a waiting list (docs/allocation.md).

Pure: no database, no settings, no clock. The same problem gives the same answer.
"""

from sessions.allocation.extra_cohort import best_changes
from sessions.allocation.first_come import first_come_first_served
from sessions.allocation.json_input import NotAProblem, parse_problem
from sessions.allocation.problem import Code, Cohort, Person, Problem
from sessions.allocation.reason_text import Name, sentence
from sessions.allocation.reasons import explained
from sessions.allocation.solver import Proposal, solve
