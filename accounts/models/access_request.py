"""A stranger who would like to refer: what they wrote on the public page, and what an officer decided."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.professions import ADMINISTRATOR, Profession
from core.nonces import Nonced
from core.row_history import keep_history

PROFESSIONS = [*Profession.choices, (ADMINISTRATOR, "Administrator or manager")]


class InterestQuerySet(models.QuerySet):
    def to_decide(self) -> "InterestQuerySet":
        """Nobody has answered them yet."""
        return self.filter(state=Interest.State.NEW)


@keep_history(leaving_out=["organisation_name", "name", "email", "phone", "why", "words"])
class Interest(Nonced):
    """One expression of interest; nothing is mailed to its address before an officer has decided."""

    class State(models.TextChoices):
        NEW = "new", "To decide on"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Not approved"

    organisation_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Organisation.Kind)
    ods_code = models.CharField("ODS code", max_length=12, blank=True)
    name = models.CharField(max_length=150)
    profession = models.CharField(max_length=30, choices=PROFESSIONS)
    email = models.EmailField("email address")
    phone = models.CharField(max_length=30)
    why = models.TextField("why they would like to refer", max_length=1000)
    sent_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField("kind words", max_length=1000, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = "expression of interest"
        verbose_name_plural = "expressions of interest"
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=Q(state="new"), name="interest_open_once"),
            models.CheckConstraint(
                condition=Q(state="new", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    Q(state__in=["approved", "declined"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="interest_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(organisation__isnull=False),
                name="interest_approved_for_organisation",
            ),
        ]
        indexes = [models.Index(fields=["sent_at"], name="interest_sent_at")]

    def __str__(self) -> str:
        return self.organisation_name
