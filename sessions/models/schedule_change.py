"""What officers changed after a cohort was open: the record from which people are told, and which nobody rewrites."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.dates import moment
from core.nonces import Nonced
from core.row_history import only_values
from core.text import counted
from sessions.models import triggers
from sessions.models.cohort import Cohort, Session


class PlanChange(Nonced):
    """One change by one officer: some sessions moved, one cancelled, or another video address."""

    class Kind(models.TextChoices):
        MOVED = "moved", "Moved"
        CANCELLED = "cancelled", "Cancelled"
        VIDEO = "video", "Another video address"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="plan_changes")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200, blank=True)  # for officers: nobody else reads it

    class Meta:
        constraints = [
            only_values("kind", ["moved", "cancelled", "video"], name="plan_change_kind_known"),
        ]
        triggers = [triggers.WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.cohort}"

    def in_words(self) -> str:
        """What an officer reads about it afterwards."""
        rows = sorted(self.sessions.all(), key=lambda row: row.from_starts_at)
        return f"{moment(self.at)}, {self.by}: {self._done(rows)}.{f' {self.why}' if self.why else ''}"

    def _done(self, rows: list["ChangedSession"]) -> str:
        if not rows:
            return "another video address"
        first = rows[0]
        if first.to_starts_at is None:
            return f"cancelled the session of {moment(first.from_starts_at)}"
        others = f", and {counted(len(rows) - 1, 'session')} after it" if len(rows) > 1 else ""
        return f"moved the session of {moment(first.from_starts_at)} to {moment(first.to_starts_at)}{others}"


class ChangedSession(models.Model):
    """One session of a change: when it was, and when it is since; nothing where it was cancelled.

    `version` is the session's schedule from then on: while the session still has it, no later change has come.
    """

    change = models.ForeignKey(PlanChange, on_delete=models.PROTECT, related_name="sessions")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="changes")
    from_starts_at = models.DateTimeField()
    from_ends_at = models.DateTimeField()
    to_starts_at = models.DateTimeField(null=True)
    to_ends_at = models.DateTimeField(null=True)
    version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "session"], name="session_once_a_change"),
            models.CheckConstraint(
                condition=Q(to_starts_at__isnull=True, to_ends_at__isnull=True)
                | Q(to_ends_at__gt=F("to_starts_at")),
                name="changed_session_to_both_or_neither",
            ),
        ]
        triggers = [triggers.WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.session}, version {self.version}"
