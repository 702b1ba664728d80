"""The welcome call: one page, saved in parts; each part by the rules of the package that keeps it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from core.dates import LONDON
from participants.models import Availability, Goal, GoalRating, Participant, Readiness, TechCheck
from participants.needs import services as needs
from participants.readiness import services as readiness
from participants.readiness import tech_checks
from participants.tests.factories import PersonFactory
from participants.welcome_call.parts import PARTS
from referrals.tests.factories import NOW, ReferralFactory
from tests.plugins.browser import DESK, PHONE
from tests.test_office_journey import Keyboard


def page_of(person, part: str = "") -> str:
    address = reverse("admin:participants_participant_welcome_call", args=[person.pk])
    return f"{address}?part={part}" if part else address


def save(client, person, part: str, **typed):
    """Press "Save and continue" of one part, with what its boxes hold and what is typed."""
    form = next(each.form for each in client.get(page_of(person)).context["parts"] if each.part.name == part)
    held = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, "", [])}
    return client.post(page_of(person, part), held | {f"{part}-{name}": said for name, said in typed.items()})


def tomorrow() -> dict[str, str]:
    at = timezone.now().astimezone(LONDON) + timedelta(days=1)
    return {"on_day": str(at.day), "on_month": str(at.month), "on_year": str(at.year), "clock": "14:00"}


def answered(client, person) -> dict[str, bool]:
    return {each.part.name: each.known.answered for each in client.get(page_of(person)).context["parts"]}


@pytest.mark.django_db
def test_one_call_is_saved_in_parts_and_leaving_half_way_loses_nothing(office):
    person = PersonFactory()
    assert answered(office, person) == dict.fromkeys(PARTS, False)

    went = save(office, person, "times", morning=["0", "3"])
    assert went["Location"] == f"{page_of(person)}?saved=times#test_call"
    assert "Saved: when they can join" in office.get(went["Location"]).content.decode()
    went = save(office, person, "needs")  # asked, and they need nothing
    assert went["Location"].endswith("#test_call")  # the times between them have their answers
    assert answered(office, person) == dict.fromkeys(PARTS, False) | {"times": True, "needs": True}

    # Another day.
    save(office, person, "readiness", level="gentle", camera="no")
    shown = {each.part.name: each for each in office.get(page_of(person)).context["parts"]}
    assert shown["readiness"].known.left == 7  # stays open with the two answers in it
    save(office, person, "test_call", **tomorrow())
    went = save(office, person, "goal", words="Walk to the shop", domain="independence", score="4")
    assert went["Location"].endswith("?saved=goal#finish")

    person = Participant.objects.get(pk=person.pk)
    assert set(Availability.objects.values_list("weekday", "part")) == {(0, "morning"), (3, "morning")}
    assert (person.needs_asked_at is not None, list(person.needs.open())) == (True, [])
    row = Readiness.objects.get(participant=person)
    assert (row.level, row.camera, row.safe_space) == ("gentle", False, None)
    assert TechCheck.objects.get(participant=person).at > timezone.now()
    assert (Goal.objects.get().words, GoalRating.objects.get().score) == ("Walk to the shop", 4)
    assert answered(office, person) == dict.fromkeys(PARTS, True) | {"readiness": False}


@pytest.mark.django_db
def test_errors_of_one_part_keep_what_was_typed_in_it_and_change_nothing(office):
    person = PersonFactory()
    page = save(office, person, "test_call", on_day="31", on_month="2", on_year="2027", clock="half past")
    text = page.content.decode()
    assert 'href="#id_test_call-on_day"' in text
    assert 'value="half past"' in text
    past = save(
        office,
        person,
        "test_call",
        on_day="1",
        on_month="1",
        on_year=str(timezone.now().year - 1),
        clock="9am",
    )
    assert "Choose a day and time in the future" in past.content.decode()
    assert "Enter what matters to them" in save(office, person, "goal", domain="social").content.decode()
    assert not TechCheck.objects.exists()
    assert not Goal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["", "nothing", "<script>", "٣"])
def test_a_press_of_no_part_changes_nothing(office, part):
    person = PersonFactory()
    page = office.post(page_of(person), {"times-morning": ["1"]}, query_params={"part": part}, follow=True)
    assert "Press one of the buttons" in page.content.decode()
    assert not Availability.objects.exists()
    assert office.get(page_of(person), {"saved": part}).status_code == 200


@pytest.mark.django_db
def test_two_officers_on_one_call_do_not_undo_each_other(office, officer):
    person = PersonFactory()
    needs.save(person=person, codes=["braille"], by=officer, now=NOW)
    early = {"times-opened_with": '{"morning": []}', "times-morning": ["1"]}
    readiness.change_times(person=person, add=[(4, "evening")], remove=[], by=officer, now=NOW)
    office.post(page_of(person, "times"), early)
    assert set(Availability.objects.values_list("weekday", "part")) == {(1, "morning"), (4, "evening")}
    save(office, person, "needs", group_3=["reminders"])
    assert {need.code for need in person.needs.open()} == {"braille", "reminders"}


@pytest.mark.django_db
def test_needs_that_a_referrer_ticked_are_still_to_be_asked(office, officer, cast):
    person = PersonFactory()
    needs.add_if_unknown(person=person, codes=["braille"], by=cast.receptionist, now=NOW)
    person.refresh_from_db()
    assert not PARTS["needs"].known(person).answered
    needs.save(person=person, codes=["braille"], shown=["braille"], by=officer, now=NOW + timedelta(days=1))
    person.refresh_from_db()
    assert PARTS["needs"].known(person).answered


@pytest.mark.django_db
def test_nobody_is_called_who_has_died(office):
    person = PersonFactory(died_at=NOW)
    page = office.get(page_of(person), follow=True)
    assert page.redirect_chain
    assert "Do not make the welcome call" in page.content.decode()
    office.post(page_of(person, "times"), {"times-morning": ["1"]})
    assert not Availability.objects.exists()


@pytest.mark.django_db
def test_the_page_takes_the_same_queries_however_much_is_known(
    office, officer, django_assert_max_num_queries
):
    few, many = PersonFactory(), PersonFactory()
    for day in range(7):
        readiness.change_times(person=many, add=[(day, "morning")], remove=[], by=officer, now=NOW)
        check = tech_checks.book(
            person=many, at=NOW + timedelta(days=day + 1), officer=officer, by=officer, now=NOW
        )
        tech_checks.record(check=check, outcome="no_answer", by=officer, now=NOW)
    needs.save(person=many, codes=list(needs.BY_CODE), by=officer, now=NOW)
    asked = []
    for person in (few, many):
        office.get(page_of(person))
        with django_assert_max_num_queries(30) as queries:
            office.get(page_of(person))
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 2, asked


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["320", "1280"])
def test_the_call_by_keyboard_from_todays_line(
    cast, live_server, open_page, axe, no_sideways_scroll, screenshot, size
):
    person = PersonFactory(practice=cast.riverbank, phone="+441582555014")
    ReferralFactory(participant=person, status="waiting", opted_in_at=NOW)
    hand, page = Keyboard(), open_page(size)

    def look(name: str) -> None:
        axe(page)
        no_sideways_scroll(page)
        screenshot(page, f"welcome_call_{name}_{size['width']}")

    def part(name: str):
        return page.locator(f"section#{name}")

    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(f"{live_server.url}/admin/")
    why = page.get_by_role("listitem").get_by_role(
        "link", name="Missing: when they can join and activity level"
    )
    hand.press(why)
    look("blank")
    hand.choose(part("times").get_by_label("Monday").first)
    hand.press(part("times").get_by_role("button", name="Save and continue"))
    page.get_by_role("status").get_by_text("Saved: when they can join").wait_for()
    hand.write(part("test_call").get_by_label("What time?"), "noonish")
    hand.press(part("test_call").get_by_role("button", name="Save and continue"))
    page.get_by_role("alert").wait_for()
    look("errors")
    hand.choose(part("readiness").get_by_label("Gentle"))
    hand.press(part("readiness").get_by_role("button", name="Save and continue"))
    page.get_by_text("8 not asked yet").first.wait_for()
    look("half_way")
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("listitem").filter(has_text=str(person)).first.wait_for()
    assert why.count() == 0
