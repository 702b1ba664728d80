"""manage.py import_practices FILE: load the national list of practices."""

from typing import BinaryIO

from accounts.organisations import ods_import
from core.published_lists import ListCommand, Outcome


class Command(ListCommand):
    help = (
        "Load the national list of practices (the epraccur file of the NHS Organisation Data Service: UTF-8, no"
        " header, 27 columns). Running it again with the same file changes nothing. Rows that cannot be used are"
        " named and left out, and the exit status is then 1."
    )
    noun = "epraccur"

    def load(self, lines: BinaryIO, **options: object) -> Outcome:
        return ods_import.load(lines=lines)
