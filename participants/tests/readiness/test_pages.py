"""The officers' pages of "Ready to join?": who may see them, what they save, and what nonsense gets."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from core import work_queue
from participants.models import (
    Availability,
    EmergencyContact,
    Equality,
    Goal,
    GoalRating,
    Participant,
    Readiness,
    TechCheck,
)
from participants.readiness import services as readiness
from participants.readiness import tech_checks
from participants.readiness.admin import ASKED
from participants.tests.factories import PersonFactory
from referrals.tests.factories import NOW, ReferralFactory, submitted
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db
FORMS = [*ASKED, "book_call"]
NONSENSE = [
    "a\0b",
    "9" * 5000,
    "-1",
    "٣",
    "<script>\"'",
    "\u202e\u2028",
    "name@\ud7ff",
    "[" * 20_000,
    '{"name": {}}',
]


def page_of(person, name: str = "ready", *more) -> str:
    return reverse(f"admin:participants_participant_{name}", args=[person.pk, *more])


def opened(client, person, name: str) -> dict:
    """The page's boxes as a browser would send them back."""
    values = {}
    for field in client.get(page_of(person, name)).context["form"]:
        held = field.value()
        if isinstance(held, list) or held not in (None, ""):
            values[field.html_name] = held
    return values


def save(client, person, name: str, /, **changes):
    return client.post(page_of(person, name), opened(client, person, name) | changes, follow=True)


@pytest.mark.parametrize("role", ["receptionist", "lead", "neighbour", "stranger"])
def test_only_the_office_sees_them(cast, role):
    person = PersonFactory(practice=cast.riverbank)
    check = tech_checks.book(
        person=person, at=NOW + timedelta(days=1), officer=cast.officer, by=cast.officer, now=NOW
    )
    client = sign_in(Client(), getattr(cast, role))
    for address in [
        *(page_of(person, name) for name in ["ready", *FORMS]),
        page_of(person, "record_call", check.pk),
    ]:
        assert client.get(address).status_code == client.post(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_nobodys_page_and_somebody_elses_call_are_not_found(office, officer):
    person, other = PersonFactory(), PersonFactory()
    check = tech_checks.book(person=other, at=NOW + timedelta(days=1), officer=officer, by=officer, now=NOW)
    assert office.get(page_of(person, "record_call", check.pk)).status_code == 404
    person.pk = 987654321
    for name in ["ready", *FORMS]:
        assert office.get(page_of(person, name)).status_code == 404


def test_a_glance_says_what_is_known_and_what_is_missing(office, officer):
    person = PersonFactory()
    ReferralFactory(participant=person)
    blank = office.get(page_of(person)).content.decode()
    assert "Missing: when they can join" in blank
    assert "Missing: their activity level" in blank
    assert blank.count("Not asked yet") > 10
    save(office, person, "readiness", level="gentle", help_needed="yes", help_words="Her son Finn")
    save(office, person, "times", morning=["0", "3"])
    known = office.get(page_of(person)).content.decode()
    assert "Can be matched to a group" in known
    assert "Mornings: Monday, Thursday" in known
    assert "Yes: Her son Finn" in known


def test_looking_at_the_page_takes_the_same_queries_however_much_is_known(
    office, officer, django_assert_max_num_queries
):
    person = PersonFactory()
    for day in range(7):
        readiness.change_times(
            person=person, add=[(day, "morning"), (day, "evening")], remove=[], by=officer, now=NOW
        )
    for number in range(4):
        check = tech_checks.book(
            person=person, at=NOW + timedelta(days=number + 1), officer=officer, by=officer, now=NOW
        )
        tech_checks.record(check=check, outcome="no_answer", by=officer, now=NOW)
    office.get(page_of(person))
    with django_assert_max_num_queries(22):
        office.get(page_of(person))


@pytest.mark.parametrize("name", ASKED)
def test_a_page_saved_unchanged_writes_no_answer(office, name):
    person = PersonFactory()
    needed = {"goal": {"words": "Walk to the shop"}, "equality": {"source": "person"}}.get(name, {})
    first = save(office, person, name, **needed)
    assert first.status_code == 200
    before = [
        model.objects.count()
        for model in (Readiness, Availability, Goal, GoalRating, EmergencyContact, Equality)
    ]
    save(office, person, name, **needed)
    assert before == [
        model.objects.count()
        for model in (Readiness, Availability, Goal, GoalRating, EmergencyContact, Equality)
    ]


def test_two_officers_on_one_page_do_not_undo_each_other(office):
    person = PersonFactory()
    early = opened(office, person, "readiness")
    save(office, person, "readiness", device="tablet", language="pl")
    office.post(page_of(person, "readiness"), early | {"level": "seated"})
    row = Readiness.objects.get()
    assert (row.device, row.language, row.level) == ("tablet", "pl", "seated")
    early = opened(office, person, "times")
    save(office, person, "times", morning=["1"])
    office.post(page_of(person, "times"), early | {"evening": ["2"]})
    assert set(Availability.objects.values_list("weekday", "part")) == {(1, "morning"), (2, "evening")}


def test_whom_to_ring_is_saved_over_another_officers_only_after_a_look(office):
    person = PersonFactory()
    early = opened(office, person, "emergency")
    save(office, person, "emergency", name="Ada", phone="07700 900456")
    mine = early | {"name": "Bea", "phone": "07700 900789", "consent": "yes"}
    refused = office.post(page_of(person, "emergency"), mine)
    assert "saved Ada, 07700 900456" in refused.content.decode()
    again = {field.html_name: field.value() or "" for field in refused.context["form"]}
    assert again["name"] == "Bea"
    office.post(page_of(person, "emergency"), again)
    row = EmergencyContact.objects.get()
    assert (row.name, row.phone, row.consent) == ("Bea", "+447700900789", True)
    office.post(page_of(person, "emergency"), opened(office, person, "emergency") | {"name": "", "phone": ""})
    assert not EmergencyContact.objects.exists()


def test_an_answer_can_be_taken_back_to_not_known(office):
    person = PersonFactory()
    save(office, person, "readiness", camera="no", preferences=["women", "camera_off"], level="moderate")
    row = Readiness.objects.get()
    assert (row.camera, row.preferences) == (False, ["women", "camera_off"])
    save(office, person, "readiness", camera="", preferences=["none"], level="")
    row = Readiness.objects.get()
    assert (row.camera, row.preferences, row.level) == (None, [], "")
    save(office, person, "readiness", preferences=[])
    assert Readiness.objects.get().preferences is None


def test_the_two_questions_about_health_stand_word_for_word(office):
    page = office.get(page_of(PersonFactory(), "equality")).content.decode()
    assert (
        "Do you have any physical or mental health conditions or illnesses lasting or expected to last 12 months"
        " or more?" in page
    )
    assert (
        "Does your condition or illness/do any of your conditions or illnesses reduce your ability to carry-out"
        " day-to-day activities?" in page
    )
    assert page.count("Prefer not to say") == 5  # ethnic group, sex, gender and the two about health


def test_equality_answers_are_kept_with_who_gave_them(office, officer):
    person = PersonFactory()
    asked = save(office, person, "equality", ethnic_category="Z", long_condition="yes", limits="a_little")
    assert "Select who answered" in asked.content.decode()
    save(
        office,
        person,
        "equality",
        ethnic_category="Z",
        long_condition="yes",
        limits="a_little",
        source="person",
    )
    row = Equality.objects.with_disabled().get()
    assert (row.ethnic_category, row.disabled, row.source, row.recorded_by) == ("Z", True, "person", officer)
    save(office, person, "equality", long_condition="no", source="officer")
    row = Equality.objects.with_disabled().get()
    assert (row.limits, row.disabled, row.source) == ("", False, "officer")
    assert "a_little" not in office.get(page_of(person)).content.decode()


def test_each_rating_of_what_matters_is_one_more_row(office):
    person = PersonFactory()
    assert "Enter what matters to them" in save(office, person, "goal", score="3").content.decode()
    save(office, person, "goal", words="Walk to the\nshop", domain="daily", score="3")
    save(office, person, "goal", score="6")
    save(office, person, "goal", words="Walk to the bus")
    assert list(GoalRating.objects.order_by("pk").values_list("score", "occasion")) == [
        (3, "baseline"),
        (6, "later"),
    ]
    assert Goal.objects.current().get().domain == "daily"
    assert "Walk to the bus" in office.get(page_of(person)).content.decode()


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("readiness", {"language": "other"}, "Enter which language it is"),
        ("readiness", {"language": "pl", "language_words": "Tetum"}, "Choose “Another language”"),
        ("readiness", {"preferences": ["none", "women"]}, "or “No preference”, not both"),
        ("readiness", {"help_words": "x" * 301}, "Who helps must be 300 characters or fewer"),
        ("readiness", {"level": "heroic"}, "from the list"),
        ("times", {"morning": ["7"]}, "from the list"),
        ("equality", {"ethnic_category": "Q", "source": "person"}, "from the list"),
        ("goal", {"words": "Dance", "score": "11"}, "from the list"),
        ("goal", {"words": "Dance\u202e"}, "hidden character"),
        ("emergency", {"name": "Ada"}, "Enter their phone number"),
        ("emergency", {"phone": "07700 900456"}, "Enter the name of the emergency contact"),
        ("emergency", {"name": "Ada", "phone": "ring me"}, "Enter a phone number, like"),
        ("book_call", {}, "Enter the day of the call"),
    ],
)
def test_bad_input_is_told_what_to_do_and_writes_nothing(office, name, typed, said):
    person = PersonFactory()
    answer = save(office, person, name, **typed)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert answer.context["form"].errors
    for model in (Readiness, Availability, Goal, EmergencyContact, Equality, TechCheck):
        assert not model.objects.exists()


@pytest.mark.parametrize("name", FORMS)
def test_nonsense_in_every_box_is_no_fault_of_ours(office, name):
    person = PersonFactory()
    office.raise_request_exception = False
    boxes = {field.html_name for field in office.get(page_of(person, name)).context["form"]}
    boxes |= {"on_day", "on_month", "on_year"}
    for text in NONSENSE:
        assert office.post(page_of(person, name), dict.fromkeys(boxes, text)).status_code in {200, 400}
        for box in boxes:
            assert office.post(page_of(person, name), {box: text}).status_code in {200, 302, 400}


# --- The test call -------------------------------------------------------------------------------------------------


def typed(on: datetime, clock: str = "14:30") -> dict[str, str]:
    return {"on_day": str(on.day), "on_month": str(on.month), "on_year": str(on.year), "clock": clock}


def test_a_call_is_booked_by_the_clocks_in_the_uk_moved_and_recorded(office, officer, cast):
    person = PersonFactory()
    year = timezone.now().year + (timezone.now().month > 6)
    summer = datetime(year, 7, 14, tzinfo=UTC)
    form = typed(summer) | {"officer": str(cast.administrator.pk)}
    page = office.post(page_of(person, "book_call"), form, follow=True).content.decode()
    assert f"{summer:%A} 14 July {year}, 2:30pm, Ada Byrne makes the call" in page
    check = TechCheck.objects.get()
    assert check.at == datetime(year, 7, 14, 13, 30, tzinfo=UTC)
    moved = office.get(page_of(person, "book_call")).context["form"]
    assert moved["clock"].value() == "14:30"
    office.post(page_of(person, "book_call"), form | {"clock": "3pm"})
    assert TechCheck.objects.get().at.hour == 14
    missing = office.post(page_of(person, "record_call", check.pk), {})
    assert "Select what happened" in missing.content.decode()
    done = {"outcome": "with_help", "words": "Finn starts the tablet"}
    page = office.post(page_of(person, "record_call", check.pk), done, follow=True).content.decode()
    assert "Test call done" in page
    assert "Finn starts the tablet" in page
    again = office.post(page_of(person, "record_call", check.pk), done, follow=True).content.decode()
    assert "has just recorded this call" in again


def test_a_call_in_the_past_or_with_nobody_is_refused(office, officer, cast):
    person = PersonFactory()
    yesterday, later = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=3)
    past = office.post(page_of(person, "book_call"), typed(yesterday) | {"officer": str(officer.pk)})
    assert "in the future" in past.content.decode()
    for form, said in (
        (typed(later) | {"officer": str(cast.receptionist.pk)}, "from the list"),
        (typed(later, "half past") | {"officer": str(officer.pk)}, "Enter the time of the call like 18:00"),
    ):
        assert said in office.post(page_of(person, "book_call"), form).content.decode()
    assert not TechCheck.objects.exists()


# --- The work queue ------------------------------------------------------------------------------------------------


def load(name: str, now: datetime) -> tuple:
    return {panel.name: panel.load for panel in work_queue.registered()}[name](now, 8)


def test_calls_of_the_week_stand_on_the_queue_and_late_ones_first(cast, django_assert_max_num_queries):
    for days, given in ((1, "Ann"), (5, "Bob"), (20, "Cyd"), (2, "Dee")):
        person = PersonFactory(given_name=given, practice=cast.riverbank)
        tech_checks.book(
            person=person, at=NOW + timedelta(days=days), officer=cast.officer, by=cast.officer, now=NOW
        )
    Participant.objects.filter(given_name="Dee").update(died_at=NOW)
    with django_assert_max_num_queries(2):
        count, rows = load("test_calls", NOW + timedelta(days=1, hours=1))
    assert count == len(rows) == 2
    assert [(row.label, row.urgency) for row in rows] == [("Ann O’Neill", "red"), ("Bob O’Neill", "")]
    assert rows[0].detail.startswith("Not recorded: Tuesday 17 February 2026, 9am, Olu")


def test_who_waits_and_cannot_be_matched_stands_on_the_queue(cast, django_assert_max_num_queries):
    people = {}
    for given in ("Ann", "Bob", "Cyd"):
        people[given] = PersonFactory(given_name=given, practice=cast.riverbank)
        ReferralFactory(participant=people[given], status="waiting", opted_in_at=NOW)
    ReferralFactory(status="submitted")
    for given in ("Bob", "Cyd"):
        readiness.change_times(
            person=people[given], add=[(0, "morning")], remove=[], by=cast.officer, now=NOW
        )
    readiness.save(person=people["Cyd"], changes={"level": "seated"}, by=cast.officer, now=NOW)
    readiness.save(person=people["Bob"], changes={"device": "phone"}, by=cast.officer, now=NOW)
    with django_assert_max_num_queries(2):
        count, rows = load("not_ready", NOW)
    assert count == 2
    assert [row.detail for row in rows] == [
        "Missing: when they can join and activity level",
        "Missing: activity level",
    ]


def test_they_said_yes_leads_on_to_what_has_to_be_asked(cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist, now=timezone.now())
    triage.accept(referral=referral, by=cast.officer, now=timezone.now())
    today = timezone.localdate()
    form = {
        "opted_in_on_day": today.day,
        "opted_in_on_month": today.month,
        "opted_in_on_year": today.year,
        "priority": "0",
    }
    client = sign_in(Client(), cast.officer)
    page = client.post(
        reverse("admin:referrals_referral_said_yes", args=[referral.pk]), form, follow=True
    ).content.decode()
    assert f'<a href="{page_of(referral.participant)}">Readiness checklist</a>' in page
    record = client.get(reverse("admin:referrals_referral_change", args=[referral.pk])).content.decode()
    assert page_of(referral.participant) in record
    assert (
        page_of(referral.participant)
        in client.get(
            reverse("admin:participants_participant_change", args=[referral.participant.pk])
        ).content.decode()
    )
