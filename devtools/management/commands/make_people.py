"""manage.py make_people: fill the tables with a made-up crowd, to see what stays quick."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from devtools.demo import bulk_people


class Command(BaseCommand):
    help = (
        "Add made-up people with one referral each, by COPY, and users and practices to send them. The same number and"
        " seed give the same people. Refused in production and beside real people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--referrals", type=int, default=10_000, help="how many (10000)")
        parser.add_argument("--seed", type=int, default=1, help="which made-up people (1)")

    def handle(self, *, referrals: int, seed: int, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is production. A made-up crowd belongs beside nobody.", returncode=2)
        if not 1 <= referrals <= 10_000_000:
            raise CommandError("--referrals must be between 1 and 10000000.", returncode=2)
        started = time.perf_counter()
        try:
            made = bulk_people.make(referrals=referrals, seed=seed, now=timezone.now())
        except bulk_people.CrowdRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        told = ", ".join(f"{number} {noun}" for noun, number in made.items())
        self.stdout.write(f"made {told} in {time.perf_counter() - started:.1f} s")
