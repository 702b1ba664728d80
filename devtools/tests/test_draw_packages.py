"""The page that shows a newcomer the packages says what the imports say."""

from graphlib import CycleError

import pytest

from devtools import draw_packages


def test_the_page_is_as_the_imports_are():
    """If this fails: python -m devtools.draw_packages"""
    assert draw_packages.PAGE.read_text() == draw_packages.drawn()


def test_every_package_says_what_it_owns():
    rows = [row for row in draw_packages.drawn().splitlines() if row.startswith("| ") and "`" in row]
    assert len(rows) > 60
    assert [row for row in rows if row.endswith("|  |")] == []


def test_an_arrow_that_follows_from_others_is_left_out():
    drawn = draw_packages.picture({"top": {"middle", "ground"}, "middle": {"ground"}, "ground": set()})
    assert drawn.splitlines()[2:-1] == ["  top --> middle", "  middle --> ground"]


def test_what_imports_most_stands_in_the_highest_layer():
    imports = {
        "room.a.x": {"room.b", "room.a.y"},
        "room.a.y": set(),
        "room.b": {"room.c"},
        "room.c": {"other.d"},
    }
    assert draw_packages.among(imports, ["room"], depth=2) == {
        "room.a": {"room.b"},
        "room.b": {"room.c"},
        "room.c": set(),
    }


def test_packages_in_a_circle_are_no_picture():
    with pytest.raises(CycleError):
        draw_packages.picture({"one": {"other"}, "other": {"one"}})


def test_a_page_out_of_date_ends_the_check_with_what_to_do(tmp_path, monkeypatch):
    stale = tmp_path / "packages.md"
    monkeypatch.setattr(draw_packages, "PAGE", stale)
    for text in (None, "Another picture."):
        if text is not None:
            stale.write_text(text)
        with pytest.raises(SystemExit, match="python -m devtools.draw_packages"):
            draw_packages.main(["--check"])
    draw_packages.main([])
    draw_packages.main(["--check"])
