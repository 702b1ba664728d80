"""The person who lives with pain: who they are and how to reach them.

What each organisation gave us of them is kept with its referral (referrals.models.TOLD_COLUMNS): erasing a person empties
both.
"""

from datetime import date

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from accounts.models import Organisation
from core.nonces import Nonced
from core.row_history import keep_history
from participants import contact_details, nhs_number


class ParticipantQuerySet(models.QuerySet):
    def real(self) -> "ParticipantQuerySet":
        """People, not the made-up ones of a rehearsal."""
        return self.filter(synthetic=False)

    def same_person(self, *, digits: str, date_of_birth: date) -> "ParticipantQuerySet":
        """The person with this NHS number *and* date of birth; either alone proves nothing."""
        return self.filter(nhs_number=digits, date_of_birth=date_of_birth) if digits else self.none()

    def standing(self) -> "ParticipantQuerySet":
        """Without the rows that were merged into another: those only keep their history."""
        return self.filter(merged_into__isnull=True)


def silenced(person: str = "") -> Q:
    """Nothing is sent: we were told that they died, or that was a mistake and nobody has spoken to them yet.

    `person` is the path to the person from the table that is asked ("participant"); empty for the people themselves.
    """
    path = f"{person}__" if person else ""
    return Q(**{f"{path}died_at__isnull": False}) | Q(**{f"{path}messages_paused_at__isnull": False})


IDENTITY = [
    "given_name",
    "family_name",
    "preferred_name",
    "date_of_birth",
    "nhs_number",
    "email",
    "phone",
    "postcode",
    "postal_address",
]


# Worked out from the postcode, as often as the list changes: no history of its own.
WORKED_OUT = ["deprivation_decile", "deprivation_edition", "deprivation_at"]

# A new address may work, whoever entered it and on whatever page.
NEW_ADDRESS = pgtrigger.Trigger(
    name="new_address",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("email"),
    condition=pgtrigger.Q(old__email__df=pgtrigger.F("new__email")),
    func="NEW.email_bad_at = NULL; RETURN NEW;",
)
NEW_HOME = pgtrigger.Trigger(
    name="new_home",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("postal_address", "postcode"),
    condition=pgtrigger.Q(old__postal_address__df=pgtrigger.F("new__postal_address"))
    | pgtrigger.Q(old__postcode__df=pgtrigger.F("new__postcode")),
    func="NEW.postal_bad_at = NULL; RETURN NEW;",
)


# Whoever was locked out because we had the wrong one can come in at once, whatever page it was corrected on.
NEW_BIRTH_DATE = pgtrigger.Trigger(
    name="new_birth_date",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("date_of_birth"),
    condition=pgtrigger.Q(old__date_of_birth__df=pgtrigger.F("new__date_of_birth")),
    func="DELETE FROM participants_birthdatetries WHERE participant_id = NEW.id; RETURN NULL;",
)


# Any change leaves an event with who and when; what identified the person before is not kept, so that a person can be
# erased by erasing this row and what their referrals tell of them.
@keep_history(leaving_out=[*IDENTITY, *WORKED_OUT], not_for=WORKED_OUT)
class Participant(Nonced):
    """A person referred to the programme. E-mail is not unique: couples share one."""

    class Contact(models.TextChoices):
        EMAIL = "email", "Email"
        PHONE = "phone", "Telephone"

    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField()
    nhs_number = models.CharField("NHS number", max_length=10, blank=True)
    email = models.EmailField("email address", blank=True)
    email_bad_at = models.DateTimeField("email came back", null=True, editable=False)  # nothing is sent there
    phone = models.CharField("telephone", max_length=20, blank=True)  # E.164, as phonenumbers writes it
    postcode = models.CharField(max_length=10)  # or that of no fixed abode (participants.contact_details)
    # Lines, without the postcode.
    postal_address = models.TextField("address for letters", blank=True, default="", db_default="")
    # No letter is sent there.
    postal_bad_at = models.DateTimeField("a letter came back", null=True, editable=False)
    preferred_contact = models.CharField(max_length=10, choices=Contact)
    message_safe = models.BooleanField("safe to leave a message")
    practice = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="registered_people",
        verbose_name="registered practice",
    )
    # Looked up by postcode in our own list (participants.identity.deprivation); None is "unknown".
    deprivation_decile = models.PositiveSmallIntegerField(
        "deprivation, 1 to 10 (1: most deprived tenth)", null=True, editable=False
    )
    deprivation_edition = models.CharField(max_length=20, blank=True, editable=False)
    deprivation_at = models.DateTimeField("deprivation looked up", null=True, editable=False)
    # Whether the needs below were asked for, and when they are looked at again (Accessible Information Standard, step 5).
    needs_asked_at = models.DateTimeField(null=True, editable=False)
    needs_review_on = models.DateField(null=True, editable=False)
    died_at = models.DateTimeField("told that they died", null=True, editable=False)  # silences every message
    # The record that they died was a mistake: nothing is sent until an officer has spoken to them or their practice.
    messages_paused_at = models.DateTimeField("messages paused", null=True, editable=False)
    merged_into = models.ForeignKey(  # the same person, entered twice: this row keeps only its history
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="merged"
    )
    synthetic = models.BooleanField(default=False, editable=False)
    added_at = models.DateTimeField()

    objects = ParticipantQuerySet.as_manager()

    told_apart_by = ""  # in a list with others of this name: participants.display.tell_apart

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        triggers = [NEW_ADDRESS, NEW_HOME, NEW_BIRTH_DATE]
        constraints = [
            models.UniqueConstraint(
                fields=["nhs_number", "date_of_birth"],
                condition=~Q(nhs_number=""),
                name="participant_person_once",
                violation_error_message="This NHS number and date of birth are already those of another person here",
            ),
            models.CheckConstraint(
                condition=Q(nhs_number="") | Q(nhs_number__regex=r"^[0-9]{10}$"),
                name="participant_nhs_number_shape",
            ),
            models.CheckConstraint(condition=~Q(email="", phone=""), name="participant_can_be_reached"),
            models.CheckConstraint(
                condition=Q(postal_address="")
                | Q(postal_address__regex=r"^[^\n]{1,40}(\n[^\n]{1,40}){0,3}$"),
                name="participant_address_fits_a_window",
            ),
            models.CheckConstraint(
                condition=Q(email_bad_at__isnull=True) | ~Q(email=""), name="participant_bad_email_is_one"
            ),
            models.CheckConstraint(
                condition=Q(postal_bad_at__isnull=True) | ~Q(postal_address=""),
                name="participant_bad_post_is_some",
            ),
            models.CheckConstraint(
                condition=Q(deprivation_decile__isnull=True)
                | Q(deprivation_decile__range=(1, 10), deprivation_at__isnull=False),
                name="participant_deprivation_one_to_ten",
            ),
            models.CheckConstraint(
                condition=Q(died_at__isnull=True) | Q(messages_paused_at__isnull=True),
                name="participant_died_or_by_mistake",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="participant_not_merged_into_itself",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("family_name"), name="gin_trgm_ops"), name="participant_family_trgm"),
            GinIndex(OpClass(Upper("given_name"), name="gin_trgm_ops"), name="participant_given_trgm"),
            GinIndex(
                OpClass(Upper("preferred_name"), name="gin_trgm_ops"), name="participant_preferred_trgm"
            ),
            models.Index(fields=["postcode"], opclasses=["varchar_pattern_ops"], name="participant_postcode"),
            models.Index(fields=["date_of_birth"], name="participant_birth_date"),
            models.Index(fields=["phone"], name="participant_phone"),
            models.Index(Upper("email"), name="participant_email"),
            models.Index(
                fields=["needs_review_on"],
                condition=Q(needs_review_on__isnull=False),
                name="participant_needs_review",
            ),
            models.Index(fields=["synthetic"], condition=Q(synthetic=False), name="participant_real"),
        ]

    def __str__(self) -> str:
        """The name as officers see it; `full_name` is the name alone."""
        return f"{self.full_name}, {self.told_apart_by}" if self.told_apart_by else self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def first_name(self) -> str:
        """What the person likes to be called; the only name a plain link may show."""
        return self.preferred_name or self.given_name

    @property
    def spaced_nhs_number(self) -> str:
        return nhs_number.spaced(self.nhs_number)

    @property
    def spoken_postcode(self) -> str:
        return contact_details.spoken_postcode(self.postcode)

    @property
    def is_silenced(self) -> bool:
        """Nothing is sent to them: see `silenced`."""
        return self.died_at is not None or self.messages_paused_at is not None

    @property
    def why_silenced(self) -> list[str]:
        """Why nothing is sent to them and no place is given, in a sentence; empty where nothing stands in the way."""
        if self.died_at:
            return ["We were told that this person has died."]
        if self.messages_paused_at:
            return ["Their death was recorded by mistake: speak to them or their practice first."]
        return []

    @property
    def prefers_phone(self) -> bool:
        """True when messages become an officer's call: no e-mail address that works, or the telephone was chosen."""
        return (
            not self.email
            or self.email_bad_at is not None
            or (self.preferred_contact == self.Contact.PHONE and bool(self.phone))
        )
