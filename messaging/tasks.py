"""What Celery may ask for. The task carries nothing, and may run late, twice or never without harm."""

from celery import shared_task

from messaging.delivery import worker
from messaging.delivery.graceful_stop import Stopping
from messaging.outbox import heartbeats, wakeup

# A worker that is told to stop waits for the task in hand: short turns keep that wait short.
SECONDS = 20


@shared_task
def drain(**kwargs: object) -> None:
    """Send what is due; when time runs out first, ring for another turn."""
    with Stopping() as stopping:
        report = worker.drain(seconds=SECONDS, stop=stopping)
    if report.refused:
        return  # the last heartbeats say until when a backup was of use
    heartbeats.beat("drain")
    # Workers can be up but deaf after Redis was reset (celery#10302): only this proves more.
    heartbeats.beat("worker")
    if report.unfinished:
        wakeup.ring(urgent=False)
