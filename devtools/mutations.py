"""Prove that the tests bite: break one guard at a time in a copy of the tree, and see that the named tests fail.

    python -m devtools.mutations                      # all of them, some ten minutes
    python -m devtools.mutations offer-ends code-tries

Run by hand, never inside a suite. Each mutation of `devtools/mutation_list.py` names the few tests that must fail, and
only those run: first all of them on the copy as it is, then each mutation's own. The status is 1 when one survives, no
longer applies, or breaks so much that no named test is reached.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from os import environ, getpid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from devtools.local_services import manager as local_services
from devtools.mutation_list import MUTATIONS, Mutation
from itsyourmove.clone import CLONE, urls

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".local", ".env", "node_modules", "__pycache__", ".*_cache", ".hypothesis"
)
LONGEST = 300  # seconds for the tests of one mutation
KILLED, SURVIVED = "killed", "survived"
OUTDATED, BROKEN = "does not apply", "breaks before its tests"
PYTEST = ["-m", "pytest", "-q", "-rfE", "--tb=no", "--no-header", "-p", "no:cacheprovider", "--reuse-db"]


class CannotBegin(Exception):
    """Nothing was mutated; the sentence says what to do first."""


@dataclass(frozen=True)
class Result:
    name: str
    became: str
    detail: str
    seconds: float


class Copy:
    """A copy of this clone's tree with a test database of its own, on this clone's own servers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"test_mutations_{getpid()}"
        self.kept = ""  # the name of another like it, in which nothing is ever changed
        database_url, redis_url = urls()
        self.environment = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **environ,
            "TESTING": "1",
            "TEST_DATABASE_NAME": self.database,
        }

    def test(self, tests: Sequence[str], longest: float = LONGEST) -> subprocess.CompletedProcess[str]:
        """Run these tests in the copy. Raises subprocess.TimeoutExpired."""
        return subprocess.run(
            [sys.executable, *PYTEST, *tests],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=longest,
        )

    def keep_database(self) -> None:
        """Put the test database aside as it is now, with every rule and no row."""
        kept = f"{self.database}_kept"
        self._sql("postgres", f'CREATE DATABASE "{kept}" TEMPLATE "{self.database}"')
        self.kept = kept

    def renew_database(self) -> None:
        """The test database is as it was put aside, whatever was done to it."""
        self._drop(self.database)
        if self.kept:
            self._sql("postgres", f'CREATE DATABASE "{self.database}" TEMPLATE "{self.kept}"')

    def drop_databases(self) -> None:
        for name in (self.database, f"{self.database}_kept"):
            self._drop(name)

    def _drop(self, database: str) -> None:
        self._sql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _sql(self, database: str, statement: str) -> None:
        url = urlsplit(self.environment["DATABASE_URL"])
        with closing(psycopg2.connect(urlunsplit(url._replace(path=f"/{database}")))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    @contextmanager
    def mutated(self, mutation: Mutation) -> Iterator[None]:
        """With the file, or the test database, changed. LookupError where the old text does not stand there once."""
        if mutation.sql:
            self._sql(self.database, mutation.sql)  # the tests before have left it behind
            try:
                yield
            finally:
                self.renew_database()
            return
        file = self.folder / mutation.file
        text = file.read_text() if file.exists() else ""
        if (times := text.count(mutation.old)) != 1:
            raise LookupError(f"the old text stands {times} times in {mutation.file}")
        try:
            self._write(file, text.replace(mutation.old, mutation.new))
            yield
        finally:
            self._write(file, text)

    @staticmethod
    def _write(file: Path, text: str) -> None:
        file.write_text(text)
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()  # Python tells versions apart by size and second only


@contextmanager
def copied() -> Iterator[Copy]:
    """A copy that is gone, with its database, whatever happens."""
    local_services.ensure()
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Copy(Path(folder) / "tree")
        shutil.copytree(CLONE, copy.folder, ignore=LEFT_OUT, symlinks=True)
        (copy.folder / ".local").mkdir(mode=0o700)
        try:
            yield copy
        finally:
            copy.drop_databases()


def check_unmutated(copy: Copy, chosen: Sequence[Mutation]) -> None:
    """Every named test passes before anything is changed. Raises CannotBegin."""
    tests = sorted({test for mutation in chosen for test in mutation.tests})
    done = copy.test(tests, longest=LONGEST * 6)
    if done.returncode:
        raise CannotBegin(
            f"These fail before anything is mutated:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
        )


def judge(copy: Copy, mutation: Mutation) -> Result:
    """What becomes of one mutation."""
    began = time.monotonic()
    became, detail = _try(copy, mutation)
    return Result(mutation.name, became, detail, time.monotonic() - began)


def _try(copy: Copy, mutation: Mutation) -> tuple[str, str]:
    try:
        with copy.mutated(mutation):
            done = copy.test(mutation.tests)
    except LookupError as error:
        return OUTDATED, str(error)
    except psycopg2.Error as error:
        return OUTDATED, str(error).splitlines()[0]
    except subprocess.TimeoutExpired:
        copy.renew_database()  # rows may be left in it
        return BROKEN, f"not over after {LONGEST} seconds"
    failed = re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
    if failed:
        return KILLED, f"{len(failed)} failed"
    if done.returncode == 0:
        return SURVIVED, "every named test passed"
    copy.renew_database()
    return BROKEN, (done.stdout.strip() or done.stderr.strip()).splitlines()[-1]


def chosen_from(names: Sequence[str]) -> list[Mutation]:
    """The mutations of these names; all where none is given. Raises CannotBegin for a name that is not there."""
    known = {mutation.name: mutation for mutation in MUTATIONS}
    if unknown := [name for name in names if name not in known]:
        raise CannotBegin(f"No such mutation: {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [known[name] for name in names] if names else list(MUTATIONS)


def main(names: Sequence[str]) -> int:
    """Try each, say what became of it, and end with the table; 0 when every one was killed."""
    began = time.monotonic()
    results = []
    try:
        chosen = chosen_from(names)
        with copied() as copy:
            check_unmutated(copy, chosen)
            copy.keep_database()
            print(f"Unmutated, the named tests pass ({time.monotonic() - began:.0f} s).", flush=True)
            for mutation in chosen:
                results.append(judge(copy, mutation))
                print(_line(results[-1]), flush=True)
    except CannotBegin as error:
        print(error, file=sys.stderr)
        return 1
    others = [result for result in results if result.became != KILLED]
    print(f"\n{len(results) - len(others)} of {len(results)} killed in {time.monotonic() - began:.0f} s.")
    print("\n".join(map(_line, others)))
    return bool(others)


def _line(result: Result) -> str:
    return f"{result.name:32} {result.became:24} {result.seconds:4.0f} s  {result.detail}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
