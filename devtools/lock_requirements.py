"""`make lock`: pin every package of the three requirements*.in with its hashes, and say what changed.

One lock for Python 3.11 to 3.13 and every machine: uv lists all files of a release. Versions stay as they are unless a
changed line asks for others; `make lock ARGS=--upgrade` takes the newest. A package that goes down without being asked
to is the thing to look for: some packages quietly hold others back.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = "# The lock of {source}: each package with its one version and the hashes of its files, made by `make lock`.\n"
BUILD, PRODUCT, EVERYTHING = (ROOT / f"requirements{part}.txt" for part in ("-build", "", "-dev"))
OPTIONS = [
    "--quiet", "--universal", "--python-version=3.11", "--generate-hashes",
    "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
    "--no-emit-package=pip",  # comes with the virtual environment
]  # fmt: skip


def main(options: list[str]) -> None:
    lock(BUILD, HEAD.format(source="requirements-build.in"), options)
    lock(PRODUCT, HEAD.format(source="requirements.in"), options)
    head = HEAD.format(source="requirements-dev.in, on top of the product's") + "-r requirements.txt\n"
    lock(EVERYTHING, head, [*options, *(f"--no-emit-package={name}" for name in pins(PRODUCT))])


def lock(path: Path, head: str, options: list[str]) -> None:
    """Write the lock of the .in file beside `path`, beginning with the versions that it names now."""
    before = pins(path)
    compiler = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *options]
    command = [*compiler, f"--output-file={path.name}", f"{path.stem}.in"]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False).returncode:
        sys.exit(f"{path.name} is unchanged: the output above says why.")
    path.write_text(head + path.read_text())
    after = pins(path)
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, "-"), after.get(name, "-")
        if old != new:
            print(f"{path.name}: {name} {old} -> {new}{'  WENT DOWN' if _older(new, old) else ''}")


def pins(path: Path) -> dict[str, str]:
    """The versions that a lock names, by package."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", path.read_text() if path.exists() else "", re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def _older(new: str, old: str) -> bool:
    def parts(version: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", version)]

    return "-" not in (new, old) and parts(new) < parts(old)


if __name__ == "__main__":
    main(sys.argv[1:])
