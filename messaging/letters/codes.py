"""The short code of a letter: what stands on paper where a mail has its personal link (docs/domain.md 8.5).

Like a link's token it is never stored: it is computed from the message's key, which no other message ever has, so a letter
that is printed again has the same code. It is looked up by a digest that needs LINK_KEY, because so short a code could be
found from a bare one.
"""

import hashlib
import hmac
import logging
import re
import unicodedata
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme

from messaging.content import links
from messaging.kinds import registry as kinds
from messaging.models import Letter, Message
from participants.personal_links.links import link_keys, tables

log = logging.getLogger(__name__)

# No vowels, so that no code is a word; nothing that is mistaken for another when it is read, written or spoken.
ALPHABET = "BCDFGHJKMNPQRTVWXY346789"
LENGTH, GROUP = 9, 3


def code_of(message: Message) -> str:
    """The code as it is printed: BCD-FGH-JKM. Of a letter that was printed before, the one that it had then."""
    letter = None if message._state.adding else getattr(message, "letter", None)
    # Until nonces came, codes were of the message's number; until LINK_KEY was changed, by the key before.
    known = (_code(fact, key) for fact in (message.key, message.pk) for key in link_keys())
    if letter is not None:
        found = next((code for code in known if letter.digest in digests_of(code)), None)
        if found:
            return found
    return _code(message.key, settings.LINK_KEY)


def _code(fact: str | int, key: str) -> str:
    number = int.from_bytes(_keyed(f"letter_code:{fact}", key))
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    code = "".join(letters)
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def typed(text: str) -> str:
    """What somebody typed, as it is compared: capitals, without spaces and dashes."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s.\u2010-\u2015\u2212-]", "", plain)


def may_be_a_code(text: str) -> bool:
    """Whether it has the shape of a code. Anything else needs no looking up, and tells nothing when it is refused."""
    plain = typed(text)
    return len(plain) == LENGTH and set(plain) <= set(ALPHABET)


def digest_of(code: str) -> str:
    """What is stored."""
    return digests_of(code)[0]


def digests_of(code: str) -> list[str]:
    """What is looked up: the code may have been stored while another LINK_KEY was in use."""
    return [_keyed(f"letter_code_digest:{typed(code)}", key).hex() for key in link_keys()]


def path_of(code: str, now: datetime) -> str:
    """The page of ours that the mail of this letter would lead to; empty for a code that is wrong, or whose link is over.

    A code that never was is answered after looking at the newest letter instead: finding out that a link is over takes
    longer than finding nothing.
    """
    letters = Letter.objects.select_related("message__participant")
    found, newest = letters.filter(digest__in=digests_of(code)).first(), letters.order_by("pk").last()
    looked_at = found or newest
    path = personal_path(looked_at.message, now, log_fault=found is not None) if looked_at else ""
    live = bool(path) and _is_live(path, now)
    return path if found and live else ""


def personal_path(message: Message, now: datetime, *, log_fault: bool = True) -> str:
    """The address of the personal link in this message's words, without the site; empty where there is none."""
    try:
        context = kinds.get(message.kind).context(message, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # what it was about is gone
        if log_fault:  # not of a letter that nobody asked for
            log.exception(
                "a letter's link could not be found", extra={"message_id": message.pk, "kind": message.kind}
            )
        return ""
    found = links.MARKED.fullmatch(str(context.get(links.LINK, "")))
    return urlsplit(found[1]).path if found else ""


def _is_live(path: str, now: datetime) -> bool:
    """Whether the link behind /x/token/ still opens its page: then a wrong code and one that is over look the same.

    Only a page of ours counts: whatever else looks like a path leads nowhere.
    """
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None) or not is_valid_path(path):
        return False
    token = path.strip("/").partition("/")[2].partition("/")[0]
    found = (table.objects.find(token) for table in tables())
    return any(link is not None and link.is_live(now) for link in found)


def _keyed(text: str, key: str) -> bytes:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
