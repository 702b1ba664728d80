"""A demonstration has made-up people only: what to ask before anything is shown or sent there."""

from django.conf import settings
from django.db import ProgrammingError, connection

from participants.models import Participant


def has_real_people() -> bool:
    """Whether this is a demonstration (DEMO) whose database holds anybody who is not made up; one small query."""
    if not settings.DEMO:
        return False
    try:
        return Participant.objects.real().exists()
    except ProgrammingError:  # not migrated yet, or not as we know it: then nobody can tell
        return Participant._meta.db_table in connection.introspection.table_names()
