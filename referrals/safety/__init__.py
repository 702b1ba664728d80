"""The safety lists of a referral and where their answers lead: versioned data and one table (docs/domain.md 2.3).

It imports no framework: `question_sets` is what a referrer or clinician answers, `self_assessment_questions` what the
person answers, `routing.route` what follows. Whatever changes here is a new version, and
needs clinical sign-off (`referrals.health_texts`).
"""

from referrals.safety.question_sets import (
    ABSOLUTE,
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
from referrals.safety.routing import (
    CLINICIAN_STOP,
    OWN_CHANGED,
    OWN_MISSING,
    STRICTEST_FIRST,
    TABLE,
    UNANSWERED,
    OwnRoute,
    Route,
    Stop,
    route,
    route_own,
    stops,
)
from referrals.safety.self_assessment_questions import OWN
