"""What our files cite is there for a newcomer to read: a document of this repository, a section that it has."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
RULES = DOCS / "domain.md"
TEXT = {
    ".css", ".html", ".in", ".ini", ".js", ".json", ".md", ".mjs", ".py", ".scss", ".svg", ".toml", ".txt", ".typ", "",
}  # fmt: skip
OURS_THOUGH_HIDDEN = {".ci", ".env.example", ".importlinter"}
NOT_OURS = {"node_modules", "build", "__pycache__", "package-lock.json"}

DOCUMENT = re.compile(r"(?<![\w./*-])((?:[\w.-]+/)*[\w-]+\.md)\b")
OF_THE_RULES = re.compile(r"\bdomain\.md((?:,? (?:and )?\d+(?:\.\d+)*)+)")
NUMBER = re.compile(r"\d+(?:\.\d+)*")
SECTION = re.compile(r"^##+ (\d+(?:\.\d+)*)\.? ", re.MULTILINE)
WORD = re.compile(r"\w+")
BARE = re.compile(r"(?<!docs/)\bdomain\.md")
# What only the people had who wrote this: papers beside the repository, and the numbers of their tasks.
ELSEWHERE = re.compile(r"\bhand" + r"books?\b|\bissues? [0-9]+|\.\./shared\b", re.IGNORECASE)


@cache
def texts() -> list[tuple[Path, str]]:
    """Every file of ours that people read as text."""
    return [(path, path.read_text(encoding="utf-8")) for path in sorted(_files())]


def _files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if _is_ours(name)]
        yield from (
            Path(folder, name)
            for name in names
            if _is_ours(name) and (Path(name).suffix in TEXT or name in OURS_THOUGH_HIDDEN)
        )


def _is_ours(name: str) -> bool:
    return name in OURS_THOUGH_HIDDEN or not (name.startswith(".") or name in NOT_OURS)


def found(pattern: re.Pattern[str]) -> Iterator[tuple[Path, str, re.Match[str]]]:
    """Each match with its file, and where it stands in words."""
    for path, text in texts():
        for match in pattern.finditer(text):
            yield path, f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}", match


def test_the_files_are_really_read():
    read = {str(path.relative_to(ROOT)) for path, _ in texts()}
    assert {
        "Makefile",
        ".ci/run",
        "pytest.ini",
        "README.md",
        "frontend/build.mjs",
        "sessions/statuses.py",
    } <= read
    assert any(name.startswith("templates/") for name in read)


def test_every_document_that_is_cited_is_here():
    missing = [
        f"{where}: {match[1]}"
        for path, where, match in found(DOCUMENT)
        if not any((base / match[1]).is_file() for base in (ROOT, path.parent, DOCS))
    ]
    assert not missing, "\n".join(missing)


def test_nothing_cites_what_a_newcomer_does_not_have():
    cited = [f"{where}: {match[0]}" for _, where, match in found(ELSEWHERE)]
    assert not cited, "\n".join(cited)


def test_the_rules_are_cited_by_their_path():
    bare = [
        where for path, where, _ in found(BARE) if not path.is_relative_to(DOCS) and path != Path(__file__)
    ]
    assert not bare, "\n".join(bare)


def test_every_section_of_the_rules_that_is_cited_exists():
    sections = set(SECTION.findall(RULES.read_text()))
    assert {"1", "1.1", "9"} <= sections
    cited = [
        (where, number) for _, where, match in found(OF_THE_RULES) for number in NUMBER.findall(match[1])
    ]
    assert cited, "nothing cites the rules"
    missing = [f"{where}: {number}" for where, number in cited if number not in sections]
    assert not missing, "\n".join(missing)


def test_what_the_rules_name_is_in_the_code():
    """A setting, constraint, module, function or file that was renamed is renamed there too."""
    rules = RULES.read_text()
    quoted = set(re.findall(r"`([A-Za-z_][\w./]*)`", rules)) - {"Programme.x", "docs/domain.md"}
    names = quoted | set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", rules))
    code = {
        word
        for path, text in texts()
        if path.suffix == ".py" and "tests" not in path.parts
        for word in WORD.findall(text)
    }
    assert len(names) > 120
    missing = sorted(name for name in names if not _is_in_the_code(name, code))
    assert not missing, "\n".join(missing)


def _is_in_the_code(name: str, code: set[str]) -> bool:
    if "/" in name:
        return (ROOT / name).exists()
    place, parts = ROOT, name.split(".")
    while parts and (place / parts[0]).is_dir():
        place /= parts.pop(0)
    if parts and (place / f"{parts[0]}.py").is_file():
        place /= f"{parts.pop(0)}.py"
    elif place != ROOT:  # in a package, not in a module of it
        place /= "__init__.py"
    return set(parts) <= (code if place == ROOT else set(WORD.findall(place.read_text())))
