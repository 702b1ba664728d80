"""Form fields whose messages say what to do, and which refuse characters that no one can have meant."""

import calendar
import datetime
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.text import at_start, has_web_address, in_sentence, is_hidden, listed

# Django takes these four in an address; each is, or becomes in the other case, a letter of somebody else's address.
LOOK_ALIKE = frozenset("\u0130\u0131\u017f\u212a")
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? ?(am|pm)?")
# "23/07/1961", "23 July 1961" or "1961-07-23".
WHOLE_DATE = re.compile(
    r"(?P<day>[0-9]{1,2})(?:\s*[/.-]\s*|\s+)(?P<month>[0-9]{1,2}|[A-Za-z]{3,9})(?:\s*[/.,-]\s*|\s+)(?P<year>[0-9]{4})"
    r"|(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def refuse_unprintable(value: str, *, many_lines: bool) -> None:
    """Refuse control and private-use characters, lone surrogates and text-direction overrides.

    Line ends and tabs only where lines are asked for.
    """
    allowed = "\n\t" if many_lines else ""
    if any(is_hidden(character) and character not in allowed for character in value):
        raise ValidationError("contains a hidden character", code="unprintable")


def contradiction(*, said: str, ticked: Sequence[str], instead: str) -> ValidationError:
    """The error for "none" beside ticks: it names them, since a tick is never dropped unseen."""
    these, them = ("this is", "it") if len(ticked) == 1 else ("these are", "them")
    return ValidationError(
        f"You chose “{said}”, but {these} ticked: {'; '.join(ticked)}. Untick {them}, or choose “{instead}”",
        code="contradiction",
    )


class Worded:
    """Gives a field messages made from its noun: "Enter the given name", "Given name must be 100 characters or fewer".

    `noun` is what the answer is called in a sentence; the label serves where it is left out. `missing` replaces the
    message for an empty answer.
    """

    verb = "Enter"

    def __init__(self, *args: Any, noun: str = "", missing: str = "", **kwargs: Any) -> None:
        asked = noun or f"the {in_sentence(kwargs.get('label') or 'answer')}"
        noun = noun or in_sentence(kwargs.get("label") or "answer")
        kwargs["error_messages"] = {
            "required": missing or f"{self.verb} {asked}",
            "invalid_choice": f"{self.verb} {asked} from the list",
            "invalid_list": f"{self.verb} {asked} from the list",
            **self.wording(noun),
            **(kwargs.get("error_messages") or {}),
        }
        self.noun = noun
        super().__init__(*args, **kwargs)

    def wording(self, noun: str) -> dict[str, str]:
        return {
            "max_length": f"{at_start(noun)} must be %(limit_value)d characters or fewer",
            "min_length": f"{at_start(noun)} must be %(limit_value)d characters or more",
            "unprintable": f"{at_start(noun)} contains a hidden character. Delete it and type it again",
            "null_characters_not_allowed": f"{at_start(noun)} contains a hidden character. Delete it and type it again",
        }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A browser cuts a long paste short at maxlength without a word; our message says so instead.
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class LineField(Worded, forms.CharField):
    """One line of text, trimmed, at most `max_length` characters, without hidden characters."""

    many_lines = False

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n")) if text else text

    def run_validators(self, value: Any) -> None:
        if value:
            try:
                refuse_unprintable(value, many_lines=self.many_lines)
            except ValidationError as error:
                raise ValidationError(self.error_messages["unprintable"], code=error.code) from None
        super().run_validators(value)


class NameField(LineField):
    """The name of a person, a place or a service, which mails repeat: so it may hold no web address."""

    def wording(self, noun: str) -> dict[str, str]:
        address = f"{at_start(noun)} must not contain a web address, like www. or https://"
        return super().wording(noun) | {"web_address": address}

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if value and has_web_address(value):
            raise ValidationError(self.error_messages["web_address"], code="web_address")


class LongTextField(LineField):
    """Several lines of text, trimmed, at most `max_length` characters, without hidden characters."""

    many_lines = True

    def __init__(self, *, max_length: int = 1000, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)


class ClockField(LineField):
    """A time of day as people write it: 18:00, 6pm, 6:30pm. Cleans to a time."""

    def to_python(self, value: Any) -> Any:
        typed = (super().to_python(value) or "").lower()
        if not typed:
            return typed
        found = CLOCK.fullmatch(typed)
        hour, minute, half = (int(found[1]), int(found[2] or 0), found[3]) if found else (99, 0, None)
        plain_hour = found and not found[2] and not half
        if plain_hour or minute > 59 or hour > (12 if half else 23) or (half and hour == 0):
            raise ValidationError(f"Enter {self.noun} like 18:00 or 6:30pm", code="invalid")
        return datetime.time(hour % 12 + (12 if half == "pm" else 0) if half else hour, minute)

    def run_validators(self, value: Any) -> None:
        if isinstance(value, str):
            super().run_validators(value)


class EmailField(Worded, forms.EmailField):
    """An email address as people write it; at most 254 characters."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"spellcheck": "false", "autocapitalize": "none"})
        super().__init__(**{"widget": widget, **kwargs})

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if LOOK_ALIKE & set(value or ""):
            raise ValidationError(self.error_messages["invalid"], code="invalid")

    def wording(self, noun: str) -> dict[str, str]:
        like = "Enter an email address in the correct format, like name@example.com"
        return super().wording(noun) | {"invalid": like}


class RadioField(Worded, forms.ChoiceField):
    """One answer of a few, all visible. Nothing is chosen beforehand."""

    verb = "Select"
    widget = forms.RadioSelect


class SelectField(Worded, forms.ChoiceField):
    """One answer of many; prefer RadioField for fewer than eight."""

    verb = "Select"


class ChecksField(Worded, forms.MultipleChoiceField):
    """Any number of a few answers, all visible."""

    verb = "Select"
    widget = forms.CheckboxSelectMultiple


class ConfirmField(Worded, forms.BooleanField):
    """One box to tick; where it is required, `missing` should say why it matters."""

    verb = "Confirm"


class PartsDateWidget(forms.MultiWidget):
    """Day, month and year as three boxes: people who know the date type it faster than they can pick it."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, autocomplete: str = "") -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {}
        for part in ("day", "month", "year"):
            hint = {"autocomplete": f"{autocomplete}-{part}"} if autocomplete else {}
            boxes[part] = forms.TextInput(attrs={"inputmode": "numeric", **hint})
        super().__init__(boxes, attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str | None]:
        """The three boxes; a whole date that was pasted into the first is read into all of them."""
        day, month, year = super().value_from_datadict(data, files, name)
        if not month and not year and (pasted := WHOLE_DATE.fullmatch((day or "").strip())):
            return [
                pasted["day"] or pasted["d"],
                pasted["month"] or pasted["m"],
                pasted["year"] or pasted["y"],
            ]
        return [day, month, year]

    def decompress(self, value: datetime.date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day"


class PartsDateField(Worded, forms.Field):
    """A date typed as day, month and year; a month may be a number or its name.

    Cleans to a date, or None where it is not required. `earliest` and `latest` are years, both included. Whether a
    date must lie in the past is for the form, which is told the time. Errors name the part to mend in
    `params["part"]`, so that the summary's link leads to it.
    """

    PARTS = ("day", "month", "year")

    def __init__(
        self, *, earliest: int = 1900, latest: int = 2100, autocomplete: str = "", **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", PartsDateWidget(autocomplete=autocomplete))
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, datetime.date) or value is None:
            return value
        typed = dict(zip(self.PARTS, (str(part or "").strip() for part in value), strict=True))
        missing = [part for part in self.PARTS if not typed[part]]
        if len(missing) == 3:
            return None
        if missing:
            raise self._error(f"must include a {listed(missing)}", missing[0])
        if not re.fullmatch(r"[0-9]{4}", typed["year"]):
            raise self._error("must include a year with 4 numbers, like 1958", "year")
        day, month, year = self._number(typed["day"]), self._month(typed["month"]), int(typed["year"])
        if not 1 <= day <= 31:
            raise self._error("must include a day between 1 and 31", "day")
        if 1 <= day <= 12 < month <= calendar.monthrange(year, day)[1]:
            meant = f"{month} {calendar.month_name[day]} {year}"
            words = f"Enter the day first. If you mean {meant}, enter {month} {day} {year}"
            raise ValidationError(words, code="invalid", params={"part": "day"})
        if not 1 <= month <= 12:
            raise self._error("must include a month between 1 and 12", "month")
        if not self.earliest <= year <= self.latest:
            raise self._error(f"must have a year between {self.earliest} and {self.latest}", "year")
        try:
            return datetime.date(year, month, day)
        except ValueError:
            raise self._error("must be a real date", "day") from None

    def _error(self, complaint: str, part: str) -> ValidationError:
        return ValidationError(f"{at_start(self.noun)} {complaint}", code="invalid", params={"part": part})

    @staticmethod
    def _number(typed: str) -> int:
        # Not str.isdigit: that also welcomes digits of other scripts, which the next system may not.
        return int(typed) if re.fullmatch(r"[0-9]{1,2}", typed) else 0

    def _month(self, typed: str) -> int:
        known = re.fullmatch(r"[a-z]{3,9}", typed.lower()) and typed.lower()[:3] in MONTHS
        return MONTHS.index(typed.lower()[:3]) + 1 if known else self._number(typed)
