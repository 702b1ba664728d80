"""Which people an officer means by what they typed."""

import re
import time
from collections.abc import Callable
from datetime import date

from django.db.models import Q

from participants import contact_details, nhs_number

# 23/7/1961, 23.07.1961, 23-07-1961, 1961-07-23, 23 July 1961, 23 Jul 1961
DATES = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y")


def people_matching(typed: str) -> Q:
    """People with this NHS number, date of birth, phone number, email address or postcode; else by name.

    By name: every one of these words is in a name. Each is found by an index, however many people there are.
    """
    typed = typed.strip()
    exact: dict[str, Callable[[str], str | date]] = {
        "nhs_number": nhs_number.parse,
        "date_of_birth": as_date,
        "phone": contact_details.parse_phone,
        "postcode": contact_details.parse_postcode,
    }
    for field, parse in exact.items():
        try:
            return Q(**{field: parse(typed)})
        except ValueError:
            continue
    if "@" in typed:
        return Q(email__iexact=typed)
    if re.fullmatch(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?( ?[0-9])?", typed):
        return Q(postcode__startswith=typed.upper())
    found = Q() if typed else Q(pk__in=[])
    for word in typed.split():
        found &= (
            Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(preferred_name__icontains=word)
        )
    return found


def as_date(typed: str) -> date:
    """The day, however it was typed. Raises ValueError."""
    for form in DATES:
        try:
            return date(*time.strptime(typed, form)[:3])
        except ValueError:
            continue
    raise ValueError(typed)
