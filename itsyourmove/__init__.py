"""The project: settings, addresses, the admin site, and the only place that says when things run.

`celery` holds the timetable, `settings` reads the environment, `urls` names every address. It may enter every room;
no room imports it.
"""

from itsyourmove.celery import app as celery_app

__all__ = ["celery_app"]
