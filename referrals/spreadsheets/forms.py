"""What is asked about a file, and which of its columns is what."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from design.fields import ConfirmField, LineField, RadioField, SelectField, Worded
from design.forms import WayOutForm
from referrals.models import Spreadsheet
from referrals.spreadsheets import reading
from referrals.spreadsheets.columns import COLUMNS

NOT_HERE = ""


class SheetField(Worded, forms.FileField):
    """A file, which the browser sends once: an empty one is judged by `reading`."""

    verb = "Choose"
    widget = forms.FileInput(attrs={"accept": ".csv,.xlsx"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, **kwargs)


class OrganisationField(LineField):
    """An organisation that refers, by its code or its whole name."""

    def clean(self, value: Any) -> Organisation:
        typed = super().clean(value)
        code = re.search(r"\(([A-Za-z0-9]{1,12})\)$", typed)
        refers = Organisation.objects.filter(refers_no_more_since__isnull=True)
        found = list(refers.filter(ods_code__iexact=code[1] if code else typed)[:1])
        found = found or list(refers.filter(name__iexact=typed)[:2])
        if len(found) != 1:
            raise ValidationError(
                "Enter the organisation’s code, like L84001, or its whole name", code="unknown"
            )
        return found[0]


class UploadForm(WayOutForm):
    submit = "Upload"

    file = SheetField(
        label="Spreadsheet",
        noun="a spreadsheet",
        help_text="A .csv or .xlsx file. Row 1 holds the headings, and each row below it one person.",
    )
    who = RadioField(
        label="Who is in this file?",
        noun="who is in this file",
        choices=[
            (Spreadsheet.Who.WAITING, "People who wait for a place"),
            (Spreadsheet.Who.TAKING_PART, "People who take part in a group now"),
        ],
    )
    organisation = OrganisationField(
        label="Who referred them?",
        noun="the organisation that referred them",
        help_text="The organisation’s code or its whole name. Its members can see these referrals.",
        max_length=220,
    )
    source = LineField(
        label="Where does this list come from?",
        noun="where this list comes from",
        help_text="For example, the pilot’s list kept by Olu, November 2026.",
        max_length=300,
    )
    lawful_basis = LineField(
        label="Why can we keep these details?",
        noun="why we can keep these details",
        help_text="The lawful basis. For example, direct care, agreed with the practice on 3 March 2026.",
        max_length=300,
    )
    pain = ConfirmField(
        label="Everyone in this file has had pain for 3 months or more",
        missing="Confirm that everyone has had pain for 3 months or more, or take the others out of the file",
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            self.fields["file"].error_messages["required"] = reading.too_large()


class ExportForm(WayOutForm):
    submit = "Export"

    reason = LineField(
        label="Why do you need this list?",
        missing="Enter why you need this list",
        help_text="We keep your reason, with your name and whose details were in the list.",
        max_length=300,
    )


class ColumnsForm(WayOutForm):
    """One question for each thing we can know of a person: which column holds it."""

    submit = "Check the rows"

    def __init__(self, *args: Any, headings: Sequence[str], example: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(place), f"{letters(place)}: {heading or 'no heading'}{_like(example[place])}")
            for place, heading in enumerate(headings)
        ]
        for column in COLUMNS:
            self.fields[column.code] = SelectField(
                label=column.label if column.required else f"{column.label} (optional)",
                noun=f"the column for {column.label.lower()}",
                help_text=column.hint,
                choices=[(NOT_HERE, "Choose a column" if column.required else "Not in this file"), *choices],
                required=column.required,
            )

    def clean(self) -> dict:
        taken: dict[str, str] = {}
        for column in COLUMNS:
            place = self.cleaned_data.get(column.code)
            if place and place in taken:
                self.add_error(column.code, f"This column is already chosen for {taken[place]}")
            elif place:
                taken[place] = column.label.lower()
        if not self.errors and not (self.cleaned_data.get("phone") or self.cleaned_data.get("email")):
            self.add_error("phone", "Select a column for the phone number or for the email address")
        return self.cleaned_data

    def chosen(self) -> dict[str, int]:
        return {code: int(place) for code, place in self.cleaned_data.items() if place}


def letters(place: int) -> str:
    """A column as spreadsheet programs name it: A, B ... Z, AA."""
    return (letters(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)


def _like(cell: str) -> str:
    return f" (like {cell[:30]})" if cell else ""
