"""What people say afterwards, and the notes that go back to the practice."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from core.row_history import at_and_by, keep_history
from messaging.models import Message
from participants.personal_links.links import Link, LinkQuerySet, digest_of
from referrals.models import StatusChange
from sessions.models import Attendance


class FormLinkQuerySet(LinkQuerySet["FormLink"]):
    def by_telephone(self, now: datetime) -> "FormLinkQuerySet":
        """Open requests, not yet answered, to people who are rung instead of written to."""
        rung = Message.objects.filter(
            kind="feedback",
            subject_type="attendance",
            subject_id=OuterRef("attendance"),
            channel=Message.Channel.PHONE,
        )
        return (
            self.live(now)
            .filter(Exists(rung), attendance__feedback__isnull=True)
            .select_related("attendance__place__participant", "attendance__place__referral")
        )


class FormLink(Link):
    """A participant's link to the five questions after one session: a plain one (docs/domain.md 8.5)."""

    PURPOSE = "feedback"
    HOLDER = "attendance__place__participant"

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="feedback_link")

    objects = FormLinkQuerySet.as_manager()

    @classmethod
    def make_missing(cls, *, until: dict[int, datetime], now: datetime) -> None:
        """A link for each of these attendances that has none, open until its moment; two at once make one."""
        cls.objects.bulk_create(
            [cls(attendance_id=attendance, made_at=now, expires_at=end) for attendance, end in until.items()],
            ignore_conflicts=True,
        )
        new = list(cls.objects.filter(attendance__in=until, digest__isnull=True))
        for link in new:
            link.digest = digest_of(link.token)
        cls.objects.bulk_update(new, ["digest"])


class FeedbackQuerySet(models.QuerySet):
    def worrying(self) -> "FeedbackQuerySet":
        """Pain is worse and still worse, whether or not an officer has looked."""
        return self.filter(pain_since=Feedback.Pain.STILL_WORSE)

    def to_look_at(self) -> "FeedbackQuerySet":
        """Worrying answers that no officer has seen yet."""
        return self.worrying().filter(seen_at__isnull=True)


@keep_history(leaving_out=["for_instructor"])
class Feedback(models.Model):
    """Five answers about one session (docs/domain.md 6.1); answering again replaces them, history keeps both."""

    class Effort(models.TextChoices):
        TOO_EASY = "too_easy", "Too easy"
        ABOUT_RIGHT = "about_right", "About right"
        TOO_HARD = "too_hard", "Too hard"

    class Pain(models.TextChoices):
        BETTER = "better", "Better"
        SAME = "same", "The same"
        WORSE_FOR_A_WHILE = "worse_for_a_while", "Worse for a while"
        STILL_WORSE = "still_worse", "Worse, and still worse"

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="feedback")
    form_version = models.PositiveSmallIntegerField()
    enjoyed = models.PositiveSmallIntegerField("enjoyed it", null=True)
    effort = models.CharField(max_length=20, choices=Effort, blank=True)
    pain_since = models.CharField("pain since the session", max_length=20, choices=Pain, blank=True)
    part_of_group = models.PositiveSmallIntegerField("felt part of the group", null=True)
    for_instructor = models.TextField("for the instructor", max_length=1000, blank=True)
    given_at = models.DateTimeField()
    # Null: the person answered; else who wrote down what was said on the telephone.
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)  # an officer has looked at "worse, and still worse"
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            at_and_by("seen_at", "seen_by", name="feedback_seen_at_and_by"),
            models.CheckConstraint(
                condition=~Q(
                    enjoyed__isnull=True,
                    part_of_group__isnull=True,
                    effort="",
                    pain_since="",
                    for_instructor="",
                ),
                name="feedback_says_something",
            ),
            models.CheckConstraint(
                condition=Q(enjoyed__isnull=True) | Q(enjoyed__range=(0, 10)),
                name="feedback_enjoyed_zero_to_ten",
            ),
            models.CheckConstraint(
                condition=Q(part_of_group__isnull=True) | Q(part_of_group__range=(0, 10)),
                name="feedback_group_zero_to_ten",
            ),
        ]
        indexes = [
            models.Index(
                fields=["given_at"],
                condition=Q(pain_since="still_worse", seen_at__isnull=True),
                name="feedback_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"


COUNTED = ["completed", "finished_below", "left_early", "not_participating"]  # the values of Letter.FINISHED


class Letter(models.Model):
    """A note to the practice about one step of a referral: written once for each step that calls for it."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Not accepted"
        COMPLETED = "completed", "Completed"
        FINISHED_BELOW_TARGET = "finished_below", "Finished, attended fewer than the target"
        LEFT_EARLY = "left_early", "Left early"
        NOT_PARTICIPATING = "not_participating", "Did not start"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REDIRECTED = "redirected", "Another service"
        UNREACHABLE = "unreachable", "Could not be reached"

    # These say how many sessions were attended.
    FINISHED = (Kind.COMPLETED, Kind.FINISHED_BELOW_TARGET, Kind.LEFT_EARLY, Kind.NOT_PARTICIPATING)

    status_change = models.OneToOneField(StatusChange, on_delete=models.PROTECT, related_name="letter")
    kind = models.CharField(max_length=20, choices=Kind)
    attended = models.PositiveSmallIntegerField(null=True)  # sessions attended, of `out_of`
    out_of = models.PositiveSmallIntegerField(null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=COUNTED, attended__lte=F("out_of"))
                | ~Q(kind__in=COUNTED) & Q(attended__isnull=True, out_of__isnull=True),
                name="letter_counts_sessions",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} letter {self.pk}"
