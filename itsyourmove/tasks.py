"""What beat asks for of rooms that know neither the outbox nor its clock."""

from celery import shared_task

from accounts.members import review
from core import clock
from itsyourmove.retention import services as retention


@shared_task
def look_after_members(**kwargs: object) -> None:
    review.sweep(now=clock.database_now())


@shared_task
def keep_to_time(**kwargs: object) -> None:
    """Called regularly; at night it deletes what is past its time and belongs to nobody's record."""
    retention.nightly(now=clock.database_now())
