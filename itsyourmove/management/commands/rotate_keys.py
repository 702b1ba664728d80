"""manage.py rotate_keys: after MESSAGE_KEY has changed, re-encrypt what the old key encrypted."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from itsyourmove.key_rotation import rotate


class Command(BaseCommand):
    help = (
        "Re-encrypt with MESSAGE_KEY the second factors and unsent codes that a key in MESSAGE_KEY_FALLBACKS "
        "encrypted, and say whether anything still needs an old key. The service can keep running, and running it "
        "twice is harmless."
    )

    def handle(self, *args: object, **options: object) -> None:
        done = rotate()
        self.stdout.write(f"Re-encrypted with the new key: {done.sealed_anew}.")
        if done.lost:
            raise CommandError(
                f"{done.lost} of the stored secrets cannot be decrypted with the keys that are set: add the key that "
                "encrypted them to MESSAGE_KEY_FALLBACKS and run this again. If that key is lost, see docs/deploy.md, "
                "Changing a key."
            )
        if done.still_old:
            raise CommandError(
                f"Still encrypted with an old key: {done.still_old}. Restart every process with the new settings, then "
                "run this again."
            )
        old = (
            "the old key: remove it from"
            if settings.MESSAGE_KEY_FALLBACKS
            else "an old key, and none is set in"
        )
        self.stdout.write(f"No row needs {old} MESSAGE_KEY_FALLBACKS.")
