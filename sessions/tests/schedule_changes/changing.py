"""What the tests of changed sessions do over and over: move, cancel, and look at what people are told."""

from datetime import date

from accounts.tests.factories import OfficerFactory
from core.dates import LONDON
from messaging.content import rendering
from messaging.kinds import registry as kinds
from messaging.models import Message
from referrals.statuses import Status
from sessions.models import Place
from sessions.schedule_changes import preview
from sessions.schedule_changes import services as schedule_changes
from sessions.tests import factories as make

ONE, FOLLOWING, ALL = preview.Scope.ONE, preview.Scope.FOLLOWING, preview.Scope.ALL
THURSDAY = date(2026, 3, 19)  # two days after session 3


def heard(*of_kinds):
    """These messages have gone out."""
    rows = Message.objects.filter(state="pending", kind__in=of_kinds)
    rows.update(state="sent", sent_at=make.NOW, settled_at=make.NOW)


def move(cohort, number, to, at=make.SIX_PM, *, scope=ONE, now=make.NOW, **more):
    session = make.session(cohort, number)
    return schedule_changes.reschedule(
        session=session, scope=scope, local_date=to, local_time=at, by=OfficerFactory(), now=now, **more
    )


def dates(cohort):
    return [(s.local_date, s.local_time) for s in cohort.sessions.held().order_by("number")]


def in_london(session):
    return session.starts_at.astimezone(LONDON)


def queued(kind):
    return Message.objects.filter(kind=kind, state="pending")


def still_due(message, now=make.NOW):
    return Message.objects.filter(kinds.get(message.kind).still_due(now), pk=message.pk).exists()


def words(message, now=make.NOW):
    kind = kinds.get(message.kind)
    return rendering.render(kind, kind.context(message, now))


def cancel(cohort, number, **more):
    session = make.session(cohort, number)
    schedule_changes.cancel_session(session=session, **{"by": OfficerFactory(), "now": make.NOW, **more})
    session.refresh_from_db()
    return session


def elsewhere(person, cast):
    """A person whose earlier place counts on, with sessions on Thursdays."""
    other = make.cohort(starts_on=date(2026, 3, 5))
    earlier = make.placed(other, person=person)
    Place.objects.filter(pk=earlier.pk).update(state=Place.State.COMPLETED, ended_at=make.NOW)
    earlier.referral.status = Status.COMPLETED
    earlier.referral.save(update_fields=["status"])
