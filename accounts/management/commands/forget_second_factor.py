"""manage.py forget_second_factor EMAIL: for an administrator who lost both phone and recovery codes."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import services
from accounts.models import User


class Command(BaseCommand):
    help = "Let a person set up a new authenticator app at the next sign-in. Make sure first that it is really them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: object, email: str, **options: object) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError("There is no account with this address.")
        services.forget_second_factor(user=user, now=timezone.now(), by=None)
        self.stdout.write(f"Account {user.pk} sets up a new second step at the next sign-in.")
