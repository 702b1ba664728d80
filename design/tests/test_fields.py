"""What the fields accept, refuse and say."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.text import in_sentence, listed
from design import fields

BORN = datetime.date(1958, 3, 14)


def said(field, value) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return caught.value.messages[0]


@pytest.mark.parametrize(
    "typed", [["14", "3", "1958"], [" 14 ", "03", "1958"], ["14", "March", "1958"], ["14", "mar", "1958"]]
)
def test_a_date_is_read_as_people_type_it(typed):
    assert fields.PartsDateField(label="Date of birth").clean(typed) == BORN


@pytest.mark.parametrize(
    ("typed", "message", "part"),
    [
        (["14", "3", ""], "Date of birth must include a year", "year"),
        (["", "3", ""], "Date of birth must include a day and year", "day"),
        (["14", "", "1958"], "Date of birth must include a month", "month"),
        (["32", "3", "1958"], "Date of birth must include a day between 1 and 31", "day"),
        (["14", "13", "1958"], "Date of birth must include a month between 1 and 12", "month"),
        (
            ["3", "14", "1958"],
            "Enter the day first. If you mean 14 March 1958, enter 14 3 1958",
            "day",
        ),
        (["14", "Mittwoch", "1958"], "Date of birth must include a month between 1 and 12", "month"),
        (["14", "3", "58"], "Date of birth must include a year with 4 numbers, like 1958", "year"),
        (["14", "3", "1858"], "Date of birth must have a year between 1900 and 2100", "year"),
        (["31", "2", "1958"], "Date of birth must be a real date", "day"),
        (["١٤", "3", "1958"], "Date of birth must include a day between 1 and 31", "day"),
        (["14", "3", "１９５８"], "Date of birth must include a year with 4 numbers, like 1958", "year"),
        (["14", "3", "19\n58"], "Date of birth must include a year with 4 numbers, like 1958", "year"),
        (["-1", "3", "1958"], "Date of birth must include a day between 1 and 31", "day"),
    ],
)
def test_a_wrong_date_says_what_to_mend_and_where(typed, message, part):
    with pytest.raises(ValidationError) as caught:
        fields.PartsDateField(label="Date of birth").clean(typed)
    assert caught.value.messages == [message]
    assert caught.value.params["part"] == part


@pytest.mark.parametrize(
    "pasted",
    [
        "14/03/1958",
        " 14.3.1958 ",
        "14-03-1958",
        "14 March 1958",
        "14 mar 1958",
        "14 / 3 / 1958",
        "1958-03-14",
    ],
)
def test_a_date_pasted_into_the_first_box_is_read_into_all_three(pasted):
    field = fields.PartsDateField(label="Date of birth")
    boxes = field.widget.value_from_datadict(
        {"born_day": pasted, "born_month": "", "born_year": ""}, {}, "born"
    )
    assert field.clean(boxes) == BORN
    assert len(boxes) == 3
    assert all(boxes)


@pytest.mark.parametrize(
    "boxes", [["14/03/1958", "3", ""], ["14/03/58", "", ""], ["14/3", "", ""], ["14031958", "", ""]]
)
def test_what_is_not_one_whole_date_stays_in_its_box(boxes):
    sent = dict(zip(("born_day", "born_month", "born_year"), boxes, strict=True))
    assert fields.PartsDateField().widget.value_from_datadict(sent, {}, "born") == boxes


def test_an_empty_date_is_asked_for_only_where_it_is_needed():
    assert said(fields.PartsDateField(label="Date of birth"), ["", "", ""]) == "Enter the date of birth"
    assert fields.PartsDateField(required=False).clean(["", " ", ""]) is None


def test_a_date_that_was_not_touched_has_not_changed():
    field = fields.PartsDateField()
    assert not field.has_changed(BORN, ["14", "3", "1958"])
    assert field.has_changed(BORN, ["15", "3", "1958"])
    assert field.has_changed(BORN, ["15", "3", ""])


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\u202e", "\u2066", "\n", "\t"]
)
def test_a_line_refuses_characters_no_one_can_have_meant(hidden):
    field = fields.LineField(label="Given name", max_length=40)
    assert (
        said(field, f"Aoi{hidden}fe") == "Given name contains a hidden character. Delete it and type it again"
    )


@pytest.mark.parametrize("name", ["O’Neill", "Đặng", "محمد", "王芳", "Zoë-Maïa", "नेहा", "עדי"])
def test_a_line_accepts_names_of_every_script(name):
    assert fields.LineField(label="Given name", max_length=40).clean(f" {name} ") == name


def test_a_long_text_keeps_its_lines_and_refuses_the_rest():
    field = fields.LongTextField(label="Note", max_length=40)
    assert field.clean("Lives alone.\r\nHas a dog.") == "Lives alone.\nHas a dog."
    assert "hidden character" in said(field, "Has a\x08 dog.")


def test_a_text_that_is_too_long_is_told_the_limit_and_is_not_cut_by_the_browser():
    field = fields.LineField(label="Given name", max_length=5)
    assert said(field, "Aoife-Marie") == "Given name must be 5 characters or fewer"
    assert "maxlength" not in field.widget.attrs


def test_messages_are_made_of_the_noun():
    assert said(fields.LineField(label="Given name", max_length=5), "") == "Enter the given name"
    assert said(fields.LineField(label="How tall?", noun="a height", max_length=5), "") == "Enter a height"
    assert said(fields.RadioField(label="Language", choices=[]), "") == "Select the language"
    assert said(fields.ConfirmField(missing="Confirm that they agreed"), False) == "Confirm that they agreed"
    assert said(fields.EmailField(label="Email"), "aoife@") == (
        "Enter an email address in the correct format, like name@example.com"
    )
    assert said(fields.SelectField(label="Language", choices=[("cy", "Welsh")]), "xx") == (
        "Select the language from the list"
    )


def test_words_are_joined_as_people_say_them():
    assert listed(["day", "month", "year"]) == "day, month and year"
    assert in_sentence("NHS number") == "NHS number"
    assert in_sentence("Date of birth") == "date of birth"


@pytest.mark.parametrize("letter", ["\u0130", "\u0131", "\u017f", "\u212a"])
def test_an_address_with_a_letter_that_becomes_another_is_refused(letter):
    """Django takes it; it then stands for somebody else's address, or for none, which was a 500 behind the form."""
    field = fields.EmailField(label="Email")
    for address in (f"mi{letter}e@kist.example", f"mike@ki{letter}t.example"):
        assert said(field, address) == fields.EmailField(label="Email").error_messages["invalid"]
    assert field.clean("mike@kist.example") == "mike@kist.example"
