"""Who works where: people who sign in, the organisations they work for, and in which role."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower, Upper

from accounts.history import kept
from accounts.professions import Profession
from accounts.roles import CLINICIAN, MEMBERSHIP_ROLES, ROLES, STAFF_ROLES

# An allow-list: a library's own tables (log-in sessions, second factors) are nobody's to change in the admin.
OUR_APPS = {"accounts", "participants", "messaging", "referrals", "cohort_sessions", "outcomes"}

LOCAL = "LOCAL"  # begins our own codes: no code of the Organisation Data Service does
LISTED_KINDS = ["gp_practice", "other_prescriber"]  # those that the national list of practices holds


class UserQuerySet(models.QuerySet):
    def officers(self) -> "UserQuerySet":
        """People who may look after participants: officers and administrators who may sign in."""
        return self.filter(is_active=True).exclude(staff_role="")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username: str) -> "User":
        return self.get(email__iexact=username)


@kept(leaving_out=["email", "name", "password", "last_login"], not_for=["last_login"])
class User(AbstractBaseUser):
    """A person who signs in with a code sent to their e-mail address; nobody has a password."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    staff_role = models.CharField("role in the partnership", max_length=20, choices=STAFF_ROLES, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField()

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                condition=Q(staff_role__in=["", *[code for code, _ in STAFF_ROLES]]),
                name="user_staff_role_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role(self):
        """The partnership role of this person, or None for people who only refer."""
        return ROLES.get(self.staff_role)

    @property
    def needs_second_factor(self) -> bool:
        return self.is_active and self.role is not None and self.role.needs_second_factor

    # The admin asks these; rights come from the table in roles.py, not from per-model permissions.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.role is not None and self.role.may_use_admin

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        if not self.is_staff:
            return False
        app, _, permission = perm.partition(".")
        action, _, model = permission.partition("_")
        if app not in OUR_APPS or action == "delete":
            return False  # nothing is deleted by hand: merge, withdraw or mark entered in error
        if app != "accounts" or action == "view":
            return True
        if permission in ("change_organisation", "change_interest"):
            return self.role.may_keep_organisations
        return model not in ("organisation", "interest") and self.role.may_manage_accounts

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff and app_label in OUR_APPS

    def get_all_permissions(self, obj: object = None) -> set[str]:
        return set()


class OrganisationQuerySet(models.QuerySet):
    def offered(self) -> "OrganisationQuerySet":
        """GP practices that a person can be registered with: ODS status A with prescribing setting 4."""
        return self.filter(kind=Organisation.Kind.GP_PRACTICE, ods_status="A", prescribing_setting="4")

    def matching(self, text: str) -> "OrganisationQuerySet":
        """Organisations whose name holds every word of the text, or whose code or postcode begins with it."""
        text = text.strip()
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

    def without_lead(self) -> "OrganisationQuerySet":
        """Organisations where people may refer and nobody who may sign in looks after them."""
        here = Membership.objects.current().filter(organisation=OuterRef("pk"))
        return self.filter(Exists(here), ~Exists(here.filter(is_lead=True, user__is_active=True)))


@kept(leaving_out=["contact_email", "phone", "refers_no_more_because"])
class Organisation(models.Model):
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

    # Where the Organisation Data Service gives none, a code of our own (accounts.organisations): each organisation then
    # has one code to be found, named and joined by, and nothing has to ask whether there is one.
    ods_code = models.CharField("ODS code or our own code", max_length=12, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    geography = models.CharField("high-level health geography", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    contact_email = models.EmailField("e-mail address for notes to the organisation", blank=True)
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
    def has_local_code(self) -> bool:
        """Whether the code is ours: it then says nothing to anybody outside."""
        return self.ods_code.startswith(LOCAL)


class MembershipQuerySet(models.QuerySet):
    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at__isnull=True)

    def clinicians(self) -> "MembershipQuerySet":
        """Clinicians who work there now and may sign in: who can be acted for, and asked for the safety lists."""
        return self.current().filter(role=CLINICIAN, user__is_active=True)

    def leads(self) -> "MembershipQuerySet":
        """Who looks after the members of an organisation and may sign in."""
        return self.current().filter(is_lead=True, user__is_active=True)


# When a membership was used says where a person was, and a name that a colleague typed is identity: not in history.
@kept(leaving_out=["last_used_on", "invited_name"], not_for=["last_used_on", "asked_on"])
class Membership(models.Model):
    """One person's place in one organisation: in which role, whether they lead there, and until when."""

    class Ended(models.TextChoices):
        BY_LEAD = "lead", "Ended by an organisation lead"
        BY_OFFICE = "office", "Ended by the partnership"
        UNUSED = "unused", "Not used for a long time"
        CLOSED = "closed", "The organisation was closed"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=MEMBERSHIP_ROLES)
    is_lead = models.BooleanField("organisation lead", default=False)
    profession = models.CharField(max_length=30, choices=Profession, blank=True)
    invited_name = models.CharField(max_length=150, blank=True)  # shown to colleagues until it is first used
    started_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)  # a London day: written once a day at most
    asked_on = models.DateField(null=True, blank=True)  # when the person was asked whether they still need it
    confirmed_at = models.DateTimeField(
        null=True, blank=True
    )  # when a lead last said that they still work here
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, choices=Ended, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[code for code, _ in MEMBERSHIP_ROLES]), name="membership_role_known"
            ),
            models.CheckConstraint(
                condition=~Q(role=CLINICIAN) | ~Q(profession=""), name="membership_clinician_has_profession"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="membership_ended_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation"], condition=Q(ended_at__isnull=True), name="membership_here"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.organisation}"

    @property
    def name(self) -> str:
        """How colleagues know this person. Until somebody who was invited has come, it is the name that was typed:
        the account's own would tell whoever typed it that this address had an account before."""
        return self.invited_name if self.invited_name and not self.last_used_on else self.user.name

    @property
    def role_in_words(self) -> str:
        """For example "Clinician (Pharmacist), organisation lead"."""
        words = self.get_role_display()
        if self.profession:
            words += f" ({self.get_profession_display()})"
        return f"{words}, organisation lead" if self.is_lead else words


import accounts.models_interest  # noqa: E402, F401 - Django finds an app's tables here
