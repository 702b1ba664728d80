"""What beat asks for (itsyourmove/celery.py): each task is one service call with the database's clock."""

from celery import shared_task

from messaging import clock
from referrals import drafts


@shared_task
def remove_expired_drafts(**kwargs: object) -> None:
    drafts.remove_expired(now=clock.database_now())
