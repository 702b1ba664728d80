"""The rows of a referral, one module for each noun.

`StatusChange` is its history, written once; the `told_` columns hold what its organisation told, as it was sent.
"""

from referrals.models.clinician_link import (
    WRONG_PAIRS,
    ClinicianLink,
    ClinicianLinkQuerySet,
    RegisteredClinician,
    to_check,
)
from referrals.models.contact import ContactAttempt, Note, NoteQuerySet
from referrals.models.death_correction import DeathCorrection
from referrals.models.digest import Digest, DigestStop
from referrals.models.draft import ReferralDraft, ReferralDraftQuerySet
from referrals.models.referral import (
    SENT_COLUMNS,
    TOLD,
    TOLD_COLUMNS,
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
    Register,
    SafetyAnswer,
    SafetyHold,
    SafetyStop,
)
from referrals.models.safety_link import SafetyLink, SafetyLinkQuerySet
from referrals.models.spreadsheet import (
    ImportedReferral,
    ImportedReferralQuerySet,
    ListExport,
    Spreadsheet,
    SpreadsheetColumn,
    SpreadsheetQuerySet,
    spreadsheet_box,
)
