"""The safety lists of a referral and where their answers lead: versioned data and one table (docs/domain.md 2.3).

It imports no framework: `question_sets` is what a referrer or clinician answers, `self_assessment_questions` what the
person answers, `routing.route` what follows. Whatever changes here is a new version, and
needs clinical sign-off (`referrals.health_texts`).
"""

from referrals.safety.earlier import as_asked
from referrals.safety.question_sets import (
    ABSOLUTE,
    BY_CODE,
    CONVERSATION,
    EMERGENCY,
    NONE,
    NONE_WORDS,
    NOT_ASKED,
    NOT_CLINICIAN,
    PHONE_NOW,
    QUESTION_SETS,
    RECEPTION,
    RED_FLAGS,
    SOME,
    UNSURE,
    Effect,
    QuestionSet,
    hinted,
)
from referrals.safety.routing import (
    CLINICIAN_STOP,
    NOT_ASKED_RULE,
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
