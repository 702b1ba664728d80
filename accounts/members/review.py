"""Memberships do not last by themselves: leads confirm them every six months, and unused ones are asked about, then end.

The figures are settings, in days (docs/domain.md 1.2). Each step may run twice, or late, without harm.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate

from accounts import notify, services
from accounts.models import Membership, MembershipQuerySet, Organisation, OrganisationQuerySet, User
from core.dates import LONDON
from core.nonces import message_about

USEFUL = timedelta(days=14)


def to_confirm(now: datetime, *, late: timedelta = timedelta(0)) -> MembershipQuerySet:
    """Members whom no lead has confirmed for MEMBERS_REVIEW_DAYS and `late` more."""
    before = now - timedelta(days=settings.MEMBERS_REVIEW_DAYS) - late
    return Membership.objects.current().filter(
        Q(confirmed_at__lte=before) | Q(confirmed_at__isnull=True, started_at__lte=before)
    )


def due(now: datetime, *, late: timedelta = timedelta(0)) -> OrganisationQuerySet:
    """Organisations with a member to confirm."""
    return Organisation.objects.filter(Exists(to_confirm(now, late=late).filter(organisation=OuterRef("pk"))))


def overdue(now: datetime) -> OrganisationQuerySet:
    """Those whose lead was asked MEMBERS_REVIEW_OVERDUE_DAYS ago and more; who have no lead are another matter."""
    late = due(now, late=timedelta(days=settings.MEMBERS_REVIEW_OVERDUE_DAYS))
    return late.filter(Exists(Membership.objects.leads().filter(organisation=OuterRef("pk"))))


def leaderless() -> OrganisationQuerySet:
    """Organisations where people may refer and nobody who may sign in looks after them."""
    here = Membership.objects.current().filter(organisation=OuterRef("pk"))
    return Organisation.objects.filter(Exists(here), ~Exists(here.filter(is_lead=True, user__is_active=True)))


def note_use(*, user: User, today: date) -> int:
    """Whoever comes needs their memberships: writes nothing on a day on which that was written. How many it wrote."""
    places = Membership.objects.current().filter(user=user)
    return places.exclude(last_used_on=today).update(last_used_on=today, asked_on=None)


def sweep(*, now: datetime) -> None:
    """Ask leads who still works there, ask people who have not come for long, and end what stays unused."""
    ask_leads(now=now)
    ask_unused(now=now)
    end_unused(now=now)


@transaction.atomic
def ask_leads(*, now: datetime) -> int:
    """Promise the mail to each lead with members to confirm: once a calendar month. How many leads there were."""
    leads = Membership.objects.leads().filter(organisation__in=due(now)).select_related("user").order_by("pk")
    month = f"{now.astimezone(LONDON):%Y-%m}"
    for place in leads:
        notify.tell(
            **message_about("members_review", place, month),
            user=place.user,
            now=now,
            expires_at=now + USEFUL,
        )
    return len(leads)


@transaction.atomic
def ask_unused(*, now: datetime) -> int:
    """Ask each person who has not used a membership for UNUSED_ASK_DAYS whether they still need it; how many were new."""
    today = now.astimezone(LONDON).date()
    unused = _unused(today, settings.UNUSED_ASK_DAYS).filter(asked_on__isnull=True, user__is_active=True)
    places = list(
        unused.select_related("user").order_by("pk").select_for_update(of=("self",), skip_locked=True)
    )
    Membership.objects.filter(pk__in=[place.pk for place in places]).update(asked_on=today)
    for place in places:
        notify.tell(
            **message_about("still_needed", place, today),
            user=place.user,
            now=now,
            expires_at=now + grace(),
        )
    return len(places)


@transaction.atomic
def end_unused(*, now: datetime) -> int:
    """End what is unused for UNUSED_OFF_DAYS, never sooner than was told; the leads hear of it. How many ended."""
    today = now.astimezone(LONDON).date()
    unused = _unused(today, settings.UNUSED_OFF_DAYS).filter(asked_on__lte=today - grace())
    places = list(unused.order_by("pk").select_for_update(of=("self",), skip_locked=True))
    for place in places:
        services.end_membership(membership=place, now=now, by=None, because=Membership.Ended.UNUSED)
        leads = Membership.objects.leads().filter(organisation=place.organisation_id)
        for lead in leads.exclude(pk=place.pk).select_related("user"):
            notify.tell(
                **message_about("membership_lapsed", place, lead),
                user=lead.user,
                now=now,
                expires_at=now + USEFUL,
            )
    return len(places)


def grace() -> timedelta:
    """How long people have between the question and the end."""
    return timedelta(days=settings.UNUSED_OFF_DAYS - settings.UNUSED_ASK_DAYS)


def _unused(today: date, days: int) -> MembershipQuerySet:
    used = Coalesce(F("last_used_on"), TruncDate("started_at", tzinfo=LONDON))
    return Membership.objects.current().alias(used=used).filter(used__lte=today - timedelta(days=days))
