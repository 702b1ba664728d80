"""A referral and its history: what a professional asked for, and each step since."""

from collections.abc import Collection
from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import IntegrityError, models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, Extract, Upper

from accounts.models import Organisation, User
from accounts.professions import Profession
from core.nonces import Nonced
from core.row_history import keep_history, only_values
from participants import nhs_number
from participants.models import Participant
from referrals.plain_words import Plain
from referrals.search import matching_for_sender, referrals_matching
from referrals.statuses import ENDINGS, IN_PROGRAMME, TO_REACH, Reason, Status

# History is written once: a trigger refuses every change and removal, from the ORM and from psql alike.
WRITTEN_ONCE = pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete)


def broken_rule(error: IntegrityError) -> str:
    """The name of the database's rule that refused a row."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


class ReferralQuerySet(models.QuerySet):
    def for_user(self, user: User) -> "ReferralQuerySet":
        """What this person may see: officers all, referrers those of their own organisations."""
        if user.is_staff:
            return self
        return self.for_member(user)

    def for_member(self, user: User) -> "ReferralQuerySet":
        """The referrals of the organisations where this person works now, whatever else they may see."""
        return self.filter(organisation__in=Organisation.objects.for_user(user))

    def with_attendance_told(self) -> "ReferralQuerySet":
        """With the sessions attended by somebody who finished below the target, for `outcome_told`."""
        finished = StatusChange.objects.filter(
            referral=OuterRef("pk"), to_status=Status.FINISHED_BELOW_TARGET
        ).order_by("-at", "-pk")
        return self.annotate(
            told_attended=Subquery(finished.values("attended")[:1]),
            told_out_of=Subquery(finished.values("out_of")[:1]),
        )

    def found_by(self, typed: str) -> "ReferralQuerySet":
        """Referrals that match a reference, an NHS number or words of a name; all of them for an empty search."""
        return self.filter(referrals_matching(typed))

    def in_group(self, statuses: Collection[str]) -> "ReferralQuerySet":
        """Those that stand so or, once they are closed, had ended so."""
        return self.filter(
            Q(status__in=[status for status in statuses if status != Status.CLOSED])
            | Q(status=Status.CLOSED, ended_as__in=statuses)
        )

    def found_by_sender(self, typed: str) -> "ReferralQuerySet":
        """As `found_by`, for the organisations that sent them: by the details that they gave."""
        return self.filter(matching_for_sender(typed))

    def newest_first(self) -> "ReferralQuerySet":
        return self.order_by("-submitted_at", "-pk")

    def to_triage(self) -> "ReferralQuerySet":
        """Waiting for an officer's decision, oldest first."""
        return self.filter(status=Status.SUBMITTED).order_by("submitted_at", "pk")

    def to_reach(self) -> "ReferralQuerySet":
        """Accepted, and nobody knows yet whether the person wants it; the longest first."""
        return self.filter(status__in=TO_REACH).order_by("status_at", "pk")

    def asked(self) -> "ReferralQuerySet":
        """The practice was asked something and has not answered; the longest first."""
        return self.filter(status=Status.INFO_REQUESTED).order_by("status_at", "pk")

    def waiting(self) -> "ReferralQuerySet":
        return self.filter(status=Status.WAITING)

    def in_waiting_order(self, now: datetime, *, long_wait_days: int) -> "ReferralQuerySet":
        """The one order for lists and placing (docs/domain.md 4.1).

        First those who have waited `long_wait_days` or more; then by waiting days since opt-in + 70 x priority
        (0-3); then by opted-in time, then id.
        """
        waited = Extract(
            ExpressionWrapper(Value(now) - F("opted_in_at"), output_field=models.DurationField()), "day"
        )
        return self.annotate(
            waiting_days=waited,
            long_wait=ExpressionWrapper(
                Q(waiting_days__gte=long_wait_days), output_field=models.BooleanField()
            ),
            waiting_score=F("waiting_days") + 70 * F("priority"),
        ).order_by("-long_wait", "-waiting_score", "opted_in_at", "pk")


# The person as the sending organisation described them: all that its members read, search and are asked about. Another
# organisation's details of the same person are in Participant and never here (docs/domain.md 1.1).
TOLD = (
    "given_name",
    "family_name",
    "preferred_name",
    "date_of_birth",
    "nhs_number",
    "email",
    "phone",
    "postcode",
)
TOLD_COLUMNS = [f"told_{name}" for name in TOLD]
# How the person wants to be reached and what they need, as it was sent: null where it is not known what was.
SENT_COLUMNS = ["told_preferred_contact", "told_message_safe", "told_practice", "told_needs", "told_more"]
ANSWERED_LATER = ("told_email", "told_phone", "told_postcode")  # the organisation may send a better one
AS_SENT_COLUMNS = [
    name.replace("told_practice", "told_practice_id")
    for name in [*TOLD_COLUMNS, *SENT_COLUMNS]
    if name not in ANSWERED_LATER
]

# Merging people and correcting a person leave these as they were sent; erasing somebody empties them.
AS_SENT = pgtrigger.Trigger(
    name="told_as_sent",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf(*AS_SENT_COLUMNS),
    func="""
        IF EXISTS (
            SELECT FROM jsonb_each_text(to_jsonb(OLD)) AS was
            JOIN jsonb_each_text(to_jsonb(NEW)) AS becomes USING (key)
            WHERE key IN ({keys}) AND was.value <> '' AND becomes.value <> '' AND was.value <> becomes.value
        ) THEN
            RAISE EXCEPTION 'what an organisation told is not changed';
        END IF;
        RETURN NEW;
    """.format(keys=", ".join(f"'{name}'" for name in AS_SENT_COLUMNS)),
)


@keep_history(
    leaving_out=[
        "note",
        "hints",
        "priority_reason",
        "referrer_name",
        *TOLD_COLUMNS,
        *SENT_COLUMNS,
        "told_names",
    ]
)
class Referral(Nonced):
    """One recommendation of one person by one organisation; begins at submitted."""

    ReferrerRole = Profession

    reference = models.CharField(max_length=12, unique=True)  # made by referrals.references
    submission_key = models.UUIDField(unique=True)  # the form's own: a second press makes no second referral
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="referrals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="referrals")
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="referrals")
    submitted_at = models.DateTimeField()
    referrer_name = models.CharField(max_length=150)
    referrer_role = models.CharField(max_length=30, choices=Profession)
    pain_three_months = models.BooleanField("pain for three months or more")
    agreed_on = models.DateField("day the person agreed", null=True)  # null: came in a list that did not say
    note = models.TextField("note for the project officer", max_length=2000, blank=True)
    # What a pasted text pointed at, as "list:item": shown to the clinician and to officers, never a tick.
    hints = models.JSONField(default=list, blank=True, db_default=[])

    # Empty where it is not known who told it (referrals from before these columns), and when the person was erased.
    told_given_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    told_family_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    told_preferred_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    told_date_of_birth = models.DateField(null=True, blank=True)
    told_nhs_number = models.CharField(max_length=10, blank=True, default="", db_default="")
    told_email = models.EmailField(blank=True, default="", db_default="")
    told_phone = models.CharField(max_length=20, blank=True, default="", db_default="")
    told_postcode = models.CharField(max_length=10, blank=True, default="", db_default="")
    told_preferred_contact = models.CharField(
        max_length=10, choices=Participant.Contact, blank=True, default="", db_default=""
    )
    told_message_safe = models.BooleanField(null=True)
    told_practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    told_needs = ArrayField(models.CharField(max_length=30), null=True)
    told_more = models.JSONField(
        null=True
    )  # of the optional page: label and value of each answer, as it was read
    # The names as they are searched for.
    told_names = models.GeneratedField(
        expression=Plain(
            Concat("told_given_name", Value(" "), "told_family_name", Value(" "), "told_preferred_name")
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    status = models.CharField(max_length=20, choices=Status, default=Status.SUBMITTED)
    status_at = models.DateTimeField()
    ended_as = models.CharField(max_length=20, choices=Status, blank=True)  # how a closed referral had ended
    opted_in_at = models.DateTimeField(null=True)
    priority = models.PositiveSmallIntegerField(default=0)
    priority_reason = models.CharField(max_length=300, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        triggers = [AS_SENT]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(status__in=IN_PROGRAMME),
                name="referral_in_programme_once",
            ),
            only_values("status", Status.values, name="referral_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=IN_PROGRAMME) | Q(opted_in_at__isnull=False),
                name="referral_waits_from_opt_in",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, ended_as__in=ENDINGS)
                | ~Q(status=Status.CLOSED) & Q(ended_as=""),
                name="referral_closed_says_how_it_ended",
            ),
            models.CheckConstraint(condition=Q(priority__lte=3), name="referral_priority_zero_to_three"),
            models.CheckConstraint(
                condition=Q(priority=0) | ~Q(priority_reason=""), name="referral_priority_has_reason"
            ),
            models.CheckConstraint(condition=Q(pain_three_months=True), name="referral_pain_three_months"),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], condition=Q(status="submitted"), name="referral_to_triage"
            ),
            models.Index(fields=["organisation", "-submitted_at", "-id"], name="referral_of_organisation"),
            models.Index(fields=["-submitted_at", "-id"], name="referral_newest"),
            models.Index(
                fields=["opted_in_at", "id"], condition=Q(status="waiting"), name="referral_waiting"
            ),
            models.Index(
                fields=["status_at", "id"],
                condition=Q(status__in=["accepted", "contacting"]),
                name="referral_to_reach",
            ),
            models.Index(
                fields=["status_at", "id"], condition=Q(status="info_requested"), name="referral_asked"
            ),
            models.Index(
                fields=["status_at", "id"], condition=Q(status__in=ENDINGS), name="referral_ended_not_closed"
            ),
            GinIndex(
                OpClass(Upper("told_given_name"), name="gin_trgm_ops"),
                OpClass(Upper("told_family_name"), name="gin_trgm_ops"),
                OpClass(Upper("told_preferred_name"), name="gin_trgm_ops"),
                name="referral_told_names_trgm",
            ),
            # One index for names and parts of a reference, so that PostgreSQL can OR them without reading the table.
            GinIndex(
                OpClass("told_names", name="gin_trgm_ops"),
                OpClass("reference", name="gin_trgm_ops"),
                name="referral_search_trgm",
            ),
            models.Index(fields=["told_date_of_birth"], name="referral_told_birth_date"),
            models.Index(fields=["told_phone"], condition=~Q(told_phone=""), name="referral_told_phone"),
            models.Index(
                fields=["told_nhs_number"], condition=~Q(told_nhs_number=""), name="referral_told_nhs_number"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name_as_told(self) -> str:
        """The person's name as the organisation of this referral gave it, never as another one did."""
        return f"{self.told_given_name} {self.told_family_name}".strip() or "Name not available"

    @property
    def spaced_nhs_number_as_told(self) -> str:
        return nhs_number.spaced(self.told_nhs_number)

    @property
    def outcome(self) -> Status:
        """How it stands or, once it is closed, how it had ended."""
        return Status(self.ended_as or self.status)

    @property
    def outcome_told(self) -> str:
        """`outcome` in words for the organisation, of rows `with_attendance_told`; else its label."""
        if self.outcome == Status.FINISHED_BELOW_TARGET and hasattr(self, "told_attended"):
            return f"Finished (attended {self.told_attended} of {self.told_out_of})"
        return self.outcome.label


class StatusChange(Nonced):
    """One move of a referral: from, to, who, when, why. Never changed, never deleted (a trigger says no)."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=20, choices=Status, blank=True)
    to_status = models.CharField(max_length=20, choices=Status)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: the system
    reason = models.CharField(max_length=30, choices=Reason, blank=True)
    words = models.TextField("words for the organisation", max_length=1000, blank=True)
    person_words = models.TextField("words for the person", max_length=1000, blank=True)
    # Of somebody who finished below the target: the practice reads "attended 5 of 10".
    attended = models.PositiveSmallIntegerField("sessions attended", null=True)
    out_of = models.PositiveSmallIntegerField("sessions held for them", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_status=Status.FINISHED_BELOW_TARGET)
                & Q(attended__isnull=False, out_of__isnull=False)  # a comparison with nothing would pass
                & Q(attended__gte=1, out_of__gt=F("attended"))
                | ~Q(to_status=Status.FINISHED_BELOW_TARGET) & Q(attended__isnull=True, out_of__isnull=True),
                name="status_change_counts_sessions",
            ),
        ]
        indexes = [
            models.Index(fields=["referral", "at", "id"], name="status_change_of_referral"),
            models.Index(fields=["at"], name="status_change_at"),  # recent steps, for the notes to practices
            # Recent first sessions, for how long people wait now.
            models.Index(
                fields=["at", "referral"], condition=Q(to_status="active"), name="status_change_started"
            ),
        ]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.from_status} to {self.to_status}"
