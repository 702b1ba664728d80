"""A place in a cohort, from the offer to its end (docs/domain.md 4.3, 5.7)."""

from datetime import date, datetime

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from accounts.models import User
from core.nonces import Nonced
from core.row_history import keep_history, only_values
from participants.models import Participant
from participants.personal_links.links import Link
from referrals.models import Referral
from referrals.statuses import Status
from sessions import statuses
from sessions.models import triggers
from sessions.models.attendance import Attendance
from sessions.models.cohort import Cohort, Session


class PlaceQuerySet(models.QuerySet):
    def taken(self) -> "PlaceQuerySet":
        return self.filter(state=Place.State.TAKEN)

    def open(self) -> "PlaceQuerySet":
        """Taken, or held while the person has not answered: both count against the capacity."""
        return self.filter(state__in=Place.OPEN)

    def that_were_taken(self) -> "PlaceQuerySet":
        """Those with sessions: an offer that came to nothing had none."""
        return self.filter(Exists(Attendance.objects.filter(place=OuterRef("pk"))))

    def due_to_expire(self, now: datetime) -> "PlaceQuerySet":
        """Offered, not answered, and the time to answer is over; oldest first."""
        return self.filter(state=Place.State.HELD, held_until__lte=now).order_by("held_until", "pk")

    def to_ring(self) -> "PlaceQuerySet":
        """Of each waiting person with whom an officer has to speak, the last offer; with `ran_out` and `asked_for_other`.

        As many offers ran out as the programme lets, or they said of the last one that another time suits them; and
        nobody has written down that they spoke with them since.
        """
        of_referral = Place.objects.filter(referral=OuterRef("referral"), followed_up_at__isnull=True)
        silent = of_referral.filter(state=Place.State.EXPIRED).order_by().values("referral")
        other_time = Place.objects.calls_promised().filter(referral=OuterRef("referral"))
        later = of_referral.filter(
            Q(state=Place.State.EXPIRED) | Q(state=Place.State.DECLINED, other_time=True),
            pk__gt=OuterRef("pk"),
        )
        return (
            self.annotate(
                ran_out=Coalesce(Subquery(silent.annotate(n=Count("pk")).values("n")), 0),
                asked_for_other=Exists(other_time),
            )
            .filter(
                Q(state=Place.State.EXPIRED) | Q(state=Place.State.DECLINED, other_time=True),
                ~Exists(later),
                followed_up_at__isnull=True,
                referral__status=Status.WAITING,
            )
            .filter(
                Q(asked_for_other=True) | Q(ran_out__gte=F("cohort__programme__expiries_to_officer")),
            )
        )

    def calls_promised(self) -> "PlaceQuerySet":
        """Given back because another time suits; nobody has called them since, and nothing was offered to them."""
        since = Place.objects.filter(referral=OuterRef("referral"), pk__gt=OuterRef("pk"))
        return self.filter(
            ~Exists(since), state=Place.State.DECLINED, other_time=True, followed_up_at__isnull=True
        )

    def with_attendance(self) -> "PlaceQuerySet":
        """Adds `attended` and `delivered`: sessions attended, of those held for this person (docs/domain.md 5.7).

        And `meant`: all that the place was for, also those after the person left.
        """
        held = Q(attendances__expected=True, attendances__session__status=Session.Status.DELIVERED)
        by_us = Q(attendances__code=Attendance.Code.CANCELLED_BY_US)
        by_us |= Q(attendances__session__status=Session.Status.CANCELLED_BY_US)
        return self.annotate(
            attended=Count("attendances", filter=held & Q(attendances__code__in=Attendance.ATTENDED)),
            delivered=Count("attendances", filter=held & ~by_us),
            meant=Count("attendances", filter=~by_us & Q(attendances__released_at__isnull=True)),
        )

    def over(self) -> "PlaceQuerySet":
        """Still open, though the register of every session of theirs is saved; with attendance."""
        unmarked = Attendance.objects.filter(
            place=OuterRef("pk"), expected=True, session__status__in=statuses.AHEAD
        )
        return self.taken().filter(~Exists(unmarked)).with_attendance()

    def completed_enough(self) -> "PlaceQuerySet":
        """Over, and attended the programme's percentage of the sessions delivered, rounded up."""
        return self.over().filter(ENOUGH, delivered__gt=0)

    def to_be_ended(self) -> "PlaceQuerySet":
        """Over without completing: an officer says how it ended."""
        return self.over().filter(~Q(ENOUGH) | Q(delivered=0))

    def finished_below_target(self) -> "PlaceQuerySet":
        """Of those, people who took part: an officer may say that they have finished."""
        return self.to_be_ended().filter(attended__gt=0, referral__status=Status.ACTIVE)


# Whole numbers instead of rounding: 8 of 10 is the first with attended x 100 >= 10 x 75.
ENOUGH = GreaterThanOrEqual(F("attended") * 100, F("delivered") * F("cohort__programme__completion_percent"))


@keep_history()
class Place(Nonced):
    """A person's place in one cohort, offered or taken; counts against the capacity until it is answered or left.

    A person who is moved keeps the place, with what they attended: its cohort changes.
    """

    class State(models.TextChoices):
        HELD = "held", "Offered"
        TAKEN = "taken", "Has the place"
        COMPLETED = "completed", "Completed"
        FINISHED = "finished", "Finished"  # attended fewer sessions than the target
        LEFT = "left", "Left"
        DECLINED = "declined", "Offer declined"
        EXPIRED = "expired", "Offer not answered"
        RETURNED = "returned", "Back on the waiting list"  # the cohort was cancelled, or the offer taken back

    OPEN = (State.HELD, State.TAKEN)
    # What may be followed by another place in the same cohort.
    NOT_FOR_GOOD = (State.DECLINED, State.EXPIRED, State.RETURNED)

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="places", verbose_name="group")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="places")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="places")
    state = models.CharField(max_length=10, choices=State, default=State.TAKEN)
    first_session = models.PositiveSmallIntegerField(default=1)  # joined at session 2: 7 of 9
    placed_at = models.DateTimeField()  # offered, where it was offered
    # Null: offered by the system, when a place was freed.
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)  # of an offer: the last moment to answer
    taken_at = models.DateTimeField(null=True)  # of an offer that was accepted
    # An offer that ran out, talked over by an officer since: it no longer counts towards "an officer rings".
    followed_up_at = models.DateTimeField(null=True)
    followed_up_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    other_time = models.BooleanField("said that another time suits", default=False, db_default=False)
    times_given = models.BooleanField("gave their times with it", default=False, db_default=False)
    call_by = models.DateField(null=True)  # the last day of the call that we promised then
    ended_at = models.DateTimeField(null=True)
    # Null: the system.
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(state__in=["held", "taken"]), name="place_one_open"
            ),
            models.UniqueConstraint(
                fields=["cohort", "referral"],
                condition=~Q(state__in=["declined", "expired", "returned"]),
                name="place_once_per_cohort",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "taken"], ended_at__isnull=True)
                | ~Q(state__in=["held", "taken"]) & Q(ended_at__isnull=False),
                name="place_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "declined", "expired"]) | Q(held_until__gt=F("placed_at")),
                name="place_held_until_a_time",
            ),
            only_values(
                "state",
                [
                    "held",
                    "taken",
                    "completed",
                    "finished",
                    "left",
                    "declined",
                    "expired",
                    "returned",
                ],
                name="place_state_known",
            ),
            models.CheckConstraint(
                condition=Q(first_session__range=(1, 2)), name="place_starts_at_one_or_two"
            ),
        ]
        indexes = [
            models.Index(fields=["held_until"], condition=Q(state="held"), name="place_held_until"),
            models.Index(
                fields=["referral"],
                condition=Q(followed_up_at__isnull=True)
                & (Q(state="expired") | Q(state="declined", other_time=True)),
                name="place_to_ring",
            ),
        ]
        triggers = [triggers.COUNT_PLACES, triggers.RELEASE_ATTENDANCES]

    def __str__(self) -> str:
        return f"place {self.pk}"

    @property
    def promised_call(self) -> date | None:
        """The last day of the call that we owe them, because another time suits; None once it was made or overtaken."""
        return self.call_by if Place.objects.calls_promised().filter(pk=self.pk).exists() else None

    @property
    def answer_by(self) -> datetime:
        """The last moment to answer the offer. ValueError for a place that was never offered."""
        if self.held_until is None:
            raise ValueError(f"place {self.pk} was given without an offer")
        return self.held_until


class PlaceMove(Nonced):
    """One move of a person from one cohort to another: who made it, when and why. Never changed, never deleted."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="moves")
    from_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="moves_out")
    to_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="moves_in")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_cohort=F("to_cohort")), name="place_move_to_another_cohort"
            ),
        ]
        triggers = [triggers.WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"move of place {self.place_id}"


class OfferLink(Link):
    """A participant's link to answer the offer of a place: a plain one (docs/domain.md 8.5)."""

    PURPOSE = "offer"
    HOLDER = "place__participant"

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="link")
