"""What a process makes sure of when it starts, once the settings are read: that this is no place for it to do harm."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connections

from itsyourmove import clone
from itsyourmove.environment import database_from_url
from participants import demo

REAL_PEOPLE = (
    "DEMO is set, and this database holds people who are not made up: use another database, "
    "or set PRODUCTION instead of DEMO where patients are served."
)
NOT_OURS = (
    "TESTING runs gunicorn, Celery and what sends only on this clone's own database or one named test_...: unset DATABASE_URL, "
    "or set PRODUCTION where patients are served."
)
NO_ANSWER = (
    "DEMO is set, and the database does not answer, so it is not known whether everyone in it is made up: "
    "start the database, then try again."
)


def check_server() -> None:
    """Raises ImproperlyConfigured. A demonstration may start without its database: each request looks again."""
    database = settings.DATABASES["default"]
    own = database_from_url(clone.urls()[0])
    is_own = all(database[name] == own[name] for name in ("HOST", "PORT", "NAME"))
    if settings.TESTING and not is_own and not database["NAME"].startswith("test_"):
        raise ImproperlyConfigured(NOT_OURS)
    try:
        refuse_real_people()
    except (OperationalError, InterfaceError):
        pass
    finally:
        connections.close_all()  # children of this process open their own


def refuse_real_people() -> None:
    """Raise ImproperlyConfigured where this is a demonstration and not everyone in its database is made up."""
    if demo.has_real_people():
        raise ImproperlyConfigured(REAL_PEOPLE)
