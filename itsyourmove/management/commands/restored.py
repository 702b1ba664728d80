"""The first thing after a backup was brought back, before any worker starts: until then nothing is sent."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from design.dates import LONDON, moment
from itsyourmove import backups, restoring
from messaging import identity
from messaging.clock import database_now
from messaging.restoring import newest_moment


def a_moment(text: str) -> datetime:
    """An ISO date and time; London's where it names no zone."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError
    return found if found.tzinfo else found.replace(tzinfo=LONDON)


class Command(BaseCommand):
    help = (
        "After restoring a backup: sends nothing again that may have been sent since it was made, never uses a "
        "number again, and lets messages leave. Stop every other process first."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--made-at",
            type=a_moment,
            metavar="2026-03-02T01:30",
            help="when the backup was made, if the database may show a later moment",
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--mark",
            action="store_true",
            help="only note that this database was restored, where that cannot be seen: after a restore of the "
            "whole cluster, or of a backup made before there was this command",
        )

    def handle(self, *, made_at: datetime | None, yes: bool, mark: bool, **options: object) -> None:
        if fault := backups.fault():
            raise CommandError(f"{fault} Nothing was changed.")
        if mark:
            identity.mark_restored()
            self.stdout.write("Marked: nothing is sent until manage.py restored has run.")
            return
        if identity.is_here():
            self.stdout.write("This database was not brought back from a backup: nothing to do.")
            return
        now = database_now()
        if made_at and made_at > now:
            raise CommandError("--made-at lies in the future. Nothing was changed.")
        since = min(filter(None, (made_at, newest_moment(now=now))))
        self.stdout.write(f"The backup was made at {told(since)}; now it is {told(now)}.")
        if not yes and not self.agreed():
            raise CommandError("Nothing was changed.")
        for line in restoring.run(since=since, now=now):
            self.stdout.write(line)
        self.stdout.write(
            "Messages leave again. Officers confirm the list “After a restore” in the work queue."
        )

    def agreed(self) -> bool:
        try:
            return input("Are all other processes stopped, and is that right? [y/N] ").lower() in ("y", "yes")
        except EOFError:
            return False


def told(at: datetime) -> str:
    return moment(at.astimezone(LONDON))
