"""The second step of signing in: six digits from an authenticator app, a recovery code, or a passkey."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import qrcode
from allauth.account.authentication import get_authentication_records
from allauth.core import context as allauth
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.security_log import Event, note
from accounts.sign_in import passkeys
from core.encryption import Box, message_keys

RECENT = timedelta(minutes=15)  # setting up needs a sign-in as fresh as this


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted, so that a copy of the database opens no account."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Wait for the next code in your app and enter it. That code is wrong or has been used",
        "unusable_passkey": "Press the button again. We could not use your browser’s answer",
    }

    def encrypt(self, text: str) -> str:
        return box().seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        # Sealed with another MESSAGE_KEY it raises: an empty secret would make codes that anyone can compute.
        return box().open(encrypted_text.encode())

    def is_mfa_enabled(self, user: User, types: list[str] | None = None) -> bool:
        """A passkey is a way to come in. For staff it is a second step too: else whoever reads their email is in."""
        if settings.OIDC_IS_SECOND_FACTOR and any(
            map(_is_trusted, get_authentication_records(allauth.request, user))
        ):
            return False
        wanted = set(types or Authenticator.Type.values)
        if not user.needs_second_factor:
            wanted -= {Authenticator.Type.WEBAUTHN}
        return Authenticator.objects.filter(user=user, type__in=wanted).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the site's own name, never to what a Host header says."""
        return {"id": urlsplit(settings.SITE_ORIGIN).hostname or "", "name": settings.SERVICE_NAME}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        return f"Passkey {passkeys.of(user).count() + 1}"


def box() -> Box:
    # Not the outbox's own key, though made from the same: what seals one kind of secret never opens the other.
    return Box("second factor:", message_keys())


def app_of(user: User) -> Authenticator | None:
    """The authenticator app that this person has set up, if any."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def factors_of(user: User) -> list[Authenticator]:
    """The app and the passkeys of this person: what a second step can be given with."""
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return list(Authenticator.objects.filter(user=user, type__in=types).only("type", "created_at"))


def is_proven(request: HttpRequest, factors: list[Authenticator]) -> bool:
    """Whether this very session has given a second code since the app was set up, or used one of these passkeys.

    Having an app is not enough: a session that was open before the app was set up may be somebody else's. A passkey
    counts while it is there; its owner's finger or PIN was asked for, so it stands for both steps (ADR 10).
    """
    apps = [each for each in factors if each.type == Authenticator.Type.TOTP]
    keys = {each.pk for each in factors if each.type == Authenticator.Type.WEBAUTHN}
    for step in get_authentication_records(request, request.user):
        if _is_trusted(step):
            return True
        if step["method"] != "mfa":
            continue
        if step.get("type") == Authenticator.Type.WEBAUTHN:
            if step["id"] in keys:
                return True
        elif any(int(step["at"]) >= int(app.created_at.timestamp()) for app in apps):
            return True
    return False


def _is_trusted(step: dict) -> bool:
    """Whether this was a sign-in at the OpenID Connect provider, where that is set to stand for both steps."""
    return settings.OIDC_IS_SECOND_FACTOR and step["method"] == "socialaccount"


def note_passkey(user: User, authenticator: Authenticator, **_: object) -> None:
    """allauth says that an authenticator was used."""
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        note(Event.PASSKEY_USED, user_id=user.pk)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved a short while ago, in this session, who they are: by a code or a passkey."""
    oldest = (timezone.now() - RECENT).timestamp()
    return any(step["at"] >= oldest for step in get_authentication_records(request, request.user))


def qr_path(text: str) -> tuple[int, str]:
    """A QR code as (side, path data), to be drawn by an SVG in the page: our policy allows no data: images."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    return len(rows), "".join(
        f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _runs(row)
    )


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None
