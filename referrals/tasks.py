"""What beat asks for (itsyourmove/celery.py): each task is one service call with the database's clock."""

from celery import shared_task

from core import clock
from participants.merging import matching
from referrals import asking, clinicians, digest, services


@shared_task
def ask_clinicians(**kwargs: object) -> None:
    clinicians.ask(now=clock.database_now())


@shared_task
def lapse_clearances(**kwargs: object) -> None:
    services.lapse_clearances(now=clock.database_now())


@shared_task
def find_look_alikes(**kwargs: object) -> None:
    matching.find(now=clock.database_now())


@shared_task
def ask_after_a_year(**kwargs: object) -> None:
    asking.ask_after_a_year(now=clock.database_now())


@shared_task
def queue_digests(**kwargs: object) -> None:
    digest.queue_due(now=clock.database_now())
