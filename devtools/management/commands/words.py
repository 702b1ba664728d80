"""Print every sentence of the service with its place, or every health text whole, so that one person can read them all."""

from argparse import ArgumentParser
from difflib import ndiff
from typing import Any

from django.core.management import BaseCommand

from accounts.clinical_sign_off import health_texts
from accounts.clinical_sign_off import services as clinical_sign_off
from devtools import sentences


class Command(BaseCommand):
    help = "print every sentence of the service with its place: all, or those of some files"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", help="how the files begin, such as templates/referrals")

        parser.add_argument(
            "--health", action="store_true", help="the health texts, for the clinician who signs them"
        )

    def handle(self, *, paths: list[str], health: bool, **options: Any) -> None:
        if health:
            self.print_health_texts()
            return
        for each in sentences.all_of_them():
            if not paths or each.file.startswith(tuple(paths)):
                self.stdout.write(str(each))

    def print_health_texts(self) -> None:
        """Each whole. Beside an earlier version: "-" before a line that is gone, "+" before a new one."""
        unsigned = clinical_sign_off.standing().unsigned()
        for text in health_texts.registered():
            standing = "awaiting clinical sign-off" if text in unsigned else "signed off"
            self.stdout.write(
                f"{text.title}\n{text.key}, version {text.version}: {standing}\nSHA-256 {text.sha256}"
            )
            before = clinical_sign_off.earlier_than(text)
            lines = [f"  {line}" for line in text.text.split("\n")]
            if before:
                self.stdout.write(f"Compared with version {before.version}, SHA-256 {before.sha256}")
                both = ndiff(before.text.split("\n"), text.text.split("\n"))
                lines = [line for line in both if not line.startswith("?")]
            self.stdout.write("\n".join([*lines, ""]))
