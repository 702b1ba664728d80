"""The project: settings, addresses, the admin site, and the only place that says when things run."""

from itsyourmove.celery import app as celery_app

__all__ = ["celery_app"]
