"""What the clock asks of this app: itsyourmove/celery.py says when. Each may run twice, or late."""

from celery import shared_task

from core.clock import database_now
from outcomes import closing, services


@shared_task
def queue_due_feedback(**kwargs: object) -> None:
    services.queue_due_feedback(now=database_now())


@shared_task
def write_due_letters(**kwargs: object) -> None:
    services.write_due_letters(now=database_now())


@shared_task
def close_ended(**kwargs: object) -> None:
    closing.close_ended(now=database_now())
