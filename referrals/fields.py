"""Fields that only a referral asks for; each keeps what was typed and says what to do about it."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from accounts.organisations import practice_lookup
from design.fields import LineField
from participants import contact_details, nhs_number

BRANCH_OR_PRACTICE = (
    r"([A-Za-z][0-9]{5})(?:[0-9]{3})?"  # a branch surgery has three digits more than its practice
)


class NhsNumberField(LineField):
    """Ten digits with a check digit; spaces and dashes are welcome. Cleans to the bare digits."""

    def __init__(self, **kwargs: Any) -> None:
        # The pasted number may bring its spaces and dashes; what follows them is judged by the parser.
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return nhs_number.parse(typed, allow_test_range=not settings.REFUSE_TEST_NHS_NUMBERS)
        except nhs_number.NotAnNhsNumber as error:
            raise ValidationError(str(error), code="invalid") from None


class PhoneField(LineField):
    """A telephone number as people write it. Cleans to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, widget=forms.TelInput(), **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return contact_details.parse_phone(typed)
        except contact_details.NotAPhoneNumber as error:
            raise ValidationError(str(error), code="invalid") from None


class PostcodeField(LineField):
    """A postcode in any spacing. Cleans to capitals with its space."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"spellcheck": "false"}), **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return contact_details.parse_postcode(super().clean(value))
        except contact_details.NotAPostcode as error:
            raise ValidationError(str(error), code="invalid") from None


class PracticeField(LineField):
    """A GP practice by its code, its name, or what the look-up wrote: "Name (CODE)". Cleans to an Organisation or None."""

    def clean(self, value: Any) -> Organisation | None:
        typed = super().clean(value)
        return self.find(typed) if typed else None

    def find(self, typed: str) -> Organisation:
        offered = Organisation.objects.offered()
        code = re.search(r"\(([A-Za-z0-9]{1,12})\)$", typed) or re.fullmatch(BRANCH_OR_PRACTICE, typed)
        if code:
            found = list(offered.filter(ods_code=code[1].upper()))
        else:
            found = list(offered.filter(name__iexact=typed)[:2])
        if not found and (gone := practice_lookup.closed(typed, code[1].upper() if code else "")):
            raise ValidationError(_closed(gone), code="closed")
        if not found and not code:
            found = list(offered.matching(typed)[:2])
        if not found:
            raise ValidationError(
                f"Enter the practice’s code, like {practice_lookup.example()}, or part of its name. "
                "No open GP practice was found",
                code="unknown",
            )
        if len(found) > 1:
            raise ValidationError(
                f"Enter the practice’s code, like {practice_lookup.example()}. More than one GP practice matches",
                code="several",
            )
        return found[0]


def _closed(gone: Organisation) -> str:
    """One practice never becomes another in silence: its successor is named, for the referrer to choose."""
    now = practice_lookup.at_its_address(gone)
    if now is None:
        return f"Enter another practice. {gone} is not an open GP practice"
    return (
        f"Enter {now.ods_code} if they are registered there. {gone} is not open. At its address is now {now}"
    )
