"""A person who could not be reached: what the practice answers with one press, and that nothing is written over."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in, sign_in_browser
from participants.models import ReportedDifference
from referrals.correspondence import better_contact
from referrals.correspondence import services as correspondence
from referrals.models import ContactAttempt, Note, Referral
from referrals.statuses import Status
from referrals.tests.factories import submitted
from referrals.triage.work_queue import practice_wrote
from tests.plugins.browser import PHONE

DAY = timedelta(days=1)


def sought(cast, *, status=Status.UNREACHABLE, **changed) -> Referral:
    told = {"phone": "+447700900123", "email": "aoife@home.example", **changed}
    referral = submitted(
        organisation=cast.riverbank, by=cast.receptionist, now=timezone.now() - 20 * DAY, **told
    )
    Referral.objects.filter(pk=referral.pk).update(status=status, status_at=timezone.now() - DAY)
    referral.refresh_from_db()
    return referral


@pytest.fixture
def referral(db, cast) -> Referral:
    return sought(cast)


@pytest.fixture
def page(referral) -> str:
    return f"/referrals/{referral.reference}/reach/"


def told() -> list[tuple[str, str]]:
    return list(ReportedDifference.objects.order_by("field").values_list("field", "value"))


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("right", "The number or address you have is correct."),
        ("none_known", "We do not know another phone number or email address."),
    ],
)
def test_one_press_answers_and_an_officer_finds_it(reception, referral, page, cast, says, words):
    response = reception.post(page, {"says": says})
    assert response.url == f"/referrals/{referral.reference}/"
    note = Note.objects.get()
    assert (note.referral, note.words, note.by, note.from_office) == (
        referral,
        words,
        cast.receptionist,
        False,
    )
    (note_to_read,) = practice_wrote(timezone.now())
    assert note_to_read.referral == referral
    shown = reception.get(response.url).content.decode()
    assert "We have sent your answer to the project officers." in shown
    assert words in shown
    assert told() == []


def test_a_new_number_and_address_wait_for_an_officer_and_nothing_is_written_over(
    reception, referral, page, cast
):
    reception.post(page, {"phone": "01632 960 999", "email": "new@home.example"})
    assert Note.objects.get().words == (
        "Another phone number: 01632 960999.\nAnother email address: new@home.example"
    )
    assert told() == [("email", "new@home.example"), ("phone", "+441632960999")]
    difference = ReportedDifference.objects.first()
    assert (difference.organisation, difference.reported_by) == (cast.riverbank, cast.receptionist)
    referral.participant.refresh_from_db()
    assert (referral.participant.phone, referral.participant.email) == ("+447700900123", "aoife@home.example")


def test_a_number_that_we_have_is_a_note_and_no_difference(reception, referral, page):
    reception.post(page, {"phone": "07700 900 123"})
    assert Note.objects.get().words == "Another phone number: 07700 900123."
    assert told() == []


@pytest.mark.parametrize("answer", [{"says": "right"}, {"phone": "01632 960 999"}])
def test_pressed_twice_it_is_one_answer(reception, page, answer):
    for _ in range(3):
        assert reception.post(page, answer).status_code == 302
    assert Note.objects.count() == 1
    assert ReportedDifference.objects.count() == ("phone" in answer)


def test_the_same_answer_to_a_later_question_is_a_new_one(reception, referral, page, cast):
    reception.post(page, {"says": "right"})
    ContactAttempt.objects.create(
        referral=referral, channel="phone", outcome="wrong_details", at=timezone.now(), by=cast.officer
    )
    reception.post(page, {"says": "right"})
    assert Note.objects.count() == 2


def test_another_answer_after_the_first_counts_too(reception, page):
    reception.post(page, {"says": "none_known"})
    reception.post(page, {"phone": "01632 960 999"})
    reception.post(page, {"says": "none_known"})
    assert Note.objects.count() == 3


def test_looking_changes_nothing(reception, referral, page):
    for method in ("get", "head", "options"):
        getattr(reception, method)(page, {"says": "right"})
    assert not Note.objects.exists()


def test_what_we_have_is_shown_so_that_it_can_be_compared_and_not_copied(reception, referral, page):
    """Another organisation that referred the same person may have given it."""
    shown = reception.get(page).content.decode()
    assert "a phone number and an email address" in shown
    for whole in ("900123", "900 123", "aoife@home.example"):
        assert whole not in shown


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Enter a phone number or an email address"),
        ({"says": "nonsense"}, "Enter a phone number or an email address"),
        ({"phone": "ring me"}, "Enter a phone number, like"),
        ({"phone": "07700", "email": "new@home.example"}, "Enter a phone number, like"),
        ({"email": "new@"}, "Enter an email address in the correct format"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "Enter an email address in the correct format"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(reception, page, typed, message):
    response = reception.post(page, typed)
    errors = [sentence for sentences in response.context["form"].errors.values() for sentence in sentences]
    assert len(errors) == 1
    assert message in errors[0]
    assert response.context["form"].data.get("email", "") == typed.get("email", "")
    assert not Note.objects.exists()


@pytest.mark.parametrize("status", [Status.WAITING, Status.WITHDRAWN, Status.SUBMITTED, Status.DIED])
@pytest.mark.django_db
def test_where_no_number_is_needed_any_more_the_page_says_so(reception, cast, status):
    referral = sought(cast)
    Referral.objects.filter(pk=referral.pk).update(status=status, opted_in_at=timezone.now())
    page = f"/referrals/{referral.reference}/reach/"
    assert "No other number is needed" in reception.get(page).content.decode()
    kept = reception.post(page, {"phone": "01632 960 999"}).content.decode()
    assert "We no longer need another number" in kept
    assert not Note.objects.exists()
    assert told() == []


def test_the_referrals_page_leads_there_until_it_is_answered(reception, referral, page):
    own = f"/referrals/{referral.reference}/"
    assert page in reception.get(own).content.decode()
    reception.post(page, {"says": "right"})
    assert page not in reception.get(own).content.decode()


def test_another_organisation_has_no_such_page(referral, page, cast):
    neighbour = sign_in(Client(), cast.neighbour)
    assert neighbour.get(page).status_code == neighbour.post(page, {"says": "right"}).status_code == 404
    assert not Note.objects.exists()


# --- Which referrals are asked about -------------------------------------------------------------------------


def asked(now=None) -> list[int]:
    return list(better_contact.asked_about(now or timezone.now()).values_list("pk", flat=True))


def test_whoever_could_not_be_reached_is_asked_about_while_the_referral_can_be_opened_again(referral):
    assert asked() == [referral.pk]
    assert asked(timezone.now() + 90 * DAY) == [referral.pk]
    assert asked(timezone.now() + 92 * DAY) == []


def test_a_wrong_number_is_asked_about_until_a_later_try_went_well(db, cast):
    referral = sought(cast, status=Status.CONTACTING)
    assert asked() == []

    def tried(outcome, hours):
        ContactAttempt.objects.create(
            referral=referral, channel="phone", outcome=outcome, by=cast.officer,
            at=timezone.now() - timedelta(hours=hours),
        )  # fmt: skip

    tried("wrong_details", 5)
    assert asked() == [referral.pk]
    tried("left_message", 4)
    assert asked() == []


def test_an_answer_ends_the_question_and_a_note_from_before_it_does_not(referral, cast):
    now = timezone.now()
    correspondence.answer(
        referral=referral, by=cast.receptionist, now=now - 5 * DAY, words="Rings back on Fridays."
    )
    assert asked() == [referral.pk]
    correspondence.add_note(referral=referral, by=cast.officer, now=now, words="We tried.")
    assert asked() == [referral.pk]
    better_contact.tell(referral=referral, by=cast.receptionist, now=now, says="none_known")
    assert asked() == []


# --- In a browser --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_the_page_reads_well_and_takes_one_press(live_server, open_page, looked_at, cast, javascript):
    referral = sought(cast)
    page = open_page(PHONE, javascript=javascript)
    sign_in_browser(page, live_server.url, cast.receptionist)

    def look(name):
        looked_at(page, f"referrals-reach-{name}", scripts=javascript)

    page.goto(f"{live_server.url}/referrals/{referral.reference}/reach/")
    look("blank")
    page.get_by_label("Another phone number").fill("not a number")
    page.get_by_role("button", name="Send these details").click()
    page.get_by_role("alert").get_by_text("Enter a phone number").wait_for()
    look("errors")
    page.get_by_role("button", name="The number or address you have is correct").click()
    page.get_by_text("We have sent your answer to the project officers.").wait_for()
    page.goto(f"{live_server.url}/referrals/weekly/")
    look("weekly")
    page.get_by_role("button", name="Stop the weekly summary").click()
    page.get_by_text("Sam O’Brien stopped the summary").wait_for()
    look("weekly-stopped")
