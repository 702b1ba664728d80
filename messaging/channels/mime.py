"""A mail as bytes: headers, text, HTML and calendar files, with nothing built that is thrown away.

The email package makes an object for each header and part, about a millisecond a mail; a thousand reminders would
spend longer on that than on the mail server. The tests read every mail back with it instead.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from messaging.channels.base import OutgoingMessage, Refused, reference_of

NO_MAIL_CARRIES_IT = "The message holds a character that no mail can carry."
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
PLAIN_LINE = 60  # characters of a subject that needs neither folding nor encoding
ENCODED_BYTES = 42  # of UTF-8 in one encoded word, which may have 75 characters in all (RFC 2047)
CALENDAR_NAMES = {"REQUEST": "dates.ics", "CANCEL": "cancelled.ics"}


def compose(letter: OutgoingMessage) -> bytes:
    """The mail as it will be read, lines ending in CRLF: one receiver, nothing that tracks. Raises Refused."""
    try:
        return _compose(letter)
    except ValueError:
        raise Refused(NO_MAIL_CARRIES_IT) from None


def _compose(letter: OutgoingMessage) -> bytes:
    head = (
        f"{_always(settings.DEFAULT_FROM_EMAIL, settings.REPLY_TO_EMAIL)}"
        f"Content-Language: {letter.language}\r\n"
        f"To: {one_address(letter.address)}\r\n"
        f"Subject: {header(letter.subject, len('Subject: '))}\r\n"
        f"Date: {format_datetime(letter.at)}\r\n"
        f"Message-ID: {message_id(letter.key)}\r\n"
    )
    if letter.stop:
        head += f"List-Unsubscribe: <{letter.stop}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    # "=_" stands in no quoted-printable and no base64 text, so no part can hold the line that ends it.
    mark = f"=_{hashlib.sha256(letter.key.encode()).hexdigest()[:24]}"
    body = _part("text/plain; charset=utf-8", letter.text)
    if letter.html or letter.calendars:
        parts = [body]
        if letter.html:
            parts.append(_part("text/html; charset=utf-8", letter.html))
        if letter.calendars:  # mail readers offer an answer or a change for the one among the alternatives
            calendar = letter.calendars[0]
            parts.append(_part(f"text/calendar; charset=utf-8; method={calendar.method}", calendar.text))
        body = _parts("alternative", f"{mark}a", parts)
    if letter.calendars:  # the others of them, and those that only keep files, show these
        files = [_file(CALENDAR_NAMES[each.method], each.text) for each in letter.calendars]
        body = _parts("mixed", f"{mark}m", [body, *files])
    return head.encode("ascii") + body


def wire_form(mail: bytes) -> bytes:
    """The bytes after DATA: a leading dot is doubled, a lone dot ends it (RFC 5321, 4.5.2)."""
    return mail.replace(b"\r\n.", b"\r\n..") + (b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n")


def header(words: str, taken: int) -> str:
    """The value of a header, encoded and folded where it must be; `taken` is the length of what stands before it."""
    if UNPRINTABLE.search(words):
        raise ValueError(words)
    if words.isascii() and len(words) <= PLAIN_LINE and "=?" not in words and words == words.strip():
        return words
    chunks, chunk, room = [], b"", ENCODED_BYTES - taken
    for character in words:
        added = character.encode()
        if len(chunk) + len(added) > room:
            chunks.append(chunk)
            chunk, room = b"", ENCODED_BYTES
        chunk += added
    chunks.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(each).decode()}?=" for each in chunks)


@lru_cache(maxsize=8)
def _always(sender_of_all: str, reply_to: str) -> str:
    """The headers that every mail has."""
    name, address = parseaddr(sender_of_all)
    if not name.isascii():
        sender_of_all = f"{header(name, len('From: '))}\r\n <{one_address(address)}>"
    else:
        sender_of_all = formataddr((name, one_address(address)))
    return (
        f"From: {sender_of_all}\r\nReply-To: {one_address(reply_to)}\r\nAuto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
    )


def _part(content_type: str, text: str) -> bytes:
    """A text as quoted-printable: not every relay takes 8-bit text, and most of ours is ASCII."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()
    quoted = binascii.b2a_qp(lines)
    # It ends the lines that it breaks as the text ends its own, and some texts end none.
    if b"\n" not in lines:
        quoted = quoted.replace(b"\n", b"\r\n")
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + quoted


def _file(name: str, text: str) -> bytes:
    head = (
        f'Content-Type: application/ics; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(text.encode()).replace(b"\n", b"\r\n")


def _parts(how: str, mark: str, parts: Iterable[bytes]) -> bytes:
    line = f"--{mark}".encode()
    inside = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return f'Content-Type: multipart/{how}; boundary="{mark}"\r\n\r\n'.encode() + inside + line + b"--\r\n"


def message_id(key: str) -> str:
    """The same for every try of one message, and nothing about anybody."""
    return f"<{reference_of(key)}@{our_domain()}>"


def sender() -> str:
    return _plain(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)
def _plain(sender_of_all: str) -> str:
    return one_address(parseaddr(sender_of_all)[1])


def our_domain() -> str:
    return sender().rpartition("@")[2]


@lru_cache(maxsize=4)  # a mail asks twice: for its envelope and for its head
def one_address(text: str) -> str:
    """Exactly one plain address, its domain in ASCII; lists, display names and control characters raise Refused."""
    refusal = Refused("We cannot use this email address. Correct it, then try again.")
    try:
        validate_email(text)
        local, _, domain = text.rpartition("@")
        if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", local):
            raise refusal
        return f"{local}@{domain.encode('idna').decode()}"
    except (ValidationError, UnicodeError):
        raise refusal from None
