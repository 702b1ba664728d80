"""What may be done with a referral, in one place to look; nothing else changes its status."""

from referrals.asking import ask as ask_person
from referrals.deaths import corrected, not_died
from referrals.endings import died, entered_in_error
from referrals.moving import AlreadyInProgramme, HasPlace, MoveNotAllowed, MoveRefused, ReasonMissing, move
from referrals.reaching import called, give_up, record_attempt, reopen
from referrals.screening import ask_clinician, blockers, clear, confirm, hold, lapse_clearances, lift
from referrals.submission import ReferralRefused, record_stops, submit
from referrals.thread import answer, ask, mark_seen, say
from referrals.triage import accept, decline, not_wanted, redirect, said_yes, withdraw

__all__ = [
    "AlreadyInProgramme",
    "HasPlace",
    "MoveNotAllowed",
    "MoveRefused",
    "ReasonMissing",
    "ReferralRefused",
    "accept",
    "answer",
    "called",
    "ask",
    "ask_person",
    "corrected",
    "decline",
    "died",
    "entered_in_error",
    "give_up",
    "mark_seen",
    "ask_clinician",
    "blockers",
    "clear",
    "confirm",
    "hold",
    "lapse_clearances",
    "lift",
    "move",
    "not_died",
    "not_wanted",
    "record_attempt",
    "record_stops",
    "redirect",
    "reopen",
    "said_yes",
    "say",
    "submit",
    "withdraw",
]
