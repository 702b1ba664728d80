"""What an organisation's lead decides about colleagues: invite, change the role, end, and confirm who still works there.

Each service locks the organisation first, so that two leads who act at once act one after the other, and the second
is refused when the first has made it wrong.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import notify, services
from accounts.login_sessions import services as login_sessions
from accounts.models import Membership, MembershipQuerySet, Organisation, User
from accounts.security_log import Event, note
from core.errors import Refused
from core.nonces import message_about

INVITATION_USEFUL = timedelta(days=14)
ONE_DAY = timedelta(days=1)


class NotALead(Refused):
    sentence = "You no longer look after accounts for this organisation."


class LastLead(Refused):
    sentence = "Make someone else an organisation lead first. Otherwise no one could look after your colleagues’ accounts."


class WorksHereAlready(Refused):
    sentence, field = "Enter another email address. This one is already in your list of colleagues", "email"


class ManyInvitations(Refused):
    def __init__(self) -> None:
        super().__init__(
            f"Your organisation has invited {settings.INVITATIONS_A_DAY} people since yesterday. Call us on "
            f"{settings.SERVICE_PHONE} if you need to invite more now."
        )


@transaction.atomic
def invite(*, organisation: Organisation, by: User, now: datetime, **colleague: Any) -> Membership:
    """Let a colleague (as `bring_in` takes one) refer for this organisation; who has no account yet gets one.

    Whether there was an account makes no difference to what happens here: an account that exists is neither changed
    nor opened again. The address is proved by the code that it takes to sign in. Raises NotALead, WorksHereAlready,
    ManyInvitations, EmailNotUsable, NameNotUsable, ProfessionMissing.
    """
    _as_lead(organisation, by)
    invited = organisation.memberships.exclude(invited_name="").filter(started_at__gt=now - ONE_DAY)
    if invited.count() >= settings.INVITATIONS_A_DAY:
        raise ManyInvitations
    return bring_in(organisation=organisation, by=by, now=now, **colleague)


@transaction.atomic
def bring_in(
    *, organisation: Organisation, email: str, name: str, by: User, now: datetime, **there: Any
) -> Membership:
    """The account, the membership and the invitation; `there` is the role, profession and is_lead of `join`.

    Raises WorksHereAlready, and what opening an account and joining raise.
    """
    user = _account(email=email, name=name, by=by, now=now)
    try:
        place = services.join(
            user=user,
            organisation=organisation,
            invited_name=name.strip(),
            invited_by=by,
            by=by,
            now=now,
            **there,
        )
    except services.AlreadyAMember:
        raise WorksHereAlready from None
    note(Event.INVITED, user_id=user.pk, organisation_id=organisation.pk, by=by)
    notify.tell(
        **message_about("invitation", place),
        user=user,
        now=now,
        expires_at=now + INVITATION_USEFUL,
    )
    return place


@transaction.atomic
def change_role(
    *, place: Membership, role: str, profession: str, is_lead: bool, by: User, now: datetime
) -> None:
    """Another role for a colleague from now on; their open sessions end. Raises NotALead, AlreadyEnded, LastLead, ProfessionMissing."""
    place = _current(place, by)
    if role == services.CLINICIAN and not profession:
        raise services.ProfessionMissing
    if place.is_lead and not is_lead:
        _not_the_last(place)
    place.role, place.profession, place.is_lead = role, profession, is_lead
    place.save(update_fields=["role", "profession", "is_lead"])
    login_sessions.end_sessions(users=[place.user], by=by, now=now)
    note(
        Event.ROLE_CHANGED,
        kind="changed",
        user_id=place.user_id,
        organisation_id=place.organisation_id,
        by=by,
    )


@transaction.atomic
def end(*, place: Membership, by: User, now: datetime) -> None:
    """A colleague refers for this organisation no more, from this moment. Raises NotALead, AlreadyEnded, LastLead."""
    place = _current(place, by)
    if place.is_lead:
        _not_the_last(place)
    services.end_membership(membership=place, now=now, by=by, because=Membership.Ended.BY_LEAD)


@transaction.atomic
def confirm(*, places: MembershipQuerySet, organisation: Organisation, by: User, now: datetime) -> int:
    """These colleagues still work here, for the next six months; how many they were. Raises NotALead."""
    _as_lead(organisation, by)
    return places.current().filter(organisation=organisation).update(confirmed_at=now)


def _account(*, email: str, name: str, by: User, now: datetime) -> User:
    """The account with this address, opened if there is none.

    Where there is one, another is opened and rolled back: the response time must not tell a lead which it was.
    """
    known = User.objects.filter(email__iexact=email.strip()).first()
    opened = f"{uuid4().hex}@passing.invalid" if known else email
    try:
        with transaction.atomic():
            user = services.open_account(email=opened, name=name, by=by, now=now)
            transaction.set_rollback(known is not None)
    except (services.EmailTaken, IntegrityError):  # by another lead, at the same moment
        return User.objects.get(email__iexact=email.strip())
    return known or user


def _as_lead(organisation: Organisation, by: User) -> None:
    services.lock_organisation(organisation)
    if not Organisation.objects.led_by(by).filter(pk=organisation.pk).exists():
        raise NotALead


def _current(place: Membership, by: User) -> Membership:
    """The membership as it stands, under the lock of its organisation. Raises NotALead, AlreadyEnded."""
    _as_lead(place.organisation, by)
    found = Membership.objects.current().select_related("user", "organisation").filter(pk=place.pk).first()
    if found is None:
        raise services.AlreadyEnded(place)
    return found


def _not_the_last(place: Membership) -> None:
    others = Membership.objects.leads().filter(organisation=place.organisation_id).exclude(pk=place.pk)
    if not others.exists():
        raise LastLead
