"""Ten-session cohorts, the places in them and who came (docs/domain.md 5).

The database keeps the promises that matter most: never more places than the capacity, one open place a person, and
nobody in two sessions at the same time. `triggers` holds what constraints cannot say.
"""

from sessions.models.attendance import AnswerLink, Attendance, TsTzRange
from sessions.models.cohort import Cohort, CohortStep, Session
from sessions.models.message_time import MessageTime
from sessions.models.place import OfferLink, Place, PlaceMove, PlaceQuerySet
from sessions.models.programme import Content, Instructor, Phase, Programme
from sessions.models.proposal import Proposal, ProposedPlace
from sessions.models.schedule_change import ChangedSession, PlanChange
from sessions.models.waiting_link import WaitingLink
