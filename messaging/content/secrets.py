"""A sign-in code stands encrypted in its message until it is sent, then is wiped (docs/domain.md 8.5)."""

from core.encryption import Box, CannotBeOpened, message_keys

__all__ = ["SHOWN", "CannotBeOpened", "box", "open", "seal"]
SHOWN = "[code]"


def seal(text: str) -> bytes:
    """Encrypt a secret for its row in the outbox."""
    return box().seal(text)


def open(sealed: bytes | memoryview | None) -> str:  # noqa: A001 - the opposite of seal; called as secrets.open
    """The secret again, for rendering its message. Raises CannotBeOpened: another MESSAGE_KEY, or it was wiped."""
    if sealed is None:
        raise CannotBeOpened
    return box().open(bytes(sealed))


def box() -> Box:
    return Box("", message_keys())
