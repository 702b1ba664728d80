"""What tests of other rooms use too: a safety officer's signature."""

from datetime import datetime

from accounts.clinical_sign_off import health_texts, services
from accounts.models import User
from core.dates import LONDON

SAFETY_OFFICER = {
    "name": "Dr Ada Nwosu",
    "role": "Clinical safety officer",
    "registration_body": "GMC",
    "registration_number": "7654321",
}


def sign_everything(*, by: User, now: datetime, leaving_out: tuple[str, ...] = ()) -> None:
    for text in health_texts.registered():
        if text.key not in leaving_out:
            services.sign_off(
                text=text,
                shown=text.sha256,
                **SAFETY_OFFICER,
                signed_on=now.astimezone(LONDON).date(),
                by=by,
                now=now,
            )
    services.forget()  # a test's transaction never commits
