"""Send what is due without Celery or Redis: once, or for ever with --loop."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from messaging.delivery import worker
from messaging.delivery.graceful_stop import Stopping
from messaging.outbox import heartbeats


class Command(BaseCommand):
    help = "Send the messages that are due. With --loop, go on until SIGTERM or Ctrl-C; needs no Redis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="do not stop when nothing is due")
        parser.add_argument(
            "--every", type=float, default=5, metavar="SECONDS", help="pause between looks (5)"
        )

    def handle(self, *, loop: bool, every: float, **options: object) -> None:
        with Stopping() as stopping:
            if not loop:
                self.turn(stopping)
            while loop and not stopping():
                try:
                    self.turn(stopping)
                except (OperationalError, InterfaceError):
                    self.stderr.write("The database does not answer; trying again.")
                    close_old_connections()
                stopping.wait(every)

    def turn(self, stopping: Stopping) -> None:
        report = worker.drain(stop=stopping)
        if report.refused:
            self.stderr.write(report.refused)
            return
        heartbeats.beat("drain")
        self.tell(report)

    def tell(self, report: worker.Report) -> None:
        if report.outcomes:
            counts = ", ".join(f"{count} {state}" for state, count in sorted(report.outcomes.items()))
            self.stdout.write(counts)
