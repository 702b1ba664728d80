"""Opening, changing and closing accounts. Nobody signs up: a person of the partnership opens each account."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import notify
from accounts.login_sessions import services as login_sessions
from accounts.models import Membership, Organisation, User
from accounts.roles import CLINICIAN
from accounts.security_log import Event, note
from core.dates import LONDON
from core.errors import Refused
from core.nonces import message_about
from core.text import NOT_A_NAME, may_be_names


class EmailTaken(Refused):
    sentence = "Find the person’s account instead. This email address already has one."


class EmailNotUsable(Refused):
    sentence = "Enter one email address in the correct format, like name@example.com."


class NameNotUsable(Refused):
    def __init__(self) -> None:
        super().__init__(f"{NOT_A_NAME}.")


class AlreadyAMember(Refused):
    def __init__(self, user: User, organisation: Organisation) -> None:
        super().__init__(
            f"{user} already works at {organisation}. End that membership first to change the role."
        )


class ProfessionMissing(Refused):
    sentence = "Select the clinician’s profession"


class OrganisationClosed(Refused):
    def __init__(self, organisation: Organisation) -> None:
        super().__init__(f"{organisation} no longer refers. Open it again first.")


class AlreadyEnded(Refused):
    def __init__(self, membership: Membership) -> None:
        super().__init__(f"The membership of {membership} has ended already.")


@transaction.atomic
def open_account(
    *, email: str, name: str, now: datetime, by: User | None = None, staff_role: str = ""
) -> User:
    """Let a person sign in from now on; their address counts as checked, because the code itself proves it.

    `staff_role` is "", "officer" or "administrator". `by` is None only for the first account and made-up people.
    Raises EmailTaken, EmailNotUsable, NameNotUsable.
    """
    check_names(name)
    email = _checked(email)
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    user = User(email=email, name=name.strip(), staff_role=staff_role, joined_at=now)
    user.set_unusable_password()
    user.save()
    # Without a verified address allauth would send people to a page that asks them to confirm it.
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    note(Event.ACCOUNT_OPENED, user_id=user.pk, by=by)
    return user


@transaction.atomic
def change_account(
    *, user: User, email: str, name: str, staff_role: str, is_active: bool, now: datetime, by: User
) -> None:
    """Change who a person is to us; another address or role, or closing, ends their sessions. Raises Refused."""
    check_names(name)
    email = _checked(email)
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise EmailTaken
    if not EmailAddress.objects.filter(user=user, email=email).exists():
        EmailAddress.objects.filter(user=user).delete()  # the old address must not open the account any more
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    facts = ("email", "staff_role", "is_active")  # as stored: the form has changed `user` already
    before = User.objects.select_for_update(no_key=True).values_list(*facts).get(pk=user.pk)
    user.email, user.name, user.staff_role, user.is_active = email, name.strip(), staff_role, is_active
    user.save(update_fields=["email", "name", "staff_role", "is_active"])
    if before != (email, staff_role, is_active):
        login_sessions.end_sessions(users=[user], by=by, now=now)
        if before[0] != email:
            note(Event.ADDRESS_CHANGED, user_id=user.pk, by=by)
        if before[1] != staff_role:
            note(Event.ROLE_CHANGED, kind="partnership", user_id=user.pk, by=by)
        if before[2] != is_active:
            note(Event.ACCOUNT_OPENED if is_active else Event.ACCOUNT_CLOSED, user_id=user.pk, by=by)


@transaction.atomic
def keep_contact(*, organisation: Organisation, email: str, now: datetime, by: User) -> None:
    """Where notes to this organisation go from now on; empty: to the person who referred. Raises EmailNotUsable."""
    organisation.contact_email = _checked(email) if email else ""
    organisation.save(update_fields=["contact_email"])


def check_names(*names: str) -> None:
    """Raises NameNotUsable for what mails may not repeat as a name."""
    if not may_be_names(*names):
        raise NameNotUsable


def lock_organisation(organisation: Organisation) -> Organisation:
    """The organisation, and nobody else changes it or its members in this transaction; referrals may still be sent."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def join(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    now: datetime,
    by: User | None = None,
    is_lead: bool = False,
    profession: str = "",
    invited_name: str = "",
    invited_by: User | None = None,
) -> Membership:
    """Let a person refer for an organisation, as "clinician" or "clinician_admin"; a lead also looks after colleagues.

    `profession` is one of accounts.professions, and a clinician has one. `invited_name` is what whoever invited them
    calls them. Raises AlreadyAMember, ProfessionMissing, OrganisationClosed, NameNotUsable.
    """
    check_names(invited_name)
    if role == CLINICIAN and not profession:
        raise ProfessionMissing
    if lock_organisation(organisation).refers_no_more_since:
        raise OrganisationClosed(organisation)
    User.objects.select_for_update().get(pk=user.pk)
    if Membership.objects.current().filter(user=user, organisation=organisation).exists():
        raise AlreadyAMember(user, organisation)
    note(Event.ROLE_CHANGED, kind="joined", user_id=user.pk, organisation_id=organisation.pk, by=by)
    return Membership.objects.create(
        user=user,
        organisation=organisation,
        role=role,
        is_lead=is_lead,
        profession=profession,
        invited_by=invited_by,
        invited_name=invited_name,
        started_at=now,
    )


@transaction.atomic
def end_membership(
    *,
    membership: Membership,
    now: datetime,
    by: User | None,
    because: str = Membership.Ended.BY_OFFICE,
) -> None:
    """The person stops referring for this organisation at once; the row stays. Raises AlreadyEnded."""
    facts = {"ended_at": now, "ended_because": because, "ended_by": by}
    if not Membership.objects.current().filter(pk=membership.pk).update(**facts):
        raise AlreadyEnded(membership)
    membership.ended_at, membership.ended_because, membership.ended_by = now, because, by
    login_sessions.end_sessions(users=[membership.user], by=by, now=now)
    note(
        Event.ROLE_CHANGED,
        kind="ended",
        user_id=membership.user_id,
        organisation_id=membership.organisation_id,
        by=by,
    )


@transaction.atomic
def forget_second_factor(*, user: User, now: datetime, by: User | None) -> None:
    """A lost phone: passkeys and open sessions end; the person sets up a new authenticator app at the next sign-in."""
    Authenticator.objects.filter(user=user).delete()
    login_sessions.end_sessions(users=[user], by=by, now=now)
    note(Event.KEY_CHANGED, kind="forgotten", user_id=user.pk, by=by)


@transaction.atomic
def change_own_factor(*, user: User, kind: str, now: datetime) -> None:
    """After setting up an app ("app") or making new recovery codes ("recovery_codes"): end open sessions."""
    login_sessions.end_sessions(users=[user], by=user, now=now)
    note(Event.KEY_CHANGED, kind=kind, user_id=user.pk, by=user)


@transaction.atomic
def second_step_failed(*, user: User, now: datetime) -> None:
    """Email the person about a wrong second step, once a London day at most: the emailed code was right."""
    note(Event.SECOND_STEP_FAILED, user_id=user.pk)
    notify.tell(
        **message_about("second_step_failed", user, now.astimezone(LONDON).date()),
        user=user,
        now=now,
        expires_at=now + timedelta(days=1),
    )


def _checked(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise EmailNotUsable from None
    return email
