"""The safety lists of a referral and where their answers lead: versioned data and one table (domain.md 4.2)."""

from referrals.safety.lists import (
    ABSOLUTE,
    AWAITING_SIGN_OFF,
    BY_CODE,
    CONVERSATION,
    EMERGENCY,
    NONE,
    NONE_WORDS,
    NOT_CLINICIAN,
    QUESTION_SETS,
    RED_FLAGS,
    SOME,
    Effect,
    QuestionSet,
)
from referrals.safety.routing import CLINICIAN_STOP, TABLE, UNANSWERED, Route, Stop, route, sign_off, stops

__all__ = [
    "ABSOLUTE",
    "AWAITING_SIGN_OFF",
    "BY_CODE",
    "CLINICIAN_STOP",
    "CONVERSATION",
    "EMERGENCY",
    "NONE",
    "NONE_WORDS",
    "NOT_CLINICIAN",
    "QUESTION_SETS",
    "RED_FLAGS",
    "SOME",
    "TABLE",
    "UNANSWERED",
    "Effect",
    "QuestionSet",
    "Route",
    "Stop",
    "route",
    "sign_off",
    "stops",
]
