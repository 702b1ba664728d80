"""What the documents name is there: modules, what is in them, files, commands. Decisions (adr/) keep the names of their day."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs").glob("clinical-safety/*.md")),
]
ROOMS = (
    "accounts|bench|core|design|devtools|itsyourmove|messaging|outcomes|participants|referrals|sessions|tests"
)
DOTTED = re.compile(rf"(?:{ROOMS})(?:\.[A-Za-z_]\w*)+")
FILE = re.compile(r"(?:[\w.*-]+/)*[\w*-][\w.*-]*\.(?:py|html|txt|json|scss|toml|ini|in|typ|mjs|js)")
FOLDER = re.compile(rf"(?:{ROOMS}|docs|frontend|static|templates)/(?:[\w.-]+/)*")
SKIPPED = {"node_modules", ".venv", ".git", ".local", "build"}


def quoted(page: Path) -> set[str]:
    """Each word of what stands in backticks on a line; blocks of code show input, output and other people's files."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {word.strip(",;()") for span in re.findall(r"`([^`\n]+)`", prose) for word in span.split()}


@cache
def files() -> tuple[Path, ...]:
    ours = (path for path in ROOT.iterdir() if path.name not in SKIPPED)
    return tuple(file for path in ours for file in ([path] if path.is_file() else path.rglob("*")))


def is_there(name: str) -> bool:
    """A dotted name: a module, or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        if path.is_dir() or path.with_suffix(".py").exists():
            rest = parts[length:]
            found = importlib.import_module(".".join(parts[:length])) if rest else None
            for attribute in rest:
                if not hasattr(found, attribute):
                    return False
                found = getattr(found, attribute)
            return True
    return False


def is_file(name: str) -> bool:
    """A path from the top, or a bare name that some file of ours has."""
    if "/" in name:
        return any(ROOT.glob(name))
    return any(path.match(name) for path in files())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page):
    words = quoted(page)
    missing = [
        word for word in words if DOTTED.fullmatch(word) and not FILE.fullmatch(word) and not is_there(word)
    ]
    missing += [word for word in words if FILE.fullmatch(word) and not is_file(word)]
    missing += [word for word in words if FOLDER.fullmatch(word) and not (ROOT / word).is_dir()]
    assert sorted(missing) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_can_be_typed(page):
    code = "\n".join(re.findall(r"^```.*?^```$|`[^`\n]+`", page.read_text(), flags=re.DOTALL | re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    wrong = [
        f"manage.py {name}"
        for name in re.findall(r"manage\.py ([a-z_]+)", code)
        if name not in get_commands()
    ]
    wrong += [f"make {name}" for name in re.findall(r"\bmake ([a-z-]+)", code) if name not in targets]
    modules = re.findall(rf"python -m ((?:{ROOMS})[\w.]*)", code)
    wrong += [f"python -m {name}" for name in modules if not is_there(name)]
    assert wrong == []


def test_what_a_package_says_of_itself_is_there():
    """In the docstring of a package: a module or file of its room, or a name that the room uses."""
    missing = []
    for room in ROOMS.split("|"):
        words = {file: set(re.findall(r"\w+", file.read_text())) for file in (ROOT / room).rglob("*.py")}
        modules = {part for file in words for part in (file.stem, file.parent.name)}
        for file in words:
            if file.name != "__init__.py" or {"tests", "migrations", "management"} & set(
                file.relative_to(ROOT).parts
            ):
                continue
            used = set().union(*(words[other] for other in words if other != file)) | modules
            text = ast.get_docstring(ast.parse(file.read_text())) or ""
            for name in re.findall(r"`([A-Za-z_][\w.]*)`", text):
                if not (is_there(name) if DOTTED.fullmatch(name) else set(name.split(".")) <= used):
                    missing.append(f"{file.relative_to(ROOT)}: {name}")
    assert missing == []


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text()
    targets = re.findall(r"^([a-z-]+):.*  ## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    ours = [name for name, app in get_commands().items() if re.fullmatch(rf"(?:{ROOMS})", str(app))]
    assert len(targets) > 10
    assert len(ours) > 10
    assert [name for name in targets if f"`make {name}`" not in text] == []
    assert [name for name in ours if not re.search(rf"`{name}[ `]", text)] == []


def test_the_house_stays_on_one_page():
    """What a package does belongs into its docstring, a decision into adr/, a rule into docs/domain.md."""
    assert len((ROOT / "docs" / "architecture.md").read_text().split()) <= 600
