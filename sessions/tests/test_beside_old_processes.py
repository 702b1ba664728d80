"""A process of the release before nonces may still move or cancel after the migration: its keys have no nonce (adr/0023)."""

import pytest
from django.db.models import F, Func, Value

from messaging.models import Message
from sessions.reminders import scheduling
from sessions.tests import factories as make
from sessions.tests.schedule_changes.changing import THURSDAY, cancel, heard, move, queued, still_due, words

pytestmark = pytest.mark.django_db


def as_written_before_nonces(message: Message) -> Message:
    pattern = r"\.[0-9a-f-]{36}"
    bare = Func(F("key"), Value(pattern), Value(""), Value("g"), function="REGEXP_REPLACE")
    Message.objects.filter(pk=message.pk).update(key=bare)
    before, message.key = message.key, Message.objects.get(pk=message.pk).key
    assert message.key != before, "the row has a nonce, and the key does not"
    return message


def test_a_move_is_told_and_no_later_one_is_taken_for_it(cohort, place):
    move(cohort, 3, THURSDAY)
    message = as_written_before_nonces(queued("session_moved").get())
    assert still_due(message)
    move(cohort, 3, THURSDAY.replace(day=20))
    assert not still_due(message)


def test_a_move_that_was_never_told_is_not_what_people_have_in_mind(cohort, place):
    move(cohort, 3, THURSDAY)
    as_written_before_nonces(queued("session_moved").get())
    move(cohort, 3, THURSDAY.replace(day=20))
    assert "It was on Tuesday 17 March 2026" in words(queued("session_moved").get()).text


def test_a_cancelled_session_is_told(cohort, place):
    cancel(cohort, 3)
    assert still_due(as_written_before_nonces(queued("session_cancelled").get()))


def test_other_dates_of_an_offer_are_told_and_earlier_ones_are_not(cohort):
    make.offered(cohort)
    heard("offer")
    move(cohort, 3, THURSDAY)
    message = as_written_before_nonces(queued("offer_changed").get())
    assert still_due(message)
    move(cohort, 3, THURSDAY.replace(day=20))
    assert not still_due(message)


def test_a_reminder_goes_once_for_it_is_written_anew_by_the_sweep(cohort, place):
    """Were its key taken too, both would go: the sweep, unlike the one-off mails above, writes what is missing."""
    message = as_written_before_nonces(queued("reminder_week").first())
    assert not still_due(message)
    assert scheduling.queue_due_reminders(now=make.NOW) == 1
    assert still_due(queued("reminder_week").exclude(pk=message.pk).get())
