"""The second step of signing in: six digits from an authenticator app, or one of ten recovery codes."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta

import qrcode
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User

RECENT = timedelta(minutes=15)  # setting up needs a sign-in as fresh as this


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted, so that a copy of the database opens no account."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right or has been used. Wait for the next one in your app and enter it",
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        # Sealed with another MESSAGE_KEY it raises: an empty secret would make codes that anyone can compute.
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    # Not the outbox's own key, though made from the same: what seals one kind of secret never opens the other.
    key = hashlib.sha256(b"second factor:" + settings.MESSAGE_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def app_of(user: User) -> Authenticator | None:
    """The authenticator app that this person has set up, if any."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def is_proven(request: HttpRequest, app: Authenticator) -> bool:
    """Whether this very session has given a second code since the app was set up.

    Having an app is not enough: a session that was open before the app was set up may be somebody else's.
    """
    given = [
        step["at"] for step in get_authentication_records(request, request.user) if step["method"] == "mfa"
    ]
    return any(int(at) >= int(app.created_at.timestamp()) for at in given)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the e-mailed code was entered a short while ago in this session."""
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
