"""Calendar files, read back by a parser that shares no code with what wrote them."""

import re
from datetime import UTC, date, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
import time_machine
import vobject
from django.urls import reverse

from accounts.tests.factories import OfficerFactory
from core.dates import LONDON
from messaging.channels.base import OutgoingMessage
from messaging.channels.mime import compose
from messaging.content import rendering
from messaging.delivery import worker
from messaging.models import Message
from participants.tests.factories import PersonFactory
from referrals.statuses import Reason
from sessions.attendance import calendar_files
from sessions.lifecycle import services as lifecycle
from sessions.lifecycle import transfers
from sessions.models import Place, Session
from sessions.places import placement
from sessions.tests import factories as make
from sessions.tests.schedule_changes.changing import FOLLOWING, THURSDAY, cancel, heard, move, queued

pytestmark = pytest.mark.django_db


def mail_of(kind, now=make.NOW):
    return rendering.render_message(Message.objects.filter(kind=kind).latest("pk"), now)


def events(calendar):
    """Method and events of a file; nothing in it is longer than a line may be."""
    text = calendar if isinstance(calendar, str) else calendar.text
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    read = vobject.readOne(text)
    read.validate()
    if not isinstance(calendar, str):
        assert read.method.value == calendar.method
    return read.vevent_list


def could_not_be_sent(kind):
    why = "The mail server refuses it."
    Message.objects.filter(kind=kind).update(state="failed", settled_at=make.NOW, reason=why)


def by_uid(calendar):
    return {event.uid.value: event for event in events(calendar)}


def starts(calendar):
    return [event.dtstart.value for event in events(calendar)]


def test_the_mail_with_the_dates_asks_for_ten_events_of_their_own(cohort):
    place = make.placed(cohort, person=PersonFactory(email="ann@home.example"))
    mail = mail_of("placed")
    [calendar] = mail.calendars
    found = events(calendar)
    assert calendar.method == "REQUEST"
    assert len(found) == len({event.uid.value for event in found}) == 10
    assert starts(calendar) == list(cohort.sessions.order_by("number").values_list("starts_at", flat=True))
    for event in found:
        assert event.dtend.value - event.dtstart.value == timedelta(hours=1)
        assert event.sequence.value == "1"
        assert event.status.value == "CONFIRMED"
        assert len(event.attendee_list) == 1
        assert event.attendee.value == "mailto:ann@home.example"
        assert event.attendee.params["RSVP"] == ["FALSE"]
        assert event.organizer.value == "mailto:hello@itsyourmove.example"
    assert calendar.text.count("DTSTART:2026") == calendar.text.count("Z\r\nDTEND:2026") == 10
    assert place.pk


def test_an_entry_says_nothing_that_others_should_not_see(cohort):
    place = make.placed(cohort, person=PersonFactory(given_name="Zebedee"))
    [calendar] = mail_of("placed").calendars
    unfolded = calendar.text.replace("\r\n ", "")
    assert "http" not in unfolded
    assert "zoom" not in unfolded
    assert make.attendance(place, 1).link.token not in unfolded
    assert not re.search(r"pain|health|exercis|medic|patient|Zebedee", unfolded, re.IGNORECASE)
    for absent in ("LOCATION", "URL", "VALARM", "ATTACH"):
        assert f"\n{absent}" not in unfolded
    for event in events(calendar):
        assert event.summary.value == "It’s Your Move"
    assert unfolded.count("CLASS:PRIVATE") == 10


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [(date(2026, 3, 3), 18, 17), (date(2026, 9, 29), 17, 18)],
    ids=["March", "October"],
)
def test_six_in_the_evening_stays_six_in_the_evening_over_a_change_of_the_clocks(first, before, after):
    make.placed(make.cohort(starts_on=first))
    [calendar] = mail_of("placed").calendars
    moments = starts(calendar)
    assert {moment.astimezone(UTC).hour for moment in moments} == {before, after}
    assert (moments[0].hour, moments[-1].hour) == (before, after)
    assert {moment.astimezone(LONDON).hour for moment in moments} == {18}
    assert {moment.astimezone(LONDON).weekday() for moment in moments} == {1}


def test_commas_semicolons_quotes_and_emoji_come_back_whole(cohort, settings):
    settings.SERVICE_NAME = 'Move; "Meet", \\ more 🙂' + "🙂 é" * 30
    settings.SERVICE_PHONE = "01632, 960; 123"
    make.placed(cohort)
    [calendar] = mail_of("placed").calendars
    for event in events(calendar):
        assert event.summary.value == settings.SERVICE_NAME
        assert "01632, 960; 123" in event.description.value
        assert event.organizer.params["CN"] == [settings.SERVICE_NAME.replace('"', "'")]


def test_a_move_asks_for_the_same_events_again_numbered_one_higher(cohort, place):
    [before] = mail_of("placed").calendars
    move(cohort, 8, date(2026, 4, 23), scope=FOLLOWING)
    [after] = mail_of("session_moved").calendars
    assert after.method == "REQUEST"
    old, new = by_uid(before), by_uid(after)
    assert len(new) == 3
    for uid, event in new.items():
        assert int(event.sequence.value) == int(old[uid].sequence.value) + 1
        assert event.dtstart.value == old[uid].dtstart.value + timedelta(days=2)


def test_a_cancelled_session_goes_and_the_added_one_comes(cohort, place):
    [before] = mail_of("placed").calendars
    gone = make.session(cohort, 3)
    cancel(cohort, 3)
    away, added = mail_of("session_cancelled").calendars
    assert (away.method, added.method) == ("CANCEL", "REQUEST")
    [event] = events(away)
    assert event.status.value == "CANCELLED"
    assert event.dtstart.value == gone.starts_at
    assert int(event.sequence.value) > int(by_uid(before)[event.uid.value].sequence.value)
    [new] = events(added)
    assert new.dtstart.value == make.session(cohort, 10).starts_at
    assert new.uid.value not in by_uid(before)


def test_nothing_is_cancelled_that_was_never_asked_for(cohort):
    make.placed(cohort)
    could_not_be_sent("placed")
    cancel(cohort, 3)
    [added] = mail_of("session_cancelled").calendars
    assert added.method == "REQUEST"


def test_who_was_rung_has_no_file_and_nothing_to_cancel(cohort):
    place = make.placed(cohort)
    heard("placed")
    Message.objects.filter(kind="placed").update(channel="phone")
    assert calendar_files.cancel_session(place, make.session(cohort, 3), make.NOW) == []


def test_a_session_added_and_then_cancelled_goes_only_where_its_mail_went_out(cohort, place):
    cancel(cohort, 3, now=make.NOW + timedelta(minutes=1))
    tenth = make.session(cohort, 10)
    assert calendar_files.cancel_session(place, tenth, make.NOW) == []
    heard("session_cancelled")
    [away] = calendar_files.cancel_session(place, tenth, make.NOW)
    assert starts(away) == [tenth.starts_at]


def test_a_session_that_somebody_heard_of_only_when_it_moved_can_be_cancelled(cohort):
    place = make.placed(cohort)
    could_not_be_sent("placed")
    move(cohort, 3, THURSDAY)
    heard("session_moved")
    assert calendar_files.cancel_session(place, make.session(cohort, 4), make.NOW) == []
    assert len(calendar_files.cancel_session(place, make.session(cohort, 3), make.NOW)) == 1


def other_group():
    return make.cohort(starts_on=date(2026, 3, 5))


def moved_to(place, cohort, now):
    transfers.move_person(place=place, to=cohort, by=OfficerFactory(), now=now)
    place.refresh_from_db()


def test_whoever_moves_gets_the_new_dates_and_loses_the_old_ones(cohort, place):
    [before] = mail_of("placed").calendars
    moved_to(place, other_group(), make.NOW)
    new, old = mail_of("moved").calendars
    assert (new.method, old.method) == ("REQUEST", "CANCEL")
    assert by_uid(old).keys() == by_uid(before).keys()
    assert not by_uid(new).keys() & by_uid(before).keys()
    assert all(int(event.sequence.value) == 2 for event in events(old))
    assert {start.weekday() for start in starts(new)} == {3}


def test_whoever_moves_there_and_back_has_the_first_events_again_numbered_higher(cohort, place):
    [first] = mail_of("placed").calendars
    moved_to(place, other_group(), make.NOW)
    _, old = mail_of("moved").calendars
    heard("moved")
    moved_to(place, cohort, make.NOW + timedelta(minutes=5))
    new, away = mail_of("moved", make.NOW + timedelta(minutes=5)).calendars
    assert by_uid(new).keys() == by_uid(first).keys() == by_uid(old).keys()
    assert {event.sequence.value for event in events(new)} == {"3"}
    assert {start.weekday() for start in starts(away)} == {3}


def test_a_cancelled_group_takes_away_what_was_still_to_come(cohort, place):
    [before] = mail_of("placed").calendars
    now = make.session(cohort, 2).ends_at
    lifecycle.cancel_cohort(cohort=cohort, by=OfficerFactory(), now=now, words="Too few")
    [away] = mail_of("cohort_cancelled", now).calendars
    assert away.method == "CANCEL"
    gone = by_uid(away)
    assert len(gone) == 8
    assert all(
        int(event.sequence.value) > int(by_uid(before)[uid].sequence.value) for uid, event in gone.items()
    )
    assert min(starts(away)) == Session.objects.get(cohort=cohort, number=3).starts_at


def test_whoever_leaves_can_be_told_to_take_everything_out(cohort, place):
    message = Message.objects.get(kind="placed")
    placement.withdraw(place=place, by=OfficerFactory(), now=make.NOW, reason=Reason.BETTER)
    [away] = calendar_files.none_any_more(message, make.NOW)
    assert len(events(away)) == 10
    assert {event.sequence.value for event in events(away)} == {"2"}


def test_the_sent_mail_carries_the_file_and_says_its_method(cohort, smtp_sink):
    make.placed(cohort)
    Message.objects.exclude(kind="placed").delete()
    Message.objects.update(channel="smtp")
    worker.drain(now=make.NOW)
    [mail] = smtp_sink.mails
    both, file = mail.iter_parts()
    *_, calendar = both.iter_parts()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    assert len(events(calendar.get_content())) == 10
    assert file.get_filename() == "dates.ics"
    assert file.get_content().decode() == calendar.get_content()


def page_of(place, number=1):
    return reverse("sessions:dates", args=[make.attendance(place, number).link.token])


def test_the_page_of_a_link_gives_the_dates_as_a_file_that_names_nobody(client, cohort):
    place = make.placed(cohort, person=PersonFactory(email="ann@home.example"))
    [asked] = mail_of("placed").calendars
    before = Message.objects.count()
    with time_machine.travel(make.NOW, tick=False):
        page = client.get(reverse("sessions:answer", args=[make.attendance(place, 1).link.token]))
        answer = client.get(page_of(place))
        assert client.post(page_of(place)).status_code == 405
    assert page_of(place) in page.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Content-Disposition"] == 'attachment; filename="dates.ics"'
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert vobject.readOne(text).method.value == "PUBLISH"
    assert by_uid(text).keys() == by_uid(asked).keys()
    assert "ATTENDEE" not in text
    assert "ann@home" not in text.replace("\r\n ", "")
    assert Message.objects.count() == before
    assert Place.objects.get().attendances.exclude(answer="").count() == 0


def test_the_page_gives_no_file_once_the_place_is_left(client, cohort, place):
    placement.withdraw(place=place, by=OfficerFactory(), now=make.NOW, reason=Reason.BETTER)
    with time_machine.travel(make.NOW, tick=False):
        answer = client.get(page_of(place))
        assert answer.status_code == 302
        assert "calendar" not in client.get(answer["Location"]).content.decode()
        assert client.get(reverse("sessions:dates", args=["nonsense"])).status_code == 404


@pytest.mark.parametrize("kind", ["session_moved"])
def test_a_person_without_email_is_not_held_up(cohort, kind):
    make.placed(cohort, person=PersonFactory(by_phone=True))
    heard("placed")
    move(cohort, 3, THURSDAY)
    assert rendering.script(queued(kind).get(), make.NOW)


def test_a_file_survives_the_mail(cohort):
    make.placed(cohort)
    mail = mail_of("placed")
    letter = OutgoingMessage(
        "k", "ann@home.example", mail.subject, mail.text, make.NOW, mail.html, mail.calendars
    )
    read = message_from_bytes(compose(letter), policy=SMTP)
    assert next(read.iter_attachments()).get_content().decode() == mail.calendars[0].text
