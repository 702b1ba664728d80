"""Who works where, and in which role."""

from django.db import models
from django.db.models import F, Q

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.professions import Profession
from accounts.roles import CLINICIAN, MEMBERSHIP_ROLES
from core.nonces import Nonced
from core.row_history import keep_history, only_values


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
@keep_history(leaving_out=["last_used_on", "invited_name"], not_for=["last_used_on", "asked_on"])
class Membership(Nonced):
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
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)  # a London day: written once a day at most
    asked_on = models.DateField(null=True, blank=True)  # when the person was asked whether they still need it
    # When a lead last said that they still work here.
    confirmed_at = models.DateTimeField(null=True, blank=True)
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
            only_values("role", [code for code, _ in MEMBERSHIP_ROLES], name="membership_role_known"),
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
