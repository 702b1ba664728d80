"""What beat asks for (itsyourmove/celery.py): each task is one service call with the database's clock."""

from celery import shared_task

from core import clock
from sessions.lifecycle import services as lifecycle
from sessions.places import completion, offer_expiry
from sessions.proposals import approval
from sessions.proposals import services as proposals
from sessions.reminders import scheduling
from sessions.waiting_list import services as waiting_list


@shared_task
def queue_due_reminders(**kwargs: object) -> None:
    scheduling.queue_due_reminders(now=clock.database_now())


@shared_task
def queue_still_on_list(**kwargs: object) -> None:
    waiting_list.queue_still_on_list(now=clock.database_now())


@shared_task
def complete_due_places(**kwargs: object) -> None:
    completion.complete_due_places(now=clock.database_now())


@shared_task
def look_after_offers(**kwargs: object) -> None:
    now = clock.database_now()
    offer_expiry.expire_due(now=now)
    offer_expiry.offer_freed(now=now)
    offer_expiry.queue_due_nudges(now=now)


@shared_task
def confirm_due_cohorts(**kwargs: object) -> None:
    lifecycle.confirm_due(now=clock.database_now())


@shared_task(soft_time_limit=280, time_limit=300)
def work_on_proposals(**kwargs: object) -> None:
    approval.carry_out_approved(now=clock.database_now())
    proposals.make_asked(now=clock.database_now(), most=1)
