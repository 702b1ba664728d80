"""What a referrer is asked (docs/domain.md 2.1): two pages, a third for who answers the safety lists, and an optional one.

`wizard` joins the pages: which a sender fills in, what is missing, and the facts that `services.submit` takes.
"""

from referrals.models.draft import Typed
from referrals.screening.forms import PREFIX, SafetyQuestions, suggested
from referrals.submission.forms.base import Page
from referrals.submission.forms.wizard import EVERY, OPTIONAL, PAGES, asked, facts, judged, on_the_way, shown

__all__ = [
    "EVERY",
    "OPTIONAL",
    "PAGES",
    "PREFIX",
    "Page",
    "SafetyQuestions",
    "Typed",
    "asked",
    "facts",
    "judged",
    "on_the_way",
    "shown",
    "suggested",
]
