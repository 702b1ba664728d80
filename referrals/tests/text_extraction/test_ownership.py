"""Whose number, email and address it is: another person's is never taken as the patient's (pasted/whose.py)."""

import re
from datetime import date

import pytest

from referrals import text_extraction
from referrals.submission.paste_answers import confirmed
from referrals.tests.pasted import strangers
from referrals.tests.pasted.whose import HERS, TEXTS
from referrals.tests.text_extraction.test_extract import LAYOUTS, made_up
from referrals.text_extraction import contact_details

TODAY = date(2026, 11, 23)


def taken(text: str) -> dict[str, set]:
    """What would be put into the form of the patient: only what is sure."""
    found = text_extraction.extract_fields(text, today=TODAY)
    values = {name: found[name].value for name in HERS if found[name] and found[name].sure}
    return {name: set(value) if isinstance(value, list) else {value} for name, value in values.items()}


@pytest.mark.parametrize("name", TEXTS)
def test_nobody_elses_is_taken_and_the_patients_own_is(name):
    text, reads = TEXTS[name]
    found = taken(text)
    for field, values in found.items():
        assert values <= HERS[field], field
    assert set(reads.split()) <= set(found)
    own = {number for number, _ in contact_details.phones(text)} & HERS["phones"]
    if "phones" in reads:
        assert found["phones"] == own


STRANGERS = {
    "surgery": "Hilltop Surgery\n1 Long Street, Dursley, GL11 4JB\nTel: 01632 960900\nEmail: post@hilltop.example\n",
    "house": "Hilltop House\n1 Long Street\nDursley GL11 4JB\nTel: 01632 960900\nEmail: post@hilltop.example\n",
    "daughter": "Daughter: Ann Other\nMobile: 07700 900900\nHome address: 1 Long Street, Dursley, GL11 4JB\n",
    "signature": "Many thanks,\nAnn Other\nTel: 01632 960900\nMobile: 07700 900900\nann@hilltop.example\nGL11 4JB\n",
    "bare": "01632 960900\npost@hilltop.example\nGL11 4JB\n",
}
THEIRS = {
    "+441632960900",
    "+447700900900",
    "post@hilltop.example",
    "ann@hilltop.example",
    "GL11 4JB",
    "1 Long Street",
}


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_strangers_lines_above_or_below_any_layout_are_never_taken(layout, stranger):
    text = made_up(5, LAYOUTS[layout]).text.replace("\r\n", "\n")
    for whole in (
        f"{STRANGERS[stranger]}\n{text}",
        f"{text}\n{STRANGERS[stranger]}",
        f"{text.rstrip()}\n{STRANGERS[stranger]}",  # no gap between
    ):
        for values in taken(whole).values():
            assert not values & THEIRS


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_strangers_lines_between_the_patients_are_never_taken(stranger):
    hers = "Name: Hester Marlowe\nDOB: 12/03/1951\nNHS: 999 000 0018\n"
    # Without a gap, a house or bare lines below her name are hers, for all anybody knows.
    for gap in ("\n",) if stranger in ("house", "bare") else ("\n", ""):
        found = taken(f"{hers}{gap}{STRANGERS[stranger]}{gap}Problems: Fibromyalgia\n")
        for values in found.values():
            assert not values & THEIRS


@pytest.mark.parametrize("gap", ["", "\n"], ids=["next line", "after a gap"])
@pytest.mark.parametrize("home", ["", strangers.HOME_LINE], ids=["no number", "home number"])
@pytest.mark.parametrize("name", strangers.STRANGERS)
def test_below_a_line_about_another_person_nothing_is_certain(name, home, gap):
    found = taken(f"{strangers.PATIENT}{home}{gap}{strangers.STRANGERS[name]}")
    assert found == ({"phones": {"+441632960111"}} if home else {})


@pytest.mark.parametrize(
    ("between", "reads"),
    [
        ("Usual GP: Dr A Ward\nHome tel: 01632 960111\n", "phones email"),
        ("Title: Mrs\nEthnicity: White British\nMarital status: Married\n", "phones email"),
        ("\nContact details\nAddress: 7 Mill Lane, Stroud, GL5 2AB\n", "phones email"),
        ("7 Mill Lane\nStroud\nGloucestershire\nGL5 2AB\n", "phones email"),
        ("Address\n7 Mill Lane\nLower Slad\nStroud\nGL5 2AB\n", "phones email"),
        ("Please call her on:\n", "phones email"),
        ("Hester Marlowe\n", "phones email"),
    ],
)
def test_below_an_unbroken_run_of_the_patients_lines_all_is_read(between, reads):
    found = taken(f"{strangers.PATIENT}{between}Mobile: 07700 900222\nEmail: hester.marlowe@example.com\n")
    assert set(reads.split()) <= set(found)
    assert "+447700900222" in found["phones"]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ("Home: 01632 960111  Mobile: 07700 900222 Work: 01632 960112", "07700 900222"),
        ("Home tel: 01632 960111\nMob: 07700 900222", "07700 900222"),
        ("Telephone (home): 01632 960111", "01632 960111"),
        ("Work: 01632 960112  Home: 01632 960111", "01632 960111"),
        ("Home: 01632 960111 (preferred)  Mobile: 07700 900222", "01632 960111"),
        ("Home: 01632 960111  Mobile: 07700 900222\nPreferred: home", "01632 960111"),
        ("Home: 01632 960111  Mobile: 07700 900222\nPreferred: mobile", "07700 900222"),
        ("Mobile: 07700 900222\nPreferred contact number: 01632 960111", "01632 960111"),
        ("Tel: 01632 960111 (H) 07700 900222 (M)", "07700 900222"),
    ],
)
def test_the_mobile_is_used_unless_the_text_prefers_another(lines, number):
    found = text_extraction.extract_fields(f"Name: Hester Marlowe\nDOB: 12/03/1951\n{lines}\n", today=TODAY)
    rows, boxes = confirmed({**found, "practice_code": None, "practice_name": None})
    assert dict(boxes)["phone"] == number
    row = next(row for row in rows if row.label == "Phone number")
    others = set(re.findall(r"0[0-9]{4} [0-9]{6}", lines)) - {number}
    assert row.value == number
    assert set(re.findall(r"0[0-9]{4} [0-9]{6}", row.note)) == others
    assert set(re.findall(r"0[0-9]{4} [0-9]{6}", dict(boxes).get("note", ""))) == others


def test_a_relatives_labels_do_not_name_the_patient():
    found = text_extraction.extract_fields(TEXTS["a next of kin with labels of their own"][0], today=TODAY)
    assert (found["given_name"].value, found["family_name"].value) == ("Hester", "Marlowe")
    assert found["date_of_birth"] is None
    assert found["sex"] is None
