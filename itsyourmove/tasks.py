"""What beat asks for of rooms that know neither the outbox nor its clock."""

from celery import shared_task

from accounts import review
from messaging import clock


@shared_task
def look_after_members(**kwargs: object) -> None:
    review.sweep(now=clock.database_now())
