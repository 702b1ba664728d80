"""Ready to join: what is kept about a person, what the database refuses, and that nobody's answers are overwritten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from participants.models import (
    Availability,
    EmergencyContact,
    Equality,
    EthnicCategory,
    Goal,
    GoalRating,
    Readiness,
    TechCheck,
)
from participants.readiness import emergency_contact, equality, goals, tech_checks
from participants.readiness import services as readiness
from participants.tests.factories import PersonFactory
from referrals.tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def person(cast):
    return PersonFactory(practice=cast.riverbank)


def test_nothing_is_known_of_somebody_whom_nobody_has_asked(person, cast):
    row = readiness.save(person=person, changes={"device": "tablet"}, by=cast.officer, now=NOW)
    assert (row.camera, row.level, row.language, row.preferences) == (None, "", "", None)
    assert (row.asked_at, row.asked_by) == (NOW, cast.officer)


def test_only_what_changed_is_written_so_that_two_officers_keep_their_work(person, cast):
    readiness.save(person=person, changes={"device": "tablet"}, by=cast.officer, now=NOW)
    readiness.save(person=person, changes={"level": "seated"}, by=cast.administrator, now=LATER)
    row = Readiness.objects.get()
    assert (row.device, row.level, row.asked_by) == ("tablet", "seated", cast.administrator)


def test_the_same_answer_again_is_no_change(person, cast):
    readiness.save(person=person, changes={"level": "seated"}, by=cast.officer, now=NOW)
    readiness.save(person=person, changes={"level": "seated"}, by=cast.administrator, now=LATER)
    assert Readiness.objects.get().asked_at == NOW


def test_a_language_of_the_list_takes_away_the_words_for_another(person, cast):
    readiness.save(
        person=person, changes={"language": "other", "language_words": "Tetum"}, by=cast.officer, now=NOW
    )
    row = readiness.save(person=person, changes={"language": "pt"}, by=cast.officer, now=LATER)
    assert (row.language, row.language_words) == ("pt", "")


def test_a_name_that_is_no_answer_is_refused(person, cast):
    for keep, more in ((readiness.save, {}), (equality.save, {"source": "person"})):
        with pytest.raises(KeyError, match="participant_id"):
            keep(person=person, changes={"participant_id": 1}, by=cast.officer, now=NOW, **more)


def test_a_referral_fills_what_is_unknown_and_changes_nothing(person, cast):
    readiness.save(person=person, changes={"language": "pl", "camera": False}, by=cast.officer, now=NOW)
    told = {"language": "other", "language_words": "Kashubian", "camera": True, "device": "phone"}
    readiness.add_if_unknown(person=person, told=told, by=cast.receptionist, now=LATER)
    row = Readiness.objects.get()
    assert (row.language, row.language_words, row.camera, row.device) == ("pl", "", False, "phone")


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"device": "abacus"}, "readiness_device_of_the_list"),
        ({"email_use": "never"}, "readiness_email_of_the_list"),
        ({"level": "heroic"}, "readiness_level_of_the_list"),
        ({"language": "xx"}, "readiness_language_of_the_list"),
        ({"language": "pl", "language_words": "Tetum"}, "readiness_words_for_another_language"),
        ({"preferences": ["women", "cats"]}, "readiness_preferences_of_the_list"),
    ],
)
def test_the_database_keeps_the_lists_of_readiness(person, cast, facts, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Readiness.objects.create(participant=person, asked_at=NOW, asked_by=cast.officer, **facts)


# --- Times ---------------------------------------------------------------------------------------------------------


def slots(person) -> list[tuple[int, str]]:
    return list(person.availability.order_by("weekday", "part").values_list("weekday", "part"))


def test_times_are_added_and_taken_away_one_by_one(person, cast):
    readiness.change_times(
        person=person, add=[(0, "morning"), (2, "evening")], remove=[], by=cast.officer, now=NOW
    )
    readiness.change_times(
        person=person,
        add=[(2, "evening"), (4, "afternoon")],
        remove=[(0, "morning")],
        by=cast.administrator,
        now=LATER,
    )
    assert slots(person) == [(2, "evening"), (4, "afternoon")]
    assert set(Availability.events.rel.related_model.objects.values_list("pgh_label", flat=True)) >= {
        "delete"
    }


def test_who_can_make_a_slot_is_one_question_for_everybody(cast, django_assert_num_queries):
    people = [PersonFactory(practice=cast.riverbank) for _ in range(3)]
    for person in people[:2]:
        readiness.change_times(person=person, add=[(1, "evening")], remove=[], by=cast.officer, now=NOW)
    readiness.change_times(person=people[2], add=[(1, "morning")], remove=[], by=cast.officer, now=NOW)
    with django_assert_num_queries(1):
        found = set(
            Availability.objects.filter(weekday=1, part="evening").values_list("participant", flat=True)
        )
    assert found == {person.pk for person in people[:2]}


def test_a_referral_tells_times_only_of_somebody_whose_times_nobody_knows(person, cast):
    readiness.add_times(person=person, slots=[(0, "morning")], by=cast.receptionist, now=NOW)
    readiness.add_times(person=person, slots=[(5, "evening")], by=cast.receptionist, now=LATER)
    assert slots(person) == [(0, "morning")]


@pytest.mark.parametrize(
    ("weekday", "part", "rule"),
    [
        (7, "morning", "availability_seven_days"),
        (0, "night", "availability_part_of_the_list"),
        (3, "evening", "availability_once"),
    ],
)
def test_the_database_keeps_seven_days_and_three_parts_once(person, cast, weekday, part, rule):
    readiness.change_times(person=person, add=[(3, "evening")], remove=[], by=cast.officer, now=NOW)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Availability.objects.create(
            participant=person, weekday=weekday, part=part, told_at=NOW, told_to=cast.officer
        )


def test_what_a_matching_needs_is_named_until_it_is_known(person, cast):
    assert [gap.name for gap in readiness.missing(times=0, readiness=None)] == ["times", "readiness"]
    row = readiness.save(person=person, changes={"device": "phone"}, by=cast.officer, now=NOW)
    assert [gap.name for gap in readiness.missing(times=2, readiness=row)] == ["readiness"]
    row = readiness.save(person=person, changes={"level": "gentle"}, by=cast.officer, now=NOW)
    assert readiness.missing(times=2, readiness=row) == []


# --- Equality ------------------------------------------------------------------------------------------------------


def test_there_are_sixteen_categories_and_two_ways_of_not_knowing():
    assert "".join(EthnicCategory.values) == "ABCDEFGHJKLMNPRSZ99"


@pytest.mark.parametrize(
    ("condition", "limits", "disabled"),
    [
        ("yes", "a_lot", True),
        ("yes", "a_little", True),
        ("yes", "not_at_all", False),
        ("no", "", False),
        ("yes", "prefer_not", None),
        ("yes", "", None),
        ("prefer_not", "", None),
        ("", "", None),
    ],
)
def test_disabled_is_yes_and_a_lot_or_a_little(person, cast, condition, limits, disabled):
    changes = {"long_condition": condition, "limits": limits}
    equality.save(person=person, changes=changes, source="person", by=cast.officer, now=NOW)
    assert Equality.objects.with_disabled().get().disabled is disabled


def test_without_a_condition_there_is_nothing_that_it_reduces(person, cast):
    for condition in ("yes", "prefer_not"):
        changes = {"long_condition": condition, "limits": "a_lot"}
        row = equality.save(person=person, changes=changes, source="person", by=cast.officer, now=NOW)
    assert row.limits == ""


def test_an_answer_that_another_officer_has_made_pointless_is_dropped(person, cast):
    for changes in ({"long_condition": "no"}, {"limits": "a_lot"}):
        row = equality.save(person=person, changes=changes, source="person", by=cast.officer, now=NOW)
    assert (row.long_condition, row.limits) == ("no", "")
    for told in ({"language": "pl"}, {"language_words": "Tetum"}):
        spoken = readiness.save(person=person, changes=told, by=cast.officer, now=NOW)
    assert (spoken.language, spoken.language_words) == ("pl", "")


def test_a_referral_answers_only_what_nobody_was_asked(person, cast):
    equality.add_if_unknown(person=person, told={"ethnic_category": "99"}, by=cast.receptionist, now=NOW)
    assert not Equality.objects.exists()
    equality.add_if_unknown(person=person, told={"ethnic_category": "Z"}, by=cast.receptionist, now=NOW)
    assert Equality.objects.get().source == "referrer"
    equality.save(person=person, changes={"sex": "female"}, source="person", by=cast.officer, now=NOW)
    equality.add_if_unknown(person=person, told={"ethnic_category": "H"}, by=cast.receptionist, now=LATER)
    row = Equality.objects.get()
    assert (row.ethnic_category, row.source) == ("Z", "person")


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"ethnic_category": "Q"}, "equality_ethnic_category_16_plus_1"),
        ({"sex": "yes"}, "equality_sex_of_the_list"),
        ({"gender_same": "maybe"}, "equality_gender_of_the_list"),
        ({"long_condition": "often"}, "equality_condition_of_the_list"),
        ({"long_condition": "no", "limits": "a_lot"}, "equality_limits_of_a_condition"),
        ({"source": "rumour"}, "equality_source_of_the_list"),
    ],
)
def test_the_database_keeps_the_codes_of_equality(person, cast, facts, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Equality.objects.create(
            participant=person, recorded_at=NOW, recorded_by=cast.officer, **({"source": "person"} | facts)
        )


# --- What matters --------------------------------------------------------------------------------------------------


def test_other_words_are_another_row_and_no_words_are_lost(person, cast):
    goals.save(person=person, words="Walk to the shop", domain="daily", by=cast.officer, now=NOW)
    goals.save(person=person, words="See my sister’s garden", by=cast.administrator, now=LATER)
    before, now = Goal.objects.order_by("pk")
    assert (before.words, before.replaced_at, before.replaced_by) == (
        "Walk to the shop",
        LATER,
        cast.administrator,
    )
    assert (now.words, now.domain) == ("See my sister’s garden", "daily")


def test_every_rating_is_a_row_and_the_first_is_the_baseline(person, cast):
    with pytest.raises(goals.NoGoal, match="in their own words"):
        goals.save(person=person, score=3, by=cast.officer, now=NOW)
    goals.save(person=person, words="Walk to the shop", domain="daily", by=cast.officer, now=NOW)
    goals.save(person=person, score=0, by=cast.officer, now=NOW)
    goals.save(person=person, words="Walk to the bus", by=cast.officer, now=LATER)
    goals.save(person=person, score=10, by=cast.officer, now=LATER)
    assert list(GoalRating.objects.order_by("pk").values_list("score", "occasion", "goal__words")) == [
        (0, "baseline", "Walk to the shop"),
        (10, "later", "Walk to the bus"),
    ]


def test_a_referral_does_not_put_words_into_a_known_persons_mouth(person, cast):
    goals.add_if_unknown(person=person, words="Dance", domain="", by=cast.receptionist, now=NOW)
    goals.add_if_unknown(person=person, words="Run", domain="daily", by=cast.receptionist, now=LATER)
    assert Goal.objects.get().words == "Dance"


def test_the_database_keeps_one_goal_in_words_and_ratings_from_nought_to_ten(person, cast):
    goal = goals.save(person=person, words="Dance", domain="", by=cast.officer, now=NOW)
    facts = {"participant": person, "told_at": NOW, "told_to": cast.officer}
    done = {"replaced_at": NOW, "replaced_by": cast.officer}
    for rule, more in (
        ("goal_one_current", {"words": "Run"}),
        ("goal_in_words", {"words": ""} | done),
        ("goal_domain_of_the_list", {"words": "Run", "domain": "fame"} | done),
        ("goal_replaced_at_and_by", {"words": "Run", "replaced_at": NOW}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Goal.objects.create(**facts, **more)
    goals.save(person=person, score=5, by=cast.officer, now=NOW)
    for rule, more in (
        ("goal_rating_zero_to_ten", {"score": 11, "occasion": "later"}),
        ("goal_rating_occasion_of_the_list", {"score": 1, "occasion": "noon"}),
        ("goal_rating_one_baseline", {"score": 1, "occasion": "baseline"}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            GoalRating.objects.create(participant=person, goal=goal, at=NOW, told_to=cast.officer, **more)


# --- Test calls ----------------------------------------------------------------------------------------------------


def test_a_call_is_booked_moved_and_done_once(person, cast):
    with pytest.raises(tech_checks.InThePast, match="in the future"):
        tech_checks.book(person=person, at=NOW, officer=cast.officer, by=cast.officer, now=NOW)
    first = tech_checks.book(person=person, at=LATER, officer=cast.officer, by=cast.officer, now=NOW)
    moved = tech_checks.book(
        person=person,
        at=LATER + timedelta(hours=1),
        officer=cast.administrator,
        by=cast.officer,
        now=NOW,
    )
    assert moved.pk == first.pk
    tech_checks.record(check=first, outcome="no_answer", by=cast.administrator, now=LATER)
    with pytest.raises(tech_checks.AlreadyDone):
        tech_checks.record(check=first, outcome="works", by=cast.officer, now=LATER)
    tech_checks.book(
        person=person, at=LATER + timedelta(days=1), officer=cast.officer, by=cast.officer, now=LATER
    )
    assert [(check.outcome, check.worked) for check in TechCheck.objects.order_by("pk")] == [
        ("no_answer", False),
        ("", False),
    ]


def test_the_database_keeps_one_open_call_and_an_outcome_of_each_done(person, cast):
    facts = {"participant": person, "at": LATER, "officer": cast.officer, "booked_at": NOW}
    TechCheck.objects.create(booked_by=cast.officer, **facts)
    for rule, more in (
        ("tech_check_one_open", {}),
        ("tech_check_done_with_outcome", {"done_at": LATER, "done_by": cast.officer}),
        ("tech_check_done_with_outcome", {"done_at": LATER, "done_by": cast.officer, "outcome": "maybe"}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            TechCheck.objects.create(booked_by=cast.officer, **facts, **more)


# --- Whom to ring --------------------------------------------------------------------------------------------------


def test_whom_to_ring_is_added_by_a_referral_once_and_can_be_forgotten(person, cast):
    told = {"name": "Ada O’Neill", "relation": "Sister", "phone": "+447700900456", "consent": True}
    emergency_contact.add_if_unknown(person=person, told=told, by=cast.receptionist, now=NOW)
    emergency_contact.add_if_unknown(
        person=person, told=told | {"name": "Bea"}, by=cast.receptionist, now=LATER
    )
    assert EmergencyContact.objects.get().name == "Ada O’Neill"
    assert (
        emergency_contact.save(
            person=person,
            told={},
            instead_of=EmergencyContact.objects.get().saved,
            by=cast.officer,
            now=LATER,
        )
        is None
    )
    assert not EmergencyContact.objects.exists()


def test_whom_to_ring_is_not_mixed_of_what_two_officers_typed(person, cast):
    ada = {"name": "Ada", "relation": "", "phone": "+447700900456", "consent": None}
    first = emergency_contact.save(person=person, told=ada, instead_of="", by=cast.officer, now=NOW)
    with pytest.raises(
        emergency_contact.ContactChanged, match="Olu Okafor saved Ada, 07700 900456"
    ) as refused:
        emergency_contact.save(
            person=person, told=ada | {"name": "Bea"}, instead_of="", by=cast.administrator, now=LATER
        )
    assert refused.value.saved == first.saved
    emergency_contact.save(
        person=person, told=ada | {"name": "Bea"}, instead_of=first.saved, by=cast.administrator, now=LATER
    )
    with pytest.raises(emergency_contact.ContactChanged, match="Ada Byrne saved Bea"):
        emergency_contact.save(person=person, told={}, instead_of=first.saved, by=cast.officer, now=LATER)
    assert EmergencyContact.objects.get().name == "Bea"


def test_the_database_wants_a_name_and_a_number(person, cast):
    with pytest.raises(IntegrityError, match="emergency_contact_can_be_rung"), transaction.atomic():
        EmergencyContact.objects.create(
            participant=person, name="Ada", phone="", recorded_at=NOW, recorded_by=cast.officer
        )


def test_history_keeps_that_something_changed_and_no_words_of_anybody(person, cast):
    readiness.save(
        person=person,
        changes={"help_words": "canary daughter", "language": "other", "language_words": "canary"},
        by=cast.officer,
        now=NOW,
    )
    told = {"gender_words": "canary"}
    equality.save(person=person, changes=told, source="person", by=cast.officer, now=NOW)
    goals.save(person=person, words="hear a canary", domain="else", by=cast.officer, now=NOW)
    told = {"name": "Canary", "phone": "+447700900456", "relation": "canary"}
    emergency_contact.add_if_unknown(person=person, told=told, by=cast.officer, now=NOW)
    check = tech_checks.book(person=person, at=LATER, officer=cast.officer, by=cast.officer, now=NOW)
    tech_checks.record(check=check, outcome="works", words="canary sang", by=cast.officer, now=LATER)
    for row in (
        person.readiness,
        person.equality,
        person.goals.get(),
        person.emergency_contact,
        person.tech_checks.get(),
    ):
        kept = [vars(event) for event in row.events.all()]
        assert kept, row
        assert "canary" not in repr(kept).lower(), row


def test_a_referral_that_tells_nothing_writes_nothing(person, cast):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        readiness.add_if_unknown(
            person=person, told={"device": "", "camera": None}, by=cast.receptionist, now=NOW
        )
    assert not any("INSERT" in query["sql"] for query in queries.captured_queries)
