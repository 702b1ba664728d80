"""What a referrer is asked: what we need (docs/domain.md 2.1) on four pages, and one more for who knows more."""

from referrals.models.draft import Typed
from referrals.screening.forms import PREFIX, SafetyQuestions, suggested
from referrals.submission.forms.base import Page
from referrals.submission.forms.wizard import EVERY, OPTIONAL, PAGES, after, asked, facts, judged, shown

__all__ = [
    "EVERY",
    "OPTIONAL",
    "PAGES",
    "PREFIX",
    "Page",
    "SafetyQuestions",
    "Typed",
    "after",
    "asked",
    "facts",
    "judged",
    "shown",
    "suggested",
]
