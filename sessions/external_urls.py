"""Addresses of other sites that officers give us: looked at by eye and by rule, never fetched."""

from urllib.parse import urlsplit

from core.errors import Refused


class AddressRefused(Refused):
    """Not an address that we show to people; the sentence says what to mend."""


def host_of(address: str, *, noun: str, refusal: type[AddressRefused] = AddressRefused) -> str:
    """The host of an https address that hides nothing. Raises the `refusal`; `noun` is what the address is called.

    No name or password before the host, no port: both are ways to make an address look like another.
    """
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in address):
        raise refusal(f"The {noun} must not contain spaces. Copy it again.")
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise refusal(f"This is not a {noun}. Copy it again.") from None
    if parts.scheme != "https":
        raise refusal(f"The {noun} must start with https://")
    if parts.username is not None or parts.password is not None or port not in (None, 443):
        raise refusal(f"The {noun} must not contain a name, password or port. Copy it again.")
    if "." not in host:
        raise refusal(f"This is not a {noun}. Copy it again.")
    return host
