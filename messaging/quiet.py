"""Quiet hours: nothing but codes, safety alerts and last-hour reminders leaves at night or on Christmas Day."""

from datetime import datetime, time, timedelta

from django.conf import settings

from design.dates import LONDON


def quiet_until(now: datetime) -> datetime | None:
    """When the quiet time that `now` falls into ends, or None outside it (domain.md 4.7; London wall clock)."""
    evening, morning = settings.QUIET_HOURS
    local = now.astimezone(LONDON)
    if not (local.hour >= evening or local.hour < morning or _is_quiet_day(local)):
        return None
    day = local.date()
    if local.hour >= morning:
        day += timedelta(days=1)
    end = datetime.combine(day, time(morning), LONDON)
    return end + timedelta(days=1) if _is_quiet_day(end) else end


def _is_quiet_day(local: datetime) -> bool:
    return f"{local:%d-%m}" in settings.QUIET_DAYS
