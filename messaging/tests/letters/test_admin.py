"""The officers' pages of letters: print, post, or say why not; each press is checked again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import OfficerFactory, sign_in_browser
from core import work_queue
from messaging.letters import codes
from messaging.letters import services as letters
from messaging.models import Letter, LetterToPost, Message
from messaging.outbox import pauses
from messaging.tests.conftest import fresh
from messaging.tests.letters.test_services import TEN_DAYS, by_post, words
from participants.identity import services as people
from participants.models import RecordAccess
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
LIST = "/admin/messaging/lettertopost/"
State = Message.State


@pytest.fixture
def post(desk):
    """Letters that are due at this moment."""
    return lambda **person: desk.queue(
        now=datetime.now(UTC), participant=by_post(**person), hours=TEN_DAYS + 72
    )


def said(answer) -> str:
    return " ".join(str(each) for each in answer.context["messages"])


def test_a_days_batch_is_one_pdf_that_nobody_keeps(office, post):
    first, second = post(), post(given_name="Zoë")
    page = office.get(LIST).content.decode()
    assert "Zoë" in page
    assert page.count("Not yet") == 2
    answer = office.post(f"{LIST}print-all/")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "Zoë" not in answer["Content-Disposition"]
    text = words(answer.content)
    assert codes.code_of(first) in text
    assert codes.code_of(second) in text
    assert "Not yet" not in office.get(LIST).content.decode()
    again = office.post(f"{LIST}print-all/", follow=True)
    assert "None of these letters needs printing now." in said(again)
    chosen = office.post(LIST, {"action": "print_chosen", "_selected_action": [second.pk]})
    assert codes.code_of(first) not in words(chosen.content)


def test_looking_prints_nothing(office, post):
    letter = post()
    for address in (LIST, f"{LIST}{letter.pk}/change/"):
        assert codes.code_of(letter) not in office.get(address).content.decode()
    for address in (f"{LIST}print-all/", f"{LIST}{letter.pk}/print/", f"{LIST}{letter.pk}/posted/"):
        assert office.get(address).status_code == 405
    assert not Letter.objects.exists()


def test_each_person_whose_letter_was_printed_has_a_row_that_says_so(office, post):
    letters = [post(), post()]
    office.post(f"{LIST}print-all/")
    printed = RecordAccess.objects.filter(action="printed").values_list("participant_id", flat=True)
    assert sorted(printed) == sorted(letter.participant_id for letter in letters)


def test_posted_in_one_press_for_one_or_many(office, post):
    one, two = post(), post()
    assert "Print it first" in said(office.post(f"{LIST}{one.pk}/posted/", follow=True))
    office.post(f"{LIST}print-all/")
    assert "marked as posted" in said(office.post(f"{LIST}{one.pk}/posted/", follow=True))
    office.post(LIST, {"action": "mark_posted", "_selected_action": [two.pk]})
    assert fresh(one).state == fresh(two).state == State.SENT
    assert fresh(two).settled_by is not None


def test_a_letter_in_hand_that_is_not_right_any_more_is_for_the_shredder(office, desk, post):
    letter = post()
    office.post(f"{LIST}{letter.pk}/print/")
    desk.due = lambda now: Q(pk__in=[])
    assert "Do not post the letter to Aoife O’Neill" in said(
        office.post(f"{LIST}{letter.pk}/posted/", follow=True)
    )
    page = office.get(LIST).content.decode()
    assert "Do not post these" in page
    assert "It was no longer right" in page
    assert "no longer waiting" in said(office.get(f"{LIST}{letter.pk}/change/", follow=True))


def test_why_not_is_asked_and_kept_and_it_goes_another_way(office, post):
    letter = post()
    page = f"{LIST}{letter.pk}/not-posted/"
    assert "Enter the reason" in office.post(page, {"reason": " "}).content.decode()
    assert "call by an officer" in said(
        office.post(page, {"reason": "The address is incomplete"}, follow=True)
    )
    assert (fresh(letter).state, fresh(letter).reason) == (State.FAILED, "The address is incomplete")
    call = Message.objects.get(key__contains=":by:")
    answer = office.get(f"/admin/messaging/call/{call.pk}/change/").content.decode()
    assert "We tried another way first" in answer
    many = post()
    chosen = {"action": "not_posted", "_selected_action": [many.pk]}
    assert (
        "Why could you not post them?"
        in office.post(LIST, chosen | {"index": 0, "submitted_from_changelist_view": "1"}).content.decode()
    )
    assert "call by an officer" in said(office.post(LIST, chosen | {"reason": "Flood"}, follow=True))
    assert (fresh(many).state, fresh(many).reason) == (State.FAILED, "Flood")


def test_the_message_page_tells_who_printed_it(office, post):
    letter = post()
    office.post(f"{LIST}{letter.pk}/print/")
    page = office.get(f"/admin/messaging/message/{letter.pk}/change/").content.decode()
    assert "Printed" in page
    assert str(Letter.objects.get().printed_by) in page
    assert codes.code_of(letter) not in page


def test_the_home_page_counts_them(office, post):
    post()
    panel = next(each for each in work_queue.registered() if each.name == "letters_to_post")
    assert panel.load(datetime.now(UTC), 8)[0] == 1
    page = office.get("/admin/").content.decode()
    assert "Letters to post" in page
    assert LIST in page
    pauses.pause(why="Wait", by=OfficerFactory(), now=datetime.now(UTC), everything=True)
    assert panel.load(datetime.now(UTC), 8)[0] == 0


def test_the_list_asks_no_more_for_fifty_than_for_one(office, post):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(LIST).status_code == 200
        return len(queries)

    post()
    office.post(f"{LIST}print-all/")
    office.get(LIST)
    one = asked()
    for _ in range(54):
        post()
    office.post(f"{LIST}print-all/")
    office.get(LIST)  # what was said once is read, as above
    assert asked() == one
    assert Letter.objects.count() == letters.AT_ONCE + 1
    assert len(office.get(LIST).context["cl"].result_list) == 50


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_for_everybody(live_server, open_page, looked_at, desk, post):
    officer = OfficerFactory()
    one, gone = post(codes=["print_24"]), post(given_name="Zoë")
    now = datetime.now(UTC)
    letters.print_letters(message_ids=[gone.pk], by=officer, now=now)
    Message.objects.filter(pk=gone.pk).update(state="cancelled", settled_at=now, reason="They left the list.")
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, officer)
    for path, name in (
        ("", "list"), (f"{one.pk}/change/", "letter"), (f"{one.pk}/not-posted/", "not-posted"),
    ):  # fmt: skip
        page.goto(f"{live_server.url}{LIST}{path}")
        looked_at(page, f"messaging-letters-{name}")
    page.goto(f"{live_server.url}{LIST}{one.pk}/change/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Print it").click(no_wait_after=True)
    assert download.value.suggested_filename.endswith(".pdf")
    page.goto(f"{live_server.url}{LIST}{one.pk}/change/")
    page.get_by_role("button", name="I have posted it").click()
    assert page.get_by_text("marked as posted").is_visible()
    assert LetterToPost.objects.get(pk=one.pk).sent_at - now < timedelta(minutes=1)
    page.goto(f"{live_server.url}/admin/messaging/message/{one.pk}/change/")
    page.get_by_role("link", name="Letter came back").click()
    looked_at(page, "messaging-letters-came-back")
    page.get_by_label("Yes. Post nothing there").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("we will send it another way").wait_for()
    looked_at(page, "messaging-letters-back-again")


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_could_not_be_posted_is_said_to_be_without_scripts(live_server, open_page, desk, post):
    one = post()
    page = open_page(PHONE, javascript=False)
    sign_in_browser(page, live_server.url, OfficerFactory())
    page.goto(f"{live_server.url}{LIST}{one.pk}/change/")
    page.get_by_role("link", name="Could not post it").press("Enter")
    page.get_by_role("button", name="Could not post it").press("Enter")
    assert page.get_by_role("heading", name="There is a problem").is_visible()
    page.get_by_label("Why could you not post it?").type("No such street")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert LetterToPost.objects.get(pk=one.pk).state == "failed"


def test_a_letter_that_came_back_is_said_so_on_its_page(office, post):
    letter = post()
    page = f"/admin/messaging/message/{letter.pk}/change/"
    assert "Letter came back" not in office.get(page).content.decode()
    office.post(f"{LIST}print-all/")
    office.post(f"{LIST}{letter.pk}/posted/")
    assert "Letter came back" in office.get(page).content.decode()
    address = f"{LIST}{letter.pk}/came-back/"
    assert "14 Orchard Lane, Stonehouse, GL1 2AB" in office.get(address).content.decode()
    assert "Select whether this is the address" in office.post(address).content.decode()
    answer = {"theirs": "yes", "seen": "Flat 2, 14 Orchard Lane, Stonehouse, GL1 2AB"}
    assert "will send it another way" in said(office.post(address, answer, follow=True))
    assert "already marked as returned" in said(office.post(address, answer, follow=True))
    told = office.get(page).content.decode()
    assert "came back, so we post nothing there" in told
    person = f"/admin/participants/participant/{letter.participant_id}/change/"
    assert "A letter came back on" in office.get(person).content.decode()
    office.post(f"/admin/messaging/message/{letter.pk}/address-works/")
    letter.participant.refresh_from_db()
    assert letter.participant.postal_bad_at is None


def test_an_address_that_a_colleague_corrects_meanwhile_is_not_blamed(office, post):
    letter = post()
    office.post(f"{LIST}print-all/")
    office.post(f"{LIST}{letter.pk}/posted/")
    seen = office.get(f"{LIST}{letter.pk}/came-back/").context["form"]["seen"].value()
    mended = {"postal_address": "1 High Street"}
    people.mend(person=letter.participant, changes=mended, by=OfficerFactory(), now=datetime.now(UTC))
    office.post(f"{LIST}{letter.pk}/came-back/", {"theirs": "yes", "seen": seen})
    letter.participant.refresh_from_db()
    assert letter.participant.postal_bad_at is None
    assert Message.objects.filter(key=f"{letter.key}:by:letter", channel="letter").exists()
