"""Deprivation by postcode from a local list: read line by line, looked up in one statement, unknown where not listed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.identity import deprivation, services
from participants.models import PostcodeDeprivation
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
NATIONAL = (
    Path(deprivation.__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "imd2019_postcode_lookup_practices.csv"
)
HEAD = b"postcode,Postcode Status,LSOA code,LSOA Name,Index of Multiple Deprivation Rank,Index of Multiple Deprivation Decile\r\n"


def row(postcode="GL1 2AB", status="Live", lsoa="E01022301", rank="3000", decile="1") -> bytes:
    return f"{postcode},{status},{lsoa},Somewhere 001A,{rank},{decile}\r\n".encode()


def load(*rows: bytes, **options):
    return deprivation.load(lines=[HEAD, *rows], now=timezone.now(), **options)


def test_a_person_has_decile_edition_and_day(cast):
    known, unlisted = PersonFactory(postcode="GL1 2AB"), PersonFactory(postcode="GL9 9ZZ")
    outcome = load(row(), row("gl23ef", decile="10", rank="32844"))
    assert (outcome.read, outcome.added, outcome.unmatched, outcome.people) == (2, 2, 0, 2)
    known.refresh_from_db()
    unlisted.refresh_from_db()
    assert (known.deprivation_decile, known.deprivation_edition) == (1, "IMD 2019")
    assert (unlisted.deprivation_decile, unlisted.deprivation_edition) == (None, "")
    assert known.deprivation_at == unlisted.deprivation_at is not None


def test_the_same_list_again_changes_nothing(cast):
    PersonFactory(postcode="GL1 2AB")
    load(row())
    before = PostcodeDeprivation.objects.get()
    again = load(row())
    assert (again.added, again.changed, again.unchanged, again.people) == (0, 0, 1, 0)
    assert PostcodeDeprivation.objects.get().edition == before.edition


def test_a_newer_edition_is_looked_up_again(cast):
    person = PersonFactory(postcode="GL1 2AB")
    load(row())
    outcome = load(row(decile="2", rank="4000"), edition="IMD 2025")
    person.refresh_from_db()
    assert (outcome.changed, outcome.people) == (1, 1)
    assert (person.deprivation_decile, person.deprivation_edition) == (2, "IMD 2025")


def test_moving_house_looks_the_new_postcode_up(cast):
    person = PersonFactory(postcode="GL9 9ZZ")
    load(row())
    later = timezone.now() + timedelta(days=1)
    services.mend(person=person, changes={"postcode": "GL1 2AB"}, by=cast.officer, now=later)
    assert (person.deprivation_decile, person.deprivation_at) == (1, later)


def test_looking_everybody_up_is_one_statement_and_no_history(cast):
    people = PersonFactory.create_batch(30, postcode="GL1 2AB")
    load(row())
    PostcodeDeprivation.objects.update(decile=3)
    events = people[0].events.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert deprivation.look_up(now=timezone.now()) == 30
    assert len(queries) == 1
    assert people[0].events.count() == events


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (row("NOWHERE"), "postcode (column 1)"),
        (row(lsoa="X1"), "LSOA code"),
        (row(rank="0"), "rank"),
        (row(decile="11"), "decile"),
        (b"GL1 2AB,Live\r\n", "2 columns, not 6"),
        (b'GL1 2AB,"Live,E01022301,x,1,1\r\n', "quotation mark"),
        (b"GL1 2AB,Live,E01022301,\xff,1,1\r\n", "UTF-8"),
    ],
)
def test_a_malformed_row_is_named_by_line_and_the_rest_is_loaded(bad, said, tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_bytes(HEAD + row("GL2 3EF") + bad)
    with pytest.raises(CommandError, match="1 row was left out"):
        call_command("import_deprivation", file)
    assert PostcodeDeprivation.objects.count() == 1
    told = capsys.readouterr()
    assert told.err.startswith("line 3: ")
    assert said in told.err


def test_the_same_postcode_twice_must_say_the_same(cast):
    assert load(row(), row()).malformed == []
    outcome = load(row("GL2 3EF"), row("GL2 3EF", decile="2"))
    assert outcome.malformed[0].reason == "the postcode stands on line 2 with another area"


def test_without_an_area_is_counted_and_unknown():
    outcome = load(b"GL1 2AB,**UNMATCHED**,,,,\r\n")
    assert (outcome.read, outcome.unmatched, outcome.added, outcome.malformed) == (1, 1, 0, [])


if NATIONAL.exists():  # beside the project where it is built; its rows are never ours to keep

    def test_the_public_list_is_read_whole():
        with NATIONAL.open("rb") as lines:
            outcome = deprivation.load(lines=lines, now=timezone.now())
        assert (outcome.read, outcome.malformed) == (14_963, [])
        assert (
            outcome.added == PostcodeDeprivation.objects.count() == 9_351
        )  # many practices share a building
        assert not PostcodeDeprivation.objects.exclude(decile__range=(1, 10)).exists()
