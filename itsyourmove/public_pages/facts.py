"""What the notices say of this deployment, and how long it keeps things, in words."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from core.text import counted

# The two that are possible here (docs/domain.md 1.5), with their articles of the UK GDPR.
LAWFUL_BASES = {
    "public_task": "it is a task in the public interest (article 6(1)(e))",
    "legitimate_interests": "we need it to run the programme, and you would expect it (article 6(1)(f))",
}


def notice_facts() -> dict[str, object]:
    """For every page of this package: what is set once for the whole deployment."""
    return {
        "address": settings.ORG_ADDRESS,
        "controller": settings.DATA_CONTROLLER,
        "data_protection_email": settings.DATA_PROTECTION_EMAIL,
        "ico_number": settings.ICO_NUMBER,
        "lawful_basis": LAWFUL_BASES.get(settings.LAWFUL_BASIS, ""),
        "location": settings.DATA_LOCATION,
        "commissioner": settings.COMMISSIONER_NAME,
        "commissioner_phone": settings.COMMISSIONER_PHONE,
        "commissioner_email": settings.COMMISSIONER_EMAIL,
        "complaints_email": settings.COMPLAINTS_EMAIL,
        "approved_on": approved_on(),
        "minimum_age": settings.MINIMUM_AGE,
        "record_kept": in_words(timedelta(days=settings.RECORD_KEPT_DAYS)),
        "not_accepted_kept": in_words(timedelta(days=settings.NOT_ACCEPTED_KEPT_DAYS)),
        "draft_kept": in_words(timedelta(days=settings.DRAFT_DAYS)),
        "account_kept": in_words(timedelta(days=settings.LOG_KEPT_DAYS)),
    }


def approved_on() -> date | None:
    """The day on which the notices were last found true; None where it is not set, or no day that has come."""
    try:
        day = date.fromisoformat(settings.NOTICES_APPROVED_ON)
    except ValueError:
        return None
    return day if day <= timezone.localdate() else None


def in_words(period: timedelta) -> str:
    """As people say it: "8 years" for 2,922 days, "14 days", "12 hours", "30 minutes"."""
    if period.days >= 365:
        return counted(round(period.days / 365.25), "year")
    if period.days:
        return counted(period.days, "day")
    minutes = period.seconds // 60
    return counted(minutes // 60, "hour") if minutes % 60 == 0 else counted(minutes, "minute")
