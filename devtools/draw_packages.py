"""Draw the rooms and their packages from the imports, as they are: `python -m devtools.draw_packages`.

Writes `docs/packages.md`; with `--check` it writes nothing and ends with a sentence when that page is out of date. Tests,
migrations and commands are left out. What a package owns is the first sentence of its `__init__`.
"""

import ast
import re
import sys
from collections import defaultdict
from configparser import ConfigParser
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "packages.md"
LEFT_OUT = {"tests", "migrations", "management"}
HEAD = """# The rooms and their packages

Drawn from the imports by `python -m devtools.draw_packages`; a test fails when this page is out of date. An arrow means
"imports"; one that follows from others is left out. Layer 1 of a room imports nothing else of that room, and each layer
imports only from those with a smaller number.
"""

# Each importing package, with the packages that it imports; every package is a key.
Arrows = dict[str, set[str]]


def main(options: list[str]) -> None:
    page = drawn()
    if "--check" not in options:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        sys.exit("docs/packages.md is out of date: python -m devtools.draw_packages")


def drawn() -> str:
    """The whole page. Raises graphlib.CycleError where rooms or packages import one another in a circle."""
    rooms = rooms_of(ROOT / ".importlinter")
    imports = imports_of(rooms)
    parts = [HEAD, picture(among(imports, rooms))]
    for room in rooms:
        parts.append(f"## {room}\n\n{first_sentence(room)}\n\n{table(room, among(imports, [room], depth=2))}")
    return "\n".join(parts)


def rooms_of(contracts: Path) -> list[str]:
    """The rooms, highest first, as the first contract of import-linter names them."""
    settings = ConfigParser()
    settings.read(contracts, encoding="utf-8")
    return settings["importlinter:contract:rooms"]["layers"].split()


def imports_of(rooms: list[str]) -> Arrows:
    """What each module of these rooms imports of them."""
    graph = grimp.build_graph(*rooms, cache_dir=None)
    modules = {module for module in graph.modules if not LEFT_OUT & set(module.split("."))}
    return {module: graph.find_modules_directly_imported_by(module) & modules for module in modules}


def among(imports: Arrows, rooms: list[str], depth: int = 1) -> Arrows:
    """The same between whole rooms, or at depth 2 between what stands at the top of one room."""
    arrows: Arrows = defaultdict(set)
    for module, imported in imports.items():
        if (one := _top(module, rooms, depth)) is not None:
            arrows[one] |= {other for name in imported if (other := _top(name, rooms, depth))} - {one}
    return dict(arrows)


def _top(module: str, rooms: list[str], depth: int) -> str | None:
    names = module.split(".")
    return ".".join(names[:depth]) if names[0] in rooms and len(names) >= depth else None


def picture(arrows: Arrows) -> str:
    """Mermaid, without the arrows that follow from others."""
    reached: Arrows = {}
    direct: Arrows = {}
    for room in TopologicalSorter(arrows).static_order():  # the lowest first
        below = {far for near in arrows[room] for far in reached[near]}
        direct[room], reached[room] = arrows[room] - below, arrows[room] | below
    highest_first = sorted(arrows, key=lambda room: (-len(reached[room]), room))
    lines = [f"  {room} --> {near}" for room in highest_first for near in sorted(direct[room])]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def table(room: str, arrows: Arrows) -> str:
    """The packages of a room with what they own, highest layer first; of a room without packages, its modules."""
    layers: dict[str, int] = {}
    for name in TopologicalSorter(arrows).static_order():
        layers[name] = 1 + max((layers[near] for near in arrows[name]), default=0)
    packages = {
        name for name in layers if _file(name).name == "__init__.py" and not name.endswith(".templatetags")
    }
    shown = packages or {name for name in layers if first_sentence(name)}
    rows = [f"| {layers[name]} | `{name}` | {first_sentence(name)} |" for name in _in_order(shown, layers)]
    head = f"| layer | {'package' if packages else 'module'} | owns |"
    text = "\n".join([head, "|---|---|---|", *rows, ""])
    if others := _in_order(set(layers) - shown, layers):
        named = ", ".join(f"`{name.removeprefix(room + '.')}` ({layers[name]})" for name in others)
        text += f"\nModules beside them, with their layer: {named}.\n"
    return text


def _in_order(names: set[str], layers: dict[str, int]) -> list[str]:
    return sorted(names, key=lambda name: (-layers[name], name))


def first_sentence(module: str) -> str:
    """Of the docstring; empty where there is none."""
    text = ast.get_docstring(ast.parse(_file(module).read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", " ".join(text.split("\n\n")[0].split()))[0]


def _file(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


if __name__ == "__main__":
    main(sys.argv[1:])
