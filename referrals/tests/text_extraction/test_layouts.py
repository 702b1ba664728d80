"""Layouts that were met after the samples: columns, tables without headings, a message in one breath, a letter's end."""

from datetime import date

import pytest

from referrals import text_extraction

TODAY = date(2026, 11, 23)
COLUMNS = """\
Patient Summary    Printed 20/11/2026
Name            RAO, Harpreet (Mr)
Date of Birth   02/09/1964 (62y)        Gender  Male
NHS Number      9990000018              Usual GP  Dr Fiona Ward
Address         Flat 3, 22 Quay Road, Gloucester
Postcode        GL2 0AB
Mobile          +44 7700 900345
E-mail          h.rao@example.net
Registered Practice  Rosebank Health (L84901)
"""
TABLES = """\
Surname:\tNG\tForename(s):\tMei Ling\tTitle:\tMs
DOB:\t1/2/1990\tSex:\tF\tNHS Number:\t9990000018

Problem\tDate\tStatus
Chronic widespread pain\t2020\tActive
Migraine\t2015\tActive

Drug\tDose\tLast issued
Gabapentin 300mg capsules\t1 tds\t12/11/2026
"""
ONE_BREATH = """\
Hi team, please could you add this lady to the group - Joyce Whitcombe-Hale, dob 3.7.48, nhs 999-000-0018. best number
is her mobile 07700900812. Daughter Kate 07700 900999 can help. She has OA hips, fibromyalgia and AF. Takes apixaban 5mg
bd, bisoprolol 2.5mg od.
"""
LETTER = """\
Re: Mrs Margaret Ann O'Sullivan  DOB: 14-Mar-1951  NHS No: 999 000 0018

Medication:
Amlodipine 5mg tablets - one daily
Metformin 500mg tablets, 1 bd
Her husband Brian (07700 900 222) will help with the video call.
"""


def read(text: str) -> dict:
    return {
        name: (answer.value, answer.sure) if answer else None
        for name, answer in text_extraction.extract_fields(text, today=TODAY).items()
    }


def test_a_doctor_in_the_second_column_leaves_the_next_rows_to_the_patient():
    said = read(COLUMNS)
    assert said["address"] == (["Flat 3", "22 Quay Road", "Gloucester"], True)
    assert said["phones"] == (["+447700900345"], True)
    assert said["email"] == ("h.rao@example.net", True)
    assert (said["practice_name"], said["practice_code"]) == (("Rosebank Health", True), ("L84901", True))


def test_a_doctor_on_a_line_of_their_own_keeps_the_next_telephone_in_doubt():
    said = read("Name: Harpreet Rao\nDOB: 02/09/1964\nUsual GP: Dr Ward\nTel: 01632 960123\n")
    assert said["phones"] == (["+441632960123"], False)


def test_a_table_without_a_heading_says_itself_what_it_lists():
    said = read(TABLES)
    assert said["problems"] == (["Chronic widespread pain", "Migraine"], True)
    assert said["medication"] == (["Gabapentin 300mg capsules 1 tds"], True)


def test_a_table_below_past_problems_stays_in_the_past():
    assert read("Past Problems\nDate\tProblem\n2001\tAppendicitis\n")["problems"] is None


def test_a_message_in_one_breath_names_its_patient_and_only_suggests_the_rest():
    said = read(ONE_BREATH)
    assert (said["given_name"], said["family_name"]) == (("Joyce", True), ("Whitcombe-Hale", True))
    assert said["phones"] == (["+447700900812"], True)
    assert said["problems"] == (["OA hips", "fibromyalgia", "AF"], False)
    assert said["medication"][1] is False


def test_a_sentence_behind_a_list_is_no_drug():
    assert read(LETTER)["medication"] == (
        ["Amlodipine 5mg tablets - one daily", "Metformin 500mg tablets, 1 bd"],
        True,
    )


@pytest.mark.parametrize(
    ("name", "given", "family", "sure"),
    [
        ("Margaret Ann O'Sullivan", "Margaret Ann", "O'Sullivan", True),
        ("Sian Thomas Evans", "Sian Thomas", "Evans", False),  # a double family name, for all we know
        ("Peter John McAllister", "Peter John", "McAllister", True),
    ],
)
def test_three_plain_words_are_sure_only_where_the_middle_can_be_no_family_name(name, given, family, sure):
    said = read(f"Name: {name}\nDOB: 14/03/1951\n")
    assert (said["given_name"], said["family_name"]) == ((given, sure), (family, sure))
