"""After MESSAGE_KEY was changed: stored secrets are re-encrypted, so that the old key can be removed.

Each row is changed by itself, and only while it is as it was read: nothing is locked, what a running process writes
meanwhile stays, and a run that was cut short is simply run again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from allauth.mfa.models import Authenticator

from accounts.sign_in import second_factor
from core.encryption import Box, CannotBeOpened
from messaging.content import secrets
from messaging.models import Message
from messaging.restores import database_identity
from referrals.models import Spreadsheet, spreadsheet_box

ROWS_AT_ONCE = 500


@dataclass
class Rotation:
    """How many secrets were sealed anew, still need an old key, and open with no key that is set."""

    sealed_anew: int = 0
    still_old: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Sealed:
    """One stored secret; `replace` answers 1 when its row took another, 0 when it had changed meanwhile."""

    box: Box
    secret: bytes
    replace: Callable[[bytes], int]


def rotate() -> Rotation:
    """Seal with MESSAGE_KEY what an old key had sealed, then look at everything once more."""
    done = Rotation()
    database_identity.refresh()  # the word by which `restored` knows the keys
    for each in _stored():
        try:
            anew = each.box.sealed_anew(each.secret)
        except CannotBeOpened:
            continue
        if anew != each.secret:
            done.sealed_anew += each.replace(anew)
    for each in _stored():
        try:
            done.still_old += each.box.sealed_anew(each.secret) != each.secret
        except CannotBeOpened:
            done.lost += 1
    done.still_old += database_identity.needs_old_key()
    return done


def _stored() -> Iterator[Sealed]:
    box = second_factor.box()
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", "data")
    for pk, data in factors.iterator(chunk_size=ROWS_AT_ONCE):
        for name in data.keys() & {"secret", "seed"}:  # of the app, of the recovery codes
            yield Sealed(box, data[name].encode(), partial(_in_factor, pk, data, name))
    box = secrets.box()
    messages = Message.objects.filter(secret__isnull=False).values_list("pk", "secret")
    for pk, secret in messages.iterator(chunk_size=ROWS_AT_ONCE):
        if secret:
            yield Sealed(box, bytes(secret), partial(_in_message, pk, bytes(secret)))

    box = spreadsheet_box()
    sheets = Spreadsheet.objects.unused().values_list("pk", "content", "verdicts")
    for pk, *sealed in sheets.iterator(chunk_size=1):  # each may hold megabytes
        for name, secret in zip(("content", "verdicts"), sealed, strict=True):
            if secret is not None:
                yield Sealed(box, bytes(secret), partial(_in_sheet, pk, name, bytes(secret)))


def _in_sheet(pk: int, name: str, secret: bytes, anew: bytes) -> int:
    return Spreadsheet.objects.filter(pk=pk, **{name: secret}).update(**{name: anew})


def _in_factor(pk: int, data: dict, name: str, anew: bytes) -> int:
    return Authenticator.objects.filter(pk=pk, data=data).update(data=data | {name: anew.decode()})


def _in_message(pk: int, secret: bytes, anew: bytes) -> int:
    return Message.objects.filter(pk=pk, secret=secret).update(secret=anew)
