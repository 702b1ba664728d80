"""What a person's page tells of what they said after their sessions (participants.person_page)."""

from datetime import datetime
from typing import Any

from outcomes.models import Feedback
from participants.models import Participant
from participants.person_page import Part

SHOWN = 40  # the newest


def feedback_of(person: Participant, now: datetime) -> dict[str, Any]:
    """One query."""
    theirs = Feedback.objects.filter(attendance__place__referral__participant=person)
    rows = theirs.select_related("attendance__session", "seen_by").order_by("-given_at", "-pk")[:SHOWN]
    return {"feedback": list(rows)}


PARTS = [Part("feedback", "feedback", 20, "admin/outcomes/feedback/of_person.html", feedback_of)]
