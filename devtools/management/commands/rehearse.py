"""manage.py rehearse: live through ten weeks with made-up people, and count."""

import json
import logging
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from devtools.demo.rehearsal.run import FIRST_SESSION, RehearsalRefused, rehearse


class Command(BaseCommand):
    help = (
        "Live through ten weeks of a made-up cohort with the real services and a virtual clock. The same people, "
        "seed and start give the same counts, on any day. Refused in production and beside real people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--people", type=int, default=8, help="how many people (8); more than 8 make more cohorts"
        )
        parser.add_argument("--seed", type=int, default=1, help="which made-up people and choices (1)")
        parser.add_argument(
            "--start",
            type=date.fromisoformat,
            default=FIRST_SESSION,
            help=f"virtual day of the first session, YYYY-MM-DD ({FIRST_SESSION})",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *, people: int, seed: int, start: date, json: bool, **options: object) -> None:
        logging.getLogger("messaging").setLevel(logging.WARNING)  # not a line for each message
        try:
            counts = rehearse(people=people, seed=seed, starts_on=start)
        except RehearsalRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        self.stdout.write(_json(counts) if json else _table(counts))


def _json(counts: dict) -> str:
    return json.dumps(counts, ensure_ascii=False, indent=2)


def _table(counts: dict) -> str:
    lines = []
    for name, value in counts.items():
        if isinstance(value, dict):
            lines += [f"{name}:", *(f"  {key or 'blank':<20} {inner}" for key, inner in value.items())]
        else:
            lines.append(f"{name:<22} {value}")
    return "\n".join(lines)
