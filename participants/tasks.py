"""What beat asks for (itsyourmove/celery.py)."""

from celery import shared_task

from core import clock
from participants import safety_log
from participants.merging import matching


@shared_task
def write_safety_log(**kwargs: object) -> None:
    safety_log.write_missing()


# The name that it had in an earlier release: workers of both may run side by side.
@shared_task(name="referrals.tasks.find_look_alikes")
def find_possible_duplicates(**kwargs: object) -> None:
    matching.find(now=clock.database_now())
