"""For demonstrations only: staff whose second step is known, so that anybody can try the officers' side."""

import base64
import hashlib
import time
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction

from accounts.models import User


class NotADemonstration(Exception):
    """Known second codes would open a real service to anybody."""


@transaction.atomic
def enrol(*, user: User, now: datetime) -> None:
    """Set up this person's second step with a key that depends only on their address. Raises NotADemonstration."""
    _only_in_a_demonstration()
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return
    TOTP.activate(user, base64.b32encode(hashlib.sha256(user.email.encode()).digest()[:20]).decode())
    RecoveryCodes.activate(user)
    Authenticator.objects.filter(user=user).update(created_at=now)


def second_codes() -> list[tuple[str, str, str]]:
    """Name, email and the code that is good now, of everybody with a second step. Raises NotADemonstration."""
    _only_in_a_demonstration()
    counter = int(time.time()) // 30
    apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__is_active=True)
    return [
        (app.user.name, app.user.email, format_hotp_value(hotp_value(decrypt(app.data["secret"]), counter)))
        for app in apps.select_related("user").order_by("user__name")
    ]


def _only_in_a_demonstration() -> None:
    if not settings.DEMO:
        raise NotADemonstration("This is not a demonstration.")
