"""Equality questions: national codes, each with "prefer not to say", and never in the way of anything."""

from django.db import models
from django.db.models import Case, Q, Value, When

from accounts.models import User
from core.row_history import keep_history, only_values
from participants.models.participant import Participant


class EthnicCategory(models.TextChoices):
    """The NHS Data Dictionary's 16+1 categories (docs/domain.md 1.3)."""

    BRITISH = "A", "White: British"
    IRISH = "B", "White: Irish"
    OTHER_WHITE = "C", "White: any other White background"
    WHITE_CARIBBEAN = "D", "Mixed: White and Black Caribbean"
    WHITE_AFRICAN = "E", "Mixed: White and Black African"
    WHITE_ASIAN = "F", "Mixed: White and Asian"
    OTHER_MIXED = "G", "Mixed: any other mixed background"
    INDIAN = "H", "Asian or Asian British: Indian"
    PAKISTANI = "J", "Asian or Asian British: Pakistani"
    BANGLADESHI = "K", "Asian or Asian British: Bangladeshi"
    OTHER_ASIAN = "L", "Asian or Asian British: any other Asian background"
    CARIBBEAN = "M", "Black or Black British: Caribbean"
    AFRICAN = "N", "Black or Black British: African"
    OTHER_BLACK = "P", "Black or Black British: any other Black background"
    CHINESE = "R", "Other ethnic groups: Chinese"
    OTHER = "S", "Other ethnic groups: any other ethnic group"
    NOT_STATED = "Z", "Prefer not to say"  # "Not stated": the person was asked
    NOT_KNOWN = "99", "Not known: not asked yet"


PREFER_NOT = "prefer_not"
YES, NO, A_LOT, A_LITTLE, NOT_AT_ALL = "yes", "no", "a_lot", "a_little", "not_at_all"


class EqualityQuerySet(models.QuerySet):
    def with_disabled(self) -> "EqualityQuerySet":
        """Adds `disabled` by the GSS harmonised definition: yes, and a lot or a little; None where it is not known."""
        return self.annotate(
            disabled=Case(
                When(long_condition=YES, limits__in=[A_LOT, A_LITTLE], then=Value(True)),
                When(Q(long_condition=NO) | Q(long_condition=YES, limits=NOT_AT_ALL), then=Value(False)),
                default=Value(None),
                output_field=models.BooleanField(null=True),
            )
        )


@keep_history(leaving_out=["gender_words"])
class Equality(models.Model):
    """One person's answers. Empty is "not asked"; nothing anywhere waits for them."""

    class Sex(models.TextChoices):
        FEMALE = "female", "Female"
        MALE = "male", "Male"
        PREFER_NOT = PREFER_NOT, "Prefer not to say"

    class YesNo(models.TextChoices):
        YES = YES, "Yes"
        NO = NO, "No"
        PREFER_NOT = PREFER_NOT, "Prefer not to say"

    class Limits(models.TextChoices):
        A_LOT = A_LOT, "Yes, a lot"
        A_LITTLE = A_LITTLE, "Yes, a little"
        NOT_AT_ALL = NOT_AT_ALL, "Not at all"
        PREFER_NOT = PREFER_NOT, "Prefer not to say"

    class Source(models.TextChoices):
        PERSON = "person", "The person"
        REFERRER = "referrer", "The referrer"
        OFFICER = "officer", "An officer, from what is known"

    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="equality")
    ethnic_category = models.CharField(max_length=2, choices=EthnicCategory, default=EthnicCategory.NOT_KNOWN)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    gender_same = models.CharField("gender the same as at birth", max_length=10, choices=YesNo, blank=True)
    gender_words = models.CharField("gender in their own words", max_length=100, blank=True)
    long_condition = models.CharField(
        "condition of 12 months or more", max_length=10, choices=YesNo, blank=True
    )
    limits = models.CharField("reduces daily activities", max_length=10, choices=Limits, blank=True)
    source = models.CharField("who answered", max_length=10, choices=Source)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = EqualityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "equality answers"
        constraints = [
            only_values("ethnic_category", EthnicCategory.values, name="equality_ethnic_category_16_plus_1"),
            only_values("sex", ["female", "male", PREFER_NOT], blank=True, name="equality_sex_of_the_list"),
            only_values("gender_same", [YES, NO, PREFER_NOT], blank=True, name="equality_gender_of_the_list"),
            only_values(
                "long_condition", [YES, NO, PREFER_NOT], blank=True, name="equality_condition_of_the_list"
            ),
            models.CheckConstraint(
                condition=Q(limits="")
                | Q(long_condition=YES, limits__in=[A_LOT, A_LITTLE, NOT_AT_ALL, PREFER_NOT]),
                name="equality_limits_of_a_condition",
            ),
            only_values("source", ["person", "referrer", "officer"], name="equality_source_of_the_list"),
        ]

    def __str__(self) -> str:
        return f"Equality answers of participant {self.participant_id}"
