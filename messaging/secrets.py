"""A sign-in code stands encrypted in its message until it is sent, then is wiped (domain.md 4.8)."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

SHOWN = "[code]"


class CannotBeOpened(Exception):
    """The secret was sealed with another MESSAGE_KEY, or was wiped."""


def seal(text: str) -> bytes:
    """Encrypt a secret for its row in the outbox."""
    return _box().encrypt(text.encode())


def open(sealed: bytes | memoryview | None) -> str:  # noqa: A001 - the opposite of seal; called as secrets.open
    """The secret again, for rendering its message. Raises CannotBeOpened."""
    if sealed is None:
        raise CannotBeOpened
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise CannotBeOpened from None


def _box() -> Fernet:
    # MESSAGE_KEY is any long random text; Fernet wants exactly 32 bytes.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.MESSAGE_KEY.encode()).digest()))
