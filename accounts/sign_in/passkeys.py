"""Passkeys: keys in somebody's phone, computer or security stick that sign them in without a code (ADR 10)."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from accounts.login_sessions import services as login_sessions
from accounts.models import User
from accounts.security_log import Event, note

LONGEST_NAME = 60  # characters
LONGEST_ANSWER = 20_000  # characters of a browser's answer; real ones have about 1,500
KEPT = ("id", "rawId", "type", "response")  # of the answer; whatever else a browser sent is dropped


class Unreadable(Exception):
    """What was sent is not an answer that a browser of this site gives."""


def of(user: User) -> QuerySet[Authenticator]:
    """This person's passkeys, oldest first."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk")


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, Any], now: datetime) -> Authenticator:
    """Let this person sign in by the browser's checked answer (`credential`). Their open sessions end."""
    whole = dict(RegistrationResponse.from_dict(credential))
    passkey = WebAuthn.add(user, name, {part: whole[part] for part in KEPT}).instance
    passkey.created_at = now
    passkey.save(update_fields=["created_at"])
    login_sessions.end_sessions(users=[user], by=user, now=now)
    note(Event.PASSKEY_ADDED, user_id=user.pk, by=user)
    return passkey


@transaction.atomic
def remove(*, passkey: Authenticator, by: User, now: datetime) -> None:
    """The passkey opens nothing any more, and its owner's open sessions end."""
    owner = passkey.user
    passkey.delete()
    login_sessions.end_sessions(users=[owner], by=by, now=now)
    note(Event.PASSKEY_REMOVED, user_id=owner.pk, by=by)


def origin() -> str:
    """The one place where passkeys of this service work: scheme, host and port of SITE_ORIGIN."""
    parts = urlsplit(settings.SITE_ORIGIN)
    return f"{parts.scheme}://{parts.netloc}".lower()


def check_origin(kind: type[AuthenticationResponse | RegistrationResponse], credential: Any) -> None:
    """Raise Unreadable unless the browser gave its answer on a page of this very site, not inside another's.

    The library accepts every subdomain and every port of the site's host.
    """
    client = kind.from_dict(credential).response.client_data
    if client.origin.lower() != origin() or client.cross_origin:
        raise Unreadable


def guarded(check: Any, *args: Any) -> Any:
    """Let a check of the library's fail in its own way, but never by a fault: what it reads, anybody may have written.

    It takes apart nested binary forms and answers nonsense with a dozen kinds of exceptions.
    """
    try:
        return check(*args)
    except (ValidationError, DatabaseError):
        raise
    except Exception as fault:
        raise Unreadable from fault
