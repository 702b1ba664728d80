"""The mail with the code, whole, as a person with an apostrophe in the name reads it."""

import re
from datetime import UTC, datetime

import pytest

from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in
from core.clock import database_now
from messaging.content import rendering
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import queue as outbox

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)  # the day after the clocks went forward

TEXT = """Hello Sam O'Brien & Co,

Your code to sign in is:

BCDF-GHJK

Enter it on the page where you asked for it. It works once and expires at 1:15pm UK time.

If you did not ask for a code, someone may have entered your address by mistake. You do not need to do anything, \
because no one can use the code without this email. Do not give it to anyone. Our team will never ask you for it.

If you need help, call us on 01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""


@pytest.mark.django_db
def test_the_mail_says_all_and_its_copy_keeps_no_code():
    sam = factories.person(name="Sam O'Brien & Co")
    outbox.queue(
        key="sign_in_code:test",
        kind="sign_in_code",
        subject_type="user",
        subject_id=sam.pk,
        user=sam,
        now=NOW,
        expires_at=NOW.replace(minute=15),
        secret="BCDF-GHJK",
    )
    mail = rendering.render_message(Message.objects.get(), NOW)
    assert mail.subject == "Your code to sign in to It’s Your Move"
    assert mail.text == TEXT
    assert mail.copy == TEXT.replace("BCDF-GHJK", "[code]")
    assert "BCDF" not in mail.subject


def test_codes_are_urgent_and_know_no_quiet_hours():
    kind = kinds.get("sign_in_code")
    assert kind.urgent
    assert not kind.quiet
    for sample in kind.samples():
        assert sample["code"] in rendering.render(kind, sample).text


@pytest.mark.django_db(transaction=True)
def test_the_code_that_arrives_by_mail_opens_the_door(client, smtp_sink):
    sam = factories.referrer(name="Sam O'Brien & Co", email="sam@riverbank.example")
    ask_for_code(client, sam.email)
    worker.drain(now=database_now())
    [letter] = smtp_sink.mails
    code = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", letter.get_body(["plain"]).get_content())[0]
    enter_code(client, code)
    assert is_signed_in(client)
    row = Message.objects.get()
    assert (row.state, row.secret) == ("sent", None)
    assert code not in row.rendered_text
