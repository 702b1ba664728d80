"""“Another time suits me better”: the times a person gives by their own link, the call they are promised, and the undo."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from core import work_queue
from core.dates import LONDON, day
from core.working_days import working_days_after
from messaging.content import rendering
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.models import Availability
from participants.tests.factories import PersonFactory
from referrals.models import StatusChange
from referrals.screening import services as screening
from referrals.statuses import Status
from referrals.triage import services as triage
from sessions.lifecycle import services as lifecycle
from sessions.models import Attendance, Place, WaitingLink
from sessions.places import next_in_line, offers
from sessions.tests import factories as make
from sessions.tests.race import TO_TWO, at_once, audit, deadlocks

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TIMES = {"morning": ["0", "3"], "evening": ["4"]}
SLOTS = {(0, "morning"), (3, "morning"), (4, "evening")}
GIVE_BACK = {"answer": "other", **TIMES}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def cohort(now):
    return make.cohort(now=now, starts_on=(now + 12 * DAY).astimezone(LONDON).date(), name="Tuesdays")


@pytest.fixture
def place(cohort, now):
    return make.offered(cohort, person=PersonFactory(given_name="Síle", family_name="O’Neill"), now=now)


@pytest.fixture
def link(now):
    waits = make.waiting(person=PersonFactory(given_name="Síle"), opted_in_at=now - 30 * DAY)
    return WaitingLink.make(referral=waits, now=now, expires_at=now + 90 * DAY)


def page_of(place):
    return reverse("offers:offer", kwargs={"token": place.link.token})


def read(response):
    return " ".join(response.content.decode().split())


def send(client, place, **posted):
    response = client.post(page_of(place), posted, follow=True)
    return response.status_code, read(response)


def state_of(place):
    place.refresh_from_db()
    place.referral.refresh_from_db()
    return place.state, place.referral.status


def times_of(person):
    return set(person.availability.values_list("weekday", "part"))


def call_day(now):
    return day(working_days_after(now.astimezone(LONDON).date(), 3))


def known(person, officer, now, *slots):
    for weekday, part in slots:
        Availability.objects.create(
            participant=person, weekday=weekday, part=part, told_at=now, told_to=officer
        )


# What the page says before the place is given back


def test_one_press_gives_nothing_away_and_the_page_says_what_happens(client, place, now):
    status, text = send(client, place, answer="ask-other")
    assert status == 200
    assert state_of(place) == (Place.State.HELD, Status.OFFERED)
    assert "Give this place back, Síle?" in text
    assert "we offer it to them straight away" in text
    assert "you keep your place on our waiting list" in text
    assert f"we will call you by {call_day(now)}" in text
    assert "if the place is still free" in text
    assert "Give this place back and send my times" in text
    assert f'href="{page_of(place)}">Keep this offer' in text
    for legend in ("Mornings, 9am to noon", "Afternoons, noon to 5pm", "Evenings, 5pm to 9pm"):
        assert legend in text


def test_stored_times_are_never_shown_on_the_link(client, place, cast, now):
    known(place.participant, cast.officer, now, (0, "morning"), (5, "evening"))
    _, asked = send(client, place, answer="ask-other")
    assert " checked" not in asked
    _, given = send(client, place, **GIVE_BACK)
    assert "We have your times" in given
    for shown in (given, read(client.get(page_of(place)))):
        assert not [name for name in ("Monday", "Saturday", "orning") if f"{name}s:" in shown]
        assert "Mornings" not in shown
        assert 'type="checkbox"' not in shown


def test_a_page_without_a_time_asks_kindly_for_one_and_gives_nothing_away(client, place):
    status, text = send(client, place, answer="other")
    assert status == 400
    assert "Tick at least one time that suits you" in text
    assert state_of(place) == (Place.State.HELD, Status.OFFERED)


@pytest.mark.parametrize(
    "nonsense",
    [{"morning": "7"}, {"morning": ["0", "x\x00"]}, {"evening": "-1", "call": "on"}, {"afternoon": "²"}],
)
def test_nonsense_keeps_what_was_ticked_and_gives_nothing_away(client, place, nonsense):
    status, text = send(client, place, **({"answer": "other", "evening": ["4"]} | nonsense))
    assert status == 400
    assert "from the list" in text
    if "evening" not in nonsense:
        assert 'name="evening" type="checkbox" value="4" checked' in text
    assert state_of(place) == (Place.State.HELD, Status.OFFERED)


# Giving it back


def test_the_times_the_answer_and_the_promised_call_are_kept_together(client, place, cast, now):
    known(place.participant, cast.officer, now, (0, "morning"), (1, "afternoon"))
    listed = place.referral.opted_in_at
    _, text = send(client, place, **GIVE_BACK)
    assert state_of(place) == (Place.State.DECLINED, Status.WAITING)
    assert place.referral.opted_in_at == listed
    assert times_of(place.participant) == SLOTS
    assert set(place.participant.availability.values_list("told_to", flat=True)) == {None}
    assert "You keep your place on our waiting list." in text
    assert f"We will call you by {call_day(now)}" in text
    assert "gave their times" in StatusChange.objects.filter(referral=place.referral).latest("pk").words


def test_who_would_rather_talk_ticks_that_and_their_known_times_stay(client, place, cast, now):
    known(place.participant, cast.officer, now, (1, "afternoon"))
    _, text = send(client, place, answer="other", call="on")
    assert state_of(place) == (Place.State.DECLINED, Status.WAITING)
    assert times_of(place.participant) == {(1, "afternoon")}
    assert "We have your times" not in text
    assert f"We will call you by {call_day(now)} to ask which times suit you" in text


def test_sent_twice_from_two_tabs_is_kept_once_and_the_newest_times_count(client, place):
    for posted in (GIVE_BACK, GIVE_BACK, {"answer": "other", "afternoon": ["2"]}):
        status, text = send(client, place, **posted)
        assert status == 200
        assert "We have your times" in text
    assert times_of(place.participant) == {(2, "afternoon")}
    assert Message.objects.filter(kind="offer_declined").count() == 1
    assert StatusChange.objects.filter(referral=place.referral, to_status=Status.WAITING).count() == 1


def test_an_old_tab_changes_no_times_once_an_officer_has_spoken_with_them(client, place, cast, now):
    send(client, place, **GIVE_BACK)
    offers.follow_up(referral=place.referral, by=cast.officer, now=now)
    send(client, place, answer="other", afternoon=["2"])
    assert times_of(place.participant) == SLOTS


def test_a_no_in_another_tab_is_not_changed_into_another_time(client, place):
    send(client, place, answer="no")
    status, text = send(client, place, **GIVE_BACK)
    assert status == 409
    assert "You have already answered" in text
    assert not place.participant.availability.exists()


def test_an_offer_that_ran_out_meanwhile_takes_no_times(client, place, now):
    Place.objects.filter(pk=place.pk).update(placed_at=now - 4 * DAY, held_until=now - HOUR)
    status, text = send(client, place, **GIVE_BACK)
    assert status == 409
    assert "This offer has ended" in text
    assert not place.participant.availability.exists()


def test_who_gave_their_times_may_be_offered_a_place_before_the_call(place, now):
    elsewhere = make.cohort(now=now, starts_on=(now + 14 * DAY).astimezone(LONDON).date())
    make.fits(place.referral, elsewhere)
    slots = times_of(place.participant)
    offers.decline(place=place, other_time=True, times=slots, now=now)
    assert next_in_line.next_for(elsewhere, now=now) == place.referral
    Place.objects.filter(pk=place.pk).update(times_given=False)
    assert next_in_line.next_for(elsewhere, now=now) is None, "asked to be called, and gave no times"


# Changing their mind


def test_the_same_link_takes_the_free_place_after_all(client, place, now):
    _, text = send(client, place, **GIVE_BACK)
    assert "Changed your mind?" in text
    assert "Take this place after all" in text
    for _ in range(2):
        status, text = send(client, place, answer="after-all")
        assert status == 200
        assert "This place is yours" in text
    assert state_of(place) == (Place.State.TAKEN, Status.ENROLLED)
    assert (place.other_time, place.call_by, place.ended_at) == (False, None, None)
    assert Attendance.objects.filter(place=place, expected=True).count() == 10
    assert Message.objects.filter(kind="placed").count() == 1
    assert Message.objects.get(kind="offer_declined").state == Message.State.CANCELLED
    assert not Place.objects.to_ring().exists()
    assert audit() == set()
    status, _ = send(client, place, **GIVE_BACK)
    assert (status, state_of(place)[0]) == (409, Place.State.TAKEN)


def test_it_is_undone_for_24_hours_and_even_after_the_offer_would_have_run_out(client, place, now):
    with time_machine.travel(place.held_until - HOUR, tick=False):
        send(client, place, **GIVE_BACK)
    with time_machine.travel(place.held_until + 23 * HOUR, tick=False):
        status, text = send(client, place, answer="after-all")
    assert status == 409, "the 24 hours are over"
    assert "Call us and we will help" in text
    assert "Take this place after all" not in text
    with time_machine.travel(place.held_until + 22 * HOUR, tick=False):
        status, _ = send(client, place, answer="after-all")
    assert (status, state_of(place)[0]) == (200, Place.State.TAKEN)


def test_a_place_that_has_gone_is_told_with_the_day_of_the_call(client, place, cohort, cast, now):
    cohort.capacity = 1
    cohort.save(update_fields=["capacity"])
    following = make.suited(cohort, opted_in_at=now)
    _, text = send(client, place, **GIVE_BACK)
    following.refresh_from_db()
    assert following.status == Status.OFFERED, "the next in order is offered it at once"
    gone = f"The place has gone to someone else. You keep your place on our waiting list. We will call you by {call_day(now)}"
    assert gone in text
    assert "Take this place after all" not in text
    status, text = send(client, place, answer="after-all")
    assert status == 409
    assert gone in text
    assert state_of(place) == (Place.State.DECLINED, Status.WAITING)


@pytest.mark.parametrize("since", ["cancelled", "offered elsewhere", "left the list"])
def test_what_has_changed_since_stands_in_the_way_with_a_sentence_for_the_person(
    client, place, cast, now, since
):
    send(client, place, **GIVE_BACK)
    if since == "cancelled":
        lifecycle.cancel_cohort(cohort=place.cohort, by=cast.officer, now=now, words="Too few.")
    elif since == "offered elsewhere":
        other = make.cohort(now=now, starts_on=(now + 14 * DAY).astimezone(LONDON).date())
        offers.offer(referral=place.referral, cohort=other, by=cast.officer, now=now)
    else:
        triage.withdraw(referral=place.referral, by=cast.officer, now=now, reason="not_wanted")
    before = state_of(place)
    assert "Take this place after all" not in read(client.get(page_of(place)))
    status, text = send(client, place, answer="after-all")
    assert status == 409
    assert "You can no longer take this place" in text
    assert "Choose another group" not in text
    assert state_of(place) == before


def test_a_hold_since_asks_them_to_speak_with_us_first(client, place, cast, now):
    send(client, place, **GIVE_BACK)
    screening.hold(referral=place.referral, by=cast.officer, now=now, words="Chest pain")
    status, text = send(client, place, answer="after-all")
    assert status == 409
    assert "before you take this place" in text
    assert "Chest" not in text
    assert state_of(place) == (Place.State.DECLINED, Status.WAITING)


@pytest.mark.parametrize("answer", ["no", "leave", "yes"])
def test_no_other_answer_is_undone_by_that_press(client, place, answer):
    send(client, place, answer=answer)
    before = state_of(place)
    status, text = send(client, place, answer="after-all")
    assert status == (200 if answer == "yes" else 409)
    assert state_of(place) == before


@pytest.mark.django_db(transaction=True)
def test_the_undo_and_the_same_place_given_to_another_at_once_have_one_outcome(cast):
    before = deadlocks()
    for _ in range(5):
        now = timezone.now()
        cohort = make.cohort(now=now, capacity=1, starts_on=(now + 12 * DAY).astimezone(LONDON).date())
        place = make.offered(cohort, now=now)
        offers.decline(place=place, other_time=True, times=SLOTS, now=now)
        person, path = make.waiting(), page_of(place)

        def undo(barrier, path=path):
            barrier.wait(timeout=60)
            response = Client().post(path, {"answer": "after-all"})
            return response.status_code, response.content.decode()

        def give(barrier, person=person, cohort=cohort, now=now):
            barrier.wait(timeout=60)
            return offers.offer(referral=person, cohort=cohort, by=cast.officer, now=now)

        (status, text), given = at_once([undo, give])
        lost = isinstance(given, Place)
        assert status == (409 if lost else 302)
        if lost:
            assert "The place has gone to someone else." in text
        assert place.cohort.places.open().count() == 1
        assert audit(leaving_out=TO_TWO) == set()
    assert deadlocks() == before


@pytest.mark.django_db(transaction=True)
def test_the_undo_pressed_in_many_tabs_at_once_takes_one_place():
    now = timezone.now()
    place = make.offered(make.cohort(now=now, starts_on=(now + 12 * DAY).astimezone(LONDON).date()), now=now)
    offers.decline(place=place, other_time=True, times=SLOTS, now=now)

    def press(answer, barrier):
        barrier.wait(timeout=60)
        return Client().post(page_of(place), {**GIVE_BACK, "answer": answer}).status_code

    came = at_once([partial(press, answer) for answer in ("after-all", "other") * 4])
    assert set(came) <= {302, 409}
    assert state_of(place) == (Place.State.TAKEN, Status.ENROLLED)
    assert Message.objects.filter(kind="placed").count() == 1
    assert audit() == set()


# The call is a task


def test_the_call_is_on_the_work_queue_until_an_officer_notes_it(client, place, cast, now):
    send(client, place, **GIVE_BACK)
    panel = next(each for each in work_queue.registered() if each.name == "offers_to_ring")
    count, [row] = panel.load(now, 8)
    assert count == 1
    assert row.detail == f"asked for another time and gave their times; call by {call_day(now)}"
    assert row.urgency == ""
    due = working_days_after(now.astimezone(LONDON).date(), 3)
    assert [panel.load(now + n * (due - now.astimezone(LONDON).date()), 8)[1][0].urgency for n in (1, 2)] == [
        "amber",
        "red",
    ]
    office = sign_in(client, cast.officer)
    text = read(office.get(row.url))
    assert f"We promised to call them by {call_day(now)}" in text
    assert "Mornings: Monday, Thursday; Evenings: Friday" in text
    assert "we will not offer them a place" not in text
    refused = office.post(row.url, {"words": "x" * 1001})
    assert "1000 characters or fewer" in read(refused)
    assert office.post(row.url, {"words": "Fridays are best."}).status_code == 302
    assert panel.load(now, 8)[0] == 0
    note = place.participant.contact_notes.get()
    assert (note.words, note.channel, note.from_them, note.written_by) == (
        "Fridays are best.",
        "phone",
        False,
        cast.officer,
    )
    assert "We will call you" not in read(client.get(page_of(place)))


def test_the_call_needs_no_note(client, place, cast, now):
    offers.decline(place=place, other_time=True, now=now)
    office = sign_in(client, cast.officer)
    page = reverse("admin:cohort_sessions_place_follow_up", args=[place.pk])
    assert "we will not offer them a place that becomes free" in read(office.get(page))
    office.post(page, {})
    assert not Place.objects.to_ring().exists()
    assert not place.participant.contact_notes.exists()


def test_a_new_offer_settles_the_call(client, place, cast, now):
    offers.decline(place=place, other_time=True, times=SLOTS, now=now)
    assert Place.objects.to_ring().count() == 1
    other = make.cohort(now=now, starts_on=(now + 14 * DAY).astimezone(LONDON).date())
    again = offers.offer(referral=place.referral, cohort=other, by=cast.officer, now=now + HOUR)
    offers.decline(place=again, now=now + 2 * HOUR)
    assert not Place.objects.to_ring().exists()
    text = read(client.get(page_of(place)))
    assert "You keep your place on our waiting list." in text
    assert "We will call you" not in text


def test_officers_see_that_the_times_came_from_the_person(client, place, cast, now):
    send(client, place, **GIVE_BACK)
    office = sign_in(client, cast.officer)
    text = read(office.get(reverse("admin:participants_participant_ready", args=[place.participant_id])))
    assert f"Given by the person on {day(now)}, by their own link." in text


# The message


def words_of(place, now):
    message, kind = (
        Message.objects.get(kind="offer_declined", subject_id=place.pk),
        kinds.get("offer_declined"),
    )
    return rendering.render(kind, kind.context(message, now)).text


def test_the_message_says_the_day_of_the_call_and_how_to_change_their_mind(place, now):
    offers.decline(place=place, other_time=True, times=SLOTS, now=now)
    text = words_of(place, now)
    assert f"We will call you by {call_day(now)}" in text
    assert "Changed your mind?" in text
    assert "offered it to someone else" not in text
    assert "which times suit you" not in text


def test_the_message_promises_no_call_that_was_made_already(place, cast, now):
    offers.decline(place=place, other_time=True, now=now, by=cast.officer)
    offers.follow_up(referral=place.referral, by=cast.officer, now=now)
    assert "We will call you" not in words_of(place, now)


# The link of somebody who waits


def waiting_page(link):
    return reverse("waiting:waiting", kwargs={"token": link.token})


def test_who_waits_sends_their_times_and_nobody_need_call(client, link, cast, now):
    person = link.referral.participant
    known(person, cast.officer, now, (1, "afternoon"))
    asked = read(client.post(waiting_page(link), {"answer": "ask-times"}))
    assert "Which times suit you now, Síle?" in asked
    assert " checked" not in asked
    link.refresh_from_db()
    assert (link.times_changed_at, link.times_given_at) == (None, None)
    for _ in range(2):
        text = read(client.post(waiting_page(link), {"answer": "times", **TIMES}, follow=True))
        assert "We have your times" in text
        assert "Mornings" not in text
    assert times_of(person) == SLOTS
    assert not WaitingLink.objects.to_ask_about_times(now).exists()


def test_who_waits_and_would_rather_talk_is_called(client, link, now):
    text = read(client.post(waiting_page(link), {"answer": "times"}))
    assert "Tick at least one time that suits you" in text
    text = read(client.post(waiting_page(link), {"answer": "times", "call": "on", **TIMES}, follow=True))
    assert "we will call you" in text
    assert times_of(link.referral.participant) == SLOTS
    assert WaitingLink.objects.to_ask_about_times(now).count() == 1


@pytest.mark.parametrize("nonsense", [{"morning": "9"}, {"evening": "\x00"}])
def test_nonsense_on_the_waiting_page_is_no_answer(client, link, nonsense):
    response = client.post(waiting_page(link), {"answer": "times", **nonsense})
    assert response.status_code == 400
    assert not link.referral.participant.availability.exists()


def test_who_would_rather_talk_is_offered_nothing_before_the_call_though_they_ticked_times(client, place):
    status, _ = send(client, place, **GIVE_BACK, call="on")
    assert status == 200
    place.refresh_from_db()
    assert not place.times_given
    assert times_of(place.participant) == SLOTS
