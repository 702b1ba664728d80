"""Which people an officer means by what they typed."""

import re

from django.db.models import Q

from participants import contact_details, nhs_number


def people_matching(typed: str) -> Q:
    """People with this NHS number or postcode, or with every one of these words in a name."""
    try:
        return Q(nhs_number=nhs_number.parse(typed))
    except nhs_number.NotAnNhsNumber:
        pass
    try:
        return Q(postcode=contact_details.parse_postcode(typed))
    except contact_details.NotAPostcode:
        pass
    if re.fullmatch(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?( ?[0-9])?", typed.strip()):
        return Q(postcode__startswith=typed.strip().upper())
    found = Q(pk__in=[]) if not typed.strip() else Q()
    for word in typed.split():
        found &= (
            Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(preferred_name__icontains=word)
        )
    return found
