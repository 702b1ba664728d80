"""The national list of practices: loaded whole, again without change, and broken rows named (made-up list)."""

import os
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from accounts.organisations import ods_import

pytestmark = pytest.mark.django_db

LIST = Path(ods_import.__file__).with_name("demo_practices.csv")
FIRST = 0


@pytest.fixture
def rows() -> list[bytes]:
    return LIST.read_bytes().splitlines(keepends=True)


def row(line: bytes, **changes: str) -> bytes:
    """The line with some cells (by `c` and their number, from 1) written differently."""
    cells = line.decode().rstrip("\r\n")[1:-1].split('","')
    for name, value in changes.items():
        cells[int(name[1:]) - 1] = value
    return ('"' + '","'.join(cells) + '"\r\n').encode()


def counts(outcome: ods_import.Outcome) -> tuple[int, int, int, int]:
    return outcome.read, outcome.added, outcome.changed, outcome.unchanged


def test_the_made_up_list_loads_and_a_second_run_changes_nothing(rows):
    assert counts(ods_import.load(lines=rows)) == (15, 15, 0, 0)
    before = list(Organisation.objects.order_by("pk").values())
    assert counts(ods_import.load(lines=rows)) == (15, 0, 0, 15)
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_each_column_lands_where_it_belongs(rows):
    ods_import.load(lines=rows)
    surgery = Organisation.objects.get(ods_code="Z90003")
    assert (surgery.name, surgery.kind) == ("DR O'NEILL & PARTNERS", "gp_practice")
    assert surgery.address == "THE HEALTH CENTRE, 12 HIGH STREET, LITTLE OXBROOK"
    assert (surgery.postcode, surgery.phone, surgery.geography) == ("ZZ99 1AC", "01632 960103", "QZZ")
    assert (surgery.opened_on, surgery.closed_on) == (date(1974, 4, 1), None)
    assert (surgery.ods_status, surgery.prescribing_setting) == ("A", "4")
    assert Organisation.objects.get(ods_code="Z90014").kind == "other_prescriber"


def test_closed_practices_are_kept_with_their_date_and_only_active_gp_practices_are_offered(rows):
    ods_import.load(lines=rows)
    closed = Organisation.objects.get(ods_code="Z90011")
    assert (closed.ods_status, closed.closed_on) == ("C", date(2019, 3, 31))
    offered = set(Organisation.objects.offered().values_list("ods_code", flat=True))
    assert offered == {f"Z900{number:02}" for number in range(1, 11)}


def test_what_changed_is_changed_and_counted(rows):
    ods_import.load(lines=rows)
    rows[FIRST] = row(rows[FIRST], c2="RIVERSIDE AND MILL SURGERY", c12="20260331", c13="C")
    assert counts(ods_import.load(lines=rows)) == (15, 0, 1, 14)
    changed = Organisation.objects.get(ods_code="Z90001")
    assert (changed.name, changed.closed_on) == ("RIVERSIDE AND MILL SURGERY", date(2026, 3, 31))
    assert changed.events.count() == 2, "the row's history shows the change"


def test_a_date_that_goes_away_goes_away(rows):
    ods_import.load(lines=rows)
    rows[10] = row(rows[10], c12="", c13="A")
    assert counts(ods_import.load(lines=rows)) == (15, 0, 1, 14)
    assert Organisation.objects.get(ods_code="Z90011").closed_on is None


def test_practices_that_left_the_list_stay(rows):
    ods_import.load(lines=rows)
    assert counts(ods_import.load(lines=rows[:3])) == (3, 0, 0, 3)
    assert Organisation.objects.count() == 15


def test_the_import_never_touches_where_notes_are_sent(rows):
    ods_import.load(lines=rows)
    Organisation.objects.filter(ods_code="Z90001").update(contact_email="desk@riverside.example")
    rows[FIRST] = row(rows[FIRST], c2="ANOTHER NAME")
    ods_import.load(lines=rows)
    assert Organisation.objects.get(ods_code="Z90001").contact_email == "desk@riverside.example"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"c1": ""}, "organisation code (column 1)"),
        ({"c1": "z90001"}, "organisation code (column 1)"),
        ({"c1": "Z9000100000001"}, "column 1 has more than 12 characters"),
        ({"c1": "٣٤٥٦"}, "organisation code (column 1)"),
        ({"c2": " "}, "name (column 2) is missing"),
        ({"c2": "X" * 201}, "column 2 has more than 200 characters"),
        ({"c5": "X" * 301}, "address (columns 5 to 9)"),
        ({"c11": "19880231"}, "open date (column 11)"),
        ({"c11": "1988-04-01"}, "open date (column 11)"),
        ({"c12": "00010101"}, "close date (column 12)"),
        ({"c12": "٢٠٢٠٠١٠١"}, "close date (column 12)"),
        ({"c13": "X"}, "status (column 13)"),
        ({"c13": ""}, "status (column 13)"),
        ({"c26": "four"}, "column 26 has more than 2 characters"),
        ({"c26": "x"}, "prescribing setting (column 26)"),
        ({"c2": "A\0B"}, "control character"),
        ({"c2": "A\tB"}, "control character"),
        ({"c2": "A\u202eB"}, "control character"),
        ({"c2": 'A "quoted" B'}, "quotation mark"),
    ],
)
def test_a_malformed_row_is_named_and_the_rest_loads(rows, changes, reason):
    rows[4] = row(rows[4], **changes)
    outcome = ods_import.load(lines=rows)
    assert counts(outcome) == (15, 14, 0, 0)
    [malformed] = outcome.malformed
    assert malformed.line == 5
    assert reason in malformed.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'"Z90099","ONLY","THREE"\r\n', "it has 3 columns, not 27"),
        (b"nonsense\r\n", "it has 1 column, not 27"),
        (b'"Z90099","NEVER CLOSED\r\n', "quotation mark"),
        (b'"Z90099","CAF\xc9"\r\n', "not UTF-8"),
        (b'"' + b"X" * 30_000 + b'"\r\n', "longer than"),
    ],
)
def test_a_broken_line_spoils_no_other(rows, line, reason):
    outcome = ods_import.load(lines=[*rows[:7], line, *rows[7:]])
    assert counts(outcome) == (16, 15, 0, 0)
    assert [bad.line for bad in outcome.malformed] == [8]
    assert reason in outcome.malformed[0].reason


def test_a_code_that_stands_twice_counts_once_and_is_named(rows):
    outcome = ods_import.load(lines=[*rows, row(rows[2], c2="SAME CODE")])
    assert [(bad.line, bad.reason) for bad in outcome.malformed] == [
        (16, "the code Z90003 stands on line 3 already")
    ]
    assert Organisation.objects.get(ods_code="Z90003").name == "DR O'NEILL & PARTNERS"


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\r\n", b"\n"),
        lambda text: text.rstrip(),
        lambda text: text.replace(b"\r\n", b"\r\n\r\n") + b"  \r\n",
        lambda text: text.replace(b'"', b""),
    ],
    ids=["byte order mark", "unix line ends", "no last line end", "blank lines", "no quotes"],
)
def test_the_file_may_be_written_in_any_usual_way(tmp_path, dress):
    file = tmp_path / "list.csv"
    file.write_bytes(dress(LIST.read_bytes()))
    with file.open("rb") as lines:
        assert counts(ods_import.load(lines=lines)) == (15, 15, 0, 0)


def test_the_command_prints_what_it_did(capsys):
    call_command("import_practices", str(LIST))
    assert capsys.readouterr().out == "read 15, added 15, changed 0, unchanged 0, malformed 0\n"


def test_the_command_names_bad_rows_and_ends_with_status_one(capsys, tmp_path, rows):
    file = tmp_path / "list.csv"
    file.write_bytes(b"".join([*rows, b"nonsense\n"]))
    with pytest.raises(CommandError, match="1 row was left out") as failed:
        call_command("import_practices", str(file))
    assert failed.value.returncode == 1
    said = capsys.readouterr()
    assert said.err == "line 16: it has 1 column, not 27\n"
    assert said.out == "read 16, added 15, changed 0, unchanged 0, malformed 1\n"
    assert Organisation.objects.count() == 15


def test_the_command_says_clearly_what_it_cannot_read(tmp_path):
    empty, locked = tmp_path / "empty.csv", tmp_path / "locked.csv"
    empty.touch()
    for file, sentence in (
        (tmp_path / "missing.csv", "There is no file"),
        (tmp_path, "is a folder"),
        (empty, "has no rows"),
        (Path("/dev/null"), "There is no file"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("import_practices", str(file))
    if os.getuid():  # root may read everything
        locked.touch(mode=0)
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_practices", str(locked))


def test_practices_are_found_by_words_of_the_name_code_or_postcode(rows):
    ods_import.load(lines=rows)

    def found(text: str) -> set[str]:
        return set(Organisation.objects.matching(text).values_list("ods_code", flat=True))

    assert found("marling fields") == {"Z90005"}
    assert found("fields  MARLING") == {"Z90005"}
    assert found("o'neill") == {"Z90003"}
    assert found("z90006") == {"Z90006"}
    assert found("zz99 4") == {"Z90008", "Z90009"}
    assert found("100%") == set()
    assert len(found("")) == 15


NATIONAL = Path(ods_import.__file__).resolve().parents[3] / "shared" / "data" / "epraccur.csv"

if NATIONAL.exists():

    def test_the_national_list_loads_whole(capsys):  # how fast: python -m bench import
        call_command("import_practices", str(NATIONAL))
        assert capsys.readouterr().out == "read 14963, added 14963, changed 0, unchanged 0, malformed 0\n"
        offered = Organisation.objects.offered()
        assert (offered.count(), offered.filter(geography="QR1").count()) == (6965, 72)
        call_command("import_practices", str(NATIONAL))
        assert capsys.readouterr().out == "read 14963, added 0, changed 0, unchanged 14963, malformed 0\n"
