"""What a referrer is asked: the minimum data set of domain.md 4.1 on four pages."""

from referrals.forms.page import Page, Typed
from referrals.forms.screening import PREFIX, SafetyQuestions, suggested
from referrals.forms.whole import PAGES, after, asked, facts, judged, shown

__all__ = [
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
