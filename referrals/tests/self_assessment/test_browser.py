"""The person's questions in a real browser: phone and desk, keyboard alone, no JavaScript, every state."""

import pytest
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from participants.tests.factories import PersonFactory
from referrals import safety
from referrals.models import SafetyAnswer, SafetyHold, SafetyLink
from referrals.self_assessment import services as self_assessment
from referrals.tests.self_assessment.own import ALL_NO, address, waiting
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
STOPS = 80  # a trap for the keyboard ends here


@pytest.fixture
def referral(cast):
    person = PersonFactory(preferred_name="Fee D'Arcy")
    found = waiting(
        participant=person,
        organisation=cast.riverbank,
        submitted_by=cast.receptionist,
        now=timezone.now(),
    )
    self_assessment.send_safety_link(
        referral=found, because=SafetyLink.Because.WAITING, by=None, now=timezone.now()
    )
    return found


@pytest.fixture
def judge(looked_at):
    return lambda page, name: looked_at(page, f"own-{name}")


def give_birth_date(page, day="4", month="5", year="1966"):
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Continue").click()


def answer(page, reply, *codes):
    for code in codes:
        page.locator(f'input[name="{code}"][value="{reply}"]').check()


def send(page):
    page.get_by_role("button", name="Send my answers").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_answers_from_the_link_in_every_state(judge, open_page, live_server, referral, javascript):
    page = open_page(PHONE, javascript=javascript)
    # axe runs through the debugger, which a page without JavaScript refuses
    look = judge if javascript else lambda page, name: None
    page.goto(live_server.url + address(referral))
    look(page, "date-blank")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "date-errors")
    give_birth_date(page, day="5")
    page.get_by_role("heading", name="Check your date of birth").wait_for()
    look(page, "date-wrong")
    give_birth_date(page)
    page.get_by_role("heading", name="Hello Fee D'Arcy.").wait_for()
    look(page, "blank")
    send(page)
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.title().startswith("Error: ")
    look(page, "errors")
    answer(page, "no", *ALL_NO)
    answer(page, "unsure", "told")
    page.get_by_label("Is there anything else").fill("Síle's dog barks & barks")
    look(page, "filled")
    send(page)
    page.get_by_role("heading", name="Thank you, Fee D'Arcy. Someone from our team will call you").wait_for()
    look(page, "ring")
    page.get_by_role("link", name="Answer again").click()
    page.get_by_text("You answered these questions on").wait_for()
    look(page, "again")
    answer(page, "no", *ALL_NO)
    answer(page, "yes", "chest", "fever")
    send(page)
    page.get_by_text("on the same working day").wait_for()
    look(page, "hold")
    page.goto(f"{live_server.url}/q/{'A' * 43}/")
    look(page, "closed")
    assert [row.words for row in self_assessment.answers(referral)] == ["", "Síle's dog barks & barks"]
    assert SafetyHold.objects.count() == 1


def test_an_emergency_is_the_first_thing_on_the_page(judge, open_page, live_server, referral):
    page = open_page(PHONE)
    page.goto(live_server.url + address(referral))
    give_birth_date(page)
    answer(page, "yes", "numb")
    send(page)
    stop = page.get_by_role("heading", name="Call 999 or go to A&E now", level=1)
    stop.wait_for()
    judge(page, "emergency")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert stop.bounding_box()["y"] < size["height"] / 2
    page.goto(live_server.url + address(referral))
    page.get_by_role("heading", name="Call 999 or go to A&E now", level=2).wait_for()
    judge(page, "emergency-again")


def test_by_keyboard_alone(live_server, phone, referral):
    page = phone
    page.goto(live_server.url + address(referral))

    def tab_to(selector):
        for _ in range(STOPS):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"Tab never reached {selector}")

    for part, typed in (("day", "4"), ("month", "May"), ("year", "1966")):
        tab_to(f'input[name="proof_date_{part}"]')
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hello Fee D'Arcy.").wait_for()
    for code in ALL_NO:
        tab_to(f'input[name="{code}"]')
        page.keyboard.press("Space")  # yes
        page.keyboard.press("ArrowDown")  # no
        assert page.locator(f'input[name="{code}"][value="no"]').is_checked()
    tab_to('textarea[name="words"]')
    page.keyboard.type("I'm fine with stairs")
    tab_to("button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you, Fee D'Arcy").wait_for()
    assert SafetyAnswer.objects.get().words == "I'm fine with stairs"


def test_an_officer_reads_and_writes_down_answers(judge, open_page, live_server, referral, cast):
    self_assessment.record(
        referral=referral, replies=ALL_NO | {"told": "yes"}, words="Canal walks", now=timezone.now()
    )
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.officer)
    page.goto(f"{live_server.url}/admin/referrals/referral/{referral.pk}/change/")
    page.get_by_text("All questions and answers").click()
    judge(page, "office-referral")
    page.get_by_role("link", name="Record answers by phone").click()
    judge(page, "office-blank")
    page.get_by_role("button", name="Save answers").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    judge(page, "office-errors")
    answer(page, "no", *ALL_NO)
    answer(page, "yes", "chest")
    page.get_by_role("button", name="Save answers").click()
    page.get_by_text("The referral is on hold").first.wait_for()
    page.get_by_text("Earlier answers").click()
    judge(page, "office-held")
    page.goto(f"{live_server.url}/admin/")
    page.get_by_text("Call now: urgent health answers").first.wait_for()
    judge(page, "office-queue")
    page.goto(f"{live_server.url}/admin/referrals/safetystop/routing/")
    page.get_by_role("heading", name=safety.OWN.title).wait_for()
    judge(page, "office-routing")
