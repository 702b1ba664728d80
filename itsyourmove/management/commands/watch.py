"""Look after the service from outside its workers and its pages, and send an alert when something is wrong."""

import logging
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from itsyourmove.monitoring.watch import Watch
from messaging.delivery.graceful_stop import Stopping

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Email ALERT_EMAIL when something is wrong; once (exit status 1 if so), or with --loop until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on looking")
        parser.add_argument(
            "--every", type=float, default=30, metavar="SECONDS", help="pause between looks (30)"
        )

    def handle(self, *, loop: bool, every: float, **options: object) -> None:
        with Stopping() as stopping:
            watch = Watch(stopping.wait)
            if not loop:
                found = watch.turn()
                for alarm in found:
                    self.stdout.write(alarm.text)
                if found:
                    raise SystemExit(1)
            while loop and not stopping():
                try:
                    watch.turn()
                except Exception:  # whatever it was, nobody else would say so
                    log.exception("the watch stumbled")
                stopping.wait(every)
