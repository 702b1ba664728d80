import pytest

from participants import contact_details


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 7700 900 123", "+447700900123"),
        ("(01632) 960-123", "+441632960123"),
        ("020 7946 0958", "+442079460958"),
        ("+33 1 70 18 99 00", "+33170189900"),
    ],
)
def test_phone_numbers_are_kept_in_one_form(typed, kept):
    assert contact_details.parse_phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "123", "999", "07700 90012a", "٠٧٧٠٠٩٠٠١٢٣", "call me", "0" * 60, "+44 7700 900123;ext=5"]
)
def test_what_cannot_be_rung_is_refused(typed):
    with pytest.raises(contact_details.NotAPhoneNumber, match="Enter a phone number"):
        contact_details.parse_phone(typed)


def test_phone_numbers_are_shown_as_people_read_them():
    assert contact_details.spoken_phone("+447700900123") == "07700 900123"
    assert contact_details.spoken_phone("+33170189900") == "+33 1 70 18 99 00"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("gl12ab", "GL1 2AB"),
        (" GL50  1AA ", "GL50 1AA"),
        ("ec1a1bb", "EC1A 1BB"),
        ("W1A 0AX", "W1A 0AX"),
        ("ＧＬ1 2ab", "GL1 2AB"),
    ],
)
def test_postcodes_are_kept_in_capitals_with_their_space(typed, kept):
    assert contact_details.parse_postcode(typed) == kept


@pytest.mark.parametrize("typed", ["", "GL1", "12345", "GL1 2A", "GL123 2AB", "GL1 2AB GL1 2AB", "'; --"])
def test_what_is_no_postcode_is_refused(typed):
    with pytest.raises(contact_details.NotAPostcode, match="Enter a full UK postcode"):
        contact_details.parse_postcode(typed)


@pytest.mark.parametrize(
    "typed", ["no fixed abode", " No Fixed Address ", "NFA", "n.f.a.", "zz993vz", "homeless"]
)
def test_no_fixed_abode_is_kept_as_the_nhs_keeps_it_and_read_in_words(typed):
    kept = contact_details.parse_postcode(typed)
    assert kept == "ZZ99 3VZ"
    assert contact_details.spoken_postcode(kept) == "No fixed abode (ZZ99 3VZ)"
    assert contact_details.envelope("c/o The Hostel\nGloucester", kept) == ("c/o The Hostel", "Gloucester")
    assert contact_details.envelope("1 High Street", "GL1 2AB") == ("1 High Street", "GL1 2AB")
