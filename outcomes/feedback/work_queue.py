"""What this app puts on the officers' work queue."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from core.dates import day, moment
from core.work_queue import Named, Panel, Row
from outcomes.models import Feedback

RED_AFTER = timedelta(days=1)  # unconfirmed: docs/domain.md 6.1


def worrying_feedback(now: datetime) -> QuerySet[Feedback]:
    """People whose pain was worse, and still worse, after a session: oldest first."""
    unseen = Feedback.objects.to_look_at().filter(attendance__place__participant__died_at__isnull=True)
    return unseen.select_related(
        "attendance__place__participant", "attendance__place__referral", "attendance__session"
    ).order_by("given_at", "pk")


def _worrying(feedback: Feedback, now: datetime) -> Row:
    attendance = feedback.attendance
    return Row(
        label=str(attendance.place.participant),
        url=reverse("admin:outcomes_feedback_change", args=[feedback.pk]),
        detail=f"Session of {day(attendance.session.starts_at)}; told us on {moment(feedback.given_at)}",
        urgency="red" if now - feedback.given_at > RED_AFTER else "amber",
    )


def _named(feedback: Feedback) -> list[Named]:
    place = feedback.attendance.place
    return [(place.participant, place.referral.reference)]


PANELS = [
    Panel(
        name="worrying_feedback",
        title="Pain still worse after a session",
        order=3,  # about somebody's health: before what the office owes others
        find=worrying_feedback,
        row=_worrying,
        names=_named,
        url="admin:outcomes_feedback_changelist",
        query="?look=unseen",
        empty="No one has told us that their pain is still worse.",
        person="attendance__place__participant",
        do="See what they said",
    ),
]
