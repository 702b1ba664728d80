"""How each channel stands: how much it may carry now, and whether it is stopped by a fault of its own."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ChannelStanding(models.Model):
    """One row a channel, shared by every worker."""

    channel = models.CharField(max_length=12, unique=True)
    tokens = models.FloatField(default=0)  # messages that may leave at once
    filled_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)  # nothing leaves this way: the provider's fault, or ours
    stopped_why = models.CharField(max_length=100, blank=True)  # "smtp 535": never an address
    faults = models.PositiveSmallIntegerField(default=0)  # in a row
    next_try_at = models.DateTimeField(null=True)
    # Digests of the addresses that were refused, or may not have been reached, since a message last got through.
    refused = ArrayField(models.CharField(max_length=16), default=list, db_default=[])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_why="", faults=0, next_try_at__isnull=True)
                | Q(stopped_at__isnull=False, next_try_at__isnull=False, faults__gte=1) & ~Q(stopped_why=""),
                name="channel_stopped_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.channel
