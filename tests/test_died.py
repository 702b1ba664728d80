"""Somebody is recorded as having died: every page, list and link is right and kind afterwards."""

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from core import work_queue
from core.dates import LONDON
from core.errors import Refused
from messaging.content.opt_out_links import token_of
from messaging.delivery.housekeeping import look_again_at_people
from messaging.delivery.send_guard import release
from messaging.kinds.registry import get
from messaging.letters import codes
from messaging.models import Letter, Message
from messaging.opt_outs import services as opt_outs
from messaging.outbox import queue as outbox
from outcomes.models import FormLink
from outcomes.practice_letters.services import write_due_letters
from participants.deaths import services as people
from participants.merging import services as merging
from participants.models import Participant, PossibleDuplicate, RecordedDeath
from participants.personal_links.links import Link
from participants.tests.factories import DifferenceFactory, PersonFactory
from referrals.correspondence import better_contact
from referrals.deaths import services as deaths
from referrals.models import DeathCorrection, Referral
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.statuses import Status
from referrals.tests.factories import ReferralFactory, submitted
from referrals.triage import closures
from referrals.triage import services as triage
from sessions.models import Place, WaitingLink
from sessions.places import offers
from sessions.places import placement as places_services
from sessions.tests import factories as cohorts

pytestmark = pytest.mark.django_db
NAMES = ("Aoife", "O’Neill", "O&#x27;Neill", "O&#8217;Neill")
TOLD_US = {"told_as": "practice", "told_by": "Kim at Riverbank"}
IDENTITY = ("Aoife O’Neill", "4 May 1966", "Riverbank Surgery")


def panel(name):
    return next(each for each in work_queue.registered() if each.name == name)


def page_of(referral, name="change"):
    return reverse(f"admin:referrals_referral_{name}", args=[referral.pk])


def record(client: Client, referral: Referral):
    """Both presses, as an officer makes them."""
    client.post(page_of(referral, "died"), TOLD_US)
    return client.post(page_of(referral, "died"), TOLD_US | {"step": "confirm"}, follow=True)


@dataclass
class World:
    cast: object
    office: Client
    referral: Referral
    person: Participant
    place: object
    paths: dict[str, str]
    code: str


@pytest.fixture
def world(cast) -> World:
    """One person with a place, and every kind of personal link that somebody can hold."""
    now = timezone.now()
    person = PersonFactory(practice=cast.riverbank)
    referral = cohorts.waiting(
        person=person,
        opted_in_at=now - timedelta(days=40),
        organisation=cast.riverbank,
        submitted_by=cast.receptionist,
    )
    starts = (now + timedelta(days=8)).astimezone(LONDON).date()
    cohort = cohorts.cohort(now=now, starts_on=starts, by=cast.officer)
    place = offers.offer(referral=referral, cohort=cohort, by=cast.officer, now=now)
    offer = place.link
    place = offers.accept(place=place, now=now)
    attendance = place.attendances.select_related("link").order_by("starts_at").first()
    until = now + timedelta(days=30)
    form = FormLink.make(attendance=attendance, now=now, expires_at=until)
    waits = WaitingLink.make(referral=referral, now=now, expires_at=until)
    asked = self_assessment.send_safety_link(referral=referral, because="again", by=cast.officer, now=now)
    letter = Message.objects.filter(participant=person, kind="offer").first()
    code = codes.code_of(letter)
    Letter.objects.create(
        message=letter, digest=codes.digest_of(code), printed_at=now, printed_by=cast.officer
    )
    paths = {
        "answer": reverse("sessions:answer", args=[attendance.link.token]),
        "join": reverse("sessions:join", args=[attendance.link.token]),
        "dates": reverse("sessions:dates", args=[attendance.link.token]),
        "offer": reverse("offers:offer", args=[offer.token]),
        "waiting": reverse("waiting:waiting", args=[waits.token]),
        "safety": reverse("own_safety:questions", args=[asked.token]),
        "safety thanks": reverse("own_safety:thanks", args=[asked.token]),
        "feedback": reverse("outcomes:feedback", args=[form.token]),
        "feedback thanks": reverse("outcomes:thanks", args=[form.token]),
        "unsubscribe": reverse("optional:stop", args=[person.pk, token_of(person)]),
    }
    referral.refresh_from_db()
    return World(cast, sign_in(Client(), cast.officer), referral, person, place, paths, code)


LINKS = [
    "answer",
    "join",
    "dates",
    "offer",
    "waiting",
    "safety",
    "safety thanks",
    "feedback",
    "feedback thanks",
    "unsubscribe",
]
LOOKED_AT = ("dates", "feedback thanks")  # nothing is pressed there


# --- Personal links ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "method"),
    [*((kind, "get") for kind in LINKS), *((kind, "post") for kind in LINKS if kind not in LOOKED_AT)],
)
def test_no_personal_link_of_somebody_who_died_greets_anybody(world, client, kind, method):
    record(world.office, world.referral)
    if kind.startswith("safety"):  # they had given their date of birth before
        birth = world.person.date_of_birth
        parts = {f"proof_date_{part}": getattr(birth, part) for part in ("day", "month", "year")}
        client.post(world.paths[kind], parts)
    answer = getattr(client, method)(world.paths[kind], {"answer": "yes"} if method == "post" else {})
    shown = answer.content.decode()
    assert answer.status_code == 410, shown[:300]
    assert "This page is closed" in shown
    assert "If you need to speak to us, call" in shown
    assert not any(name in shown for name in NAMES)
    assert "no-store" in answer["Cache-Control"]


def test_an_old_link_of_theirs_does_not_ask_how_it_went_either(world, client):
    record(world.office, world.referral)
    FormLink.objects.update(
        expires_at=timezone.now() - timedelta(hours=1), made_at=timezone.now() - timedelta(2)
    )
    shown = client.get(world.paths["feedback"]).content.decode()
    assert "how it went" not in shown
    assert "This page is closed" in shown


def test_the_code_of_a_letter_leads_nowhere_any_more(world, client):
    assert codes.path_of(world.code, timezone.now())
    record(world.office, world.referral)
    assert codes.path_of(world.code, timezone.now()) == ""
    answer = client.post(reverse("letter_code"), {"code": world.code})
    assert "That code does not work" in answer.content.decode()


def test_every_kind_of_personal_link_knows_whose_it_is(world):
    for table in Link.__subclasses__():
        if not table._meta.abstract:
            found = [link for link in table.objects.all() if link.holder == world.person]
            assert found, table


def test_a_mail_program_may_still_unsubscribe(world, client):
    record(world.office, world.referral)
    answer = client.post(world.paths["unsubscribe"], {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert opt_outs.standing(world.person)


# --- What officers see ----------------------------------------------------------------------------------------


@pytest.fixture
def dead(world) -> World:
    DifferenceFactory(participant=world.person, organisation=world.cast.hilltop)
    Participant.objects.filter(pk=world.person.pk).update(
        needs_review_on=timezone.now().date(), needs_asked_at=timezone.now() - timedelta(days=365)
    )
    record(world.office, world.referral)
    world.referral.refresh_from_db()
    assert world.referral.status == Status.DIED
    return world


NOT_OF_THE_DEAD = [
    "Missing:",
    "Ask the person",
    "Readiness checklist",
    "Write to this person",
    "may do without",
    "review due by",
    "needs not asked yet",
    "hears for this person",
    "Please decide",
    "gave different details",
    "Has not answered yet",
    "A place can be given",
    "Speak with the person first",
]


@pytest.mark.parametrize("which", ["person", "referral"])
def test_an_officers_page_says_that_they_died_and_asks_nothing_of_them(dead, which):
    address = {
        "person": reverse("admin:participants_participant_change", args=[dead.person.pk]),
        "referral": page_of(dead.referral),
    }[which]
    shown = dead.office.get(address).content.decode()
    assert [words for words in NOT_OF_THE_DEAD if words in shown] == []
    assert "This person has died" in shown
    assert "Kim at Riverbank" in shown
    assert "Their GP practice" in shown
    assert "Olu Okafor" in shown


def test_ready_to_join_asks_nothing_of_somebody_who_died(dead):
    shown = dead.office.get(
        reverse("admin:participants_participant_ready", args=[dead.person.pk])
    ).content.decode()
    assert "Missing:" not in shown
    assert "Ask or change" not in shown
    assert "Book a test call" not in shown


def test_the_list_of_people_says_it_beside_the_name(dead):
    shown = dead.office.get(reverse("admin:participants_participant_changelist")).content.decode()
    assert "Has died" in shown
    assert "choose which is right" not in shown


def test_no_panel_asks_anything_about_somebody_who_died(dead, cast):
    now = timezone.now()
    other = PersonFactory(given_name="Aoife", family_name="Twin", died_at=now)
    PossibleDuplicate.objects.create(one=dead.person, other=other, found_at=now)
    failed = Message.objects.filter(participant=dead.person).order_by("pk").first()
    Message.objects.filter(pk=failed.pk).update(state="failed", settled_at=now, reason="No such box")
    found = {}
    for each in work_queue.registered():
        rows = each.load(now, 50)[1]
        about = [row.label for row in rows if dead.person.pk in row.people]
        if about:
            found[each.name] = about
    assert found == {}


def test_one_row_of_a_pair_that_died_stays_to_be_compared(dead):
    """Else the other row goes on being written to."""
    other = PersonFactory(given_name="Aoife")
    PossibleDuplicate.objects.create(one=dead.person, other=other, found_at=timezone.now())
    assert panel("look_alikes").load(timezone.now(), 9)[0] == 1


def test_nothing_may_be_decided_that_writes_to_them_or_places_them(dead, cast):
    """A second referral, of another practice that does not know."""
    late = submitted(organisation=cast.hilltop, by=cast.neighbour)
    Referral.objects.filter(pk=late.pk).update(participant=dead.person)
    context = dead.office.get(page_of(late)).context
    shown = {each.name for each in [*context["decisions"], *context["other_decisions"]]}
    assert shown == {"withdraw", "error", "note", "not_died"}
    dead.office.post(page_of(late, "accept"), {"answered": "no", "priority": ""})
    late.refresh_from_db()
    assert late.status == Status.SUBMITTED


# --- What the practice sees -----------------------------------------------------------------------------------


def test_the_practice_reads_kind_words_and_how_to_correct_us(dead, cast):
    shown = (
        sign_in(Client(), cast.receptionist).get(f"/referrals/{dead.referral.reference}/").content.decode()
    )
    assert "that this patient has died. We have stopped all messages to them." in shown
    assert "If this is not right, call us" in shown
    assert "Copy for the record" not in shown
    assert "Reason: Has died" not in shown


# --- Recording: name, date of birth, NHS number, and a second press --------------------------------------------


def test_recording_shows_who_it_is_and_asks_for_a_second_press(world):
    shown = world.office.get(page_of(world.referral, "died")).content.decode()
    for words in (*IDENTITY, world.person.spaced_nhs_number, "Who told us?"):
        assert words in shown
    first = world.office.post(page_of(world.referral, "died"), TOLD_US)
    checked = first.content.decode()
    world.person.refresh_from_db()
    assert (first.status_code, world.person.died_at) == (200, None)
    for words in (*IDENTITY, world.person.spaced_nhs_number, "Is this the person who has died?"):
        assert words in checked
    assert f"Referral {world.referral.reference} (has a place) ends." in checked
    assert f"Their place in {world.place.cohort} ends: 10 sessions" in checked
    assert "Messages that will not be sent:" in checked
    back = world.office.post(page_of(world.referral, "died"), TOLD_US | {"step": "change"}).content.decode()
    assert 'value="Kim at Riverbank"' in back
    world.office.post(page_of(world.referral, "died"), TOLD_US | {"step": "confirm"})
    death = RecordedDeath.objects.get()
    world.person.refresh_from_db()
    assert death.recorded_at == world.person.died_at
    assert (death.told_as, death.told_by, death.recorded_by) == (
        "practice",
        "Kim at Riverbank",
        world.cast.officer,
    )


@pytest.mark.parametrize("missing", ["told_as", "told_by"])
def test_who_told_us_is_asked(world, missing):
    given = {name: value for name, value in TOLD_US.items() if name != missing} | {"step": "confirm"}
    answer = world.office.post(page_of(world.referral, "died"), given)
    words = {"told_as": "Select who told us", "told_by": "Enter the name of the person who told us"}[missing]
    assert words in answer.content.decode()
    assert not RecordedDeath.objects.exists()


def test_the_database_wants_to_know_who_told_us_and_knows_one_death_a_person(world):
    facts = {"participant": world.person, "recorded_at": timezone.now(), "told_as": "family"}
    for more, rule in (
        ({}, "death_somebody_told_us"),
        ({"told_by": "Jo", "recorded_by": None}, "death_somebody_told_us"),
        ({"told_by": "Jo", "recorded_by": world.cast.officer, "undone_at": timezone.now()}, "death_undone"),
        ({"told_by": "Jo", "recorded_by": world.cast.officer, "undone_because": "x"}, "death_undone"),
        ({"told_by": "Jo", "recorded_by": world.cast.officer, "spoken_at": timezone.now()}, "death_spoken"),
        ({"told_by": "Jo", "recorded_by": world.cast.officer, "spoken_note": "x"}, "death_spoken"),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            RecordedDeath.objects.create(**facts, **more)
    RecordedDeath.objects.create(**facts, told_by="Jo", recorded_by=world.cast.officer)
    with pytest.raises(IntegrityError, match="death_one_standing"), transaction.atomic():
        RecordedDeath.objects.create(**facts, told_by="Jo", recorded_by=world.cast.officer)


def test_the_name_of_who_told_us_is_kept_in_no_history(dead):
    fields = {field.name for field in RecordedDeath.pgh_event_model._meta.get_fields()}
    assert not fields & {"told_by", "undone_because", "confirmed_by", "spoken_note"}
    assert RecordedDeath.pgh_event_model.objects.count() == 1


# --- Recorded by mistake ----------------------------------------------------------------------------------------

WHY = {"because": "Two people called O’Neill at the practice", "confirmed_by": "Dr Bell, Riverbank"}


def undo(world, client=None, **changed):
    return (client or world.office).post(page_of(world.referral, "not_died"), WHY | changed, follow=True)


def test_undoing_lists_what_was_cancelled_and_puts_the_person_back_on_the_waiting_list(dead):
    Referral.objects.filter(pk=dead.referral.pk).update(priority=2, priority_reason="In great pain")
    opted_in = dead.referral.opted_in_at
    before = dead.office.get(page_of(dead.referral, "not_died")).content.decode()
    assert f"Referral {dead.referral.reference} ended. It was “Has a place”, waiting since" in before
    assert f"Their place in {dead.place.cohort} was ended." in before
    assert "Messages that were not sent:" in before
    for words in IDENTITY:
        assert words in before
    shown = undo(dead).content.decode()
    dead.referral.refresh_from_db()
    dead.person.refresh_from_db()
    assert (dead.referral.status, dead.referral.opted_in_at) == (Status.WAITING, opted_in)
    assert (dead.referral.priority, dead.person.died_at) == (2, None)
    assert "What was cancelled when" in shown
    assert "A place there is free, but they do not get it back automatically. Place them yourself." in shown
    assert "Death recorded by mistake: speak to them first" in shown
    death = RecordedDeath.objects.get()
    assert (death.undone_by, death.undone_because) == (dead.cast.officer, WHY["because"])
    assert death.confirmed_by == WHY["confirmed_by"]
    story = list(dead.referral.status_changes.order_by("pk").values_list("from_status", "to_status"))
    assert story[-2:] == [("enrolled", "died"), ("died", "waiting")]


@pytest.mark.parametrize("missing", WHY)
def test_undoing_needs_a_reason_and_who_confirmed_it(dead, missing):
    answer = undo(dead, **{missing: " "})
    assert "There is a problem" in answer.content.decode()
    dead.person.refresh_from_db()
    assert dead.person.died_at


@pytest.mark.parametrize(
    "status",
    ["submitted", "info_requested", "accepted", "contacting", "waiting", "offered", "enrolled", "active"],
)
def test_every_referral_goes_back_to_where_it_stood(cast, status):
    cohort = cohorts.cohort()
    if status == "offered":
        referral = cohorts.offered(cohort).referral
    elif status in ("enrolled", "active"):
        referral = cohorts.placed(cohort).referral
        Referral.objects.filter(pk=referral.pk).update(status=status)
    else:
        referral = ReferralFactory(status=status, opted_in_at=cohorts.NOW if status == "waiting" else None)
    hold = screening.hold(referral=referral, by=cast.officer, now=cohorts.NOW, words="Chest pain")
    closures.died(referral=referral, told_as="family", told_by="Jo", by=cast.officer, now=cohorts.NOW)
    assert referral.status == Status.DIED
    later = cohorts.NOW + timedelta(days=29)
    deaths.not_died(referral=referral, **WHY, by=cast.officer, now=later)
    referral.refresh_from_db()
    assert referral.status == {"offered": "waiting", "enrolled": "waiting", "active": "waiting"}.get(
        status, status
    )
    hold.refresh_from_db()
    assert hold.lifted_at is None
    assert not Place.objects.open().exists()


def test_what_had_ended_stays_as_it_ended(cast):
    done = ReferralFactory(status=Status.COMPLETED, opted_in_at=cohorts.NOW)
    facts = {"referral": done, "by": cast.officer, "now": cohorts.NOW}
    closures.died(**facts, told_as="family", told_by="Jo")
    deaths.not_died(**facts, **WHY)
    done.refresh_from_db()
    assert done.status == Status.COMPLETED
    assert not DeathCorrection.objects.exists()


def test_a_place_that_went_to_somebody_else_is_not_taken_from_them(cast):
    cohort = cohorts.cohort(capacity=5)
    places = [cohorts.placed(cohort) for _ in range(5)]
    following = cohorts.suited(cohort)
    facts = {"referral": places[0].referral, "by": cast.officer}
    closures.died(**facts, told_as="family", told_by="Jo", now=cohorts.NOW)
    assert Place.objects.get(referral=following).state == Place.State.HELD
    deaths.not_died(**facts, **WHY, now=cohorts.NOW + timedelta(hours=1))
    assert Place.objects.get(referral=following).state == Place.State.HELD
    ended = deaths.ended_by(RecordedDeath.objects.get(), cohorts.NOW)
    assert any("Someone else has the place. Find them another group." in words for words in ended.sentences)


def test_they_can_be_placed_by_hand_in_the_same_group_once_somebody_has_spoken_to_them(dead):
    undo(dead)
    dead.referral.refresh_from_db()
    now = timezone.now()
    with pytest.raises(Refused, match="death was recorded by mistake"):
        places_services.place(referral=dead.referral, cohort=dead.place.cohort, by=dead.cast.officer, now=now)
    people.spoken(person=dead.person, spoken_with="person", note="Sorry", by=dead.cast.officer, now=now)
    dead.referral.refresh_from_db()
    dead.referral = Referral.objects.get(pk=dead.referral.pk)
    place = places_services.place(
        referral=dead.referral, cohort=dead.place.cohort, by=dead.cast.officer, now=now
    )
    assert place.state == Place.State.TAKEN


def test_after_thirty_days_an_administrator_alone(dead, settings):
    settings.DEATH_UNDO_DAYS = 30
    RecordedDeath.objects.update(recorded_at=timezone.now() - timedelta(days=30))
    shown = dead.office.get(page_of(dead.referral, "not_died")).content.decode()
    assert "Ask an administrator" in shown
    assert "Undo: this person has not died" not in shown
    refused = undo(dead).content.decode()
    assert "Ask an administrator" in refused
    dead.person.refresh_from_db()
    assert dead.person.died_at
    dead.referral.refresh_from_db()
    assert dead.referral.status == Status.DIED
    undo(dead, sign_in(Client(), dead.cast.administrator))
    dead.person.refresh_from_db()
    assert dead.person.died_at is None


def test_another_referral_in_the_programme_is_named(dead, cast):
    other = ReferralFactory(participant=dead.person, status=Status.WAITING, opted_in_at=timezone.now())
    shown = undo(dead).content.decode()
    assert f"another referral of this person ({other.reference}) is there" in shown
    dead.person.refresh_from_db()
    assert dead.person.died_at


def test_nothing_is_sent_until_an_officer_has_spoken_to_them(dead, client):
    pending = Message.objects.filter(participant=dead.person, state__in=["pending", "sending"])
    undo(dead)
    now = timezone.now()
    assert not pending.exists()
    dead.person.refresh_from_db()
    promise = {
        "kind": "welcome", "subject_type": "referral", "subject_id": dead.referral.pk,
        "participant": dead.person, "now": now, "expires_at": now + timedelta(days=1),
    }  # fmt: skip
    assert not outbox.queue(key="a", **promise)
    # One that was promised a moment before is called back, and one in a worker's hands meets the fence.
    Participant.objects.filter(pk=dead.person.pk).update(messages_paused_at=None)
    dead.person.refresh_from_db()
    assert outbox.queue(key="b", **promise)
    Participant.objects.filter(pk=dead.person.pk).update(messages_paused_at=now)
    leased = {"state": "sending", "lease_token": uuid4(), "lease_until": now + timedelta(hours=1)}
    Message.objects.filter(key="b").update(**leased)
    assert not release([Message.objects.get(key="b")], get("welcome"), now)
    Message.objects.filter(key="b").update(state="pending", lease_token=None, lease_until=None)
    look_again_at_people(now)
    assert "Speak to them or their practice first" in Message.objects.get(key="b").reason
    # Their links ask them to call.
    for path in dead.paths.values():
        shown = client.get(path)
        assert shown.status_code == 410
        assert "Please call us" in shown.content.decode()
        assert not any(name in shown.content.decode() for name in NAMES)
    [row] = panel("died_by_mistake").load(now, 9)[1]
    assert row.people == (dead.person.pk,)
    page = dead.office.get(row.url).content.decode()
    assert "Nothing has been sent to them since" in page
    assert "Select who you spoke to" in dead.office.post(row.url, {}).content.decode()
    dead.office.post(row.url, {"spoken_with": "person", "note": "Said sorry. They laughed."})
    dead.person.refresh_from_db()
    assert dead.person.messages_paused_at is None
    assert panel("died_by_mistake").load(now, 9)[0] == 0
    assert client.get(dead.paths["waiting"]).status_code == 200
    assert not pending.exists(), "what was cancelled is not sent by itself"
    assert outbox.queue(key="c", **promise)


def test_the_practice_becomes_a_task_and_its_page_is_right_again(dead, cast):
    undo(dead)
    [row] = panel("corrections").load(timezone.now(), 9)[1]
    assert row.label == f"{cast.riverbank}: {dead.person}"
    shown = (
        sign_in(Client(), cast.receptionist).get(f"/referrals/{dead.referral.reference}/").content.decode()
    )
    assert "We recorded by mistake that your patient had died. We are sorry." in shown
    assert "Correction: death recorded by mistake" in shown
    assert "On the waiting list" in shown
    assert "has died. We have stopped" not in shown
    assert "Enter who you spoke to and when" in dead.office.post(row.url, {"note": ""}).content.decode()
    dead.office.post(row.url, {"note": "Kim, today at 10"})
    assert panel("corrections").load(timezone.now(), 9)[0] == 0
    done = DeathCorrection.objects.get()
    assert (done.done_by, done.note) == (cast.officer, "Kim, today at 10")


def test_no_letter_says_accepted_again(cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist, now=cohorts.NOW)
    facts = {"referral": referral, "by": cast.officer, "now": cohorts.NOW}
    triage.accept(**facts)
    write_due_letters(now=cohorts.NOW)
    letters = Message.objects.filter(kind="practice_accepted")
    assert letters.count() == 1
    closures.died(**facts, told_as="family", told_by="Jo")
    deaths.not_died(**facts, **WHY)
    assert referral.status == Status.ACCEPTED
    write_due_letters(now=cohorts.NOW)
    assert letters.count() == 1


def test_the_timeline_tells_the_whole_story(dead):
    undo(dead)
    people.spoken(
        person=dead.person,
        spoken_with="practice",
        note="Said sorry",
        by=dead.cast.officer,
        now=timezone.now(),
    )
    shown = dead.office.get(
        reverse("admin:participants_participant_timeline", args=[dead.person.pk])
    ).content.decode()
    for words in ("We were told that they had died", "Kim at Riverbank", "undone", "Dr Bell", "Said sorry"):
        assert words in shown


def test_a_second_death_after_a_mistake_is_recorded_anew(dead):
    undo(dead)
    record(dead.office, dead.referral)
    dead.person.refresh_from_db()
    assert dead.person.died_at
    assert dead.person.messages_paused_at is None
    assert RecordedDeath.objects.count() == 2
    assert panel("died_by_mistake").load(timezone.now(), 9)[0] == 0
    assert panel("corrections").load(timezone.now(), 9)[0] == 0


def test_merging_waits_until_somebody_has_spoken_to_them(dead):
    undo(dead)
    other = PersonFactory(given_name="Aoife")
    dead.person.refresh_from_db()
    assert any("recorded by mistake" in words for words in merging.in_the_way(other, dead.person))


def test_of_two_rows_that_died_one_death_stands(dead, cast):
    late = ReferralFactory(participant=PersonFactory(nhs_number=""))
    closures.died(referral=late, told_as="family", told_by="Jo", by=cast.officer, now=timezone.now())
    kept, gone = Participant.objects.get(pk=dead.person.pk), Participant.objects.get(pk=late.participant_id)
    seen = merging.fingerprint(kept, gone)
    merging.merge(kept=kept, gone=gone, choices={}, seen=seen, by=cast.officer, now=timezone.now())
    assert RecordedDeath.objects.standing().filter(participant=kept).count() == 1
    undo(dead)
    late.refresh_from_db()
    assert late.status == Status.SUBMITTED


def test_who_was_recorded_before_we_asked_has_a_row_without_a_name(cast):
    """And can be undone as any other."""
    referral = ReferralFactory(status=Status.DIED)
    Participant.objects.filter(pk=referral.participant_id).update(died_at=cohorts.NOW)
    migration = import_module("participants.migrations.0005_recorded_deaths")
    with connection.cursor() as cursor:
        cursor.execute(migration.KNOWN_BEFORE)
    death = RecordedDeath.objects.get()
    assert (death.recorded_at, death.told_as, death.told_by) == (cohorts.NOW, "unknown", "")
    referral.participant.refresh_from_db()
    deaths.not_died(referral=referral, **WHY, by=cast.officer, now=cohorts.NOW + timedelta(days=1))
    assert referral.status == Status.SUBMITTED


@pytest.mark.parametrize("address", ["change", "not_died"])
def test_a_page_asks_as_much_for_many_messages_as_for_few(dead, address):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            dead.office.get(page_of(dead.referral, address))
        return len(queries)

    asked()
    few = asked()
    first = Message.objects.filter(participant=dead.person, state="cancelled").first()
    for number in range(30):
        first.pk, first.key = None, f"more:{number}"
        first.save()
    assert asked() == few


def test_nobody_asks_the_practice_for_another_number_of_somebody_who_died(cast):
    """What had ended stays as it ended, and a person who could not be reached may have died."""
    referral = ReferralFactory(status=Status.UNREACHABLE, status_at=cohorts.NOW, organisation=cast.riverbank)
    assert better_contact.asked_about(cohorts.NOW).filter(pk=referral.pk).exists()
    closures.died(referral=referral, **TOLD_US, by=cast.officer, now=cohorts.NOW)
    assert not better_contact.asked_about(cohorts.NOW).filter(pk=referral.pk).exists()
    page = sign_in(Client(), cast.receptionist).get(f"/referrals/{referral.reference}/").content.decode()
    assert "another number" not in page
