"""Run first after restoring a backup, before any worker starts: until then nothing is sent."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from core.clock import database_now
from core.dates import LONDON, moment
from itsyourmove.restores import backup_check
from itsyourmove.restores import services as restores
from messaging.restores import database_identity
from messaging.restores.services import newest_moment
from referrals import safety_log_replay


def a_moment(text: str) -> datetime:
    """An ISO date and time; London's where it names no zone."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError
    return found if found.tzinfo else found.replace(tzinfo=LONDON)


class Command(BaseCommand):
    help = (
        "Run this after restoring a backup. It holds messages that may already have been sent, makes sure that no "
        "row id is used twice, and allows sending again. Stop every other process first."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--made-at",
            type=a_moment,
            metavar="2026-03-02T01:30",
            help="when the backup was made, if the database may show a later time",
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--mark",
            action="store_true",
            help="only mark this database as restored, when that cannot be detected: after restoring the whole "
            "cluster, or a backup made before this command existed",
        )
        parser.add_argument(
            "--nothing-lost",
            action="store_true",
            help="nothing is missing: the database was moved on purpose with everything stopped (pg_upgrade, a dump and "
            "restore). Messages can be sent again, and nothing else is done",
        )
        parser.add_argument(
            "--without-safety-log",
            action="store_true",
            help="all or part of the safety log is lost: apply what is there, and say so on the officers’ list",
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
        if fault := backup_check.fault():
            raise CommandError(f"{fault} Nothing was changed.")
        if mark:
            database_identity.mark_restored()
            self.stdout.write("Marked as restored: nothing is sent until manage.py restored has run.")
            return
        if database_identity.is_here():
            self.stdout.write("This database was not restored from a backup: nothing to do.")
            return
        if nothing_lost:
            self.take_as_whole(yes=yes)
            return
        if not without_safety_log and (fault := safety_log_replay.fault()):
            raise CommandError(
                f"{fault} If it is lost for good, give --without-safety-log. Nothing was changed."
            )
        now = database_now()
        if made_at and made_at > now:
            raise CommandError("--made-at is in the future. Nothing was changed.")
        since = min(filter(None, (made_at, newest_moment(now=now))))
        self.stdout.write(f"The backup was made on {london_time(since)}. It is now {london_time(now)}.")
        if not yes and not self.agreed("Are these times right and everything else stopped?"):
            raise CommandError("Nothing was changed.")
        for line in restores.run(since=since, now=now):
            self.stdout.write(line)
        self.stdout.write(
            "Messages can be sent again. Officers must confirm the list “After a restore” on Today."
        )

    def take_as_whole(self, *, yes: bool) -> None:
        """The database was moved, not brought back: only say that it is the one that sends."""
        if database_identity.is_marked():
            raise CommandError(
                "This database was marked as restored: something is lost. Nothing was changed."
            )
        self.stdout.write(
            f"The last that this database knows of is {london_time(newest_moment(now=database_now()))}."
        )
        if not yes and not self.agreed("Was everything stopped then, and has nothing been sent since?"):
            raise CommandError("Nothing was changed.")
        database_identity.take()
        self.stdout.write("Messages leave again.")

    def agreed(self, question: str) -> bool:
        try:
            return input(f"{question} [y/N] ").lower() in ("y", "yes")
        except EOFError:
            return False


def london_time(at: datetime) -> str:
    return moment(at.astimezone(LONDON))
