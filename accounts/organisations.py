"""Organisations that the national list does not hold: opened here with a code of our own."""

import secrets

from django.db import IntegrityError, transaction

from accounts.models import LISTED_KINDS, LOCAL, Organisation, User
from accounts.services import AccountError

DIGITS = 6
CODE_TRIES = 20


class OnTheNationalList(AccountError):
    def __init__(self) -> None:
        super().__init__(
            "A GP practice comes from the national list. Find it by its ODS code instead of adding it."
        )


@transaction.atomic
def add_organisation(*, name: str, kind: str, by: User | None) -> Organisation:
    """Let a body that is on no national list refer from now on, known by a code like LOCAL402817.

    `kind` is one of Organisation.Kind without those that the national list holds. Raises OnTheNationalList.
    """
    if kind in LISTED_KINDS:
        raise OnTheNationalList
    for _ in range(CODE_TRIES):
        try:
            with transaction.atomic():
                code = f"{LOCAL}{secrets.randbelow(10**DIGITS):0{DIGITS}}"
                return Organisation.objects.create(ods_code=code, name=" ".join(name.split()), kind=kind)
        except IntegrityError as error:
            if "ods_code" not in str(error.__cause__):
                raise
    raise RuntimeError("No free local code was found.")
