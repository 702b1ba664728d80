"""What beat asks for (itsyourmove/celery.py)."""

from celery import shared_task

from participants import safety_log


@shared_task
def write_safety_log(**kwargs: object) -> None:
    safety_log.write_missing()
