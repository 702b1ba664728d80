"""Cohorts as a whole, and people between them (docs/domain.md 5.2): confirmed, too few, merged, cancelled, moved."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction

from messaging.models import Message
from referrals.models import StatusChange
from referrals.statuses import Status
from sessions import statuses
from sessions.attendance import responses
from sessions.cohorts import recruiting
from sessions.cohorts.joining import CohortClosed, TooLateToJoin
from sessions.lifecycle import services as lifecycle
from sessions.lifecycle import transfers
from sessions.lifecycle.services import AlreadyDecided, NotEnoughRoom, WordsMissing, to_decide
from sessions.lifecycle.transfers import NothingLeft, NotTheirs, SameCohort
from sessions.models import Attendance, Cohort, CohortStatusChange, Place, PlaceMove, Session
from sessions.places import completion, offers
from sessions.places import placement as places_services
from sessions.places.common import CohortFull
from sessions.reminders import scheduling
from sessions.tests import factories as make
from sessions.tests.race import audit

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_is_broken():
    yield
    assert audit() == set()


def status_of(row) -> str:
    row.refresh_from_db()
    return row.status


def seven_days_before(cohort):
    return make.session(cohort, 1).starts_at - 7 * DAY


# Confirmed, or an officer decides


def test_with_enough_people_it_is_confirmed_seven_days_before(cohort):
    for _ in range(5):
        make.placed(cohort)
    when = seven_days_before(cohort)
    assert lifecycle.confirm_due(now=when - timedelta(seconds=1)) == 0
    assert lifecycle.confirm_due(now=when) == 1
    assert lifecycle.confirm_due(now=when) == 0
    assert status_of(cohort) == Cohort.Status.CONFIRMED
    step = CohortStatusChange.objects.latest("at", "pk")
    assert (step.from_status, step.by, step.words) == ("recruiting", None, "5 people have a place.")


def test_with_too_few_nothing_happens_by_itself_and_an_officer_is_asked(cohort):
    for _ in range(4):
        make.placed(cohort)
    make.offered(cohort)  # may still say no
    when = seven_days_before(cohort)
    assert not to_decide(when - DAY).exists()
    assert lifecycle.confirm_due(now=when) == 0
    assert list(to_decide(when)) == [cohort]
    assert list(to_decide(when + 30 * DAY)) == [cohort], "it does not go away by itself"
    assert status_of(cohort) == Cohort.Status.RECRUITING


def test_an_officer_lets_it_run_and_says_why(cohort, cast):
    make.placed(cohort)
    now = seven_days_before(cohort)
    with pytest.raises(WordsMissing):
        lifecycle.run_anyway(cohort=cohort, by=cast.officer, now=now, words=" ")
    lifecycle.run_anyway(cohort=cohort, by=cast.officer, now=now, words="They know each other.")
    assert status_of(cohort) == Cohort.Status.CONFIRMED
    assert not to_decide(now).exists()
    assert CohortStatusChange.objects.latest("at", "pk").words == "They know each other."
    with pytest.raises(AlreadyDecided):
        lifecycle.run_anyway(cohort=cohort, by=cast.officer, now=now, words="Again.")


def test_a_confirmed_cohort_runs_from_its_first_register_and_still_takes_people(cohort, cast):
    make.placed(cohort)
    lifecycle.run_anyway(cohort=cohort, by=cast.officer, now=make.NOW, words="Why not.")
    make.placed(cohort)
    make.register(make.session(cohort, 1), cast.officer)
    assert status_of(cohort) == Cohort.Status.RUNNING


@pytest.mark.parametrize("status", statuses.CohortStatus.values)
def test_the_database_knows_which_state_follows_which(cohort, status):
    for to in statuses.CohortStatus.values:
        row = Cohort.objects.filter(pk=make.cohort(planned=True).pk)
        for step in {"planned": [], "cancelled": ["cancelled"], "recruiting": ["recruiting"]}.get(
            status, ["recruiting", status]
        ):
            row.update(status=step)
        if to == status or to in statuses.COHORT_MOVES.get(status, ()):
            row.update(status=to)
        else:
            with pytest.raises(IntegrityError, match="no move from"), transaction.atomic():
                row.update(status=to)


@pytest.mark.parametrize("status", statuses.SessionStatus.values)
def test_the_database_knows_which_state_of_a_session_follows_which(cohort, status):
    for to in statuses.SessionStatus.values:
        row = Session.objects.filter(pk=make.session(make.cohort(), 1).pk)
        with transaction.atomic():
            row.update(status=status)
            if to == status or to in statuses.SESSION_MOVES.get(status, ()):
                row.update(status=to)
            else:
                with pytest.raises(IntegrityError, match="no move from"), transaction.atomic():
                    row.update(status=to)
            transaction.set_rollback(True)


# Cancelled


def test_a_cancelled_cohort_sends_its_people_back_with_their_date(cohort, cast):
    long_ago = make.NOW - 40 * DAY
    place = places_services.place(
        referral=make.waiting(opted_in_at=long_ago), cohort=cohort, by=cast.officer, now=make.NOW
    )
    offered = make.offered(cohort)
    scheduling.queue_due_reminders(now=make.session(cohort, 1).starts_at - DAY + 16 * HOUR)
    with pytest.raises(WordsMissing):
        lifecycle.cancel_cohort(cohort=cohort, by=cast.officer, now=make.NOW, words="")
    lifecycle.cancel_cohort(cohort=cohort, by=cast.officer, now=make.NOW, words="No instructor.")
    assert status_of(cohort) == Cohort.Status.CANCELLED
    for each in (place, offered):
        each.refresh_from_db()
        assert (each.state, each.ended_by) == (Place.State.RETURNED, cast.officer)
        assert status_of(each.referral) == Status.WAITING
        kinds = Message.objects.filter(participant=each.participant, state=Message.State.PENDING)
        assert list(kinds.values_list("kind", flat=True)) == ["cohort_cancelled"]
    assert place.referral.opted_in_at == long_ago
    assert set(cohort.sessions.values_list("status", flat=True)) == {"cancelled_by_us"}
    assert not Attendance.objects.filter(expected=True).exists()
    with pytest.raises(AlreadyDecided):
        lifecycle.cancel_cohort(cohort=cohort, by=cast.officer, now=make.NOW, words="Again.")


def test_what_was_held_before_it_was_cancelled_stays_on_the_record(cohort, cast):
    place = make.placed(cohort)
    for number in (1, 2):
        make.register(make.session(cohort, number), cast.officer)
    assert status_of(place.referral) == Status.ACTIVE
    now = make.session(cohort, 2).ends_at + DAY
    lifecycle.cancel_cohort(cohort=cohort, by=cast.officer, now=now, words="Too few left.")
    assert status_of(place.referral) == Status.WAITING
    assert places_services.attended_count(place) == (2, 2)
    again = places_services.place(
        referral=place.referral,
        cohort=make.cohort(now=now, starts_on=(now + 9 * DAY).date()),
        by=cast.officer,
        now=now,
    )
    assert again.attendances.count() == 10


def test_nobody_is_reminded_of_a_cancelled_cohort(cohort, cast):
    """Cal.com #6973, GetTogether #260: a cancelled session still reminded."""
    make.placed(cohort)
    lifecycle.cancel_cohort(cohort=cohort, by=cast.officer, now=make.NOW, words="No instructor.")
    first = make.session_any(cohort, 1)
    for before in (32 * HOUR, HOUR):
        assert scheduling.queue_due_reminders(now=first.starts_at - before) == 0


def test_a_cancelled_session_is_no_no_show(cohort, cast):
    """Cal.com #21195: "no-show" was true on a cancelled event."""
    place = make.placed(cohort)
    lifecycle.cancel_cohort(cohort=cohort, by=cast.officer, now=make.NOW, words="No instructor.")
    assert not Session.objects.register_due(make.session_any(cohort, 10).ends_at).exists()
    assert places_services.attended_count(place) == (0, 0)


def test_a_planned_cohort_takes_nobody_until_it_is_opened(cast):
    cohort = make.cohort(planned=True)
    with pytest.raises(CohortClosed):
        make.placed(cohort)
    recruiting.start_recruiting(cohort=cohort, by=cast.officer, now=make.NOW)
    make.placed(cohort)


# Moved


def test_a_move_keeps_what_was_attended_and_goes_on_after_it(cohort, cast):
    place = make.placed(cohort)
    for number in (1, 2, 3):
        make.register(make.session(cohort, number), cast.officer)
    now = make.session(cohort, 3).ends_at + DAY
    other = make.cohort(start_time=make.SIX_PM.replace(hour=19))
    moved = transfers.move_person(place=place, to=other, by=cast.officer, now=now, words="Works late.")
    assert moved.pk == place.pk
    assert moved.cohort == other
    theirs = moved.attendances.filter(expected=True, session__cohort=other)
    assert list(theirs.order_by("session__number").values_list("session__number", flat=True)) == [
        4,
        5,
        6,
        7,
        8,
        9,
        10,
    ]
    for number in range(4, 10):
        make.register(make.session(other, number), cast.officer)
    make.register(make.session(other, 10), cast.officer, absent={place.pk})
    assert places_services.attended_count(place) == (9, 10)
    completion.complete_due_places(now=make.session(other, 10).ends_at)
    assert status_of(place.referral) == Status.COMPLETED
    move = PlaceMove.objects.get()
    assert (move.from_cohort, move.to_cohort, move.by, move.words) == (
        cohort,
        other,
        cast.officer,
        "Works late.",
    )


def test_a_move_frees_the_place_for_the_next(cast):
    cohort, other = make.cohort(capacity=1), make.cohort()
    place = make.placed(cohort)
    following = make.suited(cohort)
    transfers.move_person(place=place, to=other, by=cast.officer, now=make.NOW)
    assert status_of(following) == Status.OFFERED
    for each, taken in ((cohort, 1), (other, 1)):
        each.refresh_from_db()
        assert each.taken == taken


def test_the_old_dates_remind_nobody_and_their_links_say_so(cohort, cast):
    place = make.placed(cohort)
    other = make.cohort(starts_on=make.FIRST_DAY + 2 * DAY)
    old = make.attendance(place, 1)
    transfers.move_person(place=place, to=other, by=cast.officer, now=make.NOW)
    scheduling.queue_due_reminders(now=old.starts_at - HOUR)
    scheduling.queue_due_reminders(now=make.session(other, 1).starts_at - HOUR)
    hours = Message.objects.filter(kind="reminder_hour")
    assert not hours.filter(subject_id=old.pk, state="pending").exists()
    place.refresh_from_db()
    new = place.attendances.get(session=make.session(other, 1))
    assert hours.filter(subject_id=new.pk).exists()
    old.refresh_from_db()
    assert responses.refusal(old) is responses.InAnotherGroup
    kinds = Message.objects.filter(kind__in=["placed", "moved"]).values_list("kind", "state")
    assert set(kinds) == {("placed", "cancelled"), ("moved", "pending")}


def test_somebody_who_has_had_nothing_begins_at_one_or_two(cohort, cast):
    place = make.placed(cohort)
    early = make.cohort(starts_on=make.FIRST_DAY - 7 * DAY, now=make.NOW - 30 * DAY)
    moved = transfers.move_person(place=place, to=early, by=cast.officer, now=make.session(early, 1).ends_at)
    assert (moved.first_session, moved.attendances.filter(expected=True).count()) == (2, 9)
    earlier = make.cohort(starts_on=make.FIRST_DAY - 21 * DAY, now=make.NOW - 30 * DAY)
    with pytest.raises(TooLateToJoin):
        transfers.move_person(place=make.placed(cohort), to=earlier, by=cast.officer, now=make.NOW)


def test_a_move_that_makes_no_sense_is_refused(cohort, cast):
    place = make.placed(cohort)
    with pytest.raises(SameCohort):
        transfers.move_person(place=place, to=cohort, by=cast.officer, now=make.NOW)
    with pytest.raises(NotTheirs):
        transfers.move_person(place=make.offered(cohort), to=make.cohort(), by=cast.officer, now=make.NOW)
    full = make.cohort(capacity=1)
    make.placed(full)
    with pytest.raises(CohortFull):
        transfers.move_person(place=place, to=full, by=cast.officer, now=make.NOW)
    closed = make.cohort(planned=True)
    with pytest.raises(CohortClosed):
        transfers.move_person(place=place, to=closed, by=cast.officer, now=make.NOW)
    for number in range(1, 10):
        make.register(make.session(cohort, number), cast.officer)
    ahead = make.cohort(starts_on=make.FIRST_DAY - 7 * DAY, now=make.NOW - 30 * DAY)
    with pytest.raises(NothingLeft):
        transfers.move_person(place=place, to=ahead, by=cast.officer, now=make.session(cohort, 9).ends_at)
    place.refresh_from_db()
    assert place.cohort == cohort


def test_nobody_is_moved_into_a_session_beside_one_of_theirs(cohort, cast):
    """The session of the old cohort that has begun still binds: nobody is ever in two at once."""
    place = make.placed(cohort)
    other = make.cohort(start_time=make.SIX_PM.replace(minute=30))
    now = make.session(cohort, 1).starts_at + timedelta(minutes=5)
    make.register(make.session(cohort, 1), cast.officer, now=now)
    moved = transfers.move_person(place=place, to=other, by=cast.officer, now=now)
    assert moved.attendances.filter(expected=True, session__cohort=other).count() == 9


# Merged


def test_a_merge_moves_everybody_and_cancels_the_rest(cohort, cast):
    into = make.cohort(start_time=make.SIX_PM.replace(hour=19))
    places = [make.placed(cohort), make.placed(cohort)]
    offered = make.offered(cohort)
    there = make.placed(into)
    lifecycle.merge_cohorts(cohort=cohort, into=into, by=cast.officer, now=make.NOW + HOUR)
    assert status_of(cohort) == Cohort.Status.CANCELLED
    assert CohortStatusChange.objects.latest("at", "pk").words == f"Merged into {into}."
    into.refresh_from_db()
    assert into.taken == 4
    for place in places:
        place.refresh_from_db()
        assert (place.cohort, place.state) == (into, Place.State.TAKEN)
        kinds = Message.objects.filter(participant=place.participant, state=Message.State.PENDING)
        assert list(kinds.filter(subject_type="place").values_list("kind", flat=True)) == ["moved"]
        reminded = kinds.filter(subject_type="attendance").values_list("subject_id", flat=True)
        assert set(reminded) <= set(
            place.attendances.filter(session__cohort=into).values_list("pk", flat=True)
        )
        assert reminded
    offered.refresh_from_db()
    assert offered.state == Place.State.RETURNED
    again = Place.objects.get(referral=offered.referral, state=Place.State.HELD)
    assert (again.cohort, again.held_until) == (into, make.NOW + 73 * HOUR)
    kinds = Message.objects.filter(participant=offered.participant, state=Message.State.PENDING)
    assert list(kinds.values_list("kind", flat=True)) == ["offer"]
    assert there.attendances.filter(expected=True).count() == 10


def test_a_merge_without_room_changes_nothing(cohort, cast):
    into = make.cohort(capacity=2)
    make.placed(into)
    places = [make.placed(cohort), make.placed(cohort)]
    with pytest.raises(NotEnoughRoom):
        lifecycle.merge_cohorts(cohort=cohort, into=into, by=cast.officer, now=make.NOW)
    assert status_of(cohort) == Cohort.Status.RECRUITING
    for place in places:
        place.refresh_from_db()
        assert place.cohort == cohort
    assert not PlaceMove.objects.exists()


def test_every_move_of_status_is_written_down(cohort, cast):
    place = make.offered(cohort)
    offers.accept(place=place, now=make.NOW)
    lifecycle.cancel_cohort(cohort=cohort, by=cast.officer, now=make.NOW, words="No instructor.")
    moves = StatusChange.objects.filter(referral=place.referral).order_by("pk")
    assert list(moves.values_list("to_status", flat=True)) == ["offered", "enrolled", "waiting"]


def test_history_of_moves_cannot_be_changed(cohort, cast):
    place = make.placed(cohort)
    transfers.move_person(place=place, to=make.cohort(), by=cast.officer, now=make.NOW)
    for row in (PlaceMove.objects.all(), CohortStatusChange.objects.all()):
        with pytest.raises(Error), transaction.atomic():
            row.update(words="never happened")
        with pytest.raises(Error), transaction.atomic():
            row.delete()


def test_somebody_may_be_moved_back_to_the_cohort_they_came_from(cast):
    """Their released sessions are still on record there, so they are theirs again instead of made twice."""
    first, second = make.cohort(), make.cohort()
    place = make.placed(first)
    transfers.move_person(place=place, to=second, by=cast.officer, now=make.NOW)
    transfers.move_person(place=place, to=first, by=cast.officer, now=make.NOW + HOUR)
    theirs = Attendance.objects.filter(place=place, expected=True)
    assert theirs.filter(session__cohort=first).count() == theirs.count() == 10
