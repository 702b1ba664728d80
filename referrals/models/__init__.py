"""The rows of a referral, one module for each noun."""

from referrals.models.contact import ContactAttempt, Note, NoteQuerySet
from referrals.models.draft import ReferralDraft, ReferralDraftQuerySet
from referrals.models.referral import (
    WRITTEN_ONCE,
    Referral,
    ReferralQuerySet,
    StatusChange,
    broken_rule,
)
from referrals.models.safety import (
    Clearance,
    Confirmation,
    ConfirmationQuerySet,
    SafetyAnswer,
    SafetyHold,
    SafetyStop,
)

__all__ = [
    "WRITTEN_ONCE",
    "Clearance",
    "Confirmation",
    "ConfirmationQuerySet",
    "ContactAttempt",
    "Note",
    "NoteQuerySet",
    "Referral",
    "ReferralDraft",
    "ReferralDraftQuerySet",
    "ReferralQuerySet",
    "SafetyAnswer",
    "SafetyHold",
    "SafetyStop",
    "StatusChange",
    "broken_rule",
]
