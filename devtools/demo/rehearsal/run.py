"""Starting a rehearsal: when it is refused, who plays in it, and what it counts at the end."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from accounts import roles
from accounts import services as accounts
from accounts.models import Organisation, User
from core.errors import Refused
from devtools.demo.rehearsal.life import Cast, Life, RehearsalPlan
from messaging.models import Message
from outcomes.models import Feedback, Letter
from participants.models import Participant
from referrals.models import Referral, StatusChange
from referrals.statuses import Status
from sessions.models import Attendance, Cohort, Place, Programme, Session

# A fixed rule, so that counts never depend on the day they are made: long past, so that no live cohort's messages
# are due at a rehearsal's moments, and across a clock change (31 March 2024).
FIRST_SESSION = date(2024, 2, 6)
IN_ONE_COHORT = 8
MOST_PEOPLE = 96
# Days after the first, wall clock.
SLOTS = [(0, time(18)), (1, time(10, 30)), (2, time(14)), (3, time(11)), (6, time(17))]
FIRST_SERIAL = 999_100_000
REHEARSAL = "Rehearsal "  # how the names of rehearsed cohorts begin
WEEKS_BEFORE, WEEKS_AFTER = timedelta(weeks=6), timedelta(weeks=14)  # all that one rehearsal lives through
BEFORE_ALL = datetime(2024, 1, 1, 9, tzinfo=UTC) - timedelta(days=30)


class RehearsalRefused(Refused):
    """Nothing was rehearsed; the sentence says why."""


class NotInProduction(RehearsalRefused):
    sentence = "A rehearsal is never run where patients are served: this is production."


class RealPeopleHere(RehearsalRefused):
    sentence = "There are real people in this database: rehearse in one of your own, made with `make run`."


class NotPossible(RehearsalRefused):
    """The numbers asked for cannot be rehearsed."""


class OthersMeetThen(RehearsalRefused):
    def __init__(self) -> None:
        super().__init__(
            f"Other cohorts meet in those weeks, and a rehearsal would live through them too: "
            f"choose another --start, such as {FIRST_SESSION}."
        )


def rehearse(*, people: int, seed: int, starts_on: date = FIRST_SESSION) -> dict:
    """Live through ten weeks with made-up people and count what became of everything.

    The same people, seed and start give the same counts, in any database and on any day. It is one transaction: a
    worker that runs beside it never sees a half-lived week, and a fault leaves nothing behind. Raises
    RehearsalRefused.
    """
    check_allowed()
    if not 1 <= people <= MOST_PEOPLE:
        raise NotPossible(f"Choose between 1 and {MOST_PEOPLE} people.")
    others = Session.objects.exclude(cohort__name__startswith=REHEARSAL)
    if others.filter(local_date__range=(starts_on - WEEKS_BEFORE, starts_on + WEEKS_AFTER)).exists():
        raise OthersMeetThen
    with transaction.atomic():
        cast = rehearsal_cast()
        run = Cohort.objects.filter(name__startswith=REHEARSAL).count() + 1
        lives = []
        for group, size in enumerate(_groups(people)):
            days, start_time = SLOTS[group % len(SLOTS)]
            plan = RehearsalPlan(
                name=f"{REHEARSAL}{run + group}, seed {seed}",
                starts_on=starts_on + timedelta(days=days),
                start_time=start_time,
                people=size,
                seed=seed * 1000 + group,
            )
            life = Life(plan=plan, cast=cast, serial=next_serial())
            life.live()
            lives.append(life)
        return {"people": people, "seed": seed, "first_session": starts_on.isoformat(), **counted(lives)}


def check_allowed() -> None:
    """Never in production, and never beside a real person. Raises RehearsalRefused."""
    if settings.PRODUCTION:
        raise NotInProduction
    if Participant.objects.real().exists():
        raise RealPeopleHere


def counted(lives: Iterable[Life]) -> dict:
    """What became of everything that these lives made, and of nothing else in the database."""
    people = [participant for life in lives for participant in life.numbers]
    referrals = Referral.objects.filter(participant__in=people)
    steps = StatusChange.objects.filter(referral__in=referrals)
    attendances = Attendance.objects.filter(participant__in=people)
    places = Place.objects.filter(participant__in=people)
    messages = Message.objects.filter(
        Q(participant__in=people)
        | Q(subject_type="referral", subject_id__in=referrals.values("pk"))
        | Q(subject_type="status_change", subject_id__in=steps.values("pk"))
    )
    endings = (Status.COMPLETED, Status.FINISHED_BELOW_TARGET, Status.LEFT_EARLY, Status.NOT_PARTICIPATING)
    ended = dict.fromkeys(endings, 0) | _by(referrals, "status")
    letters = Letter.objects.filter(status_change__in=steps)
    return {
        "referrals": referrals.count(),
        "accepted": steps.filter(to_status=Status.ACCEPTED).count(),
        "places": places.count(),
        "sessions": Session.objects.filter(cohort__in=places.values("cohort")).count(),
        "messages": _by_two(messages, "kind", "state"),
        "confirmations": {
            name: _by(attendances, "answer").get(code, 0)
            for code, name in (("yes", "yes"), ("no", "no"), ("", "none"))
        },
        "attendance": _by(attendances, "code"),
        "feedback": Feedback.objects.filter(attendance__in=attendances).count(),
        "completed": ended[Status.COMPLETED],
        "finished_below": ended[Status.FINISHED_BELOW_TARGET],
        "left_early": ended[Status.LEFT_EARLY],
        "not_participating": ended[Status.NOT_PARTICIPATING],
        "letters": letters.filter(kind__in=Letter.FINISHED).count(),
        "letters_by_kind": _by(letters, "kind"),
    }


def _by(rows: QuerySet, column: str) -> dict[str, int]:
    return dict(rows.order_by(column).values_list(column).annotate(Count("pk")))


def _by_two(rows: QuerySet, outer: str, inner: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for first, second, number in rows.order_by(outer, inner).values_list(outer, inner).annotate(Count("pk")):
        found.setdefault(first, {})[second] = number
    return found


def _groups(people: int) -> list[int]:
    """As even as can be, at most eight in each."""
    number = -(-people // IN_ONE_COHORT)
    return [people // number + (1 if group < people % number else 0) for group in range(number)]


def invited() -> QuerySet[Participant]:
    """Made-up people whom a rehearsal or demonstration made, by their numbers; who was typed in has another, or none."""
    return Participant.objects.filter(
        synthetic=True, nhs_number__gte=str(FIRST_SERIAL), nhs_number__lt="9999"
    )


def next_serial() -> int:
    """The beginning of the last NHS number given to a made-up person; the next person's comes after it."""
    last = invited().aggregate(Max("nhs_number"))["nhs_number__max"]
    return max(int(last[:9]), FIRST_SERIAL) if last else FIRST_SERIAL


def rehearsal_cast() -> Cast:
    """The colleagues of every rehearsal: nobody can be mailed, for example.org is nobody's."""
    practice, _ = Organisation.objects.get_or_create(
        ods_code="ZREHEARSAL",
        defaults={
            "name": "Rehearsal Surgery",
            "kind": Organisation.Kind.GP_PRACTICE,
            "contact_email": "rehearsal.practice@example.org",
        },
    )
    programme, _ = Programme.objects.get_or_create(name="Rehearsals")
    return Cast(
        practice=practice,
        referrer=colleague("rehearsal.referrer@example.org", "Robin Referrer"),
        officer=colleague("rehearsal.officer@example.org", "Oriel Officer", roles.OFFICER),
        programme=programme,
    )


def colleague(email: str, name: str, staff_role: str = "") -> User:
    """A made-up colleague's account, opened once."""
    found = User.objects.filter(email=email).first()
    return found or accounts.open_account(email=email, name=name, now=BEFORE_ALL, staff_role=staff_role)
