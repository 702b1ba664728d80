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
from referrals import safety_replay


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
        parser.add_argument(
            "--nothing-lost",
            action="store_true",
            help="this is all of the database, moved on purpose with everything stopped (pg_upgrade, a dump and restore): "
            "messages leave again, and nothing else is done",
        )
        parser.add_argument(
            "--without-safety-log",
            action="store_true",
            help="the safety log is lost, or part of it: apply what is there; the officers’ list says so",
        )

    def handle(
        self,
        *,
        made_at: datetime | None,
        yes: bool,
        mark: bool,
        nothing_lost: bool,
        without_safety_log: bool,
        **options: object,
    ) -> None:
        if fault := backups.fault():
            raise CommandError(f"{fault} Nothing was changed.")
        if mark:
            identity.mark_restored()
            self.stdout.write("Marked: nothing is sent until manage.py restored has run.")
            return
        if identity.is_here():
            self.stdout.write("This database was not brought back from a backup: nothing to do.")
            return
        if nothing_lost:
            self.take_as_whole(yes=yes)
            return
        if not without_safety_log and (fault := safety_replay.fault()):
            raise CommandError(
                f"{fault} If it is lost for good, give --without-safety-log. Nothing was changed."
            )
        now = database_now()
        if made_at and made_at > now:
            raise CommandError("--made-at lies in the future. Nothing was changed.")
        since = min(filter(None, (made_at, newest_moment(now=now))))
        self.stdout.write(f"The backup was made at {told(since)}; now it is {told(now)}.")
        if not yes and not self.agreed("Are all other processes stopped, and is that right?"):
            raise CommandError("Nothing was changed.")
        for line in restoring.run(since=since, now=now):
            self.stdout.write(line)
        self.stdout.write(
            "Messages leave again. Officers confirm the list “After a restore” in the work queue."
        )

    def take_as_whole(self, *, yes: bool) -> None:
        """The database was moved, not brought back: only say that it is the one that sends."""
        if identity.is_marked():
            raise CommandError(
                "This database was marked as restored: something is lost. Nothing was changed."
            )
        self.stdout.write(
            f"The last that this database knows of is {told(newest_moment(now=database_now()))}."
        )
        if not yes and not self.agreed("Was everything stopped then, and has nothing been sent since?"):
            raise CommandError("Nothing was changed.")
        identity.take()
        self.stdout.write("Messages leave again.")

    def agreed(self, question: str) -> bool:
        try:
            return input(f"{question} [y/N] ").lower() in ("y", "yes")
        except EOFError:
            return False


def told(at: datetime) -> str:
    return moment(at.astimezone(LONDON))
