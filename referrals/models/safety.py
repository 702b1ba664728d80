"""What the safety lists were answered, who has still to answer, what holds a referral and on what basis it goes on."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Membership, Organisation, User
from accounts.professions import ANSWERED_AS, Profession
from core.nonces import Nonced
from core.row_history import keep_history
from referrals.models.referral import WRITTEN_ONCE, Referral


class SafetyAnswer(Nonced):
    """A safety list as it was shown, and what was answered, by whom in which role (docs/domain.md 2.3).

    A later answer to the same list is a new row; the latest is the one that counts. The person's own answers are
    `replies` by question, `ticked` the questions that raised something, and `words`.
    """

    class Teller(models.TextChoices):
        """Whose answers to the person's own questions these are; nobody else answers them."""

        PERSON = "person", "the person themselves, by their link"
        TELEPHONE = "telephone", "a project officer, as the person told them by phone"

    OWN = "own"  # the list of the person's own questions (referrals.safety.self_assessment_questions)

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="safety_answers")
    question_set = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    wording = models.JSONField()  # title and items as they stood on the page
    ticked = models.JSONField(default=list)  # codes of the items that apply; empty means "none of these"
    unanswered = models.BooleanField("left to a clinician", default=False)
    assessed = models.BooleanField("a clinician has assessed what is ticked", default=False)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(  # null: the person, or a clinician without an account, who are no users
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Of a clinician without an account: where they said who they are.
    said_in = models.ForeignKey(
        "referrals.Confirmation", on_delete=models.PROTECT, null=True, related_name="answers"
    )
    answered_as = models.CharField(max_length=30, choices=[*ANSWERED_AS, *Teller.choices])
    replies = models.JSONField(default=dict)
    words = models.TextField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_as="person", answered_by__isnull=True, said_in__isnull=True)
                | ~Q(answered_as="person") & Q(answered_by__isnull=False, said_in__isnull=True)
                | ~Q(answered_as__in=["person", "telephone", "administrator"])
                & Q(answered_by__isnull=True, said_in__isnull=False),
                name="safety_answer_a_user_or_the_person",
            ),
            models.CheckConstraint(
                condition=Q(question_set="own", answered_as__in=["person", "telephone"])
                | ~Q(question_set="own")
                & ~Q(answered_as__in=["person", "telephone"])
                & Q(words="", replies={}),
                name="safety_answer_own_list_is_the_persons",
            ),
            models.UniqueConstraint(
                fields=["referral", "question_set", "answered_at"], name="safety_answer_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(unanswered=False) | Q(ticked=[], assessed=False),
                name="safety_answer_unanswered_ticks_nothing",
            ),
        ]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.question_set} v{self.version} for {self.referral_id}"

    @property
    def answerer(self) -> str:
        """The name of who answered, for officers; empty for the person themselves."""
        if self.answered_by is not None:
            return self.answered_by.name
        return self.said_in.said_name if self.said_in is not None else ""


class ConfirmationQuerySet(models.QuerySet):
    def open(self) -> "ConfirmationQuerySet":
        """Not confirmed, and no other clinician was named instead."""
        return self.filter(confirmed_at__isnull=True, replaced_at__isnull=True)

    def for_clinician(self, user: User) -> "ConfirmationQuerySet":
        """Those that name this person by address, of referrals of the organisations where they are a clinician now.

        An administrator whose address was typed has none: the lists are left to somebody who can know.
        """
        here = Membership.objects.clinicians().filter(user=user).values("organisation")
        return self.filter(
            email__iexact=user.email,
            referral__organisation__in=Organisation.objects.for_user(user).filter(pk__in=here),
        )


class Register(models.TextChoices):
    """Who keeps the register of a clinician's profession."""

    GMC = "gmc", "General Medical Council (GMC)"
    NMC = "nmc", "Nursing and Midwifery Council (NMC)"
    HCPC = "hcpc", "Health and Care Professions Council (HCPC)"
    GPHC = "gphc", "General Pharmaceutical Council (GPhC)"
    OTHER = "other", "Another register"


SAID = ("said_name", "said_as", "said_register", "said_number")
NOTHING_SAID = Q(**dict.fromkeys(SAID, ""))
ALL_SAID = ~Q(said_name="") & ~Q(said_as="") & ~Q(said_register="") & ~Q(said_number="")


@keep_history(leaving_out=["name", "email", "said_name", "said_number"])
class Confirmation(Nonced):
    """Safety lists that were left to a named clinician: asked when and by whom, confirmed when and by whom.

    A clinician without an account has confirmed them where `confirmed_by` is empty: then `said_` is what they told us
    of themselves. To such an address nothing is sent before `address_checked_at`: at once if it belongs to the
    organisation (`referrals.screening.clinician_addresses`), else when an officer has checked it by phone.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="confirmations")
    name = models.CharField(max_length=150)
    email = models.EmailField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    address_checked_at = models.DateTimeField(null=True)
    address_checked_by = models.ForeignKey(  # null: by its domain
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    said_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    said_as = models.CharField(max_length=30, choices=Profession, blank=True, default="", db_default="")
    said_register = models.CharField(max_length=5, choices=Register, blank=True, default="", db_default="")
    said_number = models.CharField(max_length=20, blank=True, default="", db_default="")

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(confirmed_at__isnull=True, replaced_at__isnull=True),
                name="confirmation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True) & NOTHING_SAID
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, replaced_at__isnull=True)
                & NOTHING_SAID
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=True, replaced_at__isnull=True)
                & ALL_SAID,
                name="confirmation_by_a_user_or_said_by",
            ),
            models.CheckConstraint(
                condition=Q(address_checked_at__isnull=False) | Q(address_checked_by__isnull=True),
                name="confirmation_address_checked_at",
            ),
        ]
        indexes = [
            models.Index(
                Lower("email"),
                condition=Q(confirmed_at__isnull=True, replaced_at__isnull=True),
                name="confirmation_open_by_email",
            ),
            models.Index(
                fields=["referral"],
                condition=Q(confirmed_at__isnull=False, confirmed_by__isnull=True),
                name="confirmation_said_by",
            ),
        ]

    def __str__(self) -> str:
        return f"confirmation {self.pk} of {self.referral_id}"

    @property
    def asker(self) -> str:
        """Who asks, as the clinician may know them: the colleague who sent the referral where an officer named them."""
        return self.referral.submitted_by.name if self.asked_by.is_staff else self.asked_by.name


@keep_history(leaving_out=["words", "lifted_words"])
class SafetyHold(Nonced):
    """No place is offered or given while this is on: who put it on and why, who lifted it and on what grounds."""

    class Why(models.TextChoices):
        CLINICIAN = "clinician", "The clinician ticked a list that stops"
        PERSON = "person", "The person answered something that must be looked into"
        OFFICER = "officer", "A project officer is concerned"
        SAFEGUARDING = "safeguarding", "A safeguarding concern"

    # An officer chooses between these; the others come by an answer.
    BY_OFFICERS = (Why.OFFICER, Why.SAFEGUARDING)

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="holds")
    why = models.CharField(max_length=15, choices=Why)
    words = models.TextField(max_length=1000)
    put_on_at = models.DateTimeField()
    put_on_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: system
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_words = models.TextField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "why"], condition=Q(lifted_at__isnull=True), name="safety_hold_on_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_words="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_words="")),
                name="safety_hold_lifted_with_grounds",
            ),
        ]
        indexes = [
            models.Index(fields=["put_on_at"], condition=Q(lifted_at__isnull=True), name="safety_hold_on"),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk} of {self.referral_id}"


@keep_history(leaving_out=["basis"])
class Clearance(models.Model):
    """On what basis a person may take part: asked for by an answer, given by an officer, for `CLEARANCE_DAYS` at most.

    A changed answer or the end of its time asks for a new one; the old row stays.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="clearances")
    because = models.CharField("asked for because of", max_length=300)
    asked_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.TextField(max_length=1000, blank=True)
    expires_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(ended_at__isnull=True), name="clearance_one_that_counts"
            ),
            models.CheckConstraint(
                condition=Q(
                    cleared_at__isnull=True, cleared_by__isnull=True, expires_on__isnull=True, basis=""
                )
                | (
                    Q(cleared_at__isnull=False, cleared_by__isnull=False, expires_on__isnull=False)
                    & ~Q(basis="")
                ),
                name="clearance_says_who_and_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(cleared_at__isnull=True, ended_at__isnull=True),
                name="clearance_asked",
            ),
            models.Index(
                fields=["expires_on"],
                condition=Q(cleared_at__isnull=False, ended_at__isnull=True),
                name="clearance_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"clearance {self.pk} of {self.referral_id}"


class SafetyStop(models.Model):
    """A referral that a safety list stopped: what was ticked and where, and nothing about the person."""

    # null: emergency advice does not wait until somebody who works for two organisations has chosen one
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    # null: a clinician without an account
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    question_set = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    ticked = models.JSONField()

    class Meta:
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.question_set} v{self.version} at {self.at:%Y-%m-%d %H:%M}"
