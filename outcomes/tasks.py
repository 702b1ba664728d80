"""What the clock asks of this app: itsyourmove/celery.py says when. Each may run twice, or late."""

from celery import shared_task

from core.clock import database_now
from outcomes import closure
from outcomes.feedback import services as feedback
from outcomes.practice_letters import services as practice_letters


@shared_task
def queue_due_feedback(**kwargs: object) -> None:
    feedback.queue_due_feedback(now=database_now())


@shared_task
def write_due_letters(**kwargs: object) -> None:
    practice_letters.write_due_letters(now=database_now())


@shared_task
def close_ended(**kwargs: object) -> None:
    closure.close_ended(now=database_now())
