"""manage.py rotate_keys: after MESSAGE_KEY was changed, seal with it what the old key had sealed."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from itsyourmove.rotating import rotate


class Command(BaseCommand):
    help = (
        "Seal second factors and codes that wait to be sent with MESSAGE_KEY, where a key of MESSAGE_KEY_FALLBACKS had "
        "sealed them, and say whether anything still needs an old key. The service may run; running it twice is harmless."
    )

    def handle(self, *args: object, **options: object) -> None:
        done = rotate()
        self.stdout.write(f"Sealed with the new key: {done.sealed_anew}.")
        if done.lost:
            raise CommandError(
                f"No key that is set opens {done.lost} of what is stored: put the key that sealed it into "
                "MESSAGE_KEY_FALLBACKS and run this again. Where that key is gone, see docs/deploy.md, Changing a key."
            )
        if done.still_old:
            raise CommandError(
                f"Still sealed with an old key: {done.still_old}. Restart every process with the new settings, then run "
                "this again."
            )
        old = (
            "the old key: remove it from"
            if settings.MESSAGE_KEY_FALLBACKS
            else "an old key, and none is set in"
        )
        self.stdout.write(f"No row needs {old} MESSAGE_KEY_FALLBACKS.")
