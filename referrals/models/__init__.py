"""The rows of a referral, one module for each noun."""

from referrals.models.contact import ContactAttempt, Note, NoteQuerySet
from referrals.models.draft import ReferralDraft, ReferralDraftQuerySet
from referrals.models.referral import (
    WRITTEN_ONCE,
    Referral,
    ReferralQuerySet,
    SafetyAnswer,
    SafetyStop,
    StatusChange,
    broken_rule,
)

__all__ = [
    "WRITTEN_ONCE",
    "ContactAttempt",
    "Note",
    "NoteQuerySet",
    "Referral",
    "ReferralDraft",
    "ReferralDraftQuerySet",
    "ReferralQuerySet",
    "SafetyAnswer",
    "SafetyStop",
    "StatusChange",
    "broken_rule",
]
