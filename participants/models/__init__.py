"""People and what is known about them: one module for each noun.

They point at the person, who points at none of them; `participant.silenced` says to whom nothing goes.
"""

from participants.models.availability import Availability, PartOfDay, Weekday
from participants.models.birth_date_attempts import WRONG_TRIES, BirthDateTries
from participants.models.contact_note import ContactNote
from participants.models.deprivation import PostcodeDeprivation
from participants.models.emergency_contact import EmergencyContact
from participants.models.equality import Equality, EthnicCategory
from participants.models.goal import Goal, GoalRating
from participants.models.need import Need
from participants.models.participant import IDENTITY, Participant, ParticipantQuerySet, silenced
from participants.models.possible_duplicate import PossibleDuplicate
from participants.models.proxy import ProxyContact
from participants.models.readiness import Level, Preference, Readiness
from participants.models.record_access import RecordAccess
from participants.models.recorded_death import RecordedDeath
from participants.models.reported_difference import ReportedDifference
from participants.models.restore import Restore
from participants.models.safety_fact import ReplayedFact, RestoreCall, SafetyFact
from participants.models.tech_check import TechCheck
