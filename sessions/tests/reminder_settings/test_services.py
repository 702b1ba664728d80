"""Officers change when messages go, look at the effect first, and what is written already follows."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.dates import LONDON
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.tests.factories import PersonFactory
from sessions.models import MessageTime
from sessions.places import offer_expiry
from sessions.reminder_settings import services as reminder_settings
from sessions.reminder_settings.services import NoSuchTime, NotTogether
from sessions.reminders import programme_timing, scheduling
from sessions.reminders.programme_timing import timetable_of
from sessions.reminders.timing import Kind
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(cohort):
    made = make.placed(cohort)
    scheduling.queue_due_reminders(now=make.NOW)
    return made


def change(place, kind, now=make.NOW + MINUTE, **changes):
    return reminder_settings.change_times(
        programme=place.cohort.programme, kind=kind, changes=changes, now=now
    )


def about(place, number):
    rows = Message.objects.about("attendance", make.attendance(place, number).pk)
    return {row.kind: row for row in rows}


def london(moment):
    return f"{moment.astimezone(LONDON):%d %b %H:%M}"


def test_what_nobody_has_written_is_a_starting_point_and_saving_confirms_it(cohort):
    line = timetable_of(cohort.programme)[Kind.DAY]
    assert not line.confirmed
    reminder_settings.change_times(programme=cohort.programme, kind=Kind.DAY, changes={}, now=make.NOW)
    assert timetable_of(cohort.programme)[Kind.DAY] == line
    assert timetable_of(cohort.programme)[Kind.DAY].confirmed
    assert not timetable_of(make.programme())[Kind.DAY].confirmed


def test_written_messages_take_the_new_time_in_the_same_step_and_their_keys_stay(place):
    before = about(place, 1)[Kind.DAY]
    change(place, Kind.DAY, at=time(16, 30))
    after = about(place, 1)[Kind.DAY]
    assert (after.pk, after.key) == (before.pk, before.key)
    assert london(after.not_before) == "02 Mar 16:30"
    assert after.next_try_at == after.not_before
    assert about(place, 1)[Kind.THREE_DAYS].expires_at == after.not_before
    change(place, Kind.HOUR, minutes=90)
    assert london(about(place, 1)[Kind.HOUR].not_before) == "03 Mar 16:30"
    assert about(place, 1)[Kind.DAY].expires_at == about(place, 1)[Kind.HOUR].not_before


def test_what_went_already_does_not_go_again_at_a_later_time(place):
    Message.objects.filter(kind=Kind.WEEK).update(
        state="sent", sent_at=make.NOW, settled_at=make.NOW, rendered_text="x"
    )
    change(place, Kind.WEEK, days=6)
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    week = about(place, 1)[Kind.WEEK]
    assert (week.state, london(week.not_before)) == ("sent", "24 Feb 10:00")


def test_switching_off_calls_back_and_switching_on_again_takes_up(place):
    change(place, Kind.THREE_DAYS, active=False)
    called_back = about(place, 1)[Kind.THREE_DAYS]
    assert (called_back.state, bool(called_back.reason)) == ("cancelled", True)
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    assert about(place, 1)[Kind.THREE_DAYS].state == "cancelled"
    change(place, Kind.THREE_DAYS, active=True, days=4, now=make.NOW + 3 * MINUTE)
    again = about(place, 1)[Kind.THREE_DAYS]
    assert (again.state, again.reason, london(again.not_before)) == ("pending", "", "27 Feb 10:00")


def test_what_an_officer_called_back_stays_called_back(place):
    Message.objects.filter(kind=Kind.DAY).update(
        state="cancelled", reason="An officer stopped it.", settled_at=make.NOW
    )
    change(place, Kind.DAY, at=time(16))
    scheduling.queue_due_reminders(now=make.NOW + 2 * MINUTE)
    assert about(place, 1)[Kind.DAY].state == "cancelled"


def test_another_programme_is_left_alone(place):
    other = make.placed(make.cohort(start_time=time(11)))
    scheduling.queue_due_reminders(now=make.NOW)
    change(place, Kind.DAY, at=time(16))
    assert london(about(other, 1)[Kind.DAY].not_before) == "02 Mar 10:00"


def test_a_sweep_that_read_the_old_times_is_mended_by_the_next(place):
    """Whoever wrote rows while the times were being changed did not see them."""
    change(place, Kind.DAY, at=time(16))
    Message.objects.filter(kind=Kind.DAY).update(not_before=make.NOW, next_try_at=make.NOW)
    scheduling.queue_due_reminders(now=make.NOW + 5 * MINUTE)
    assert london(about(place, 1)[Kind.DAY].not_before) == "02 Mar 16:00"


@pytest.mark.parametrize(
    ("kind", "changes", "refusal"),
    [
        (Kind.TECH_CHECK, {"days": 0}, NoSuchTime),
        (Kind.DAY, {"days": 0}, NotTogether),
        (Kind.DAY, {"days": 5}, NotTogether),
        (Kind.DAY, {"at": time(7, 59)}, NoSuchTime),
        (Kind.DAY, {"at": time(20)}, NoSuchTime),
        (Kind.HOUR, {"minutes": 0}, NoSuchTime),
        (Kind.HOUR, {"minutes": 241}, NoSuchTime),
        (Kind.DAY, {"ways": ["pigeon"]}, NoSuchTime),
        (Kind.DAY, {"ways": []}, NoSuchTime),
        (Kind.OFFER_NUDGE, {"repeats": [60, 24]}, NotTogether),
        (Kind.OFFER_NUDGE, {"repeats": [80]}, NotTogether),
        (Kind.STILL_ON_LIST, {"repeats": [0]}, NoSuchTime),
    ],
)
def test_times_that_cannot_be_are_refused_and_nothing_changes(place, kind, changes, refusal):
    before = list(Message.objects.order_by("pk").values_list("pk", "not_before", "state"))
    with pytest.raises(refusal):
        change(place, kind, **changes)
    assert not MessageTime.objects.exists()
    assert list(Message.objects.order_by("pk").values_list("pk", "not_before", "state")) == before


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"at": time(1, 30)}, "message_time_as_its_anchor_says"),
        ({"kind": "still_on_list"}, "message_time_of_a_programme"),
        ({"kind": "singing_telegram"}, "message_time_kind_known"),
        ({"until": "for_ever"}, "message_time_until_known"),
        ({"days": 29}, "message_time_four_weeks_before_at_most"),
        ({"repeats": [1]}, "message_time_repeats_as_its_anchor_says"),
        ({"only_session": 11}, "message_time_of_a_session"),
        ({"ways": ["pigeon"]}, "message_time_ways_known"),
    ],
)
def test_the_database_refuses_what_could_stop_every_message(wrong, rule):
    facts = {
        "programme": make.programme(),
        "kind": Kind.DAY,
        "anchor": "session_day",
        "days": 1,
        "at": time(10),
        "until": "next",
        "ways": ["email"],
        "changed_at": make.NOW,
    }
    MessageTime.objects.create(**{**facts, "programme": make.programme()})
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        MessageTime.objects.create(**(facts | wrong))


def test_offers_are_repeated_at_the_programmes_hours(cohort):
    reminder_settings.change_times(
        programme=cohort.programme, kind=Kind.OFFER_NUDGE, changes={"repeats": [12]}, now=make.NOW
    )
    make.offered(cohort)
    Message.objects.filter(kind="offer").update(state="sent", sent_at=make.NOW, settled_at=make.NOW)
    queued = [
        offer_expiry.queue_due_nudges(now=make.NOW + timedelta(hours=hours)) for hours in (11, 12, 24, 60)
    ]
    assert queued == [0, 1, 0, 0]


# In which order of ways


@pytest.fixture
def texts(settings):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY = "http://127.0.0.1:9/", "key"
    settings.EMAIL_CHANNEL = "smtp"


def reached(place, kind=Kind.DAY):
    return about(place, 1)[kind].channel


def test_what_is_written_goes_the_new_way_at_once_and_back_again(texts, cohort):
    place = make.placed(cohort, person=PersonFactory(phone="+447700900123"))
    scheduling.queue_due_reminders(now=make.NOW)
    assert reached(place) == "smtp"
    change(place, Kind.DAY, ways=["sms", "email", "phone"])
    assert (reached(place), reached(place, Kind.HOUR)) == ("sms", "smtp")  # this kind alone
    change(place, Kind.DAY, ways=["phone"])
    assert reached(place) == "phone"
    change(place, Kind.DAY, ways=["email", "sms", "phone"])
    assert reached(place) == "smtp"


def test_a_programmes_order_holds_for_what_is_promised_later_and_for_no_other_programme(texts, cohort):
    reminder_settings.change_times(
        programme=cohort.programme, kind=Kind.DAY, changes={"ways": ["sms", "email"]}, now=make.NOW
    )
    other = make.cohort(programme=make.programme())
    places = [make.placed(each, person=PersonFactory(phone="+447700900123")) for each in (cohort, other)]
    scheduling.queue_due_reminders(now=make.NOW)
    assert [reached(place) for place in places] == ["sms", "smtp"]


def test_the_order_still_holds_when_a_persons_details_change(texts, cohort):
    place = make.placed(cohort, person=PersonFactory(phone="+447700900123"))
    scheduling.queue_due_reminders(now=make.NOW)
    change(place, Kind.DAY, ways=["sms", "email"])
    outbox.redirect(Message.objects.filter(participant=place.participant), place.participant)
    assert (reached(place), reached(place, Kind.HOUR)) == ("sms", "smtp")


def test_reminders_of_offers_and_of_the_list_go_by_their_own_order(cohort):
    for kind in (Kind.OFFER_NUDGE, Kind.STILL_ON_LIST):
        reminder_settings.change_times(
            programme=cohort.programme, kind=kind, changes={"ways": ["phone", "email"]}, now=make.NOW
        )
    offered = make.offered(cohort)
    Message.objects.filter(kind="offer").update(state="sent", sent_at=make.NOW, settled_at=make.NOW)
    offer_expiry.queue_due_nudges(now=make.NOW + timedelta(hours=24))
    assert Message.objects.about("place", offered.pk).get(kind="offer_nudge").channel == "phone"
    chosen = programme_timing.orders({Kind.STILL_ON_LIST: [1, 2], Kind.DAY: [1]})
    assert chosen == {
        (Kind.STILL_ON_LIST, 1): ["phone", "email"],
        (Kind.STILL_ON_LIST, 2): ["phone", "email"],
    }


# The pages


def page(programme, kind=None):
    if kind is None:
        return reverse("admin:cohort_sessions_programme_message_times", args=[programme.pk])
    return reverse("admin:cohort_sessions_programme_message_time", args=[programme.pk, kind])


def opened(client, address):
    form = client.get(address).context["form"]
    return {name: form[name].value() for name in form.fields}


def test_the_page_shows_every_line_as_not_confirmed_and_what_one_person_would_get(office_today):
    programme = make.programme()
    text = office_today.get(page(programme)).content.decode()
    assert text.count("Draft") == 9
    assert "10 days before session 1, at 10:00" in text
    assert text.count("<td>Reminder, the hour before</td>") == 10
    # Sixty hours after 10am is 10pm, which is in the quiet hours: it goes in the morning.
    assert re.search(r"they do not answer\. We remind them on [^,]*, 10am, and on [^,]*, 8am\.", text)
    change = office_today.get(reverse("admin:cohort_sessions_programme_change", args=[programme.pk]))
    assert page(programme) in change.content.decode()


def test_nothing_is_saved_before_it_was_looked_at(office_today, place):
    programme = place.cohort.programme
    address = page(programme, Kind.DAY)
    posted = opened(office_today, address) | {"at": "16:30"}
    text = office_today.post(address, posted).content.decode()
    assert "Nothing is changed yet" in text
    assert "4:30pm" in text
    assert not MessageTime.objects.exists()
    assert (
        'name="at" value="16:30"' in office_today.post(address, posted | {"step": "change"}).content.decode()
    )
    assert office_today.post(address, posted | {"step": "confirm"}).status_code == 302
    assert MessageTime.objects.get().at == time(16, 30)
    assert "Confirmed</span>" in office_today.get(page(programme)).content.decode()


def test_two_officers_do_not_undo_each_others_work(office_today, place):
    programme = place.cohort.programme
    address = page(programme, Kind.DAY)
    mine = opened(office_today, address) | {"ways": "text message, email", "step": "confirm"}
    reminder_settings.change_times(programme=programme, kind=Kind.DAY, changes={"at": time(12)}, now=make.NOW)
    office_today.post(address, mine)
    line = MessageTime.objects.get()
    assert (line.at, line.ways) == (time(12), ["sms", "email"])


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (Kind.DAY, {"days": "0"}, "Enter a whole number from 1 to 28"),
        (Kind.DAY, {"days": "5"}, "must go before"),
        (Kind.DAY, {"at": "21:00"}, "We send nothing at night"),
        (Kind.DAY, {"ways": "email, pigeon"}, "not “pigeon”"),
        (Kind.DAY, {"ways": "email, email"}, "Enter each way once"),
        (Kind.HOUR, {"minutes": "²"}, "Enter a whole number from 1 to 240"),
        (Kind.OFFER_NUDGE, {"repeats": "24, x"}, "Enter whole numbers from 1 to 365"),
        (Kind.OFFER_NUDGE, {"repeats": "60, 24"}, "comes after the one before it"),
        (Kind.STILL_ON_LIST, {"repeats": "42, 50"}, "Enter one number of days"),
    ],
)
def test_what_is_wrong_is_said_beside_its_question(office_today, kind, typed, said):
    address = page(make.programme(), kind)
    response = office_today.post(address, opened(office_today, address) | typed)
    assert said in response.content.decode()
    assert not MessageTime.objects.exists()


def test_an_unknown_line_is_not_there(office_today):
    assert office_today.get(page(make.programme(), "singing_telegram")).status_code == 404


def test_the_pages_ask_the_same_few_questions_of_any_programme(
    office_today, django_assert_max_num_queries, place
):
    with django_assert_max_num_queries(9):
        office_today.get(page(place.cohort.programme))


def test_a_moment_of_the_sample_is_london_time(office_today):
    from sessions.reminder_settings.admin import _first_day

    assert _first_day(datetime(2026, 2, 23, 9, tzinfo=UTC)).isoformat() == "2026-03-24"


def test_the_pages_of_the_timetable_look_right(look, cast, place):
    programme = place.cohort.programme
    reminder_settings.change_times(programme=programme, kind=Kind.WEEK, changes={}, now=make.NOW)
    desk = look.new(user=cast.officer)
    look.go(desk, page(programme))
    look.at(desk, "timetable")
    look.go(desk, page(programme, Kind.DAY))
    look.at(desk, "timetable-line")
    desk.get_by_label("What time of day?").fill("21:00")
    desk.get_by_role("button", name="Preview messages").click()
    look.at(desk, "timetable-line-wrong")
    desk.get_by_label("What time of day?").fill("4:30pm")
    desk.get_by_role("button", name="Preview messages").click()
    look.at(desk, "timetable-preview")
    desk.get_by_role("button", name="Save this time").click()
    assert desk.get_by_text("Saved: Reminder, the day before.").is_visible()
    assert timetable_of(programme)[Kind.DAY].at == time(16, 30)
