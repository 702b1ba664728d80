"""manage.py mark_made_up: `make run` calls this on the clone's own database; people already there become made up."""

from django.core.management.base import BaseCommand, CommandError

from devtools.demo.rehearsal.demonstration import NotADemonstration, mark_made_up


class Command(BaseCommand):
    help = "Mark everyone in this demonstration as made up: no email or text goes to them. Does nothing where DATABASE_URL is set."

    def handle(self, *args: object, **options: object) -> None:
        try:
            marked = mark_made_up()
        except NotADemonstration as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        if marked:
            were = "person was" if marked == 1 else "people were"
            self.stdout.write(f"{marked} {were} already in this demonstration: marked as made up.")
