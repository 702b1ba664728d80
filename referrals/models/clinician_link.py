"""The link of a clinician without an account, and which of them an officer has found on their register."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower, Upper

from accounts.models import Organisation, User
from core.nonces import Nonced
from core.row_history import keep_history, only_values
from participants.models import silenced
from participants.personal_links.links import TokenLink, TokenLinkQuerySet
from referrals.models.safety import Confirmation, Register
from referrals.statuses import ENDED

WRONG_PAIRS = 5  # of date of birth and last name: then the link is closed until an officer opens it


class ClinicianLinkQuerySet(TokenLinkQuerySet["ClinicianLink"]):
    def open(self, now: datetime) -> "ClinicianLinkQuerySet":
        """Live ones whose questions are still to be answered, by that clinician, of a referral that goes on."""
        return (
            self.live(now)
            .filter(confirmation__confirmed_at__isnull=True, confirmation__replaced_at__isnull=True)
            .exclude(confirmation__referral__status__in=ENDED)
            .exclude(silenced("confirmation__referral__participant"))
        )

    def closed(self, now: datetime) -> "ClinicianLinkQuerySet":
        """Those of `open` that too many wrong answers have closed."""
        return self.open(now).filter(closed_at__isnull=False)


class ClinicianLink(TokenLink):
    """A named clinician's way to the safety questions: the link, then a code by email, then two facts of the record."""

    PURPOSE = "clinician"

    confirmation = models.OneToOneField(Confirmation, on_delete=models.PROTECT, related_name="link")
    code_hash = models.CharField(max_length=100, blank=True)
    code_expires_at = models.DateTimeField(null=True)
    code_wrong = models.PositiveSmallIntegerField(default=0)  # of the last code
    codes_sent = models.PositiveSmallIntegerField(default=0)  # since `codes_since`
    codes_since = models.DateTimeField(null=True)
    wrong_pairs = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    objects = ClinicianLinkQuerySet.as_manager()

    class Meta(TokenLink.Meta):
        constraints = [
            *TokenLink.Meta.constraints,
            models.CheckConstraint(
                condition=Q(wrong_pairs__lt=WRONG_PAIRS, closed_at__isnull=True)
                | Q(wrong_pairs=WRONG_PAIRS, closed_at__isnull=False),
                name="clinician_link_closed_at_five",
            ),
            models.CheckConstraint(
                condition=Q(code_hash="") | Q(code_expires_at__isnull=False),
                name="clinician_link_code_expires",
            ),
        ]
        indexes = [
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="clinician_link_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"clinician link {self.pk}"

    def is_live(self, now: datetime) -> bool:
        asked = self.confirmation
        return (
            super().is_live(now)
            and asked.confirmed_at is None
            and asked.replaced_at is None
            and asked.referral.status not in ENDED
            and not asked.referral.participant.is_silenced
        )


class RegisteredClinicianQuerySet(models.QuerySet):
    def of(self, confirmation: str) -> "RegisteredClinicianQuerySet":
        """The officer's check of who answered in the confirmation at the end of this path; it covers later ones too."""
        return self.alias(low=Lower("email"), high=Upper("number")).filter(
            organisation=OuterRef(f"{confirmation}referral__organisation"),
            low=Lower(OuterRef(f"{confirmation}email")),
            register=OuterRef(f"{confirmation}said_register"),
            high=Upper(OuterRef(f"{confirmation}said_number")),
        )


@keep_history(leaving_out=["email", "name", "number"])
class RegisteredClinician(Nonced):
    """An officer has found this clinician, who has no account, on their register; by address, place and number.

    A later answer from the same address with another number is not covered.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=150)
    register = models.CharField(max_length=5, choices=Register)
    number = models.CharField(max_length=20)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = RegisteredClinicianQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                "register",
                Upper("number"),
                name="registered_clinician_once",
            ),
            only_values("register", Register.values, name="registered_clinician_register_known"),
        ]

    def __str__(self) -> str:
        return f"registered clinician {self.pk}"


def to_check() -> models.QuerySet[Confirmation]:
    """Answers of clinicians without an account whom no officer has found on their register yet."""
    said = Confirmation.objects.filter(confirmed_at__isnull=False, confirmed_by__isnull=True)
    return said.filter(~Exists(RegisteredClinician.objects.of("")))
