"""Celery, and the only place that says *when* things run.

Every entry is an interval counted in UTC, so no clock change can shift or stop it; what is due is decided by the
task from the database, in London wall-clock time. Tasks may run twice or late without harm.
"""

import logging
import os
import sys

from celery import Celery
from celery.beat import PersistentScheduler, ScheduleEntry
from celery.contrib.django.task import DjangoTask
from celery.signals import beat_init, celeryd_init
from kombu import Producer

from itsyourmove.environment import read_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")

log = logging.getLogger(__name__)


DRAIN = "messaging.tasks.drain"


class Task(DjangoTask):
    """No task does anything in a demonstration whose database holds people who are not made up.

    Nor in a database restored from a backup, until `manage.py restored` has run: a sweep would write again what was
    written since the backup was made.
    """

    def __call__(self, *args: object, **kwargs: object) -> object:
        from messaging.restores import database_identity  # models need the settings
        from participants import demo

        if demo.has_real_people():
            log.error("a demonstration holds people who are not made up: nothing is done")
            return None
        if self.name != DRAIN and not database_identity.may_send():  # which asks for itself
            return None
        return super().__call__(*args, **kwargs)


class App(Celery):
    def on_configure(self) -> None:
        """Before the first look at the settings, whichever command of Celery that is."""
        read_settings()


app = App("itsyourmove", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(  # the bell, never the truth: messages are rows in the database
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_time_limit=120,
    task_soft_time_limit=100,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=30,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_channel_error_retry=True,  # "out of memory" from Redis would end a worker in the middle of its queue
    task_publish_retry=False,
    timezone="UTC",
)
app.autodiscover_tasks()
app.set_default()  # for every thread, not only the one that loads this: an urgent bell has a thread of its own


@celeryd_init.connect
@beat_init.connect
def _check_server(**kwargs: object) -> None:
    """A worker or a beat in the wrong place ends with a sentence: of a handler, Celery lets only SystemExit through."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    django.setup()
    from itsyourmove import startup_checks  # models need the settings

    try:
        startup_checks.check_server()
    except ImproperlyConfigured as refusal:
        print(refusal, file=sys.__stderr__)  # beat has made stderr a log by now
        sys.exit(1)


SWEEP = float(os.environ.get("SWEEP_SECONDS", "30"))  # tests with a real beat sweep more often


def every(sweeps: int, task: str) -> dict:
    """A bell each so many sweeps. It never expires: beat's clock and a worker's may be hours apart."""
    return {"task": task, "schedule": sweeps * SWEEP}


PILE = 200  # bells that wait; more of them would say the same


class Scheduler(PersistentScheduler):
    """A beat that rings no more while nobody listens, and is not silent after its clock was put right."""

    def apply_async(
        self, entry: ScheduleEntry, producer: Producer | None = None, advance: bool = True, **kwargs: object
    ) -> object:
        """Ring, unless enough bells wait already: they never expire, and workers may be away for days."""
        channel = (producer or self.producer).channel
        if channel.queue_declare(queue=app.conf.task_default_queue).message_count >= PILE:
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **kwargs)

    def is_due(self, entry: ScheduleEntry) -> tuple[bool, float]:
        """An entry that ran in the future, by a clock that was ahead, does not wait for it."""
        entry.last_run_at = min(entry.last_run_at, entry.default_now())
        return super().is_due(entry)


app.conf.beat_scheduler = "itsyourmove.celery:Scheduler"
app.conf.beat_schedule = {
    "send what is due": every(1, DRAIN),
    "queue reminders": every(2, "sessions.tasks.queue_due_reminders"),
    "write to people who wait": every(20, "sessions.tasks.queue_still_on_list"),
    "look after offers": every(2, "sessions.tasks.look_after_offers"),
    "work on proposals": every(1, "sessions.tasks.work_on_proposals"),
    "confirm cohorts": every(20, "sessions.tasks.confirm_due_cohorts"),
    "queue feedback requests": every(2, "outcomes.tasks.queue_due_feedback"),
    "write letters": every(2, "outcomes.tasks.write_due_letters"),
    # An officer looks on: a tenth of a sweep.
    "add from spreadsheets": {"task": "referrals.tasks.add_from_spreadsheets", "schedule": SWEEP / 10},
    "ask clinicians": every(2, "referrals.tasks.ask_clinicians"),
    "ask people after a year": every(120, "referrals.tasks.ask_after_a_year"),
    "lapse clearances": every(120, "referrals.tasks.lapse_clearances"),
    "write to the safety log": every(1, "participants.tasks.write_safety_log"),
    "find people entered twice": every(120, "referrals.tasks.find_look_alikes"),
    "queue weekly summaries": every(20, "referrals.tasks.queue_digests"),
    "look after members": every(120, "itsyourmove.tasks.look_after_members"),
    "keep to time": every(120, "itsyourmove.tasks.keep_to_time"),
    "close ended referrals": every(120, "outcomes.tasks.close_ended"),
    "complete places": every(10, "sessions.tasks.complete_due_places"),
}
