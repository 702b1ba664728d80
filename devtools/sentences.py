"""Lists every sentence the service shows, with its file and line: from templates and from strings in the code.

What is read off is what is written, not what is shown: a variable is an ellipsis, and both sides of an if are there.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [
    "accounts",
    "core",
    "design",
    "itsyourmove",
    "messaging",
    "outcomes",
    "participants",
    "referrals",
    "sessions",
]
LEFT_OUT = {"tests", "migrations"}
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "small", "span", "strong", "time"}
SHOWN = {"alt", "aria-label", "placeholder", "title"}  # attributes that are read out or shown
SILENT = {"script", "style", "svg"}
GAP = "…"

_COMMENT = re.compile(r"{#.*?#}|{% comment.*?%}.*?{% endcomment %}", re.DOTALL)
_VARIABLE = re.compile(r"{{.*?}}")
_TAG = re.compile(r"{%.*?%}", re.DOTALL)
# What a template tag or filter is given to show: {% button "Save note" %}, |default:"None".
_GIVEN = re.compile(r'"([^"]*)"|\'([^\']*)\'')
_WORDS = re.compile(r"[^\W\d_]{2,}[^<>{}=]* [^<>{}=]*[^\W\d_]{2,}")
_NOT_SAID = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|SET|LOCK|WITH|GRANT|FROM|WHERE|COUNT|EXPLAIN|NOT) |"
    r"\\[sdwb]|%\(|::|[a-z]_[a-z]+ [a-z]*_|^[a-z-]+(__[a-z-]+| [a-z-]*nhsuk|-[a-z-]+ )",
)


@dataclass(frozen=True, order=True)
class Sentence:
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def all_of_them() -> list[Sentence]:
    """In the order of files and lines; the same words at one place once."""
    found = [*_of_templates(), *_of_code()]
    return sorted(set(found))


def _of_templates() -> Iterator[Sentence]:
    for file in sorted((ROOT / "templates").rglob("*.*")):
        if file.suffix in (".html", ".txt"):
            source = file.read_text(encoding="utf-8")
            for line, text in in_template(source, html=file.suffix == ".html"):
                yield Sentence(str(file.relative_to(ROOT)), line, text)


def in_template(source: str, *, html: bool) -> Iterator[tuple[int, str]]:
    """The sentences of one template, with their lines; of plain text a paragraph is one."""
    source = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source)
    for tag in _TAG.finditer(source):
        line = source.count("\n", 0, tag.start()) + 1
        for double, single in _GIVEN.findall(tag[0]):
            if _says(double or single):
                yield line, double or single
    source = _VARIABLE.sub(GAP, source)
    source = _TAG.sub(lambda found: "\x00" + "\n" * found[0].count("\n"), source)
    if html:
        reader = _Reader()
        reader.feed(source)
        reader.close()
        yield from reader.found
        return
    line = 1
    for paragraph in re.split(r"(\n\s*\n|\x00)", source):
        text = " ".join(paragraph.split()).strip("\x00")
        if _says(text):
            yield line + len(paragraph[: len(paragraph) - len(paragraph.lstrip())].splitlines()), text
        line += paragraph.count("\n")


class _Reader(HTMLParser):
    """Collects what stands between two block elements, or on one side of an if."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.parts: list[str] = []
        self.line = 1
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        for name, value in attributes:
            if name in SHOWN and value and _says(value):
                self.found.append((self.getpos()[0], " ".join(value.replace("\x00", " ").split())))
        if tag not in INLINE:
            self.close_sentence()

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in SILENT))
        if tag not in INLINE:
            self.close_sentence()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        first, *rest = data.split("\x00")
        self._add(first)
        for part in rest:
            self.close_sentence()
            self._add(part)

    def _add(self, part: str) -> None:
        if not self.parts:
            self.line = self.getpos()[0]
        self.parts.append(part)

    def close(self) -> None:
        super().close()
        self.close_sentence()

    def close_sentence(self) -> None:
        text = " ".join("".join(self.parts).split())
        self.parts = []
        if _says(text):
            self.found.append((self.line, text))


def _of_code() -> Iterator[Sentence]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if not LEFT_OUT & set(file.relative_to(ROOT).parts):
                tree = ast.parse(file.read_text(encoding="utf-8"))
                for line, text in in_code(tree):
                    yield Sentence(str(file.relative_to(ROOT)), line, text)


def in_code(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The strings of a module that look like words: not its docstrings, SQL, patterns, and what goes to the log."""
    passed = {id(each) for node in ast.walk(tree) for each in _unsaid(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)
            passed.update(map(id, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        text = " ".join(text.split())
        if id(node) not in passed and _says(text) and not _NOT_SAID.search(text):
            yield node.lineno, text


def _unsaid(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value  # a docstring
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called.startswith(("log.", "logger.", "re.", "cursor.", "apps.")) or called.endswith(
            ("Constraint", "RunSQL")
        ):
            for given in ast.walk(node):
                if given is not node:
                    yield given
    if isinstance(node, ast.Raise) and node.exc is not None and "AssertionError" in ast.unparse(node.exc):
        yield from ast.walk(node)


def _says(text: str) -> bool:
    return bool(_WORDS.search(text))
