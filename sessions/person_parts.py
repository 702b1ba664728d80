"""What a person's page tells of their groups (participants.person_page)."""

from datetime import datetime
from typing import Any

from participants.models import Participant
from participants.person_page import HEADER, Part
from sessions.models import Attendance, Place, Session

PLACES, SESSIONS = 5, 40  # the newest


def places_of(person: Participant, now: datetime) -> dict[str, Any]:
    """Their places and offers, the newest first, and the next session of those that are open. At most two queries."""
    places = Place.objects.filter(referral__participant=person).exclude(
        state__in=(Place.State.DECLINED, Place.State.EXPIRED, Place.State.RETURNED)
    )
    found = list(places.with_attendance().select_related("cohort").order_by("-pk")[:PLACES])
    coming: dict[int, Session] = {}
    if groups := [place.cohort_id for place in found if place.state in Place.OPEN]:
        ahead = Session.objects.ahead(now).filter(cohort__in=groups).order_by("-starts_at")
        coming = {session.cohort_id: session for session in ahead}
    return {"places": [(place, coming.get(place.cohort_id)) for place in found]}


def attendance_of(person: Participant, now: datetime) -> dict[str, Any]:
    """Their sessions, the newest first: what they answered and what the register says. One query."""
    theirs = Attendance.objects.filter(place__referral__participant=person, released_at__isnull=True)
    rows = theirs.select_related("session__cohort").order_by("-starts_at", "-pk")[:SESSIONS]
    return {"attendances": list(rows), "now": now}


PARTS = [
    Part("places", HEADER, 20, "admin/cohort_sessions/places_of_person.html", places_of),
    Part("attendance", "group", 10, "admin/cohort_sessions/attendance_of_person.html", attendance_of),
]
