"""A list of people that an officer brings from a spreadsheet, and the referrals that were made of it."""

import json
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Organisation, User
from core.encryption import Box, message_keys
from referrals.models.referral import WRITTEN_ONCE, Referral
from referrals.models.safety import SafetyAnswer


def spreadsheet_box() -> Box:
    """Seals what was read from a file: personal data that nobody has decided on yet."""
    return Box("spreadsheet", message_keys())


class SpreadsheetQuerySet(models.QuerySet):
    def unused(self) -> "SpreadsheetQuerySet":
        """Read and not imported: their rows are still here."""
        return self.filter(content__isnull=False)

    def forget(self) -> int:
        """The rows of those go that nobody added; how many files."""
        return self.unused().update(content=None, verdicts=None, state=Spreadsheet.State.DELETED)

    def asked(self) -> "SpreadsheetQuerySet":
        """Pressed and not done, the longest first."""
        return self.filter(state=Spreadsheet.State.ASKED).order_by("pressed_at", "pk")


class Spreadsheet(models.Model):
    """One file: where it came from and on what basis, how far it is, and what came of it.

    The file itself is never kept. Its cells are sealed in `content`, what the check found in `verdicts`; both go when the
    people are added, or a day after the upload. The hash of the file, its source and the counts stay.
    """

    class Who(models.TextChoices):
        WAITING = "waiting", "Waiting for a place"
        TAKING_PART = "taking_part", "Taking part in a group now"

    class State(models.TextChoices):
        RECEIVED = "received", "Columns not matched"
        CHECKED = "checked", "Checked, not added"
        ASKED = "asked", "Being added"
        DONE = "done", "Added"
        DELETED = "deleted", "Deleted without being added"

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("uploaded")
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    source = models.CharField("where the list comes from", max_length=300)
    lawful_basis = models.CharField(max_length=300)
    who = models.CharField("people are", max_length=15, choices=Who)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="referred by"
    )
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    content = models.BinaryField(null=True)
    columns = models.JSONField(default=dict)  # our name of a column: its place in the file
    verdicts = models.BinaryField(null=True)
    although = models.JSONField(
        default=list
    )  # rows that look like somebody, and are someone else: an officer said so
    pressed_at = models.DateTimeField(null=True)
    pressed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=300, blank=True)  # why the last press added nobody
    done = models.PositiveIntegerField(default=0)  # rows so far
    settled_at = models.DateTimeField(null=True)
    to_add = models.PositiveIntegerField("people to add", default=0)
    to_note = models.PositiveIntegerField("details to note", default=0)
    left_out = models.PositiveIntegerField("rows left out", default=0)

    objects = SpreadsheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "deleted"], content__isnull=True, verdicts__isnull=True)
                | Q(state__in=["received", "checked", "asked"], content__isnull=False),
                name="spreadsheet_keeps_no_rows",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="spreadsheet_sha256_shape"
            ),
        ]
        indexes = [
            models.Index(
                fields=["uploaded_at"], condition=Q(content__isnull=False), name="spreadsheet_with_rows"
            ),
        ]

    def __str__(self) -> str:
        return f"Spreadsheet {self.pk}"

    def sealed(self, what: Any) -> bytes:
        return spreadsheet_box().seal(json.dumps(what))

    def opened(self, sealed: bytes | memoryview | None) -> Any:
        """What was sealed. Raises CannotBeOpened."""
        return json.loads(spreadsheet_box().open(bytes(sealed))) if sealed is not None else None


class SpreadsheetColumn(models.Model):
    """What officers said once that a heading means: offered for the next file that has it."""

    heading = models.CharField(max_length=100, unique=True)  # in small letters
    column = models.CharField(max_length=30)

    def __str__(self) -> str:
        return f"{self.heading}: {self.column}"


class ImportedReferralQuerySet(models.QuerySet):
    def not_asked(self) -> "ImportedReferralQuerySet":
        """Whose person has not been asked about their safety since: nobody has spoken to them yet."""
        own = SafetyAnswer.objects.filter(referral=OuterRef("referral"), question_set=SafetyAnswer.OWN)
        return self.filter(~Exists(own))


class ImportedReferral(models.Model):
    """A referral that came from a spreadsheet, not from a form: from which, and on which of its rows it stood."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="imported")
    spreadsheet = models.ForeignKey(Spreadsheet, on_delete=models.PROTECT, related_name="referrals")
    row = models.PositiveIntegerField()
    imported_at = models.DateTimeField()

    objects = ImportedReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["spreadsheet", "row"], name="imported_referral_row_once"),
        ]

    def __str__(self) -> str:
        return f"row {self.row} of spreadsheet {self.spreadsheet_id}"


class ListExport(models.Model):
    """An office list that left the service as a file: who took it, which list, how many rows and why.

    Whose rows they were is in `participants.models.RecordAccess`.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    list = models.CharField(max_length=100)  # the table, and the filter as it stands in the address
    reason = models.CharField(max_length=300)
    rows = models.PositiveIntegerField()

    class Meta:
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.list}, {self.rows} rows"
