"""Bodies that refer."""

import re
import string

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from accounts.models.user import User
from core.nonces import Nonced
from core.row_history import keep_history

LOCAL = "LOCAL"  # begins our own codes: no code of the Organisation Data Service does
LISTED_KINDS = ["gp_practice", "other_prescriber"]  # those that the national list of practices holds


BRANCH = r"[A-Za-z][0-9]{8}"
# What an address ends with beside the town, where it ends with more than the town.
COUNTIES = {
    *"Avon Berks Bucks Cambs Cleveland Clwyd Cornwall Cumbria Devon Dorset Dyfed Essex Gwent Gwynedd Hants Herts".upper().split(),
    *"Humberside Kent Lancs Leics Lincs Merseyside Middx Middlesex Norfolk Northants Northumberland Notts Oxon".upper().split(),
    *"Powys Rutland Salop Somerset Staffs Suffolk Surrey Sussex Wilts Worcs UK England Wales".upper().split(),
    "CO DURHAM", "COUNTY DURHAM", "EAST SUSSEX", "GREATER MANCHESTER", "ISLE OF WIGHT", "MID GLAMORGAN", "SOUTH GLAMORGAN",
    "TYNE & WEAR", "TYNE AND WEAR", "WEST GLAMORGAN", "WEST MIDLANDS", "WEST SUSSEX",
}  # fmt: skip


class OrganisationQuerySet(models.QuerySet):
    def offered(self) -> "OrganisationQuerySet":
        """GP practices that a person can be registered with: ODS status A with prescribing setting 4."""
        return self.filter(kind=Organisation.Kind.GP_PRACTICE, ods_status="A", prescribing_setting="4")

    def matching(self, text: str) -> "OrganisationQuerySet":
        """Organisations whose name holds every word of the text, or whose code or postcode begins with it.

        A branch surgery has the code of its practice and three digits more: it finds the practice.
        """
        text = text.strip()
        if re.fullmatch(BRANCH, text):
            return self.filter(ods_code=text[:-3].upper())
        words = Q()
        for word in text.split():
            words &= Q(name__icontains=word)
        return self.filter(words | Q(ods_code__istartswith=text) | Q(postcode__istartswith=text))

    def for_user(self, user: User) -> "OrganisationQuerySet":
        """The organisations this person may refer for."""
        return self.filter(
            memberships__user=user, memberships__ended_at__isnull=True, refers_no_more_since__isnull=True
        )

    def led_by(self, user: User) -> "OrganisationQuerySet":
        """The organisations whose members this person looks after."""
        return self.filter(
            memberships__user=user,
            memberships__is_lead=True,
            memberships__ended_at__isnull=True,
            refers_no_more_since__isnull=True,
        )


@keep_history(leaving_out=["contact_email", "phone", "refers_no_more_because"])
class Organisation(Nonced):
    """A GP practice or any other body that refers; closed ones are kept with their date."""

    class Kind(models.TextChoices):
        GP_PRACTICE = "gp_practice", "GP practice"
        PHYSIOTHERAPY = "physiotherapy", "Physiotherapy service"
        PHARMACY = "pharmacy", "Pharmacy"
        SOCIAL_PRESCRIBING = "social_prescribing", "Social prescribing service"
        PAIN_CLINIC = "pain_clinic", "Pain clinic"
        HOSPITAL = "hospital", "Hospital"
        COMMUNITY_TEAM = "community_team", "Community team"
        OTHER_PRESCRIBER = "other_prescriber", "Other prescribing centre"
        OTHER = "other", "Another kind of organisation"

    # Where the Organisation Data Service gives none, a code of our own (accounts.organisations.services): each organisation then
    # has one code to be found, named and joined by, and nothing has to ask whether there is one.
    ods_code = models.CharField("ODS code or our own code", max_length=12, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    geography = models.CharField("high-level health geography", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    contact_email = models.EmailField("email address for notes to the organisation", blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    ods_status = models.CharField("ODS status", max_length=1, blank=True)
    prescribing_setting = models.CharField(max_length=2, blank=True)
    # Closed by an officer; `closed_on` is the national list's word, and says nothing about us.
    refers_no_more_since = models.DateTimeField(null=True, blank=True)
    refers_no_more_because = models.CharField(max_length=300, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ods_code__regex=r"^[A-Z0-9]{1,12}$"), name="organisation_ods_code_shape"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=LISTED_KINDS) | ~Q(ods_code__startswith=LOCAL),
                name="organisation_listed_has_ods_code",
            ),
            models.CheckConstraint(
                condition=Q(refers_no_more_since__isnull=True, refers_no_more_because="")
                | (Q(refers_no_more_since__isnull=False) & ~Q(refers_no_more_because="")),
                name="organisation_closed_with_reason",
            ),
        ]
        indexes = [
            # One index for the three ways of matching(), so that PostgreSQL can OR them without reading the table.
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("ods_code"), name="gin_trgm_ops"),
                OpClass(Upper("postcode"), name="gin_trgm_ops"),
                name="organisation_trgm",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.has_local_code else f"{self.name} ({self.ods_code})"

    @property
    def town(self) -> str:
        """The town of the address, as far as the national list tells it from the street and the county; else ""."""
        parts = [part.strip() for part in self.address.split(",")]
        while parts and (parts[-1] in COUNTIES or parts[-1].endswith("SHIRE")):
            parts.pop()
        return string.capwords(parts[-1]) if parts and not re.search("[0-9]", parts[-1]) else ""

    @property
    def has_local_code(self) -> bool:
        """Whether the code is ours: it then says nothing to anybody outside."""
        return self.ods_code.startswith(LOCAL)
