"""Personal links in messages: whole in the mail, `[personal link]` in the copy on record (docs/domain.md 8.5)."""

import re
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from core.text import is_hidden

# A link travels through the template between two characters of Unicode's private use area, so one rendering gives
# both the mail and its copy, wherever the template put it. Such a character in somebody's name cannot uncover a link.
OPEN, CLOSE = "\ue0f0", "\ue0f1"
MARKED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
SHOWN = "[personal link]"
LINK = "link"  # of all that a message's context holds, the one value that is a personal link
# Addresses that we made ourselves or have checked, and what an officer wrote to be read as it is.
AS_WRITTEN = frozenset({"page", "stop_page", "email", "subject", "text", "words"})
# A full stop, or what browsers take for one, with something after it that could go on an address.
DOT = re.compile(r"(?<=\S)([.\u2024\u3002\uff0e\uff61])(?=[^\s.,;:!?)\]'’\"”-])")
A_TOKEN = "t" * 43  # as long as any (participants.personal_links.links)


def personal_link(path: str) -> str:
    """The address of one of our pages for one person, for a message's context and nothing else.

    `path` begins with a slash; the rest comes from SITE_ORIGIN, never from a request.
    """
    return marked(f"{settings.SITE_ORIGIN.rstrip('/')}{path}")


def token_link(view: str, token: str) -> str:
    """The address of the page that this token opens, as `personal_link` gives it."""
    return personal_link(_path(view).replace(A_TOKEN, token))


@lru_cache  # a thousand reminders lead to one view
def _path(view: str) -> str:
    return reverse(view, args=[A_TOKEN])


def marked(address: str) -> str:
    """An address as a personal link travels; for samples, which lead nowhere."""
    return f"{OPEN}{address}{CLOSE}"


def guarded(context: Mapping[str, object]) -> dict[str, object]:
    """A message's context in which nothing that somebody typed about themselves or others leads anywhere.

    Only `link` keeps its marks; every other text is freed of them, and names are broken by `unlinked`.
    """
    return {name: _guarded(name, value) for name, value in context.items()}


def _guarded(name: str, value: object) -> object:
    if not isinstance(value, str) or name == LINK:
        return value
    return whole(value) if name in AS_WRITTEN else unlinked(value)


def unlinked(text: str) -> str:
    """Words of which no mail program makes a link: "A. Khan" for "A.Khan", and no hidden characters.

    A space, because it is what readers, screen readers, text messages and filters of unwanted mail all take well.
    """
    if text.isalpha():  # most names
        return text
    seen = "".join(each for each in text if each in "\n\t" or not is_hidden(each))
    return DOT.sub(_broken, seen.replace("://", ": //"))


def _broken(match: re.Match[str]) -> str:
    before, after = match.string[match.start() - 1], match.string[match.end()]
    return match[1] if before.isdigit() and after.isdigit() else f"{match[1]} "  # 6.30 stays


def whole(text: str) -> str:
    """The text as it is sent."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def hidden(text: str) -> str:
    """The text as it is kept: every personal link replaced."""
    return whole(MARKED.sub(SHOWN, text))


def left_out(text: str) -> str:
    """The text as it is read aloud: lines with a personal link dropped."""
    return whole("\n".join(line for line in text.splitlines() if OPEN not in line))


def instead(text: str, words: str) -> str:
    """The text with other words where each personal link stands."""
    return whole(MARKED.sub(lambda _: words, text))
