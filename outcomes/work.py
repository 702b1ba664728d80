"""What this app puts on the officers' work queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from design.dates import day, moment
from design.panels import Panel, Row
from outcomes.models import Feedback

RED_AFTER = timedelta(days=1)  # [P] an officer should have looked by the next working day


def worrying_feedback(now: datetime, limit: int) -> tuple[int, Sequence[Row]]:
    """People whose pain was worse, and still worse, after a session: oldest first."""
    unseen = Feedback.objects.to_look_at()
    rows = unseen.select_related("attendance__place__participant", "attendance__session").order_by(
        "given_at", "pk"
    )
    return unseen.count(), [
        Row(
            label=feedback.attendance.place.participant.full_name,
            url=reverse("admin:outcomes_feedback_change", args=[feedback.pk]),
            detail=f"Session of {day(feedback.attendance.session.starts_at)}; told us on {moment(feedback.given_at)}",
            urgency="red" if now - feedback.given_at > RED_AFTER else "amber",
            people=(feedback.attendance.place.participant_id,),
        )
        for feedback in rows[:limit]
    ]


PANELS = [
    Panel(
        name="worrying_feedback",
        title="Pain worse, and still worse",
        order=15,
        load=worrying_feedback,
        url="admin:outcomes_feedback_changelist",
        query="?look=unseen",
        empty="Nobody has told us that their pain is still worse.",
    ),
]
