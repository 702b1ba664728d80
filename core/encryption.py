"""Encrypts secrets that are stored or given to a browser: the first key encrypts, any of the keys decrypts."""

import base64
import hashlib
from collections.abc import Iterable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotBeOpened(Exception):
    """Sealed with none of these keys, or not sealed at all."""


def message_keys() -> list[str]:
    """The key that seals, then those that sealed before."""
    return [settings.MESSAGE_KEY, *settings.MESSAGE_KEY_FALLBACKS]


class Box:
    """`keys` are any long random texts, the current one first; `purpose` keeps one kind of secret from opening another."""

    def __init__(self, purpose: str, keys: Iterable[str]) -> None:
        boxes = [_fernet(purpose, key) for key in keys]
        self._current, self._any = boxes[0], MultiFernet(boxes)

    def seal(self, text: str) -> bytes:
        return self._any.encrypt(text.encode())

    def open(self, sealed: bytes, *, seconds: int | None = None) -> str:
        """The text again. Raises CannotBeOpened, also for what was sealed more than `seconds` ago."""
        try:
            return self._any.decrypt(sealed, ttl=seconds).decode()
        except InvalidToken:
            raise CannotBeOpened from None

    def sealed_anew(self, sealed: bytes) -> bytes:
        """The same with the current key: unchanged where that opens it already. Raises CannotBeOpened."""
        try:
            self._current.decrypt(sealed)
        except InvalidToken:
            try:
                return self._any.rotate(sealed)
            except InvalidToken:
                raise CannotBeOpened from None
        return sealed


def _fernet(purpose: str, key: str) -> Fernet:
    # Fernet wants exactly 32 bytes.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256((purpose + key).encode()).digest()))
