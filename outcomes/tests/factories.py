"""Requests and answers for tests, made by the real services."""

from datetime import datetime, timedelta

from outcomes.feedback import services
from outcomes.models import Feedback, FormLink
from sessions.models import Attendance

ASK = timedelta(minutes=30)


def asked(attendance: Attendance, *, now: datetime | None = None) -> FormLink:
    """The person was asked how the session was, half an hour after its end."""
    services.queue_due_feedback(now=now or attendance.ends_at + ASK)
    return FormLink.objects.get(attendance=attendance)


def feedback(attendance: Attendance, *, now: datetime | None = None, **answers: object) -> Feedback:
    """What the person said an hour after the session."""
    return services.record_feedback(
        attendance=attendance,
        answers=services.Answers(**(answers or {"enjoyed": 8})),
        now=now or attendance.ends_at + timedelta(hours=1),
    )
