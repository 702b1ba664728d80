"""What beat asks for of rooms that know neither the outbox nor its clock."""

from celery import shared_task

from accounts import review
from accounts.session_store import SessionStore
from messaging import clock


@shared_task
def look_after_members(**kwargs: object) -> None:
    review.sweep(now=clock.database_now())


@shared_task
def clear_sessions(**kwargs: object) -> None:
    """Removes log-in sessions that have run out, as `manage.py clearsessions` does."""
    SessionStore.clear_expired()
