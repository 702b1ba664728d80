"""Quiet hours: nothing but codes, safety alerts and reminders of early and late sessions leaves at night or on Christmas Day."""

from datetime import date, datetime, time, timedelta

from django.conf import settings

from core.dates import LONDON


def quiet_until(now: datetime) -> datetime | None:
    """When the quiet time that `now` falls into ends, or None outside it (docs/domain.md 8.2; London wall clock)."""
    evening, morning = settings.QUIET_HOURS
    local = now.astimezone(LONDON)
    if not (local.hour >= evening or local.hour < morning or is_quiet_day(local)):
        return None
    day = local.date()
    if local.hour >= morning:
        day += timedelta(days=1)
    end = datetime.combine(day, time(morning), LONDON)
    return end + timedelta(days=1) if is_quiet_day(end) else end


def is_quiet_day(local: date | datetime) -> bool:
    """Whether nothing is sent on this day at all, but codes and safety alerts."""
    return f"{local:%d-%m}" in settings.QUIET_DAYS
