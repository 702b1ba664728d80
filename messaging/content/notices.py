"""The last line of every mail: where privacy, accessibility and complaints are explained."""

from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

LINE = "messaging/emails/notices_note.txt"


def notices_line() -> str:
    return _line(settings.SITE_ORIGIN)


@lru_cache  # a thousand reminders say it
def _line(origin: str) -> str:
    return render_to_string(LINE, {"page": f"{origin.rstrip('/')}{reverse('notices')}"}).strip()
