"""Offering places: held, answered, run out, passed on (docs/domain.md 4.3); and what other waiting lists got wrong."""

from datetime import datetime, timedelta

import pytest

from accounts.tests.factories import OfficerFactory
from messaging.kinds import registry as registered
from messaging.models import Message
from participants.models import Availability, Level, Need, Readiness
from participants.tests.factories import TOLD
from referrals.screening import services as screening
from referrals.statuses import Reason, Status
from referrals.triage import closures
from sessions.cohorts import requirements
from sessions.models import Attendance, Cohort, Place
from sessions.places import offer_expiry, offers, placement
from sessions.places.common import CohortFull, NotSafeYet, NotWaiting
from sessions.places.offers import OfferAnswered, OfferOver, SpeakFirst, TooLateToOffer
from sessions.places.placement import PlaceEnded
from sessions.tests import factories as make
from sessions.tests.race import audit

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


def kinds(**about):
    return list(
        Message.objects.filter(subject_type="place", **about)
        .order_by("queued_at", "pk")
        .values_list("kind", flat=True)
    )


def status_of(referral) -> str:
    referral.refresh_from_db()
    return referral.status


def test_a_place_is_held_for_three_days_and_counts_as_taken(cohort, cast):
    referral = make.waiting()
    place = offers.offer(referral=referral, cohort=cohort, by=cast.officer, now=make.NOW)
    assert (place.state, place.held_until) == (Place.State.HELD, make.NOW + 72 * HOURS)
    assert status_of(referral) == Status.OFFERED
    cohort.refresh_from_db()
    assert cohort.taken == 1
    assert not place.attendances.exists()
    assert kinds(participant=referral.participant) == ["offer"]


def test_a_hold_ends_a_day_before_the_first_session(cohort, cast):
    first = make.session(cohort, 1).starts_at
    place = offers.offer(referral=make.waiting(), cohort=cohort, by=cast.officer, now=first - 50 * HOURS)
    assert place.held_until == first - 24 * HOURS
    with pytest.raises(TooLateToOffer, match="Call the person"):
        offers.offer(referral=make.waiting(), cohort=cohort, by=cast.officer, now=first - 24 * HOURS)


def test_yes_enrols_with_ten_sessions_and_again_is_harmless(cohort):
    place = make.offered(cohort)
    now = make.NOW + HOURS
    offers.accept(place=place, now=now)
    offers.accept(place=place, now=now + HOURS)
    place.refresh_from_db()
    assert (place.state, place.taken_at, place.attendances.count()) == (Place.State.TAKEN, now, 10)
    assert status_of(place.referral) == Status.ENROLLED
    assert kinds(participant=place.participant) == ["offer", "placed"]
    cohort.refresh_from_db()
    assert cohort.taken == 1


def test_no_keeps_the_date_and_passes_the_place_on_in_the_same_step(cast):
    cohort = make.cohort(capacity=1)
    place = make.offered(cohort, opted_in_at=make.NOW - timedelta(days=30))
    following = make.suited(cohort)
    offers.decline(place=place, now=make.NOW + HOURS)
    assert status_of(place.referral) == Status.WAITING
    assert place.referral.opted_in_at == make.NOW - timedelta(days=30)
    assert status_of(following) == Status.OFFERED
    on = Place.objects.get(referral=following)
    assert (on.state, on.placed_by, on.held_until) == (Place.State.HELD, None, make.NOW + 73 * HOURS)
    assert kinds(participant=place.participant) == ["offer", "offer_declined"]
    cohort.refresh_from_db()
    assert cohort.taken == 1


def test_the_place_goes_to_the_first_in_the_one_order_not_to_the_last_who_came():
    """Pretix #2119: the last of the list got the freed place."""
    cohort = make.cohort(capacity=1)
    place = make.offered(cohort)
    urgent = make.suited(cohort, opted_in_at=make.NOW - timedelta(days=1), priority=1, priority_reason="x")
    longest = make.suited(cohort, opted_in_at=make.NOW - timedelta(days=130))  # beyond the long-wait limit
    recent = make.suited(cohort, opted_in_at=make.NOW - timedelta(days=3))
    order = []
    for _ in range(3):
        offers.decline(place=place, now=make.NOW + HOURS)
        place = Place.objects.get(state=Place.State.HELD)
        order.append(place.referral)
    assert order == [longest, urgent, recent]


def test_a_cancelled_place_is_freed():
    """Pretix #1163: a cancelled place was lost."""
    cohort = make.cohort(capacity=1)
    place = make.placed(cohort)
    following = make.suited(cohort)
    placement.withdraw(place=place, by=cohort.opened_by, now=make.NOW + HOURS, reason=Reason.BETTER)
    assert status_of(following) == Status.OFFERED


def test_a_freed_place_that_somebody_has_by_now_is_offered_to_nobody():
    """Freed while records were checked after a restore, and given by hand meanwhile."""
    cohort = make.cohort(capacity=1)
    make.placed(cohort)
    Cohort.objects.filter(pk=cohort.pk).update(freed_unoffered=1)
    following = make.suited(cohort)
    assert offer_expiry.offer_freed(now=make.NOW + HOURS) == 0
    assert status_of(following) == Status.WAITING


def test_an_offer_runs_out_at_its_time_and_not_before(cohort):
    place = make.offered(cohort)
    following = make.suited(cohort)
    assert offer_expiry.expire_due(now=place.held_until - timedelta(seconds=1)) == 0
    assert offer_expiry.expire_due(now=place.held_until) == 1
    assert offer_expiry.expire_due(now=place.held_until) == 0
    place.refresh_from_db()
    assert (place.state, place.ended_by) == (Place.State.EXPIRED, None)
    assert status_of(place.referral) == Status.WAITING
    assert status_of(following) == Status.OFFERED
    assert kinds(participant=place.participant) == ["offer", "offer_expired"]


def test_an_answer_after_the_time_changes_nothing(cohort):
    """CiviCRM #18040: a cut-off of more than a day was not kept."""
    place = make.offered(cohort)
    for answer in (offers.accept, offers.decline, offers.leave_list):
        with pytest.raises(OfferOver):
            answer(place=place, now=place.held_until)
    place.refresh_from_db()
    assert place.state == Place.State.HELD
    offer_expiry.expire_due(now=place.held_until)
    with pytest.raises(OfferOver):
        offers.accept(place=place, now=place.held_until)


def test_a_hold_longer_than_a_day_is_kept_whole(cast):
    cohort = make.cohort(programme=make.programme(hold_hours=96))
    place = offers.offer(referral=make.waiting(), cohort=cohort, by=cast.officer, now=make.NOW)
    offers.accept(place=place, now=make.NOW + 95 * HOURS)
    assert status_of(place.referral) == Status.ENROLLED


def test_somebody_who_waits_can_leave_the_list(cohort):
    """CiviCRM #23164 and pretix #837: whoever waited could not leave."""
    place = make.offered(cohort)
    following = make.suited(cohort)
    offers.leave_list(place=place, now=make.NOW + HOURS)
    offers.leave_list(place=place, now=make.NOW + HOURS)
    assert status_of(place.referral) == Status.WITHDRAWN
    assert status_of(following) == Status.OFFERED
    assert kinds(participant=place.participant) == ["offer", "left_list"]
    with pytest.raises(OfferAnswered):
        offers.accept(place=place, now=make.NOW + HOURS)


def test_another_time_suits_is_for_an_officer_to_ring(cohort, cast):
    place = make.offered(cohort)
    offers.decline(place=place, other_time=True, now=make.NOW + HOURS)
    assert [each.referral for each in Place.objects.to_ring()] == [place.referral]
    elsewhere = make.cohort()
    make.fits(place.referral, elsewhere)
    gone = make.offered(elsewhere)
    offers.decline(place=gone, now=make.NOW + HOURS)
    assert status_of(place.referral) == Status.WAITING, "not offered before somebody spoke with them"
    offers.follow_up(referral=place.referral, by=cast.officer, now=make.NOW + 2 * HOURS)
    assert not Place.objects.to_ring().exists()
    gone = make.offered(elsewhere)
    offers.decline(place=gone, now=make.NOW + 3 * HOURS)
    assert status_of(place.referral) == Status.OFFERED


def test_after_two_offers_that_ran_out_an_officer_rings(cast):
    referral = make.waiting()
    for expected in (0, 1):
        place = offers.offer(referral=referral, cohort=make.cohort(), by=cast.officer, now=make.NOW)
        offer_expiry.expire_due(now=place.held_until)
        assert Place.objects.to_ring().count() == expected
    cohort = make.cohort()
    make.fits(referral, cohort)
    offers.decline(place=make.offered(cohort), now=make.NOW + HOURS)
    assert status_of(referral) == Status.WAITING
    assert Place.objects.to_ring().get().ran_out == 2


def test_nobody_is_offered_the_same_cohort_again_by_itself():
    cohort = make.cohort(capacity=1)
    place = make.offered(cohort)
    make.fits(place.referral, cohort)
    offers.decline(place=place, now=make.NOW + HOURS)
    assert Place.objects.count() == 1
    cohort.refresh_from_db()
    assert cohort.taken == 0


def test_an_officer_may_offer_it_again(cohort, cast):
    place = make.offered(cohort)
    offers.decline(place=place, now=make.NOW + HOURS)
    again = offers.offer(referral=place.referral, cohort=cohort, by=cast.officer, now=make.NOW + 2 * HOURS)
    offers.accept(place=again, now=make.NOW + 3 * HOURS)
    assert status_of(place.referral) == Status.ENROLLED


@pytest.mark.parametrize(
    "unfit",
    [
        lambda person: Availability.objects.filter(participant=person).delete(),
        lambda person: Readiness.objects.filter(participant=person).update(level=Level.MODERATE),
        lambda person: Readiness.objects.filter(participant=person).update(language="pl"),
        lambda person: Readiness.objects.filter(participant=person).update(preferences=["women"]),
        lambda person: Need.objects.create(
            participant=person, code="bsl", recorded_at=make.NOW, recorded_by=OfficerFactory()
        ),
    ],
    ids=["times", "level", "language", "preference", "need"],
)
def test_the_next_is_somebody_whom_it_suits(unfit, cast):
    cohort = make.cohort(capacity=1)
    requirements.suit(cohort=cohort, changes={"levels": [Level.SEATED], "language": "en"})
    place = make.offered(cohort)
    first = make.suited(cohort, opted_in_at=make.NOW - timedelta(days=9))
    second = make.suited(cohort)
    unfit(first.participant)
    offers.decline(place=place, now=make.NOW + HOURS)
    assert status_of(first) == Status.WAITING
    assert status_of(second) == Status.OFFERED


def test_nobody_with_a_safety_hold_is_next(cast):
    cohort = make.cohort(capacity=1)
    place = make.offered(cohort)
    first = make.suited(cohort, opted_in_at=make.NOW - timedelta(days=9))
    second = make.suited(cohort)
    screening.hold(referral=first, by=cast.officer, now=make.NOW, words="Chest pain on the telephone")
    offers.decline(place=place, now=make.NOW + HOURS)
    assert (status_of(first), status_of(second)) == (Status.WAITING, Status.OFFERED)


def test_a_safety_hold_stops_an_offer_and_a_yes(cohort, cast):
    place = make.offered(cohort)
    for referral in (place.referral, other := make.waiting()):
        screening.hold(referral=referral, by=cast.officer, now=make.NOW, words="Chest pain on the telephone")
    with pytest.raises(SpeakFirst, match="Call us"):
        offers.accept(place=place, now=make.NOW + HOURS)
    with pytest.raises(NotSafeYet):
        offers.offer(referral=other, cohort=cohort, by=cast.officer, now=make.NOW)
    assert status_of(place.referral) == Status.OFFERED


def test_a_place_that_is_freed_too_late_is_not_offered(cast):
    """From session 3 on nobody starts; and with less than a day left an officer telephones."""
    cohort = make.cohort(capacity=1)
    place = make.placed(cohort)
    make.suited(cohort)
    second = make.session(cohort, 2).starts_at
    placement.withdraw(place=place, by=cast.officer, now=second - 24 * HOURS, reason=Reason.BETTER)
    assert Place.objects.count() == 1
    late = make.placed(cohort, now=second - 23 * HOURS)
    assert late.first_session == 2
    placement.withdraw(place=late, by=cast.officer, now=second + HOURS, reason=Reason.BETTER)
    assert Place.objects.count() == 2


def test_a_place_freed_after_session_one_starts_at_session_two(cast):
    cohort = make.cohort(capacity=1)
    place = make.placed(cohort)
    following = make.suited(cohort)
    after_first = make.session(cohort, 1).ends_at
    placement.withdraw(place=place, by=cast.officer, now=after_first, reason=Reason.BETTER)
    on = Place.objects.get(referral=following)
    assert on.first_session == 2
    offers.accept(place=on, now=after_first + HOURS)
    assert on.attendances.count() == 9


def test_an_offer_to_a_full_cohort_or_to_nobody_who_waits_is_refused(cast):
    cohort = make.cohort(capacity=1)
    place = make.offered(cohort)
    with pytest.raises(CohortFull):
        offers.offer(referral=make.waiting(), cohort=cohort, by=cast.officer, now=make.NOW)
    offers.leave_list(place=place, now=make.NOW)
    with pytest.raises(NotWaiting):
        offers.offer(referral=place.referral, cohort=cohort, by=cast.officer, now=make.NOW)


def test_an_offer_that_is_taken_back_goes_to_nobody_by_itself(cohort, cast):
    place = make.offered(cohort)
    following = make.suited(cohort)
    offers.take_back(place=place, by=cast.officer, now=make.NOW + HOURS)
    assert (status_of(place.referral), status_of(following)) == (Status.WAITING, Status.WAITING)
    assert kinds(participant=place.participant) == ["offer", "offer_taken_back"]
    with pytest.raises(OfferOver):
        offers.take_back(place=place, by=cast.officer, now=make.NOW + HOURS)


def test_nudges_after_a_day_and_after_sixty_hours_of_an_offer_that_went_out(cohort):
    place = make.offered(cohort)
    assert offer_expiry.queue_due_nudges(now=make.NOW + 24 * HOURS) == 0, "the offer itself goes first"
    Message.objects.filter(kind="offer").update(
        state=Message.State.SENT, sent_at=make.NOW, settled_at=make.NOW
    )
    queued = [
        offer_expiry.queue_due_nudges(now=make.NOW + hours * HOURS) for hours in (23, 24, 25, 59, 60, 71)
    ]
    assert queued == [0, 1, 0, 0, 1, 0]
    offers.accept(place=place, now=make.NOW + 71 * HOURS)
    assert not Message.objects.filter(kind="offer_nudge", state=Message.State.PENDING).exists()
    assert offer_expiry.queue_due_nudges(now=make.NOW + 71 * HOURS) == 0


def test_nothing_is_said_about_an_offer_that_is_over(cohort):
    place = make.offered(cohort)
    offer = Message.objects.get(kind="offer")

    def due(now: datetime) -> bool:
        rows = Message.objects.filter(pk=offer.pk)
        return rows.filter(registered.get("offer").still_due(now)).exists()

    assert due(make.NOW)
    assert not due(place.held_until)
    offers.decline(place=place, now=make.NOW + HOURS)
    assert not due(make.NOW + HOURS)


def test_an_offer_ends_with_its_referral(cohort, cast):
    place = make.offered(cohort)
    following = make.suited(cohort)
    closures.died(**TOLD, referral=place.referral, by=cast.officer, now=make.NOW)
    place.refresh_from_db()
    assert place.state == Place.State.LEFT
    assert status_of(following) == Status.OFFERED


def test_an_offered_place_is_not_ended_like_a_taken_one(cohort, cast):
    place = make.offered(cohort)
    with pytest.raises(PlaceEnded):
        placement.withdraw(place=place, by=cast.officer, now=make.NOW, reason=Reason.BETTER)


def test_one_person_who_says_no_changes_nothing_for_the_others(cohort):
    """Cal.com #14458: one attendee's cancelling cancelled the session for all."""
    stays, says_no = make.placed(cohort), make.offered(cohort)
    offers.decline(place=says_no, now=make.NOW + HOURS)
    assert Attendance.objects.filter(place=stays, expected=True).count() == 10
    assert set(cohort.sessions.values_list("status", flat=True)) == {"scheduled"}


def test_looking_for_the_next_asks_a_bounded_number_of_questions(django_assert_max_num_queries):
    cohort = make.cohort(capacity=1)
    place = make.offered(cohort)
    for _ in range(60):
        referral = make.suited(cohort)
        Readiness.objects.filter(participant=referral.participant).update(preferences=["women"])
    chosen = make.suited(cohort)
    with django_assert_max_num_queries(45):
        offers.decline(place=place, now=make.NOW + HOURS)
    assert status_of(chosen) == Status.OFFERED


def test_status_and_place_agree_for_everybody(cohort, cast):
    make.offered(cohort), make.placed(cohort), make.waiting()
    offers.decline(place=make.offered(cohort), now=make.NOW)
    offers.leave_list(place=make.offered(cohort), now=make.NOW)
    assert audit() == set()
    Cohort.objects.filter(pk=cohort.pk).update(taken=0)
    assert audit(), "the audit sees it"


def test_the_hold_is_computed_from_the_programme():
    cohort = make.cohort(programme=make.programme(hold_hours=10, hold_ends_hours=5))
    first = make.session(cohort, 1)
    assert offers.held_until(cohort, first, make.NOW) == make.NOW + 10 * HOURS
    assert offers.held_until(cohort, first, first.starts_at - 6 * HOURS) == first.starts_at - 5 * HOURS
