"""Coming back to the video call after a dropped connection, and when a hold or a host says no."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.tests.factories import sign_in
from referrals.screening import services as screening
from referrals.statuses import Reason
from referrals.tests.factories import ReferralFactory
from sessions.attendance import responses
from sessions.lifecycle import transfers
from sessions.models import Attendance
from sessions.places import placement
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url
from sessions.tests.schedule_changes.changing import THURSDAY, cancel, move

pytestmark = pytest.mark.django_db

CALL_FIRST = "Call us on 01632 960 123 before you join again"
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def place(cohort):
    return make.placed(cohort)


@pytest.fixture
def attendance(place):
    return make.attendance(place, 3)


@pytest.fixture
def joined(attendance):
    """Somebody who joined five minutes before the start."""
    responses.press_join(attendance=attendance, now=attendance.starts_at - 5 * MINUTE)
    attendance.refresh_from_db()
    return attendance


def page_of(attendance):
    return reverse("sessions:answer", args=[attendance.link.token])


def look(client, attendance, when):
    with time_machine.travel(when, tick=False):
        return text_of(client.get(page_of(attendance)))


def press(client, attendance, when):
    with time_machine.travel(when, tick=False):
        return client.post(reverse("sessions:join", args=[attendance.link.token]))


@pytest.mark.parametrize(
    ("after_start", "lets_in"),
    [
        (10 * MINUTE - SECOND, True),
        (10 * MINUTE, True),
        (45 * MINUTE, True),
        (60 * MINUTE - SECOND, True),
        (60 * MINUTE, False),
    ],
)
def test_who_joined_in_time_may_join_again_until_the_session_ends(client, joined, after_start, lets_in):
    first, when = joined.joined_at, joined.starts_at + after_start
    assert ("Join again" in look(client, joined, when)) is lets_in
    response = press(client, joined, when)
    assert response.status_code == (200 if lets_in else 409)
    assert (make.ROOM in response.content.decode()) is lets_in
    joined.refresh_from_db()
    assert joined.joined_at == first


def test_a_press_in_the_last_second_keeps_the_call_open(attendance):
    responses.press_join(attendance=attendance, now=attendance.starts_at + 10 * MINUTE - SECOND)
    assert responses.press_join(attendance=attendance, now=attendance.starts_at + 59 * MINUTE) == make.ROOM


def test_the_page_says_until_when_the_call_stays_open(client, joined):
    text = look(client, joined, joined.starts_at + 20 * MINUTE)
    assert "If the call drops, you can join again until 7pm." in text
    assert "passed" not in text


def test_who_did_not_join_in_time_reads_that_the_time_has_passed_and_whom_to_call(client, attendance):
    before = look(client, attendance, attendance.starts_at)
    assert "Join by 6:10pm." in before
    assert "Join again" not in before
    late = attendance.starts_at + 10 * MINUTE
    text = look(client, attendance, late)
    assert "The time to join this session has passed." in text
    assert 'call us on <a href="tel:01632960123">01632 960 123</a>' in text
    assert "Join" not in text.split("<main")[1].split("</main>")[0]
    response = press(client, attendance, late)
    assert response.status_code == 409
    assert "The time to join this session has passed" in text_of(response)


def test_the_page_after_joining_says_how_to_come_back(client, attendance):
    text = text_of(press(client, attendance, attendance.starts_at))
    assert "If the call drops, go back to your page. You can join again until 7pm." in text


def hold(attendance, cast):
    screening.hold(
        referral=attendance.place.referral,
        by=cast.officer,
        now=attendance.starts_at + MINUTE,
        words="Felt faint",
    )


def hold_another(attendance, cast):
    """On a referral of the same person by another organisation."""
    other = ReferralFactory(participant=attendance.place.participant, organisation=cast.hilltop)
    screening.hold(referral=other, by=cast.officer, now=attendance.starts_at + MINUTE, words="Felt faint")


def stop(attendance, cast, when=None):
    responses.refuse_rejoining(
        attendance=attendance, by=cast.officer, now=when or attendance.starts_at + 5 * MINUTE
    )


@pytest.mark.parametrize("because", [hold, hold_another, stop])
def test_a_hold_or_a_host_refuses_with_the_same_words_and_the_number(client, joined, cast, because):
    because(joined, cast)
    when = joined.starts_at + 20 * MINUTE
    text = look(client, joined, when)
    assert "Join again" not in text
    assert 'Call us on <a href="tel:01632960123">01632 960 123</a> before you join again' in text
    response = press(client, joined, when)
    assert response.status_code == 409
    assert make.ROOM not in response.content.decode()
    words = text_of(response)
    assert CALL_FIRST in words
    for reason in ("hold", "faint", "not back", "host", "Okafor"):
        assert reason not in words.split("<main")[1].split("</main>")[0]


def test_a_hold_speaks_before_the_first_join_and_is_silent_after_the_end(client, attendance, cast):
    hold(attendance, cast)
    early = look(client, attendance, attendance.starts_at - timedelta(days=1))
    assert "before you join." in early
    assert "The button to join appears here" not in early
    assert "before you join" not in look(client, attendance, attendance.ends_at)


def test_the_first_is_kept_when_two_say_not_back_today_and_letting_back_in_undoes_it(joined, cast):
    first = joined.starts_at + 5 * MINUTE
    stop(joined, cast, first)
    responses.refuse_rejoining(attendance=joined, by=cast.administrator, now=first + MINUTE)
    joined.refresh_from_db()
    assert (joined.rejoin_refused_at, joined.rejoin_refused_by) == (first, cast.officer)
    with pytest.raises(responses.CallFirst):
        responses.press_join(attendance=joined, now=first + MINUTE)
    for _ in range(2):
        responses.allow_rejoining(attendance=joined, by=cast.officer, now=first + 2 * MINUTE)
    joined.refresh_from_db()
    assert (joined.rejoin_refused_at, joined.rejoin_refused_by) == (None, None)
    assert responses.press_join(attendance=joined, now=first + 2 * MINUTE) == make.ROOM


@pytest.mark.parametrize("verb", ["refuse_rejoining", "allow_rejoining"])
def test_it_is_said_from_the_start_of_the_session_to_its_end(joined, cast, verb):
    for when in (joined.starts_at - SECOND, joined.ends_at):
        with pytest.raises(responses.SessionNotOn):
            getattr(responses, verb)(attendance=joined, by=cast.officer, now=when)
    for when in (joined.starts_at, joined.ends_at - SECOND):
        getattr(responses, verb)(attendance=joined, by=cast.officer, now=when)


def test_it_is_said_only_of_people_who_joined(attendance, cast):
    with pytest.raises(responses.HasNotJoined):
        stop(attendance, cast)


def test_it_is_for_one_session_only(joined, cast):
    stop(joined, cast)
    following = make.attendance(joined.place, 4)
    assert responses.press_join(attendance=following, now=following.starts_at) == make.ROOM


def test_the_database_keeps_when_and_by_whom_together(joined, cast):
    for half in ({"rejoin_refused_at": joined.starts_at}, {"rejoin_refused_by": cast.officer}):
        with pytest.raises(IntegrityError, match="attendance_rejoin_refused_at_and_by"), transaction.atomic():
            Attendance.objects.filter(pk=joined.pk).update(**half)


def test_who_left_while_the_session_is_on_may_not_come_back(client, joined, cast):
    placement.withdraw(
        place=joined.place, by=cast.officer, now=joined.starts_at + 15 * MINUTE, reason=Reason.NOT_WANTED
    )
    when = joined.starts_at + 20 * MINUTE
    text = look(client, joined, when)
    assert "Join again" not in text
    assert "You no longer have a place in this group" in text
    assert press(client, joined, when).status_code == 409


def test_a_session_moved_after_somebody_joined_begins_again(joined):
    move(joined.session.cohort, 3, THURSDAY, now=joined.starts_at - MINUTE)
    joined.refresh_from_db()
    assert joined.joined_at is None
    with pytest.raises(responses.JoinClosed):
        responses.press_join(attendance=joined, now=joined.starts_at + 10 * MINUTE)


def test_a_session_cancelled_after_somebody_joined_has_no_call(joined):
    cancel(joined.session.cohort, 3, now=joined.starts_at - MINUTE)
    with pytest.raises(responses.SessionCancelled):
        responses.press_join(attendance=joined, now=joined.starts_at)


def moved_elsewhere(attendance, cast, now):
    other = make.cohort(start_time=make.SIX_PM.replace(hour=10), starts_on=THURSDAY)
    transfers.move_person(place=attendance.place, to=other, by=cast.officer, now=now)


def test_who_was_moved_to_another_group_before_the_start_has_no_call_here(joined, cast):
    moved_elsewhere(joined, cast, joined.starts_at - MINUTE)
    with pytest.raises(responses.InAnotherGroup):
        responses.press_join(attendance=joined, now=joined.starts_at)


def test_who_is_moved_while_the_session_is_on_keeps_this_call(joined, cast):
    moved_elsewhere(joined, cast, joined.starts_at + 20 * MINUTE)
    assert responses.press_join(attendance=joined, now=joined.starts_at + 25 * MINUTE) == make.ROOM


# --- The officers' page ------------------------------------------------------------------------------------------


@pytest.fixture
def office(client, cast, attendance):
    with time_machine.travel(attendance.starts_at + 20 * MINUTE, tick=False):
        yield sign_in(client, cast.officer)


def register_of(attendance):
    return url("session_register", attendance.session_id)


def rejoin_of(attendance):
    return url("session_rejoin", attendance.session_id, attendance.pk)


def test_an_officer_says_not_back_today_after_confirming_the_name_and_lets_them_back_in(office, joined):
    text = text_of(office.get(register_of(joined)))
    assert f'href="{rejoin_of(joined)}"' in text
    assert "Not back today" in text
    asked = text_of(office.get(rejoin_of(joined)))
    assert f"Stop {joined.participant} joining again today?" in asked
    joined.refresh_from_db()
    assert joined.rejoin_refused_at is None
    done = office.post(rejoin_of(joined), {"step": "refuse"}, follow=True)
    assert done.redirect_chain == [(register_of(joined), 302)]
    text = text_of(done)
    assert f"{joined.participant} cannot join again today." in text
    assert "Not back today: Olu Okafor, 6:20pm" in text
    text = text_of(office.post(rejoin_of(joined), {"step": "allow"}, follow=True))
    assert f"{joined.participant} can join again until the session ends." in text
    joined.refresh_from_db()
    assert joined.rejoin_refused_at is None


def test_only_people_who_joined_are_listed_and_only_while_the_session_is_on(client, cast, cohort, joined):
    absent = make.attendance(make.placed(cohort), 3)
    for minutes, listed in ((-1, False), (0, True), (59, True), (60, False)):
        with time_machine.travel(joined.starts_at + minutes * MINUTE, tick=False):
            sign_in(client, cast.officer)
            text = text_of(client.get(register_of(joined)))
        assert (rejoin_of(joined) in text) is listed, minutes
        assert rejoin_of(absent) not in text


def test_a_stale_or_made_up_press_is_answered_with_a_sentence(office, client, cohort, attendance, joined):
    with time_machine.travel(joined.ends_at, tick=False):
        text = text_of(office.post(rejoin_of(joined), {"step": "refuse"}, follow=True))
    assert "This session is not on now." in text
    joined.refresh_from_db()
    assert joined.rejoin_refused_at is None
    assert office.post(rejoin_of(joined), {"step": "nonsense"}).status_code == 200
    absent = make.attendance(make.placed(cohort), 3)
    assert "has not joined this session" in text_of(
        office.post(rejoin_of(absent), {"step": "refuse"}, follow=True)
    )
    elsewhere = url("session_rejoin", make.session(cohort, 4).pk, joined.pk)
    assert office.get(elsewhere).status_code == 404
