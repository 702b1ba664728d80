"""The flight plan's other half: who will hear nothing, and what will be asked for that is no message yet."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import OfficerFactory
from messaging.forecast import registry as forecast_registry
from messaging.forecast import services as forecast
from messaging.models import Message
from messaging.outbox import pauses
from messaging.outbox import queue as outbox
from sessions.message_groups import message_group
from sessions.places import placement
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.NOW
PLAN = "/admin/messaging/message/plan/"
TUESDAY = make.FIRST_DAY  # the first session, eight days ahead


def silent(now=NOW) -> dict[str, str]:
    found, count = forecast_registry.silent(now, forecast.end(now))
    assert count == len(found)
    return {str(each.person.pk): each.last for each in found}


def test_whoever_has_a_session_ahead_and_a_reminder_is_not_silent(cohort):
    make.placed(cohort)
    make.waiting()
    assert silent() == {}


def test_whoever_has_a_session_ahead_and_nothing_on_its_way_is_found_with_the_reason(cohort):
    place = make.placed(cohort)
    make.placed(cohort)
    theirs = Message.objects.filter(participant=place.participant)
    theirs.update(state="cancelled", settled_at=NOW, reason="An officer called it back.")
    assert silent() == {str(place.participant_id): "An officer called it back."}


def test_a_cohort_that_is_held_back_hears_nothing(cohort):
    place = make.placed(cohort)
    pauses.pause(why="Dates", by=OfficerFactory(), now=NOW, group=message_group(cohort.pk))
    assert silent() == {str(place.participant_id): "It is paused."}


def test_nobody_is_missed_whose_session_is_weeks_away_or_whose_place_ended(cohort):
    place = make.placed(cohort)
    Message.objects.all().delete()
    assert silent(NOW - timedelta(days=30)) == {}
    assert list(silent()) == [str(place.participant_id)]
    placement.end_place(place=place, to="not_participating", by=OfficerFactory(), now=NOW, reason="better")
    assert silent() == {}


def test_feedback_after_a_session_is_foreseen_and_goes_in_the_morning_when_it_ends_late(cohort):
    make.placed(cohort)
    make.placed(cohort)
    late = make.cohort(start_time=make.SIX_PM.replace(hour=20))
    make.placed(late)
    (feedback,) = forecast_registry.foreseen(TUESDAY, NOW, kind="feedback")
    assert (feedback.most, feedback.group) == (2, message_group(cohort.pk))
    assert feedback.at.hour in (19, 20)
    (next_day,) = forecast_registry.foreseen(TUESDAY + timedelta(days=1), NOW, kind="feedback")
    assert (next_day.group, next_day.most) == (message_group(late.pk), 1)
    assert forecast_registry.foreseen(TUESDAY, NOW, group="cohort:0") == []


def test_reminders_of_an_offer_are_foreseen(cohort):
    make.offered(cohort)
    days = [
        forecast_registry.foreseen((NOW + timedelta(days=n)).date(), NOW, kind="offer_nudge")
        for n in range(4)
    ]
    assert sum(map(len, days)) == 2


def test_the_page_tells_of_both_and_costs_the_same_with_more_people(office, cohort):
    def look() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            return office.get(f"{PLAN}?day={TUESDAY}").content.decode(), len(asked)

    make.placed(cohort)
    page, _ = look()
    assert "has one scheduled" in page
    assert "Feedback form" in page
    outbox.silence(participant=make.placed(cohort).participant, reason="Called back.", now=NOW)
    page, few = look()
    assert "1 person should" in page
    assert "Called back." in page
    for _ in range(4):
        outbox.silence(participant=make.placed(cohort).participant, reason="Called back.", now=NOW)
    page, more = look()
    assert "5 people should" in page
    assert more == few
