"""What a column of a spreadsheet can be, how its cells are read, and which heading it usually has."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field

from design.fields import EmailField, LongTextField, NameField
from participants.models import Participant
from referrals.fields import NhsNumberField, PhoneField, PostcodeField, PracticeField
from referrals.models import SpreadsheetColumn

DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
EMAIL, PHONE = Participant.Contact.EMAIL, Participant.Contact.PHONE
WAYS = {
    "email": EMAIL,
    "e-mail": EMAIL,
    "mail": EMAIL,
    "phone": PHONE,
    "telephone": PHONE,
    "call": PHONE,
    "mobile": PHONE,
}
LONGEST_HEADING = 100


@dataclass(frozen=True)
class Column:
    """One thing that we know of a person; `read` raises ValidationError with what to do."""

    code: str
    label: str
    read: Callable[[str], Any]
    required: bool = False
    usual: tuple[str, ...] = ()  # headings that mean it, in small letters
    hint: str = field(default="")


def _by(asked: Field) -> Callable[[str], Any]:
    return asked.clean


def read_date(noun: str) -> Callable[[str], date | None]:
    """A day as it is written in Britain, with the year in full: 27/3/1958 is in March."""

    def read(typed: str) -> date | None:
        typed = re.sub(r"[T ]00:00(:00)?$", "", " ".join(typed.split()))
        if not typed:
            return None
        for form in DATES:
            try:
                found = date(*time.strptime(typed, form)[:3])
            except ValueError:
                continue
            if 1900 <= found.year <= 2100:
                return found
        if re.fullmatch(r"\d{1,2}\D\d{1,2}\D(19|20)\d\d", typed):
            raise ValidationError(
                f"Enter a real date for the {noun}, like 27/03/1958. Check the day and the month"
            )
        raise ValidationError(f"Write the {noun} like 27/03/1958")

    return read


def _yes_or_no(typed: str) -> bool | None:
    plain = typed.casefold().strip()
    if plain in YES | NO:
        return plain in YES
    if not plain:
        return None
    raise ValidationError("For “safe to leave a message”, write yes or no")


def _way(typed: str) -> str:
    plain = typed.casefold().strip()
    if plain and plain not in WAYS:
        raise ValidationError("For how to contact them, write email or phone")
    return WAYS.get(plain, "")


COLUMNS = (
    Column("given_name", "First name", _by(NameField(label="First name", max_length=100)), True,
           ("first name", "forename", "givenname", "firstname", "first names", "forenames")),
    Column("family_name", "Last name", _by(NameField(label="Last name", max_length=100)), True,
           ("last name", "surname", "familyname", "lastname")),
    Column("preferred_name", "Preferred name",
           _by(NameField(label="Preferred name", max_length=100, required=False)),
           usual=("preferred name", "known as", "likes to be called")),
    Column("date_of_birth", "Date of birth", read_date("date of birth"), True,
           ("date of birth", "dob", "d.o.b.", "d.o.b", "birth date", "born")),
    Column("nhs_number", "NHS number", _by(NhsNumberField(label="NHS number", noun="NHS number", required=False)),
           usual=("nhs number", "nhs no", "nhs no.", "nhs", "nhs num", "nhsnumber")),
    Column("phone", "Phone number", _by(PhoneField(label="Phone number", required=False)),
           usual=("phone", "phone number", "telephone", "tel", "mobile", "mobile number", "contact number")),
    Column("email", "Email address", _by(EmailField(label="Email address", required=False)),
           usual=("email", "email address", "e-mail", "e-mail address")),
    Column("postcode", "Postcode", _by(PostcodeField(label="Postcode", noun="the postcode")), True,
           ("postcode", "post code")),
    Column("practice", "GP practice", lambda typed: typed,
           usual=("gp practice", "practice", "practice code", "surgery", "gp surgery", "gp", "ods code"),
           hint="Its code, like L84001, or its whole name."),
    Column("preferred_contact", "How to contact them", _way,
           usual=("preferred contact", "contact preference", "contact by", "how to contact"),
           hint="Email or phone. If the file does not say: email for everyone who has an address."),
    Column("message_safe", "Safe to leave a message", _yes_or_no,
           usual=("safe to leave a message", "message safe", "voicemail ok", "ok to leave message", "leave a message"),
           hint="Yes or no. If the file does not say: no."),
    Column("agreed_on", "Date they agreed", read_date("date they agreed"),
           usual=("date they agreed", "agreed on", "consent date", "date of consent", "agreed"),
           hint="The day they agreed to be referred. If the file does not say: not recorded."),
    Column("waiting_since", "Waiting since", read_date("date they have waited since"),
           usual=("waiting since", "date added", "added to list", "on list since", "date referred", "referral date"),
           hint="Their waiting time starts on this day. If the file does not say: today."),
    Column("note", "Note", _by(LongTextField(label="Note", max_length=2000, required=False)),
           usual=("note", "notes", "comments", "group")),
)  # fmt: skip
BY_CODE = {column.code: column for column in COLUMNS}


class Practices:
    """Looks each practice up once, however many people are registered there."""

    def __init__(self) -> None:
        self._field = PracticeField(label="GP practice", max_length=220)
        self._found: dict[str, Any] = {}

    def read(self, typed: str) -> Any:
        """The practice. Raises ValidationError."""
        if typed not in self._found:
            try:
                self._found[typed] = self._field.clean(typed)
            except ValidationError as error:
                self._found[typed] = error
        if isinstance(self._found[typed], ValidationError):
            raise self._found[typed]
        return self._found[typed]


def plain(heading: str) -> str:
    return " ".join(heading.casefold().replace("_", " ").split())[:LONGEST_HEADING]


def _bare(heading: str) -> str:
    """Its letters and digits: "D.O.B." is "dob"."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def guess(headings: Sequence[str]) -> dict[str, int]:
    """Which column is what: as officers said before, else by its usual heading."""
    usual = {_bare(name): column.code for column in COLUMNS for name in (column.label, *column.usual)}
    names = [plain(heading) for heading in headings]
    remembered = dict(SpreadsheetColumn.objects.filter(heading__in=names).values_list("heading", "column"))
    found: dict[str, int] = {}
    for known, form in ((remembered, str), (usual, _bare)):
        for place, name in enumerate(names):
            code = known.get(form(name))
            if code in BY_CODE and code not in found and place not in found.values():
                found[code] = place
    return found


def remember(headings: Sequence[str], columns: Mapping[str, int]) -> None:
    """Keep what these headings mean for the next file; the last officer who said it stands."""
    SpreadsheetColumn.objects.bulk_create(
        [
            SpreadsheetColumn(heading=heading, column=code)
            for heading, code in {plain(headings[place]): code for code, place in columns.items()}.items()
            if heading
        ],
        update_conflicts=True,
        unique_fields=["heading"],
        update_fields=["column"],
    )
