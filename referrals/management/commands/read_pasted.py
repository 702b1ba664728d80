"""`manage.py read_pasted FILE --json`: what the paste-in page would read from a text. Touches no database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.dates import LONDON
from referrals import text_extraction

LARGEST = 4 * text_extraction.MOST_CHARACTERS  # bytes: four for each character at most


class Command(BaseCommand):
    help = (
        "Print what would be read from pasted text: for each field {value, sure, from} or null. "
        "address, phones, problems and medication have lists as their value. The text is kept nowhere."
    )
    requires_system_checks: list = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="one JSON object (the default is a table)")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                raw = opened.read(LARGEST + 1)
        except OSError as error:
            self._refuse(f"{file} cannot be read: {error.strerror}.")
        if len(raw) > LARGEST:
            self._refuse(
                f"{file} is too long: at most {text_extraction.MOST_CHARACTERS} characters are read."
            )
        if b"\x00" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            self._refuse(f"{file} is not text.")
        try:
            answers = text_extraction.extract_fields(_text(raw), today=datetime.now(LONDON).date())
        except text_extraction.NotReadable as error:
            self._refuse(f"{file}: {error}")
        if options["json"]:
            shown = {
                name: {"value": answer.value, "sure": answer.sure, "from": answer.words} if answer else None
                for name, answer in answers.items()
            }
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))
            return
        for name, answer in answers.items():
            said = f"{answer.value}{'' if answer.sure else '  (not sure)'}" if answer else "–"
            self.stdout.write(f"{name:14} {said}")

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(2)


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # what a clinical system on Windows saves
