"""Whether this is the database that sent the messages, or a copy restored from a backup.

One row keeps the cluster's system identifier and the database's oid. In a database that was restored they differ, and
nothing is sent until `manage.py restored` has run. A failover to a standby changes neither (a standby is the same
cluster byte for byte), so sending goes on. A restore of the whole cluster (`pg_basebackup`, a snapshot of the disk)
changes neither as well: `manage.py restored --mark` must follow it (`mark_restored`). After `pg_upgrade` the
identifier is another one, although nothing was lost: `manage.py restored --nothing-lost`.
"""

import hashlib
import hmac
import logging

from django.conf import settings
from django.db import connection

from messaging.content import secrets
from messaging.models import DatabaseIdentity
from participants.personal_links.links import link_keys

log = logging.getLogger(__name__)

WORD = "It’s Your Move"
RUN_RESTORED = "The database was restored from a backup: nothing is being sent. Run manage.py restored."


def is_here() -> bool:
    """Whether messages may be sent from this database; one small query."""
    return DatabaseIdentity.objects.here().exists()


def may_send() -> bool:
    """The same; says in the log what to do when not."""
    if is_here():
        return True
    log.error("the database was restored from a backup: nothing is being sent; run manage.py restored")
    return False


def take(model: type[DatabaseIdentity] = DatabaseIdentity) -> None:
    """Write down that this database is the one that sends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, (SELECT oid::bigint FROM pg_database WHERE datname = current_database())"
            " FROM pg_control_system()"
        )
        system, database = cursor.fetchone()
    model.objects.update_or_create(
        pk=1,
        defaults={
            "system_identifier": system,
            "database_oid": database,
            "site_origin": settings.SITE_ORIGIN,
            "sealed_word": secrets.seal(WORD),
            "signed_word": _signed(settings.LINK_KEY),
        },
    )


def mark_restored() -> None:
    """From now on nothing is sent until `manage.py restored` has run: after a restore that changes no identifier."""
    DatabaseIdentity.objects.update(system_identifier=0)


def is_marked() -> bool:
    return DatabaseIdentity.objects.filter(system_identifier=0).exists()


def needs_old_key() -> bool:
    """Whether a key of today is not the one that `restored` would know this database by."""
    row = DatabaseIdentity.objects.first()
    if row is None:
        return False
    sealed = bytes(row.sealed_word)
    try:
        fits = secrets.box().sealed_anew(sealed) == sealed
    except secrets.CannotBeOpened:
        fits = False
    return not fits or not hmac.compare_digest(_signed(settings.LINK_KEY), row.signed_word)


def refresh() -> None:
    """Follow a changed SITE_ORIGIN and rotated keys; not in a restored database, nor with keys that decrypt nothing."""
    row = DatabaseIdentity.objects.here().first()
    if row and not wrong_keys(row):
        take()


def wrong_keys(row: DatabaseIdentity) -> list[str]:
    """The names of the settings that do not fit this database."""
    wrong = []
    try:
        opened = secrets.open(row.sealed_word) == WORD
    except secrets.CannotBeOpened:
        opened = False
    if not opened:
        wrong.append("MESSAGE_KEY")
    if not any(hmac.compare_digest(_signed(key), row.signed_word) for key in link_keys()):
        wrong.append("LINK_KEY")
    return wrong


def after_migrate(**kwargs: object) -> None:
    """On Django's signal. `flush` sends it too, without a plan: the row that it took away is written again.

    `migrate` itself never writes a row that is missing: that would let a backup that was cut off send.
    """
    if DatabaseIdentity._meta.db_table not in connection.introspection.table_names():
        return
    if "plan" in kwargs:
        refresh()
    elif not DatabaseIdentity.objects.exists():
        take()


def _signed(key: str) -> str:
    return hmac.new(key.encode(), WORD.encode(), hashlib.sha256).hexdigest()
