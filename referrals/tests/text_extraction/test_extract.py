"""What is read from pasted text: at least 95 fields of 100 right, and never one that is wrong and said to be sure."""

import json
import random
import subprocess
import sys
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import settings
from hypothesis import given as given_
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from participants import nhs_number
from referrals import text_extraction
from referrals.tests.pasted.layouts import LAYOUTS

TODAY = date(2026, 11, 23)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
GIVEN = ["Margaret", "Seán", "Ngọc-Ánh", "John", "Anne-Marie", "Gwilym", "Łucja", "Priya", "Mohammed", "Zoë"]
FAMILY = [
    "Jones",
    "O'Brien",
    "Nguyễn",
    "Smith",
    "Featherstone-Haugh",
    "ap Rhys",
    "Kowalska",
    "McDonald",
    "Van Dyke",
]
STREETS = [
    "14 Orchard Way",
    "Flat 3, 12 Quay Street",
    "7 Mill Lane",
    "The Old Barn, Church Road",
    "22a High Street",
]
TOWNS = ["Gloucester", "Stroud", "Tewkesbury", "Lydney"]
POSTCODES = ["GL2 0AB", "GL5 1AA", "GL20 5AA", "GL15 5AA"]
PRACTICES = [
    ("Riverbank Surgery", "L84901"),
    ("Hilltop Medical Centre", "L84902"),
    ("Severnside Practice", "L84903"),
]
PROBLEMS = ["Essential hypertension", "Chronic low back pain", "Fibromyalgia", "Type 2 diabetes mellitus",
            "Osteoarthritis of both knees", "Asthma", "Anxiety and depression", "COPD"]  # fmt: skip
DRUGS = ["Amlodipine 5mg tablets One daily 28 tablet", "Naproxen 250mg tablets One twice daily 56 tablet",
         "Co-codamol 30mg/500mg tablets 2 four times a day", "Metformin 500mg tablets one twice a day",
         "Salbutamol 100micrograms inhaler 2 puffs when required", "Sertraline 50mg tablets One daily"]  # fmt: skip


@dataclass
class Sample:
    text: str
    right: dict[str, object]


def made_up(number: int, layout: str) -> Sample:
    """A person drawn by number, written out in the layout, with what a reader should find."""
    draw = random.Random(f"{layout}:{number}")
    given, family = draw.choice(GIVEN), draw.choice(FAMILY)
    born = date(draw.randint(1932, 2006), draw.randint(1, 12), draw.randint(1, 28))
    nhs = next(n for n in (f"999{draw.randrange(10**7):07}" for _ in range(1000)) if _valid(n))
    street, place = draw.choice(STREETS), draw.randrange(len(TOWNS))
    practice, code = draw.choice(PRACTICES)
    female = draw.random() < 0.6
    landline, mobile = f"0163296{draw.randrange(10**4):04}", f"07700900{draw.randrange(1000):03}"
    problems, drugs = draw.sample(PROBLEMS, 2), draw.sample(DRUGS, 2)
    age = TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
    email = f"{family.encode('ascii', 'ignore').decode().replace(' ', '').lower()}{number}@example.com"
    text = layout.format(
        given=given, family=family, FAMILY=family.upper(), title="Mrs" if female else "Mr",
        Sex="Female" if female else "Male", S="F" if female else "M", age=age,
        dmy=f"{born:%d/%m/%Y}", dmy_dots=f"{born.day}.{born.month}.{born.year}", dmy_dashes=f"{born:%d-%b-%Y}",
        dmy_words=f"{born.day} {MONTHS[born.month - 1]} {born.year}", nhs=nhs,
        nhs_spaced=nhs_number.spaced(nhs), nhs_dashes=nhs_number.spaced(nhs).replace(" ", "-"),
        street=street, town=TOWNS[place], postcode=POSTCODES[place], landline=f"{landline[:5]} {landline[5:]}",
        mobile=f"{mobile[:5]} {mobile[5:]}", mobile_abroad=f"+44 (0){mobile[1:5]} {mobile[5:]}", email=email,
        practice=practice, code=code, problem1=problems[0], problem2=problems[1], drug1=drugs[0], drug2=drugs[1],
    )  # fmt: skip
    right = {
        "given_name": f"{given} Robin" if "{given} Robin" in layout else given, "family_name": family, "nhs_number": nhs, "date_of_birth": born.isoformat(),
        "sex": "female" if female else "male", "address": [*street.split(", "), TOWNS[place]],
        "postcode": POSTCODES[place], "phones": {f"+44{landline[1:]}", f"+44{mobile[1:]}"}, "email": email,
        "practice_code": code, "practice_name": practice, "problems": problems, "medication": drugs,
    }  # fmt: skip
    return Sample(_noisy(text, draw), right)


def _valid(number: str) -> bool:
    try:
        return bool(nhs_number.parse(number))
    except nhs_number.NotAnNhsNumber:
        return False


def _noisy(text: str, draw: random.Random) -> str:
    """What copying does to a text: Windows lines, hard spaces, curly quotes, quoted mail."""
    noise = draw.randrange(5)
    if noise == 1:
        return text.replace("\n", "\r\n")
    if noise == 2:
        return text.replace(" ", "\u00a0")
    if noise == 3:
        return text.replace("'", "’").replace("-", "\u2010")
    if noise == 4:
        return "".join(f"> {line}\n" if line else "\n" for line in text.splitlines())
    return text


def same(name: str, value: object, right: object) -> bool:
    if name == "phones":
        return set(value) == right
    return str(value).casefold() == str(right).casefold().replace("\u2019", "'")


def marks(samples: list[Sample]) -> tuple[float, list[str]]:
    """(share of fields that are right and sure, the ones that are wrong and sure)."""
    good, wrong, fields = 0, [], 0
    for sample in samples:
        read = text_extraction.extract_fields(sample.text, today=TODAY)
        for name, right in sample.right.items():
            fields += 1
            answer = read[name]
            if answer and same(name, answer.value, right):
                good += answer.sure
            elif answer and answer.sure:
                wrong.append(f"{name}: {answer.value!r}, not {right!r}, from {answer.words!r}")
    return good / fields, wrong


@pytest.mark.parametrize("layout", LAYOUTS)
def test_at_least_95_of_100_are_right_and_none_is_wrong_but_sure(layout):
    share, wrong = marks([made_up(number, LAYOUTS[layout]) for number in range(60)])
    assert wrong == []
    assert share >= 0.95, f"{layout}: {share:.1%}"


# --- Whose words they are ------------------------------------------------------------------------------------


def read(text: str) -> dict:
    return text_extraction.extract_fields(text, today=TODAY)


def test_a_carers_telephone_and_a_clinics_date_are_nobodys():
    found = read(
        "Name: Ada Bell\nDOB: 01/02/1950\nClinic date: 03/04/2026\n\nNext of kin: Tom Bell\nTel: 07700 900111\n"
        "DOB: 05/06/1948\n\nGP: Dr Who, 01632 960999"
    )
    assert found["date_of_birth"].value == "1950-02-01"
    assert found["phones"] is None


def test_a_number_that_fails_its_check_is_never_sure():
    assert not read("NHS number: 999 000 0019")["nhs_number"].sure
    assert not read("NHS number: 111 111 1111")["nhs_number"].sure


def test_a_hospital_number_is_not_an_nhs_number():
    assert read("Hospital number: 9990000018\nName: Ada Bell")["nhs_number"] is None


def test_two_people_in_one_text_make_everything_unsure():
    found = read("Name: Ada Bell\nNHS number: 999 000 0018\n\nName: Tom Bell\nNHS number: 999 000 0026")
    assert [answer.sure for answer in found.values() if answer] == [False] * 3


@pytest.mark.parametrize(
    ("written", "day", "sure"),
    [
        ("03/04/1961", "1961-04-03", True),
        ("12.3.56", "1956-03-12", True),
        ("12th March 1956", "1956-03-12", True),
        ("12-MAR-1956 (70y)", "1956-03-12", True),
        ("1956-03-12", "1956-03-12", True),
        ("March 12, 1956", "1956-03-12", True),
        ("04/25/1961", "1961-04-25", False),  # no 25th month: the American way, or a slip
        ("12/03/1956 (50 years)", "1956-03-12", False),  # the age says another year
        ("12/03/19", "1919-03-12", False),  # 1919 or 2019
    ],
)
def test_dates_are_read_the_british_way(written, day, sure):
    answer = read(f"DOB: {written}")["date_of_birth"]
    assert (answer.value, answer.sure) == (day, sure)


@pytest.mark.parametrize("nothing", ["31/02/1956", "date not known", "01/01/2031", "00/00/0000"])
def test_what_is_no_day_is_left_out(nothing):
    assert read(f"DOB: {nothing}")["date_of_birth"] is None


@pytest.mark.parametrize(
    ("written", "given", "family"),
    [
        ("SMITH, John (Mr)", "John", "Smith"),
        ("Mr John SMITH", "John", "Smith"),
        ("SMITH John", "John", "Smith"),
        ("Mrs Mary O’Brien", "Mary", "O'Brien"),
        ("Dewi ap Rhys", "Dewi", "ap Rhys"),
        ("MCDONALD, Sheila (Miss)", "Sheila", "McDonald"),
    ],
)
def test_names_are_read_either_way_round(written, given, family):
    found = read(f"Patient name: {written}")
    assert (found["given_name"].value, found["family_name"].value) == (given, family)
    assert found["given_name"].sure


def test_nothing_recorded_is_no_medication():
    assert read("Repeat medication\nNone\n\nActive problems: nil")["medication"] is None
    assert read("Repeat medication\nNone\n\nActive problems: nil")["problems"] is None


def test_capitals_with_nothing_but_particles_are_no_name():
    assert read("Patient name: SMITH van der")["given_name"] is None


# --- Whatever is pasted --------------------------------------------------------------------------------------


@hypothesis_settings(max_examples=150, deadline=None)
@given_(st.text(max_size=400), st.sampled_from(sorted(LAYOUTS)), st.integers(0, 50), st.integers(0, 900))
def test_any_text_is_read_without_a_fault(rubbish, layout, number, at):
    text = made_up(number, LAYOUTS[layout]).text
    for answer in read(text[:at] + rubbish + text[at:]).values():
        assert answer is None or (answer.value and answer.words is not None)


def test_too_long_a_text_is_refused_in_a_sentence():
    with pytest.raises(text_extraction.NotReadable, match="too long"):
        read("a" * (text_extraction.MOST_CHARACTERS + 1))


# --- The command ---------------------------------------------------------------------------------------------


def run(path) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", "read_pasted", str(path), "--json"]
    away = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "PATH": "/usr/bin:/bin", "TESTING": "1"}
    return subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, env=away)


@pytest.mark.processes
def test_the_command_needs_no_database(tmp_path):
    sample = made_up(1, LAYOUTS["banner"])
    file = tmp_path / "pasted.txt"
    file.write_text(sample.text, encoding="utf-8")
    done = run(file)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert tuple(told) == text_extraction.FIELDS
    assert told["nhs_number"]["value"] == sample.right["nhs_number"]
    assert set(told["address"]) == {"value", "sure", "from"}


@pytest.mark.processes
def test_the_command_refuses_what_is_not_text(tmp_path):
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\x00\x00\x01")
    done = run(file)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not text" in done.stderr
    assert run(tmp_path / "missing").returncode == 2
