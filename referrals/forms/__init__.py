"""What a referrer is asked: the minimum data set of domain.md 4.1 on four pages, and one more for who knows more."""

from referrals.forms.page import Page, Typed
from referrals.forms.screening import PREFIX, SafetyQuestions, suggested
from referrals.forms.whole import EVERY, OPTIONAL, PAGES, after, asked, facts, judged, shown

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
