"""`manage.py allocate --problem FILE --json`: the best cohorts for a problem in a file. Touches no database."""

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sessions import allocation
from sessions.allocation.json_output import to_json
from sessions.allocation.solver import SECONDS

LARGEST = 1_000_000_000  # bytes: about three million people


class Command(BaseCommand):
    help = "Propose who is placed in which cohort, for a problem in the format of docs/allocation-schema.md."
    requires_system_checks: list = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--problem", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object (the default is a few lines)"
        )
        parser.add_argument(
            "--time-limit", type=float, default=SECONDS, metavar="SECONDS", help="of the solver"
        )

    def handle(self, *, problem: Path, time_limit: float, **options: Any) -> None:
        start = time.perf_counter()
        if not 0 < time_limit <= 86_400:
            self._refuse("--time-limit: seconds above 0, and at most a day, are needed.")
        try:
            if problem.stat().st_size > LARGEST:
                self._refuse(f"{problem}: the file is too long.")
            given = allocation.parse_problem(problem.read_bytes().decode("utf-8-sig"))
        except OSError as error:
            self._refuse(f"{problem} cannot be read: {error.strerror}.")
        except UnicodeDecodeError as error:
            self._refuse(f"{problem}, byte {error.start + 1}: this is not UTF-8 text.")
        except allocation.NotAProblem as error:
            self._refuse(f"{problem}: {error}")
        proposal = allocation.solve(given, seconds=time_limit)
        best = allocation.best_changes(proposal, seconds=min(time_limit, 10.0))
        found = to_json(proposal, best, seconds=round(time.perf_counter() - start, 3))
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(
            f"{found['people_placed']} of {len(given.people)} placed, {found['long_waiters_placed']} of them long"
            f" waiters; score {found['score']}; proof: {found['proof']}, gap {found['gap']}"
        )
        for line in (*found["placed"], *found["unplaced"]):
            self.stdout.write(f"{line['person']}: {line['reason']}")
        for change in found["changes"]:
            self.stdout.write(change["sentence"])

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(2)
