"""Giving places, and freeing them again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from messaging.models import Message
from participants.personal_links.links import digest_of
from referrals.statuses import Reason, Status
from sessions.cohorts.joining import CohortClosed, TooLateToJoin
from sessions.models import AnswerLink, Attendance, Cohort, Place, Session
from sessions.places import placement as places_services
from sessions.places.common import AlreadyPlaced, CohortFull, NotWaiting, SessionsOverlap
from sessions.places.placement import PlaceEnded, WrongEnding
from sessions.reminders import scheduling
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db


def test_place_gives_ten_attendances_with_links_and_moves_the_referral(cohort, cast):
    referral = make.waiting()
    place = places_services.place(referral=referral, cohort=cohort, by=cast.officer, now=make.NOW)

    referral.refresh_from_db()
    cohort.refresh_from_db()
    assert referral.status == Status.ENROLLED
    assert cohort.taken == 1
    change = referral.status_changes.latest("pk")
    assert (change.from_status, change.to_status, change.by) == (
        Status.WAITING,
        Status.ENROLLED,
        cast.officer,
    )
    attendances = list(place.attendances.select_related("link", "session").order_by("session__number"))
    assert [a.session.number for a in attendances] == list(range(1, 11))
    for attendance in attendances:
        assert (attendance.starts_at, attendance.ends_at) == (
            attendance.session.starts_at,
            attendance.session.ends_at,
        )
        assert attendance.link.digest == digest_of(attendance.link.token)
        assert attendance.link.expires_at == attendance.ends_at + timedelta(hours=24)
    message = Message.objects.get(kind="placed")
    assert (message.subject_type, message.subject_id, message.participant) == (
        "place",
        place.pk,
        referral.participant,
    )
    assert message.expires_at == attendances[0].starts_at


def test_place_asks_few_questions_of_the_database(cohort, cast, django_assert_max_num_queries):
    referral = make.waiting()
    with django_assert_max_num_queries(34):
        places_services.place(referral=referral, cohort=cohort, by=cast.officer, now=make.NOW)


def test_place_refuses_a_full_cohort(cast):
    cohort = make.cohort(capacity=1)
    make.placed(cohort)
    referral = make.waiting()
    with pytest.raises(CohortFull, match="This group is full"):
        places_services.place(referral=referral, cohort=cohort, by=cast.officer, now=make.NOW)
    referral.refresh_from_db()
    assert referral.status == Status.WAITING
    assert not Place.objects.filter(referral=referral).exists()


def test_place_refuses_a_person_who_already_has_one(cohort, cast):
    place = make.placed(cohort)
    with pytest.raises(AlreadyPlaced):
        places_services.place(referral=place.referral, cohort=make.cohort(), by=cast.officer, now=make.NOW)


def test_place_refuses_a_referral_that_is_not_waiting(cohort, cast):
    referral = make.waiting()
    referral.status = Status.WITHDRAWN
    referral.save()
    with pytest.raises(NotWaiting):
        places_services.place(referral=referral, cohort=cohort, by=cast.officer, now=make.NOW)


def test_place_refuses_overlapping_sessions_of_an_earlier_cohort(cohort, cast):
    """A completed place keeps its sessions: a new place at the same hour is refused by the exclusion constraint."""
    earlier = make.placed(cohort)
    Place.objects.filter(pk=earlier.pk).update(state=Place.State.COMPLETED, ended_at=make.NOW)
    referral = earlier.referral
    referral.status = Status.COMPLETED
    referral.save()
    again = make.waiting(person=earlier.participant)
    with pytest.raises(SessionsOverlap):
        places_services.place(referral=again, cohort=make.cohort(), by=cast.officer, now=make.NOW)
    # Sessions that only touch are no overlap.
    touching = make.cohort(start_time=make.SIX_PM.replace(hour=19))
    places_services.place(referral=again, cohort=touching, by=cast.officer, now=make.NOW)


@pytest.mark.parametrize(
    ("session_number", "offset", "first"),
    [(1, timedelta(seconds=-1), 1), (1, timedelta(0), 2), (2, timedelta(seconds=-1), 2)],
)
def test_place_starts_at_the_first_session_still_to_come(cohort, cast, session_number, offset, first):
    now = make.session(cohort, session_number).starts_at + offset
    place = places_services.place(referral=make.waiting(), cohort=cohort, by=cast.officer, now=now)
    assert place.first_session == first
    assert place.attendances.count() == 11 - first


def test_place_refuses_to_start_at_session_three(cohort, cast):
    now = make.session(cohort, 2).starts_at
    with pytest.raises(TooLateToJoin):
        places_services.place(referral=make.waiting(), cohort=cohort, by=cast.officer, now=now)


def test_place_refuses_a_cancelled_cohort(cohort, cast):
    Cohort.objects.update(status=Cohort.Status.CANCELLED)
    with pytest.raises(CohortClosed):
        places_services.place(referral=make.waiting(), cohort=cohort, by=cast.officer, now=make.NOW)


def test_withdraw_frees_the_place_and_calls_back_every_message(cohort, cast):
    place = make.placed(cohort)
    now = make.session(cohort, 1).starts_at - timedelta(hours=4)
    assert scheduling.queue_due_reminders(now=now)
    places_services.withdraw(place=place, by=cast.officer, now=now, reason=Reason.NOT_WANTED)

    cohort.refresh_from_db()
    place.referral.refresh_from_db()
    assert cohort.taken == 0
    assert place.referral.status == Status.WITHDRAWN
    assert place.referral.status_changes.latest("pk").reason == Reason.NOT_WANTED
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.CANCELLED}
    assert not place.attendances.filter(expected=True).exists()
    with pytest.raises(PlaceEnded):
        places_services.withdraw(place=place, by=cast.officer, now=now, reason=Reason.NOT_WANTED)


def test_a_freed_place_and_a_freed_evening_can_be_taken_again(cast):
    cohort = make.cohort(capacity=1)
    place = make.placed(cohort)
    places_services.withdraw(place=place, by=cast.officer, now=make.NOW, reason=Reason.TIME_UNSUITABLE)
    again = make.waiting(person=place.participant)
    second = places_services.place(referral=again, cohort=cohort, by=cast.officer, now=make.NOW)
    assert second.attendances.filter(expected=True).count() == 10


def test_leaving_keeps_the_sessions_that_were_held(cohort, cast):
    place = make.placed(cohort)
    make.register(make.session(cohort, 1), cast.officer)
    now = make.session(cohort, 1).ends_at + timedelta(days=1)
    places_services.end_place(
        place=place, to=Status.LEFT_EARLY, by=cast.officer, now=now, reason=Reason.BETTER
    )
    assert list(place.attendances.filter(expected=True).values_list("session__number", flat=True)) == [1]
    assert places_services.attended_count(place) == (1, 1)
    place.referral.refresh_from_db()
    assert place.referral.status == Status.LEFT_EARLY


def test_withdraw_refuses_a_person_who_has_taken_part(cohort, cast):
    place = make.placed(cohort)
    make.register(make.session(cohort, 1), cast.officer)
    with pytest.raises(WrongEnding, match="Left early"):
        places_services.withdraw(place=place, by=cast.officer, now=make.session(cohort, 2).starts_at)


def test_end_place_knows_who_started_and_who_did_not(cohort, cast):
    came, stayed_away = make.placed(cohort), make.placed(cohort)
    make.register(make.session(cohort, 1), cast.officer, absent={stayed_away.pk})
    now = make.session(cohort, 2).starts_at
    with pytest.raises(WrongEnding, match="left early"):
        places_services.end_place(place=came, to=Status.NOT_PARTICIPATING, by=cast.officer, now=now)
    with pytest.raises(WrongEnding, match="did not start"):
        places_services.end_place(place=stayed_away, to=Status.LEFT_EARLY, by=cast.officer, now=now)
    places_services.end_place(place=stayed_away, to=Status.NOT_PARTICIPATING, by=cast.officer, now=now)
    places_services.end_place(place=came, to=Status.LEFT_EARLY, by=cast.officer, now=now)
    assert set(Place.objects.values_list("state", flat=True)) == {Place.State.LEFT}


def test_bulk_updates_of_places_keep_the_count(cohort):
    places = [make.placed(cohort) for _ in range(3)]
    Place.objects.filter(pk__in=[p.pk for p in places[:2]]).update(state=Place.State.LEFT, ended_at=make.NOW)
    cohort.refresh_from_db()
    assert cohort.taken == 1
    Place.objects.filter(cohort=cohort).update(state=Place.State.TAKEN, ended_at=None)
    cohort.refresh_from_db()
    assert cohort.taken == 3
    assert Attendance.objects.filter(place__in=places, expected=True).count() == 30


def test_a_cancelled_session_binds_nobody_and_a_moved_one_takes_its_times_along(cohort):
    place = make.placed(cohort)
    cancelled = make.cancelled(cohort, 3)
    assert not place.attendances.get(session=cancelled).expected
    later = make.session(cohort, 4).starts_at + timedelta(hours=1)
    Session.objects.filter(cohort=cohort, number=4).update(
        starts_at=later, ends_at=later + timedelta(hours=1)
    )
    assert make.attendance(place, 4).starts_at == later


def test_an_attendance_joins_a_session_and_a_place_of_one_cohort_only(cohort):
    place, elsewhere = make.placed(cohort), make.cohort()
    session = make.session(elsewhere, 1)
    with pytest.raises(IntegrityError, match="different cohorts"), transaction.atomic():
        Attendance.objects.create(
            place=place,
            session=session,
            participant=place.participant,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )


def test_one_open_place_a_person_is_kept_by_the_database(cohort, cast):
    place = make.placed(cohort)
    with pytest.raises(IntegrityError, match="place_one_open"), transaction.atomic():
        Place.objects.create(
            cohort=make.cohort(),
            referral=make.waiting(),
            participant=place.participant,
            placed_at=make.NOW,
            placed_by=cast.officer,
        )


def test_link_tokens_are_not_stored(cohort):
    place = make.placed(cohort)
    link = AnswerLink.objects.filter(attendance__place=place).first()
    assert link.token not in str(AnswerLink.objects.filter(pk=link.pk).values().get())
