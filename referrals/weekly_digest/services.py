"""The weekly summary to each organisation that has something to hear: counts and references, never who anybody is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Membership, Organisation, User
from core.dates import LONDON
from core.nonces import key_of
from messaging.outbox import queue as outbox
from referrals.models import ContactAttempt, Digest, DigestStop, StatusChange
from referrals.statuses import TO_REACH, Status

USEFUL = timedelta(days=6)  # then the next one is near
WEEK = timedelta(days=7)

# What happened in the week, in the order and words of the mail.
NEWS: dict[str, tuple[str, ...]] = {
    "started": (Status.ACTIVE,),
    "finished": (Status.COMPLETED,),
    "finished, attended fewer sessions than the target": (Status.FINISHED_BELOW_TARGET,),
    "left early or did not start": (Status.LEFT_EARLY, Status.NOT_PARTICIPATING),
    "could not be reached": (Status.UNREACHABLE,),
}
NOT_REACHED = "could not be reached"
SILENT = (Status.ENTERED_IN_ERROR, Status.DIED)  # nothing is said about these


@dataclass(frozen=True)
class Turn:
    """One week's summaries: the day on which they go, and from when to when they are of use."""

    sent_on: date
    begins: datetime
    expires: datetime

    @property
    def week(self) -> str:
        """The ISO week in which they go, like 2026-W09."""
        year, number, _ = self.sent_on.isocalendar()
        return f"{year}-W{number:02d}"


def turn(now: datetime) -> Turn | None:
    """The summaries that are due at `now`: from DIGEST_HOUR of DIGEST_WEEKDAY in London, for six days; else None."""
    today = now.astimezone(LONDON).date()
    sent_on = today - timedelta(days=(today.isoweekday() - settings.DIGEST_WEEKDAY) % 7)
    begins = datetime.combine(sent_on, time(settings.DIGEST_HOUR), LONDON)
    due = Turn(sent_on, begins, begins + USEFUL)
    return due if due.begins <= now < due.expires else None


def told_of(sent_on: date) -> tuple[datetime, datetime]:
    """The seven London days before that day: from the first midnight to the last, which does not belong to them."""
    return datetime.combine(sent_on - WEEK, time(), LONDON), datetime.combine(sent_on, time(), LONDON)


def happened(sent_on: date) -> QuerySet[StatusChange]:
    """The steps of that week that practices hear of."""
    since, until = told_of(sent_on)
    return StatusChange.objects.filter(
        to_status__in=[status for statuses in NEWS.values() for status in statuses],
        at__gte=since,
        at__lt=until,
    ).exclude(referral__status__in=SILENT)


def wrong_numbers(sent_on: date) -> QuerySet[ContactAttempt]:
    """The tries of that week that found a wrong number or address, of people who are still to be reached."""
    since, until = told_of(sent_on)
    return ContactAttempt.objects.filter(
        outcome=ContactAttempt.Outcome.WRONG_DETAILS,
        at__gte=since,
        at__lt=until,
        referral__status__in=TO_REACH,
    )


@transaction.atomic
def queue_due(*, now: datetime) -> int:
    """Promise the summary of the week to every organisation that has something to hear; how many mails are new.

    It goes to the organisation's own address, else to those of its members who sent a referral that it tells of. Each
    organisation has one summary an ISO week by the database's rule, so it may be asked twice, late, or by two workers
    at once. A week that passed without a worker is not made up for: everything it would tell is on the list.
    """
    due = turn(now)
    if due is None:
        return 0
    news = _news_by_organisation(due.sent_on)
    organisations = {
        each.pk: each
        for each in Organisation.objects.filter(pk__in=news)
        .exclude(pk__in=DigestStop.objects.open().values("organisation"))
        .exclude(pk__in=Digest.objects.filter(week=due.week).values("organisation"))
    }
    heard_by = _members(organisations, news)
    Digest.objects.bulk_create(
        [
            Digest(organisation=each, week=due.week, sent_on=due.sent_on, made_at=now)
            for pk, each in organisations.items()
            if each.contact_email or pk in heard_by
        ],
        ignore_conflicts=True,
    )
    made = Digest.objects.filter(week=due.week, organisation__in=organisations).order_by("pk")
    return outbox.queue_many(_promises(made, organisations, heard_by, due), now=now)


def _news_by_organisation(sent_on: date) -> dict[int, set[int]]:
    """Organisations with something to hear, each with the people who sent those referrals."""
    news: dict[int, set[int]] = {}
    for rows in (happened(sent_on), wrong_numbers(sent_on)):
        pairs = rows.order_by().values_list("referral__organisation", "referral__submitted_by").distinct()
        for organisation, sender in pairs:
            news.setdefault(organisation, set()).add(sender)
    return news


def _members(organisations: dict[int, Organisation], news: dict[int, set[int]]) -> dict[int, list[User]]:
    """For organisations without an address of their own: the senders who still work there and may sign in."""
    without = [pk for pk, each in organisations.items() if not each.contact_email]
    places = Membership.objects.current().filter(organisation__in=without, user__is_active=True)
    found: dict[int, list[User]] = {}
    for place in places.select_related("user").order_by("user"):
        if place.user_id in news[place.organisation_id]:
            found.setdefault(place.organisation_id, []).append(place.user)
    return found


def _promises(
    made: QuerySet[Digest],
    organisations: dict[int, Organisation],
    heard_by: dict[int, list[User]],
    due: Turn,
) -> Iterator[outbox.Promise]:
    for digest in made:
        organisation = organisations[digest.organisation_id]
        for user in heard_by.get(organisation.pk, [None]):
            yield outbox.Promise(
                key=key_of("weekly_digest", organisation, digest.week, *([user] if user else [])),
                kind="weekly_digest",
                subject_type="digest",
                subject_id=digest.pk,
                organisation=None if user else organisation,
                user=user,
                expires_at=due.expires,
            )


@transaction.atomic
def stop_digest(*, organisation: Organisation, by: User, now: datetime) -> DigestStop:
    """No weekly summary goes to this organisation any more, nor one that waits to be sent. Again: nothing new."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = DigestStop.objects.open().filter(organisation=organisation).first()
    if known:
        return known
    waiting = Digest.objects.filter(organisation=organisation).values_list("pk", flat=True)
    outbox.cancel(
        subject_type="digest", subject_ids=list(waiting), reason="The organisation wants none.", now=now
    )
    return DigestStop.objects.create(organisation=organisation, stopped_at=now, stopped_by=by)


@transaction.atomic
def start_again(*, organisation: Organisation, by: User, now: datetime) -> bool:
    """The next weekly summary goes to this organisation again; False if none was stopped."""
    stopped = DigestStop.objects.open().filter(organisation=organisation)
    return bool(stopped.update(ended_at=now, ended_by=by))
