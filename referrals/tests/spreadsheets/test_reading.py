"""Each file that cannot be read says in one sentence what to do, and leaves nothing behind."""

import io
import zipfile
from datetime import timedelta

import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from accounts.tests.factories import sign_in
from itsyourmove.middleware import SPREADSHEETS
from itsyourmove.retention import services as retention
from referrals.models import Spreadsheet
from referrals.spreadsheets import reading
from referrals.spreadsheets.reading import Unreadable, read
from referrals.tests.spreadsheets.test_import import ADA, HEADINGS, as_csv, checked

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook(*rows: list, macro: bool = False) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    if macro:
        with zipfile.ZipFile(data, "a") as package:
            package.writestr("xl/vbaProject.bin", b"macro")
    return data.getvalue()


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (reading.MOST_UNPACKED + 1))
    return data.getvalue()


UNREADABLE = {
    "empty": (b"", "a.csv", "This file is empty"),
    "only headings": (as_csv(), "a.csv", "no people in it"),
    "old Excel": (OLE + b"rest", "a.xls", "old Excel file"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "has a password"),
    "macro by name": (workbook(HEADINGS, ADA), "a.xlsm", "which can hold macros"),
    "macro inside": (workbook(HEADINGS, ADA, macro=True), "a.xlsx", "holds macros"),
    "formula": (workbook(HEADINGS, ["=1+1", *ADA[1:]]), "a.xlsx", "holds formulas"),
    "formula in CSV": (as_csv(["=HYPERLINK(1)", *ADA[1:]]), "a.csv", "Row 2 holds a formula"),
    "broken workbook": (workbook(HEADINGS, ADA)[:900], "a.xlsx", "We cannot read this file"),
    "not a workbook": (b"PK\x03\x04 nothing", "a.xlsx", "We cannot read this file"),
    "a bomb": (bomb(), "a.xlsx", "holds too much"),
    "another encoding": (as_csv(["Zo\u00eb", *ADA[1:]]).decode().encode("cp1252"), "a.csv", "letters in this file"),
    "UTF-16": (as_csv(ADA).decode().encode("utf-16"), "a.csv", "letters in this file"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "a.png", "ends in .csv or .xlsx"),
    "a picture named csv": (b"\x89PNG\r\n\x1a\n\0", "a.csv", "letters in this file"),
    "an open quote": (b'a,b\n"c,d\n', "a.csv", "quotation mark"),
    "a long row": (b"a,b\n1,2,3\n", "a.csv", "more cells than the heading row"),
    "no headings": (as_csv(ADA, headings=ADA), "a.csv", "Row 1 holds a person"),
    "a long cell": (as_csv(["x" * 2001, *ADA[1:]]), "a.csv", "A cell in row 2 has more than 2,000"),
    "many columns": (b",".join([b"h"] * 61) + b"\n1\n", "a.csv", "more than 60 columns"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_says_what_to_do(case):
    data, name, words = UNREADABLE[case]
    with pytest.raises(Unreadable, match=words):
        read(data, name)


def test_limits_are_settings(settings):
    settings.SPREADSHEET_MAX_ROWS = 1
    assert len(read(as_csv(ADA), "a.csv").rows) == 1
    with pytest.raises(Unreadable, match="more than 1 rows"):
        read(as_csv(ADA, ADA), "a.csv")
    settings.SPREADSHEET_MAX_BYTES = 100
    with pytest.raises(Unreadable, match="larger than"):
        read(as_csv(ADA), "a.csv")


def test_rows_keep_the_numbers_of_the_spreadsheet_program():
    data = b'\xef\xbb\xbfName,Note\r\n\r\nAda,"two\r\n\r\nlines"\r\n,\r\nBen,\r\n\r\n'
    assert read(data, "a.csv").rows == [(3, ["Ada", "two\n\nlines"]), (5, ["Ben", ""])]
    assert read(b"Name;Note\nAda;x, y\n", "a.csv").rows == [(2, ["Ada", "x, y"])]
    book = tablib.Dataset(
        ["Ada", 1.0, None], ["", None, ""], ["Ben", 2.5, True], headers=["Name", "No", "Yes"]
    )
    assert read(book.export("xlsx"), "A.XLSX").rows == [(2, ["Ada", "1", ""]), (4, ["Ben", "2.5", "yes"])]


@pytest.mark.django_db
def test_the_page_keeps_what_was_typed_and_a_large_file_is_let_go_by(cast):
    officer = sign_in(Client(), cast.officer)
    about = {
        "who": "waiting",
        "organisation": "Nowhere",
        "source": "Olu’s list",
        "lawful_basis": "",
        "pain": "on",
    }
    page = officer.post(
        SPREADSHEETS, {**about, "file": SimpleUploadedFile("a.csv", as_csv(ADA))}
    ).content.decode()
    assert "Olu’s list" in page
    assert "Enter the organisation’s code, like L84001, or its whole name" in page
    huge = SimpleUploadedFile("a.csv", b"x" * (6 * 1024 * 1024))
    answer = officer.post(SPREADSHEETS, {**about, "file": huge})
    assert answer.status_code == 200
    assert "This file is larger than 5 MB." in answer.content.decode()
    about |= {"organisation": "Riverbank Surgery", "lawful_basis": "Direct care"}
    page = officer.post(SPREADSHEETS, {**about, "file": SimpleUploadedFile("a.xlsm", b"PK")}).content.decode()
    assert "which can hold macros" in page
    assert not Spreadsheet.objects.exists()


@pytest.mark.django_db
def test_the_rows_go_after_a_day_and_the_hash_stays(cast):
    now = timezone.now()
    old, new = checked(cast, ADA), checked(cast, ADA)
    Spreadsheet.objects.filter(pk=old.pk).update(uploaded_at=now - timedelta(hours=25))
    Spreadsheet.objects.filter(pk=new.pk).update(uploaded_at=now - timedelta(hours=23))
    assert retention.keep_to_time(now=now)["spreadsheets"] == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.content, old.verdicts) == ("deleted", None, None)
    assert len(old.sha256) == 64
    assert new.content is not None
