"""When each job was last seen to run."""

from django.db import models


class Heartbeat(models.Model):
    """The last time that a job was seen to run, written through the worker itself."""

    name = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
