"""What beat asks for (itsyourmove/celery.py): each task is one service call with the database's clock."""

from celery import shared_task

from core import clock
from sessions import services


@shared_task
def queue_due_reminders(**kwargs: object) -> None:
    services.queue_due_reminders(now=clock.database_now())


@shared_task
def queue_still_on_list(**kwargs: object) -> None:
    services.queue_still_on_list(now=clock.database_now())


@shared_task
def complete_due_places(**kwargs: object) -> None:
    services.complete_due_places(now=clock.database_now())


@shared_task
def look_after_offers(**kwargs: object) -> None:
    now = clock.database_now()
    services.expire_due(now=now)
    services.offer_freed(now=now)
    services.queue_due_nudges(now=now)


@shared_task
def confirm_due_cohorts(**kwargs: object) -> None:
    services.confirm_due(now=clock.database_now())


@shared_task(soft_time_limit=280, time_limit=300)
def work_on_proposals(**kwargs: object) -> None:
    services.carry_out_approved(now=clock.database_now())
    services.make_asked(now=clock.database_now(), most=1)
