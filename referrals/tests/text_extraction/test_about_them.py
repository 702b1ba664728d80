"""Whole given names, the name they like, language, interpreter, the day of agreement; tables and messages of systems."""

from datetime import date

import pytest

from referrals import text_extraction
from referrals.submission.paste_answers import confirmed

TODAY = date(2026, 12, 1)
PATIENT = "Name: Hester Marlowe\nDOB: 12/03/1951\n"


def read(text: str) -> dict:
    return {
        name: (answer.value, answer.sure) if answer else None
        for name, answer in text_extraction.extract_fields(text, today=TODAY).items()
    }


@pytest.mark.parametrize(
    ("text", "given", "family", "sure"),
    [
        ("Forename\tAbdul Karim\nSurname\tHussain", "Abdul Karim", "Hussain", True),
        ("Name: HUSSAIN, Abdul Karim (Mr)", "Abdul Karim", "Hussain", True),
        ("Name: Mr Abdul Karim HUSSAIN", "Abdul Karim", "Hussain", True),
        ("Name: Abdul Karim Hussain", "Abdul Karim", "Hussain", False),
        (
            "Name: Maria Garcia de Souza",
            "Maria Garcia",
            "de Souza",
            False,
        ),  # "Garcia de Souza", for all we know
        ("Name: STREET, Zoe (Ms)", "Zoe", "Street", True),
        ("Name: ST. JOHN, Zoe (Ms)", "Zoe", "St. John", True),
        ("Referring Ms Zoe Bell, DOB 12/03/1951", "Zoe", "Bell", True),
    ],
)
def test_all_given_names_are_read(text, given, family, sure):
    said = read(text)
    assert (said["given_name"], said["family_name"]) == ((given, sure), (family, sure))


@pytest.mark.parametrize(
    ("lines", "field", "said"),
    [
        ("Known as: Hetty", "preferred_name", ("Hetty", True)),
        ("Carer: Ann Other\nKnown as: Annie", "preferred_name", None),
        ("Main language: polish", "language", ("Polish", True)),
        ("Spoken language: Tok Pisin", "language", ("Tok Pisin", False)),
        ("Speaks Polish and some English.", "language", ("Polish", False)),
        ("Her daughter speaks Polish.", "language", None),
        ("Carer: Ann Other\nLanguage: Polish", "language", None),
        ("Interpreter required: Yes", "interpreter", (True, True)),
        ("Interpreter needed: No", "interpreter", (False, True)),
        ("She needs an interpreter.", "interpreter", (True, False)),
        ("No interpreter needed.", "interpreter", (False, False)),
        ("She does not require an interpreter.", "interpreter", (False, False)),
        ("Patient doesn't need an interpreter.", "interpreter", (False, False)),
        ("Patient doesn’t require a Polish interpreter.", "interpreter", (False, False)),
        ("There is no need for an interpreter.", "interpreter", (False, False)),
        ("Cannot manage, needs an interpreter.", "interpreter", (True, False)),
        ("The patient needs an interpreter.", "interpreter", (True, False)),
        ("Interpreter: Ann Other", "interpreter", None),
        ("Consent to referral given: 24/11/2026", "agreed_on", ("2026-11-24", True)),
        ("She agreed to be referred on 24 November 2026.", "agreed_on", ("2026-11-24", True)),
        ("Consent obtained 24/11/2026", "agreed_on", ("2026-11-24", False)),  # to what?
        ("Agreed to referral on 24/11/2024", "agreed_on", ("2024-11-24", False)),  # long ago
        ("Agreed to referral on 24/12/2026", "agreed_on", None),
        ("Did not agree to referral on 24/11/2026", "agreed_on", None),
        ("Consent to referral withdrawn 24/11/2026", "agreed_on", None),
        ("Consent to record sharing: 24/11/2026", "agreed_on", None),
        ("Her daughter agreed to the referral on 24/11/2026", "agreed_on", None),
        ("Consented to operation 24/11/2026, referral to follow", "agreed_on", None),
    ],
)
def test_what_helps_to_speak_with_them(lines, field, said):
    assert read(f"{PATIENT}{lines}\n")[field] == said


@pytest.mark.parametrize("mark", [",", ";", "\t", " | "])
def test_a_row_of_a_file_is_read_and_two_rows_are_two_people(mark):
    head = mark.join(["Surname", "Forename", "DOB", "Gender", "Mobile"])
    row = mark.join(["Street", "Zoe", "12/03/1951", "M", "07700 900123"])
    said = read(f"{head}\n{row}\n")
    assert (said["family_name"], said["phones"]) == (("Street", True), (["+447700900123"], True))
    second = mark.join(["Bell", "Ada", "13/04/1952", "F", "07700 900124"])
    assert not any(answer and answer[1] for answer in read(f"{head}\n{row}\n{second}\n").values())


@pytest.mark.parametrize("mark", ["\t", " | ", "    "])
def test_rows_with_other_names_are_several_people(mark):
    """Without a number or date of birth, too: no phone is taken, and none of another row goes into the note."""
    rows = [["Name", "Mobile"], ["Bell, Ada", "07700 900123"], ["Ward, Tom", "07700 900124"]]
    text = "\n".join(mark.join(row) for row in rows)
    for pasted in (text, f"Clinic list\n\n{text}\n\nReason: pain", f"{text}\nBell, Ada{mark}07700 900123\n"):
        found = text_extraction.extract_fields(pasted, today=TODAY)
        assert not any(answer.sure for answer in found.values() if answer), pasted
        _, boxes = confirmed({**found, "practice_code": None, "practice_name": None})
        assert not {"phone", "note"} & set(dict(boxes))


def test_rows_of_one_name_and_of_a_relative_are_one_person():
    head = "Surname\tForename\tDOB\tMobile\n"
    row = "Bell\tAda\t12/03/1951\t07700 900123\n"
    assert read(f"{head}{row}{row}")["phones"] == (["+447700900123"], True)
    kin = "\nName\tRelationship\tTelephone\nAnn Bell\tDaughter\t07700 900124\nTom Bell\tSon\t07700 900125\n"
    assert read(f"{head}{row}{kin}")["phones"] == (["+447700900123"], True)


def test_a_message_of_a_system_says_nothing_of_a_next_of_kin():
    said = read(
        "MSH|^~\\&|A|B\n"
        "PID|1||9990000018^^^NHS^NH||Marlowe^Hester^^^Mrs||19510312|F|||7 Mill Lane^^Stroud^^GL5 2AB||01632 960111^PRN^PH\n"
        "NK1|1|Other^Ann|daughter|1 Long Street^^Dursley^^GL11 4JB|07700 900900\n"
    )
    assert said["nhs_number"] == ("9990000018", True)
    assert said["date_of_birth"] == ("1951-03-12", True)
    assert said["phones"] == (["+441632960111"], True)
    assert said["postcode"] == ("GL5 2AB", True)


@pytest.mark.parametrize(
    "broken", ["PID|", "PID|1||^^^NHS||^^^^||1951", "PID|1\nPID|2", "> PID|1||9990000018^^^NHS"]
)
def test_a_broken_message_is_no_fault(broken):
    read(broken)
