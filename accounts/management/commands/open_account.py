"""manage.py open_account EMAIL NAME --role administrator: the first account, before anybody can use the admin."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import services
from accounts.roles import STAFF_ROLES
from core import errors


class Command(BaseCommand):
    help = "Open an account for one of our own staff: the first administrator, who then opens the others in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--role", choices=[code for code, _ in STAFF_ROLES], required=True)

    def handle(self, *args: object, email: str, name: str, role: str, **options: object) -> None:
        try:
            user = services.open_account(email=email, name=name, staff_role=role, now=timezone.now())
        except errors.Refused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Account {user.pk} is open. They sign in with a code sent to their address.")
