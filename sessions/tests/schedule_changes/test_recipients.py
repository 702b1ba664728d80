"""What people are told when their sessions move: once each, and from the time that they have in mind."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from messaging.content import rendering
from messaging.delivery import worker
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason
from sessions.models import Session
from sessions.notifications import schedule_changes as schedule_change_notifications
from sessions.places import placement
from sessions.tests import factories as make
from sessions.tests.schedule_changes.changing import (
    FOLLOWING,
    THURSDAY,
    heard,
    move,
    queued,
    still_due,
    words,
)

pytestmark = pytest.mark.django_db


def test_one_mail_a_person_lists_old_and_new_dates_in_our_time(cohort, cast):
    person = PersonFactory(given_name="Síle", preferred_name="Síle D'A’", family_name="O'Neill")
    place = make.placed(cohort, person=person)
    make.placed(make.cohort())  # of another cohort: hears nothing
    heard("placed")
    move(cohort, 9, date(2026, 5, 5), scope=FOLLOWING)
    message = queued("session_moved").get()
    assert (message.subject_type, message.subject_id, message.participant) == ("place", place.pk, person)
    assert message.expires_at == make.session(cohort, 9).starts_at
    mail = words(message)
    assert mail.subject == "2 of your sessions have moved"
    link = f"{settings.SITE_ORIGIN}/s/{make.attendance(place, 9).link.token}/"
    assert (
        mail.text
        == f"""Hello Síle D'A’,

We have had to move 2 of your sessions. We are sorry if that is difficult.

Session 9 is now on Tuesday 5 May 2026, 6pm to 7pm UK time.
It was on Tuesday 28 April 2026, 6pm to 7pm UK time.

Session 10 is now on Tuesday 12 May 2026, 6pm to 7pm UK time.
It was on Tuesday 5 May 2026, 6pm to 7pm UK time.

Your other sessions do not change. If you have already told us if you are coming, tell us again for \
the new times. We will ask you before each session. Either answer is fine. This is your page for the first of them:

{link}

If a new time does not suit you, or you want to talk, call us on 01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_the_mail_says_the_time_of_the_clocks_on_each_day_not_of_the_day_it_is_written(cohort, place):
    """The trap of mails in the wrong zone: from winter time over the change into summer time."""
    move(cohort, 4, date(2026, 3, 31), time(18, 0), scope=FOLLOWING)
    text = words(queued("session_moved").get()).text
    assert "now on Tuesday 31 March 2026, 6pm to 7pm UK time" in text
    assert "It was on Tuesday 24 March 2026, 6pm to 7pm UK time" in text
    assert make.session(cohort, 4).starts_at.hour == 17


def test_the_mail_about_one_session_and_the_call_to_a_person_with_only_a_telephone(cohort):
    make.placed(cohort, person=PersonFactory(given_name="Una", by_phone=True))
    heard("placed")
    move(cohort, 3, THURSDAY)
    message = queued("session_moved").get()
    assert message.channel == Message.Channel.PHONE
    assert words(message).subject == "Your session has moved to Thursday 19 March 2026"
    script = rendering.script(message, make.NOW)
    assert "Session 3 is now on Thursday 19 March 2026, 6pm to 7pm UK time." in script
    assert "http" not in script
    session = make.session(cohort, 3)
    assert rendering.response_url(message) == f"/admin/cohort_sessions/session/{session.pk}/register/"


def test_the_mail_is_not_due_once_the_session_moved_again_was_cancelled_or_began_or_the_person_left(
    cohort, place, cast
):
    move(cohort, 3, THURSDAY)
    message = queued("session_moved").get()
    starts_at = make.session(cohort, 3).starts_at
    assert still_due(message)
    assert not still_due(message, starts_at)

    with transaction.atomic():
        sid = transaction.savepoint()
        make.cancelled(cohort, 3)
        assert not still_due(message)
        transaction.savepoint_rollback(sid)
        sid = transaction.savepoint()
        placement.withdraw(place=place, by=cast.officer, now=make.NOW, reason=Reason.BETTER)
        assert not still_due(message)
        transaction.savepoint_rollback(sid)
    assert still_due(message)
    move(cohort, 3, date(2026, 3, 20))
    assert not still_due(message)


def test_a_second_move_before_the_first_was_told_speaks_of_the_time_that_people_have_in_mind(cohort, place):
    move(cohort, 3, THURSDAY, scope=FOLLOWING)
    first = queued("session_moved").get()
    move(cohort, 3, date(2026, 3, 20))
    first.refresh_from_db()
    assert (first.state, first.reason) == ("cancelled", "another change came before it was sent")
    text = words(queued("session_moved").get()).text
    assert "Session 3 is now on Friday 20 March 2026" in text
    assert "It was on Tuesday 17 March 2026" in text
    assert "Session 4 is now on Thursday 26 March 2026" in text  # told by the first, which never went out
    assert "19 March" not in text


def test_a_second_move_after_the_first_was_told_speaks_of_that_alone(cohort, place):
    move(cohort, 3, THURSDAY, scope=FOLLOWING)
    heard("session_moved")
    move(cohort, 3, date(2026, 3, 20))
    text = words(queued("session_moved").get()).text
    assert "It was on Thursday 19 March 2026" in text
    assert "Session 4" not in text


def test_moved_back_before_anybody_heard_tells_nobody(cohort, place):
    move(cohort, 3, THURSDAY)
    move(cohort, 3, date(2026, 3, 17))
    assert not queued("session_moved").exists()


def test_who_has_not_had_their_first_dates_yet_gets_the_new_ones_in_that_message(cohort):
    make.placed(cohort)
    move(cohort, 3, THURSDAY)
    assert not queued("session_moved").exists()
    assert "Session 3: Thursday 19 March 2026" in words(queued("placed").get()).text


def test_the_night_holds_the_mail_back_unless_the_morning_is_too_late(cohort, place):
    night = datetime(2026, 3, 16, 22, tzinfo=UTC)
    move(cohort, 4, date(2026, 3, 26), now=night)
    assert queued("session_moved").get().not_before == datetime(2026, 3, 17, 8, tzinfo=UTC)
    early = make.cohort(start_time=time(7, 30))
    make.placed(early)
    heard("placed")
    move(early, 3, date(2026, 3, 18), time(7, 30), now=night)  # from the next morning, half past seven
    assert queued("session_moved").latest("pk").not_before == night


def test_the_mail_goes_out_once_and_the_copy_hides_the_link(cohort):
    make.placed(cohort, person=PersonFactory(made_up=True))
    heard("placed")
    move(cohort, 3, THURSDAY, scope=FOLLOWING)
    report = worker.drain(now=make.NOW)
    assert report.outcomes == {"sent": 1}
    message = Message.objects.get(kind="session_moved")
    assert "[personal link]" in message.rendered_text
    assert "Session 10 is now on Thursday 7 May 2026" in message.rendered_text
    assert make.ROOM not in message.rendered_text
    assert not worker.drain(now=make.NOW + timedelta(days=1)).outcomes


def test_a_queued_mail_about_a_time_that_has_passed_on_never_leaves(cohort):
    make.placed(cohort, person=PersonFactory(made_up=True))
    heard("placed")
    move(cohort, 3, THURSDAY)
    message = queued("session_moved").get()
    Session.objects.filter(cohort=cohort, number=3).update(schedule_version=3)
    assert worker.drain(now=make.NOW).outcomes == {"cancelled": 1}
    message.refresh_from_db()
    assert message.sent_at is None


@pytest.mark.parametrize("kind", schedule_change_notifications.KINDS, ids=lambda kind: kind.name)
def test_what_is_said_on_the_telephone_is_whole_and_holds_no_link(kind):
    for sample in kind.samples():
        spoken = render_to_string(f"{kind.template}.phone.txt", sample)
        assert settings.SERVICE_PHONE in spoken
        assert "http" not in spoken
        assert "{{" not in spoken
        assert "&#" not in spoken
        assert not re.search(r"\b(today|tomorrow|tonight|yesterday)\b", spoken, re.IGNORECASE)
