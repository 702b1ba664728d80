"""Personal links in messages: whole in the mail, `[personal link]` in the copy kept on the record (domain.md 4.8)."""

import re
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

# A link travels through the template between two characters of Unicode's private use area, so one rendering gives
# both the mail and its copy, wherever the template put it. Such a character in somebody's name cannot uncover a link.
OPEN, CLOSE = "\ue0f0", "\ue0f1"
MARKED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
SHOWN = "[personal link]"
A_TOKEN = "t" * 43  # as long as any (participants.links)


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
