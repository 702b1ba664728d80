"""What a referrer is asked: what we need (docs/domain.md 2.1) on four pages, and one more for who knows more.

`wizard` joins the pages: which comes next, what is missing, and the facts that `services.submit` takes.
"""

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
