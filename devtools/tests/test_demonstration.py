"""What `make run` shows: life on every page, nothing of the past left to send, and no second helping."""

import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import Membership, User
from core import work_queue
from core.clock import database_now
from devtools.demo import accounts as demo_accounts
from messaging.models import Message
from participants.models import Participant
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.statuses import Status
from sessions.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def furnished(django_db_setup, django_db_blocker):
    """The demonstration, made once for all tests here; gone at the end. Its own seconds: other programs may be busy."""
    from django.conf import settings

    with django_db_blocker.unblock():
        settings.DEMO, before = True, settings.DEMO
        began = time.process_time()
        with transaction.atomic():
            said()
            yield time.process_time() - began
            transaction.set_rollback(True)
        connection.close()
        settings.DEMO = before


def said():
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_second_time_it_takes_less_than_a_tenth_of_the_first(furnished):
    before = Message.objects.count(), Participant.objects.count(), Referral.objects.count()
    began = time.process_time()
    assert "already" in said()
    assert time.process_time() - began < furnished / 10
    assert (Message.objects.count(), Participant.objects.count(), Referral.objects.count()) == before


def test_every_panel_of_the_work_queue_has_work():
    now = database_now()
    empty = {panel.name for panel in work_queue.registered() if not panel.load(now, 8)[0]}
    # Nothing fails in a demonstration, nobody is recorded as dead by mistake, nobody is
    # locked out, no backup was restored, no spreadsheet was brought, and nothing is old.
    assert empty <= {
        "messages_not_sent", "died_by_mistake", "corrections", "shut_out", "restored", "past_their_time",
        "imported_to_ask",
    }  # fmt: skip


def test_the_work_queue_asks_little_with_work_in_every_panel(office, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):  # as many as the work queue may make
        assert office.get(reverse("admin:index")).status_code == 200


def test_every_status_is_somewhere():
    assert set(Referral.objects.values_list("status", flat=True)) >= {
        Status.SUBMITTED,
        Status.DECLINED,
        Status.WAITING,
        Status.ENROLLED,
        Status.ACTIVE,
        Status.COMPLETED,
    }


def test_nothing_of_the_past_is_left_to_send():
    now = database_now()
    assert not Message.objects.filter(state__in=["pending", "sending"], not_before__lt=now).exclude(
        channel__in=Message.BY_OFFICERS
    )
    assert not Message.objects.filter(state__in=["failed", "uncertain"]).exists()


def test_there_is_a_session_within_a_day_and_one_without_a_register():
    now = database_now()
    ahead = Session.objects.filter(starts_at__gt=now).order_by("starts_at").first()
    assert (ahead.starts_at - now).days <= 1
    assert Session.objects.filter(ends_at__lt=now, register_saved_at__isnull=True).count() == 1


def test_every_account_of_the_table_can_sign_in():
    emails = {account.email for account in demo_accounts.ACCOUNTS.values()}
    assert (
        set(User.objects.filter(is_active=True, email__in=emails).values_list("email", flat=True)) == emails
    )
    assert Membership.objects.filter(ended_at__isnull=True).count() == 3
    assert all(email.endswith("@example.org") for email in emails)


def test_the_office_pages_show_it(client):
    client.force_login(User.objects.get(email=demo_accounts.ACCOUNTS[demo_accounts.RECEPTION].email))
    assert client.get(reverse("referrals:list")).status_code == 200


def test_it_adds_nothing_beside_people_referred_by_hand():
    Session.objects.filter(starts_at__gt=database_now()).update(status="scheduled")
    PersonFactory(synthetic=False)
    count = Participant.objects.count()
    said()
    assert Participant.objects.count() == count


def test_it_is_refused_outside_a_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_the_table_says_where_everybody_goes_and_fits_a_terminal():
    table = demo_accounts.table("http://localhost:8123")
    for needed in (
        "http://localhost:8123/sign-in/",
        "http://localhost:8123/dev/mail/",
        "officer@example.org",
    ):
        assert needed in table
    assert max(map(len, table.splitlines())) <= 100
