"""One person, entered twice: found, compared, merged by an officer, and never in two minds afterwards."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, OrganisationFactory, UserFactory, sign_in
from core import errors, work_queue
from messaging.delivery import housekeeping, leases, send_guard
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.outbox import queue as outbox
from participants.identity import services as people
from participants.merging import matching
from participants.merging import services as merging
from participants.models import Participant, PossibleDuplicate
from participants.needs import services as needs
from participants.readiness import goals, tech_checks
from participants.readiness import services as readiness
from participants.tests.factories import DifferenceFactory, PersonFactory
from referrals.models import Referral, SafetyAnswer, StatusChange
from referrals.tests.factories import NOW, ReferralFactory, submitted
from referrals.triage import services as triage
from sessions.models import Attendance, Place
from sessions.places import placement
from sessions.tests import factories as cohorts
from sessions.tests.race import at_once

pytestmark = pytest.mark.django_db
LIST = "/admin/participants/participant/"


@pytest.fixture
def kept():
    return PersonFactory(given_name="Joan", family_name="O’Breen", nhs_number="", phone="")


@pytest.fixture
def gone():
    return PersonFactory(
        given_name="Joan",
        family_name="O’Breen",
        postcode="GL50 1AA",
        nhs_number="9990000018",
        message_safe=False,
    )


def merge(kept, gone, by, now=NOW, **choices):
    kept, gone = Participant.objects.get(pk=kept.pk), Participant.objects.get(pk=gone.pk)
    seen = merging.fingerprint(kept, gone)
    return merging.merge(kept=kept, gone=gone, choices=choices, seen=seen, by=by, now=now)


# --- Finding -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ({}, True),
        ({"postcode": "GL50 1AA"}, True),
        ({"family_name": "MARSH"}, True),
        ({"given_name": "Jo", "postcode": "GL50 1AA"}, False),
        ({"nhs_number": "9990000018"}, False),
        ({"nhs_number": ""}, True),
    ],
)
def test_three_of_four_facts_and_no_other_number_are_alike(other, alike):
    facts = {"given_name": "Joan", "family_name": "Breen", "nhs_number": "9991000024", "postcode": "GL1 2AB"}
    one, two = PersonFactory(**facts), PersonFactory(**facts | {"nhs_number": ""} | other)
    assert list(matching.looking_like(one)) == ([two] if alike else [])
    assert matching.find(now=NOW) == int(alike)
    assert list(PossibleDuplicate.objects.values_list("one", "other")) == (
        [(one.pk, two.pk)] if alike else []
    )


def test_one_number_with_two_birthdays_is_alike_however_else_they_differ():
    one = PersonFactory(nhs_number="9990000018", given_name="Joan", family_name="Breen", postcode="GL1 1AA")
    two = PersonFactory(nhs_number="9990000018", date_of_birth=date(1966, 4, 5))
    assert list(matching.looking_like(two)) == [one]
    assert matching.find(now=NOW) == 1


def test_made_up_people_are_never_alike_with_real_ones(kept):
    PersonFactory(made_up=True, given_name="Joan", family_name="O’Breen", nhs_number="")
    assert matching.find(now=NOW) == 0
    assert not matching.looking_like(kept).exists()


def test_the_queue_shows_a_pair_until_somebody_decides_or_mends(
    kept, gone, officer, django_assert_max_num_queries
):
    load = {panel.name: panel.load for panel in work_queue.registered()}["look_alikes"]
    matching.find(now=NOW)
    with django_assert_max_num_queries(2):
        count, rows = load(NOW, 8)
    born = "Joan O’Breen, born 4 May 1966"
    one, other = f"{born}, no NHS number, record {kept.pk}", f"{born}, NHS number ending 0018"
    assert count == 1
    assert sorted(rows[0].label.split(" and ")) == sorted([one, other])
    people.mend(person=gone, changes={"family_name": "Marsh"}, by=officer, now=NOW)
    matching.find(now=NOW)
    assert load(NOW, 8)[0] == 0


def test_the_page_of_the_queue_has_the_address_that_it_always_had(kept, gone, office):
    matching.find(now=NOW)
    page = office.get("/admin/panel/look_alikes/").content.decode()
    assert "Possible duplicates" in page
    assert f"record {kept.pk}" in page


def test_two_people_are_remembered_and_said_once(kept, gone, officer, office):
    matching.find(now=NOW)
    address = reverse("admin:participants_participant_two_people", args=[gone.pk, kept.pk])
    assert office.get(address).status_code == 405
    assert office.post(address).status_code == 302
    matching.find(now=NOW)
    assert PossibleDuplicate.objects.get().two_people_by == officer
    assert not matching.looking_like(kept).exists()
    assert "Possible duplicates" not in office.get(f"{LIST}{kept.pk}/change/").content.decode()
    matching.two_people(one=kept, other=gone, by=OfficerFactory(), now=NOW + timedelta(days=1))
    assert PossibleDuplicate.objects.get().two_people_by == officer


# --- Merging -------------------------------------------------------------------------------------------------


def test_everything_goes_along_and_no_history_is_rewritten(cast, kept, gone):
    ours = ReferralFactory(participant=kept, organisation=cast.riverbank)
    theirs = submitted(organisation=cast.hilltop, by=cast.neighbour, nhs_number="9990000018", date_of_birth=gone.date_of_birth, family_name="O’Breen")  # fmt: skip
    assert theirs.participant == gone
    triage.accept(referral=theirs, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    place = placement.place(referral=theirs, cohort=cohorts.cohort(), by=cast.officer, now=NOW)
    needs.save(person=gone, codes=["bsl", "print_24"], by=cast.officer, now=NOW)
    needs.save(person=kept, codes=["bsl"], by=cast.officer, now=NOW + timedelta(days=9))
    before = [list(model.objects.order_by("pk").values()) for model in (StatusChange, SafetyAnswer)]

    merge(kept, gone, cast.officer, postcode="take")

    assert [list(model.objects.order_by("pk").values()) for model in (StatusChange, SafetyAnswer)] == before
    stands = Participant.objects.get(pk=kept.pk)
    assert set(stands.referrals.all()) == {ours, theirs}
    assert Place.objects.get().participant == stands
    assert set(Attendance.objects.values_list("participant", flat=True)) == {stands.pk}
    assert set(Message.objects.filter(participant__isnull=False).values_list("participant", flat=True)) == {
        stands.pk
    }
    assert sorted(stands.needs.open().values_list("code", flat=True)) == ["bsl", "print_24"]
    assert stands.needs_review_on == NOW.date() + timedelta(days=365)
    assert (stands.nhs_number, stands.postcode, stands.message_safe) == ("9990000018", "GL50 1AA", False)
    assert place.pk == stands.places.get().pk
    row = Participant.objects.get(pk=gone.pk)
    assert (row.merged_into, row.family_name) == (stands, "O’Breen")


def test_what_is_not_decided_waits_and_what_is_replaced_stays_readable(kept, gone, officer):
    Participant.objects.filter(pk=gone.pk).update(family_name="Marsh", preferred_name="Jo")
    stands = merge(kept, gone, officer, family_name="take", preferred_name="take")
    assert (stands.family_name, stands.preferred_name, stands.postcode) == ("Marsh", "Jo", "GL1 2AB")
    told = {d.field: (d.value, d.settled_at is None) for d in stands.differences.all()}
    assert told == {
        "family_name": ("O’Breen", False),
        "email": (gone.email, True),
        "phone": (gone.phone, True),
        "postcode": ("GL50 1AA", True),
        "practice": (gone.practice.ods_code, True),
        "message_safe": ("yes", True),
    }


def test_differences_that_were_open_go_along_once(kept, gone, officer):
    for person in (kept, gone):
        DifferenceFactory(participant=person, value="GL3 3AA")
    DifferenceFactory(participant=gone, value="GL4 4AA")
    stands = merge(kept, gone, officer, postcode="keep")
    still = stands.differences.open().filter(field="postcode").values_list("value", flat=True)
    assert sorted(still) == ["GL3 3AA", "GL4 4AA"]
    assert not gone.differences.exists()


def test_the_number_goes_over_where_both_would_have_it(kept, gone, officer, cast):
    merge(kept, gone, officer)
    later = submitted(organisation=cast.riverbank, by=cast.receptionist, nhs_number="9990000018", date_of_birth=gone.date_of_birth)  # fmt: skip
    assert later.participant == kept


def test_a_merged_row_is_followed_when_its_own_birthday_is_told_again(kept, gone, officer, cast):
    Participant.objects.filter(pk=gone.pk).update(date_of_birth=date(1966, 4, 5))
    merge(kept, gone, officer, date_of_birth="keep")
    third = PersonFactory(given_name="Joan", family_name="O’Breen", nhs_number="")
    merge(third, kept, officer)
    later = submitted(organisation=cast.riverbank, by=cast.receptionist, nhs_number="9990000018", date_of_birth=date(1966, 4, 5))  # fmt: skip
    assert later.participant == third
    assert Participant.objects.standing().count() == 1


def test_messages_to_come_go_where_the_person_is_written_to_now(kept, gone, officer):
    Participant.objects.filter(pk=kept.pk).update(preferred_contact="phone", phone="+447700900555", email="")
    referral = ReferralFactory(participant=gone, status="waiting", opted_in_at=NOW)
    queue = {
        "key": "w:1",
        "kind": "welcome",
        "subject_type": "referral",
        "subject_id": referral.pk,
        "now": NOW,
    }
    outbox.queue(**queue, participant=gone, expires_at=NOW + timedelta(days=9))
    merge(kept, gone, officer, email="keep")
    message = Message.objects.get(key="w:1")
    assert (message.participant, message.channel) == (kept, Message.Channel.PHONE)
    stale = Participant.objects.get(pk=gone.pk)
    outbox.queue(**queue | {"key": "w:2"}, participant=stale, expires_at=NOW + timedelta(days=9))
    assert Message.objects.get(key="w:2").participant == kept


def test_a_mail_in_a_workers_hands_never_goes_to_the_old_address(kept, gone, officer):
    referral = ReferralFactory(participant=gone, status="waiting", opted_in_at=NOW)
    outbox.queue(key="w:1", kind="welcome", subject_type="referral", subject_id=referral.pk, participant=gone, now=NOW, expires_at=NOW + timedelta(days=9))  # fmt: skip
    (message,) = leases.claim(now=NOW, channels=["smtp", "file"], urgent=False, most=5)
    assert send_guard.release([message], kinds.get("welcome"), NOW)
    merge(kept, gone, officer)
    assert not send_guard.release([message], kinds.get("welcome"), NOW)
    leases.hand_back(message)
    assert Message.objects.get().participant == kept
    Message.objects.update(participant=gone)  # as if it had been promised in the same moment
    housekeeping.sweep(NOW)
    assert Message.objects.get().participant == kept


def test_a_decision_about_the_other_row_is_kept(kept, gone, officer):
    third = PersonFactory(given_name="Joan", family_name="O’Breen", nhs_number="")
    matching.two_people(one=gone, other=third, by=officer, now=NOW)
    merge(kept, gone, officer)
    assert not matching.looking_like(kept).exists()
    assert PossibleDuplicate.objects.get().two_people_by == officer


# --- Refusals ------------------------------------------------------------------------------------------------


def refused(kept, gone, by, words):
    with pytest.raises(errors.Refused, match=words):
        merge(kept, gone, by)
    assert Participant.objects.filter(merged_into__isnull=False).count() == 0


def test_two_in_the_programme_are_refused_with_what_to_do(kept, gone, officer, office):
    for person in (kept, gone):
        ReferralFactory(participant=person, status="waiting", opted_in_at=NOW)
    refused(kept, gone, officer, "Withdraw one of these referrals")
    page = office.get(
        reverse("admin:participants_participant_merge", args=[kept.pk, gone.pk])
    ).content.decode()
    assert "Withdraw one of these referrals" in page
    assert "Preview the merge" not in page


def test_two_who_sat_in_two_sessions_at_once_are_refused(kept, gone, officer):
    one = cohorts.placed(cohorts.cohort(), person=kept)
    placement.end_place(
        place=one, to="not_participating", by=officer, now=one.attendances.latest("starts_at").ends_at
    )
    cohorts.placed(cohorts.cohort(), person=gone)
    refused(kept, gone, officer, "Both had a session at the same time")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"nhs_number": "9991000024"}, None),
        ({"synthetic": True, "email": "a@example.org"}, "made-up"),
        ({"died_at": NOW}, "having died"),
    ],
)
def test_what_cannot_be_one_person_is_refused(kept, gone, officer, other, words):
    Participant.objects.filter(pk=gone.pk).update(**other)
    if words:
        refused(kept, gone, officer, words)
    else:
        Participant.objects.filter(pk=kept.pk).update(nhs_number="9990000018")
        refused(kept, gone, officer, "two NHS numbers")


def test_what_changed_since_it_was_confirmed_is_refused(kept, gone, officer):
    seen = merging.fingerprint(kept, gone)
    people.mend(person=gone, changes={"postcode": "GL9 9AA"}, by=officer, now=NOW)
    with pytest.raises(errors.ChangedMeanwhile):
        merging.merge(kept=kept, gone=gone, choices={}, seen=seen, by=officer, now=NOW)


# --- The pages -----------------------------------------------------------------------------------------------


def test_an_officer_compares_chooses_checks_and_merges(office, kept, gone):
    referral = ReferralFactory(participant=gone)
    person = office.get(f"{LIST}{kept.pk}/change/").content.decode()
    address = reverse("admin:participants_participant_merge", args=[kept.pk, gone.pk])
    assert address in person
    assert (
        "Possible duplicates"
        in office.get(f"/admin/referrals/referral/{referral.pk}/change/").content.decode()
    )
    assert referral.reference in office.get(address).content.decode()
    chosen = {"email": "keep", "phone": "take", "postcode": "later", "practice": "keep"}
    check = office.post(address, {"step": "check", **chosen})
    page = check.content.decode()
    assert "This cannot be undone" in page
    assert f"Referral {referral.reference}" in page
    assert "Telephone: “07700 900123” is copied over" in page
    assert Participant.objects.standing().count() == 2  # nothing yet
    seen = check.context["seen"]
    assert office.post(address, {"step": "merge", **chosen, "seen": "other"}).status_code == 200
    assert Participant.objects.standing().count() == 2
    assert office.post(address, {"step": "merge", **chosen, "seen": seen}).status_code == 302
    assert Participant.objects.get(pk=kept.pk).phone == gone.phone

    found = office.post(LIST, {"search": "breen"}, follow=True).content.decode()
    assert found.count("Joan O’Breen") == 1
    assert office.get(f"{LIST}{gone.pk}/change/")["Location"] == f"{LIST}{kept.pk}/change/"
    assert office.get(address)["Location"] == LIST
    history = office.get(f"{LIST}{kept.pk}/history/").content.decode()
    assert "Also entered as Joan O’Breen" in history
    assert "GL50 1AA" in history


def test_a_choice_that_is_missing_is_asked_for_and_the_others_stay(office, kept, gone):
    Participant.objects.filter(pk=gone.pk).update(date_of_birth=date(1966, 4, 5))
    address = reverse("admin:participants_participant_merge", args=[kept.pk, gone.pk])
    answer = office.post(
        address, {"step": "check", "email": "keep", "phone": "take", "postcode": "take", "practice": "x"}
    )
    page = answer.content.decode()
    assert "Select which date of birth to keep" in page
    assert page.count("checked") == 3


def test_nobody_is_merged_with_themselves_or_with_nobody(office, kept):
    for other in (kept.pk, 987654321, 10**20):
        address = f"{LIST}{kept.pk}/merge/{other}/"
        assert office.get(address).status_code == office.post(address, {"step": "merge"}).status_code == 404


def test_a_referrer_has_no_such_page(cast, kept, gone):
    client = sign_in(Client(), cast.receptionist)
    assert client.get(f"{LIST}{kept.pk}/merge/{gone.pk}/").status_code == 403


# --- At once -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_merge_each_way_at_once_merge_once():
    one, other = (PersonFactory(given_name="Joan", family_name="O’Breen", nhs_number="") for _ in range(2))
    officers = [OfficerFactory(), OfficerFactory()]

    def attempt(kept, gone, by, barrier):
        barrier.wait(timeout=60)
        return merge(kept, gone, by)

    results = at_once([partial(attempt, one, other, officers[0]), partial(attempt, other, one, officers[1])])
    assert sorted(isinstance(each, Participant) for each in results) == [False, True]
    assert [
        each for each in results if isinstance(each, Exception) and not isinstance(each, errors.Refused)
    ] == []
    assert Participant.objects.standing().count() == 1


def test_what_is_known_of_one_fills_what_is_not_known_of_the_other(kept, gone):
    officer = OfficerFactory()
    readiness.save(person=kept, changes={"level": "seated"}, by=officer, now=NOW)
    readiness.save(person=gone, changes={"level": "moderate", "device": "tablet"}, by=officer, now=NOW)
    readiness.change_times(person=gone, add=[(1, "evening")], remove=(), by=officer, now=NOW)
    goals.save(person=kept, words="Walk to the shop", score=2, by=officer, now=NOW)
    goals.save(person=gone, words="Sleep through", score=4, by=officer, now=NOW)
    said = merging.merge_effects(kept, gone, {})
    assert "What they join with: the other’s answers fill the gaps here." in said
    assert "The times of the week are copied over." in said
    merge(kept, gone, officer)
    known = Participant.objects.get(pk=kept.pk)
    assert (known.readiness.level, known.readiness.device) == ("seated", "tablet")
    assert [str(slot) for slot in known.availability.all()] == ["Tuesday evening"]
    assert [goal.words for goal in known.goals.current()] == ["Walk to the shop"]
    assert sorted(known.goal_ratings.values_list("occasion", "score")) == [("baseline", 2), ("later", 4)]


def test_of_two_booked_test_calls_one_stays(kept, gone):
    officer = OfficerFactory()
    for person, days in ((kept, 2), (gone, 3)):
        at = NOW + timedelta(days=days)
        tech_checks.book(person=person, at=at, officer=officer, by=officer, now=NOW)
    merge(kept, gone, officer)
    assert list(kept.tech_checks.order_by("at").values_list("outcome", flat=True)) == ["", "cancelled"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_referrals_that_arrive_while_two_rows_are_merged_end_at_the_one_that_stands(seed):
    officer, practice, sender = OfficerFactory(), OrganisationFactory(), UserFactory()
    kept = PersonFactory(nhs_number="", practice=practice)
    gone = PersonFactory(nhs_number="9990000018", practice=practice)

    def refer(barrier):
        barrier.wait(timeout=60)
        return submitted(
            organisation=practice, by=sender, nhs_number="9990000018", date_of_birth=gone.date_of_birth
        )

    def join(barrier):
        barrier.wait(timeout=60)
        return merge(kept, gone, officer)

    results = at_once([*[refer] * 4, join, *[refer] * 4])
    assert [each for each in results if isinstance(each, Exception)] == []
    assert Referral.objects.count() == Referral.objects.filter(participant=kept).count() == 8


def test_every_table_that_points_at_a_person_says_what_becomes_of_it():
    """A new table needs a line in its room's `person_merging.py` (adr/0012)."""
    said = {table for part in merging.registered() for table in part.tables}
    own = {"Participant", "PossibleDuplicate", "Need", "ReportedDifference"}
    for relation in Participant._meta.related_objects:
        model = relation.related_model
        if not model._meta.proxy and not model.__name__.endswith("Event") and model.__name__ not in own:
            assert model in said, (
                f"{model.__name__} points at a person: say in its room's person_merging.py what becomes of it"
            )


def test_the_search_for_pairs_asks_a_fixed_number_of_questions(django_assert_max_num_queries):
    for number in range(30):
        PersonFactory(given_name="Joan", family_name="O’Breen", nhs_number="", postcode=f"GL{number + 1} 2AB")
    with django_assert_max_num_queries(12):
        assert matching.find(now=NOW) == 30 * 29 / 2
