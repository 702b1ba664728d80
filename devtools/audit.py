"""`make audit`: what a deployer wants looked at now and then, beyond the tests. Each step says ok, FAILED or not done.

Steps need tools that are not everywhere: advisories from the package index, Java, Debian's SpamAssassin and
PostgreSQL 15. One that cannot be done here is named as such and is no failure; the summary counts it.
"""

import contextlib
import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from devtools import spam_score
from devtools.local_services import binaries
from devtools.local_services import manager as local_services
from itsyourmove import clone
from itsyourmove.environment import NOTICE_FACTS, SECRETS, read_settings

APPS = ["accounts", "participants", "messaging", "referrals", "cohort_sessions", "outcomes"]
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")


class NotDoneError(Exception):
    """A step that this machine cannot do, and why."""


def known_holes() -> bool:
    """pip-audit over both locks."""
    command = ["pip_audit", "--disable-pip", "--no-deps", "--progress-spinner=off", "--format=json"]
    done = python("-m", *command, "-r", "requirements-dev.txt", "-r", "requirements.txt", quiet=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise NotDoneError(
            f"pip-audit got no answer: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
        ) from None
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    holes = [(p["name"], hole["id"], hole["fix_versions"]) for p in packages for hole in p.get("vulns", [])]
    for name, hole, fixed in holes:
        print(f"{name}: {hole}, fixed in {', '.join(fixed) or 'no version yet'}")
    if unknown and not holes:
        raise NotDoneError(
            f"the package index has no advisories for {len(unknown)} of {len(packages)} packages"
        )
    return not holes


def deployment() -> bool:
    """Django's deployment checks and ours, with settings as in production."""
    environment = {name: secrets.token_urlsafe(48) for name in SECRETS} | {
        "PRODUCTION": "1",
        "TESTING": "0",
        "SITE_ORIGIN": "https://move.example",
        "REPLY_TO_EMAIL": "answers@move.test",
        "SERVICE_EMAIL": "hello@move.test",
        "SERVICE_PHONE": "the audit's own",
        **dict.fromkeys(NOTICE_FACTS, "the audit's own"),
        "LAWFUL_BASIS": "public_task",
        "NOTICES_APPROVED_ON": "2026-03-02",
        "ALERT_EMAIL": "alerts@move.test",
        "STATUS_TOKEN": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "move.example",
        "STATIC_ROOT": str(clone.HERE.state / "static"),
        "DATABASE_URL": os.environ.get("DATABASE_URL", clone.urls()[0]),
        "REDIS_URL": os.environ.get("REDIS_URL", clone.urls()[1]),
        "DATABASE_PLAIN_BECAUSE": "the audit's own server",
        "REDIS_PLAIN_BECAUSE": "the audit's own server",
    }
    local_services.ensure()
    command = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    return python(*command, quiet=False, **environment).returncode == 0


# What stood before the first release, so that no older one can run beside it. Nothing is added to this list: a new
# migration gives its columns a default in the database.
BEFORE_THE_FIRST_RELEASE = ("0001_founding",)


def _set_up_django() -> None:
    import django

    local_services.ensure()
    django.setup()


def migrations_beside_a_running_release() -> bool:
    """No migration breaks the release that runs while it is applied."""
    _set_up_django()
    from django_migration_linter import MigrationLinter

    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    linter = MigrationLinter(
        str(clone.CLONE),
        include_apps=APPS,
        ignore_name=BEFORE_THE_FIRST_RELEASE,
        no_cache=True,
        quiet=["ok", "ignore", "warning"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return not linter.has_errors


def html_of_pages() -> bool:
    """Every page in every role, and each form sent empty, read by the W3C's checker: tests/test_html.py."""
    if not shutil.which("java"):
        raise NotDoneError("Java 17 is not installed (apt install default-jre-headless)")
    return python("-m", "pytest", "-q", "tests/test_html.py").returncode == 0


def scores_of_mails() -> bool:
    """SpamAssassin's score of each mail, by its rules alone."""
    if not spam_score.installed():
        raise NotDoneError("SpamAssassin is not installed (apt install spamassassin)")
    _set_up_django()
    known, *mails = spam_score.samples()
    worst = sorted(mails, key=lambda mail: -mail.score)
    for mail in worst[:5]:
        print(f"{mail.name:34} {mail.score:5} {mail.rules}")
    print(f"{len(mails)} mails; one that is spam: {known.score}")
    return known.score > spam_score.MOST > worst[0].score


def tests_on_postgresql_15() -> bool:
    """The whole suite on Debian's PostgreSQL 15, the oldest we promise."""
    if not (POSTGRES_15 / "postgres").exists():
        raise NotDoneError("PostgreSQL 15 is not installed (apt install postgresql-15)")
    with debian_postgres() as url:
        return python("-m", "pytest", "-n", "2", "-q", DATABASE_URL=url).returncode == 0


@contextlib.contextmanager
def debian_postgres() -> Iterator[str]:
    """A throw-away PostgreSQL 15 with a role that is no superuser; its DATABASE_URL."""
    owner = binaries.unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="pg15-", dir="/var/tmp"))
    data = folder / "data"
    if owner:
        os.chown(folder, owner["user"], owner["group"])

    def tell(program: str, *words: str) -> None:
        subprocess.run(
            [POSTGRES_15 / program, *words], check=True, stdout=subprocess.DEVNULL, cwd="/", **owner
        )

    settings = f"-k {folder} -c listen_addresses= -c max_connections=250"
    psql = ["psql", "-h", str(folder), "-U", "postgres", "-q", "-c"]
    try:
        tell("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        tell("pg_ctl", "start", "-w", "-D", str(data), "-l", str(folder / "log"), "-o", settings)
        try:
            tell(*psql, "CREATE ROLE itsyourmove LOGIN CREATEDB")
            tell(*psql, "CREATE DATABASE itsyourmove OWNER itsyourmove")
            yield f"postgresql://itsyourmove@/itsyourmove?host={folder}"
        finally:
            tell("pg_ctl", "stop", "-m", "fast", "-D", str(data))
    finally:
        shutil.rmtree(folder)


def python(*command: str, quiet: bool = False, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *command],
        cwd=clone.CLONE,
        env={**os.environ, **environment},
        capture_output=quiet,
        text=True,
        check=False,
    )


def main() -> None:
    os.environ.setdefault("TESTING", "1")
    read_settings()
    steps: list[Callable[[], bool]] = [
        known_holes,
        deployment,
        migrations_beside_a_running_release,
        html_of_pages,
        scores_of_mails,
        tests_on_postgresql_15,
    ]
    outcomes = {}
    for step in steps:
        name = step.__name__.replace("_", " ")
        print(f"\n== {name}", flush=True)
        try:
            outcomes[name] = "ok" if step() else "FAILED"
        except NotDoneError as reason:
            outcomes[name] = f"not done: {reason}"
    print("\n" + "\n".join(f"{name:38} {outcome}" for name, outcome in outcomes.items()))
    sys.exit("FAILED" in outcomes.values())


if __name__ == "__main__":
    main()
