"""People and what is known about them: one module for each noun."""

from participants.models.deprivation import PostcodeDeprivation
from participants.models.difference import ReportedDifference, ReportedDifferenceQuerySet
from participants.models.need import Need, NeedQuerySet
from participants.models.participant import IDENTITY, WORKED_OUT, Participant, ParticipantQuerySet

__all__ = [
    "IDENTITY",
    "WORKED_OUT",
    "Need",
    "NeedQuerySet",
    "Participant",
    "ParticipantQuerySet",
    "PostcodeDeprivation",
    "ReportedDifference",
    "ReportedDifferenceQuerySet",
]
