"""What a person's page tells of their goal and how close they are to it (participants.person_page)."""

from datetime import datetime
from typing import Any

from participants.models import Goal, Participant
from participants.person_page import Part

SHOWN = 20  # the newest


def goal_of(person: Participant, now: datetime) -> dict[str, Any]:
    """Two queries."""
    return {
        "goal": Goal.objects.current().filter(participant=person).first(),
        "ratings": list(person.goal_ratings.order_by("-at", "-pk")[:SHOWN]),
    }


PARTS = [Part("goal", "feedback", 10, "admin/participants/participant/goal.html", goal_of)]
