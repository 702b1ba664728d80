"""Celery, and the only place that says *when* things run.

Every entry is an interval counted in UTC, so no clock change can shift or stop it; what is due is decided by the
task from the database, in London wall-clock time. Tasks may run twice or late without harm.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")

app = Celery("itsyourmove")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "send what is due": {"task": "messaging.tasks.drain", "schedule": 30.0, "options": {"expires": 25}},
    "prove that workers hear": {"task": "messaging.tasks.heartbeat", "schedule": 60.0, "options": {"expires": 50}},
    "queue reminders": {"task": "sessions.tasks.queue_due_reminders", "schedule": 60.0, "options": {"expires": 50}},
    "queue feedback requests": {
        "task": "outcomes.tasks.queue_due_feedback",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "finish cohorts": {"task": "sessions.tasks.complete_due_places", "schedule": 300.0, "options": {"expires": 250}},
    "write letters": {"task": "outcomes.tasks.write_due_letters", "schedule": 60.0, "options": {"expires": 50}},
}
