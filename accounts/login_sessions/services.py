"""Ending log-in sessions: everywhere, when who a person is or what they may do changes, or at a press."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.requests import user_of
from accounts.security_log import Event, note

# In the session of an unfinished sign-in: the hash that its account had when asked.
ASKED_AS = "sign_in_asked_as"


class MayNotSignOut(Exception):
    """Who looks after accounts of the partnership's own staff is an administrator."""


@transaction.atomic
def end_sessions(*, users: Iterable[User], by: User | None, now: datetime) -> None:
    """Every open session of these people ends at its next request; so does a sign-in that is not finished."""
    users = list(users)
    keys = [user.pk for user in users]
    found = User.objects.filter(pk__in=keys)
    list(found.order_by("pk").select_for_update(no_key=True).values_list("pk"))  # in one order: no deadlock
    found.update(session_epoch=F("session_epoch") + 1)
    epochs = dict(found.values_list("pk", "session_epoch"))
    for user in users:
        user.session_epoch = epochs[user.pk]
        note(Event.SESSION_ENDED, kind="everywhere", user_id=user.pk, by=by)


def sign_out_everywhere(*, user: User, by: User, now: datetime) -> None:
    """People sign themselves out, officers those who refer, administrators anyone. Raises MayNotSignOut."""
    if not may_sign_out(user=user, by=by):
        raise MayNotSignOut
    end_sessions(users=[user], by=by, now=now)


def may_sign_out(*, user: User, by: User) -> bool:
    if user == by:
        return True
    if not by.is_staff or by.role is None:
        return False
    return by.role.may_manage_accounts or not user.staff_role


def keep_signed_in(request: HttpRequest) -> None:
    """This session goes on, with a new key, where the person it belongs to made the change that ended the others."""
    user = user_of(request)
    user.refresh_from_db(fields=["session_epoch"])
    update_session_auth_hash(request, user)


def is_as_asked(request: HttpRequest, user: User) -> bool:
    """Whether no session of this person was ended since they asked for the code that signs them in here."""
    asked_as = request.session.pop(ASKED_AS, None)
    # Who asked for a code to one address may sign in to another account by a passkey.
    if asked_as is None or asked_as[0] != user.pk:
        return True
    # Asked before a new SECRET_KEY.
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(asked_as[1], each) for each in hashes)
