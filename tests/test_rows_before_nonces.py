"""Rows that were there before nonces keep their links, codes and keys, so that nothing in a mailbox breaks (adr/0023)."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test import Client
from django.urls import reverse
from time_machine import travel

from core.nonces import Nonced
from messaging.content.opt_out_links import token_of
from messaging.kinds import registry as kinds
from messaging.letters import codes
from messaging.letters import services as letters
from messaging.models import Letter, Message
from participants.models import Participant
from participants.personal_links.links import digest_of
from participants.tests.factories import PersonFactory
from sessions.reminders import scheduling
from sessions.tests import factories as make
from sessions.tests.factories import NOW
from sessions.waiting_list import services as waiting_list
from tests.test_numbers_that_come_back import MAKERS, OfficerFactory, placed_by_post

pytestmark = pytest.mark.django_db
ROWS = [model for model in apps.get_models() if issubclass(model, Nonced) and not model._meta.proxy]


def _keyed(text: str) -> bytes:
    return hmac.new(settings.LINK_KEY.encode(), text.encode(), hashlib.sha256).digest()


def token_before(purpose: str, number: int) -> str:
    """The formula of the releases before."""
    return base64.urlsafe_b64encode(_keyed(f"{purpose}:{number}:1")).rstrip(b"=").decode()


def code_before(message: Message) -> str:
    number, letters_of_it = int.from_bytes(_keyed(f"letter_code:{message.pk}")), ""
    for _ in range(codes.LENGTH):
        number, place = divmod(number, len(codes.ALPHABET))
        letters_of_it += codes.ALPHABET[place]
    return letters_of_it


def _tables() -> dict[str, int]:
    """The file of each table: another one after it was rewritten."""
    names = [model._meta.db_table for model in ROWS]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t, pg_relation_filenode(t::regclass) FROM unnest(%s::text[]) AS t", [names])
        return dict(cursor.fetchall())


def through_the_migration() -> None:
    """These rows as the release before would have written them, and then the migration of each room."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    # Each operation in earnest, but the models drawn three times in all: Django draws them anew for each operation.
    loader = MigrationLoader(None)
    ours = [
        (label, operation)
        for (label, name), found in loader.disk_migrations.items()
        if name.endswith("_nonces")
        for operation in found.operations
    ]
    before = ProjectState.from_apps(apps)
    for model in ROWS:
        before.remove_field(model._meta.app_label, model._meta.model_name, "nonce")
    between = before.clone()
    for label, operation in ours[::2]:
        operation.state_forwards(label, between)
    after = between.clone()
    for label, operation in ours[1::2]:
        operation.state_forwards(label, after)
    steps = {migrations.AddField: (before, between), migrations.AlterField: (between, after)}
    with connection.schema_editor() as editor:
        for label, operation in reversed(ours):
            old, new = steps[type(operation)]
            operation.database_backwards(label, editor, new, old)
    with connection.cursor() as cursor:
        for link in (link for table in MAKERS for link in table.objects.defer("nonce")):
            digest = digest_of(token_before(link.PURPOSE, link.pk))
            cursor.execute(
                f"UPDATE {link._meta.db_table} SET digest = %s WHERE id = %s",  # noqa: S608
                [digest, link.pk],
            )
        cursor.execute(r"UPDATE messaging_message SET key = regexp_replace(key, '\.[0-9a-f-]{36}', '', 'g')")
    for letter in Letter.objects.all():
        code = code_before(Message(pk=letter.message_id))
        Letter.objects.filter(pk=letter.pk).update(digest=codes.digest_of(code))
    stood = _tables()
    with connection.schema_editor() as editor:
        for label, operation in ours:
            operation.database_forwards(label, editor, *steps[type(operation)])
    assert _tables() == stood, "a table was rewritten"


@pytest.fixture
def sweep() -> Callable:
    def all_of_them() -> int:
        return scheduling.queue_due_reminders(now=NOW) + waiting_list.queue_still_on_list(now=NOW)

    return all_of_them


def test_what_was_mailed_before_goes_on_working_and_nothing_is_promised_twice(client: Client, sweep):
    cohort = make.cohort()
    links = [maker(cohort, PersonFactory()) for maker, _ in MAKERS.values()]
    letter, person = placed_by_post(cohort), Participant.objects.earliest("pk")
    sweep()
    through_the_migration()

    for link, (_, page) in zip(links, MAKERS.values(), strict=True):
        old = token_before(link.PURPOSE, link.pk)
        again = type(link).objects.get(pk=link.pk)
        assert (again.nonce, again.token) == (None, old), "written again, a mail leads where it led"
        with travel(NOW + timedelta(minutes=5), tick=False):
            assert client.get(reverse(page, kwargs={"token": old})).status_code == 200
    person.refresh_from_db()
    assert token_of(person) == token_before("optional", person.pk)
    assert client.get(reverse("optional:stop", args=[person.pk, token_of(person)])).status_code == 200

    code = code_before(letter)
    letter = Message.objects.get(pk=letter.pk)
    letters.print_letters(message_ids=[letter.pk], by=OfficerFactory(), now=NOW)
    assert codes.typed(codes.code_of(letter)) == code
    assert codes.path_of(code, NOW)

    keys = set(Message.objects.values_list("key", flat=True))
    assert f"placed:{letter.subject_id}" in keys
    assert sweep() == 0
    assert set(Message.objects.values_list("key", flat=True)) == keys
    waits = Message.objects.filter(state=Message.State.PENDING)
    assert set(waits.filter(kinds.still_due(waits, NOW))) == set(waits)

    newer = PersonFactory()
    newer.refresh_from_db()
    assert newer.nonce


def test_a_link_that_the_release_before_made_beside_this_one_is_written_again_with_its_own_address():
    """Its process knew no nonce, and the database made one: what is stored says which formula it was."""
    link = MAKERS[next(iter(MAKERS))][0](make.cohort(), PersonFactory())
    old = token_before(link.PURPOSE, link.pk)
    type(link).objects.filter(pk=link.pk).update(digest=digest_of(old))
    assert type(link).objects.get(pk=link.pk).token == old
