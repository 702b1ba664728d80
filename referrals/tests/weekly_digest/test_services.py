"""The weekly summary: when it goes, to whom, what it says, and that it goes once."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client

from accounts import roles
from accounts.models import Membership
from accounts.tests.factories import OrganisationFactory, UserFactory, sign_in, sign_in_browser
from messaging.content import rendering
from messaging.delivery import worker
from messaging.models import Message
from referrals import status_changes
from referrals.correspondence import services as correspondence
from referrals.models import ContactAttempt, Digest, DigestStop, StatusChange
from referrals.statuses import Status
from referrals.tests.factories import ReferralFactory
from referrals.weekly_digest import services as weekly_digest
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)  # 8am in London, winter
BEFORE = MONDAY - timedelta(days=3)


def stepped(organisation, by, to, *, at=BEFORE, reference=None, **changed):
    """A referral that took this step then, and stands there now."""
    changed.setdefault("status", to)
    if changed["status"] in ("waiting", "offered", "enrolled", "active"):
        changed.setdefault("opted_in_at", at)
    if reference:
        changed["reference"] = reference
    referral = ReferralFactory(organisation=organisation, submitted_by=by, **changed)
    StatusChange.objects.create(referral=referral, from_status=Status.SUBMITTED, to_status=to, at=at)
    return referral


def tried(referral, by, *, at=BEFORE, outcome="wrong_details"):
    return ContactAttempt.objects.create(referral=referral, channel="phone", outcome=outcome, at=at, by=by)


def summaries():
    return Message.objects.filter(kind="weekly_digest").order_by("pk")


@pytest.fixture
def busy(cast):
    """A week at Riverbank in which something of each kind happened."""
    cast.riverbank.contact_email = "team@riverbank.example"
    cast.riverbank.save()
    sent = (cast.riverbank, cast.receptionist)
    for number in range(3):
        stepped(*sent, Status.ACTIVE, reference=f"IYM-000{number}-STA", at=BEFORE + timedelta(minutes=number))
    for number in range(2):
        stepped(
            *sent, Status.COMPLETED, reference=f"IYM-000{number}-FIN", at=BEFORE + timedelta(minutes=number)
        )
    stepped(*sent, Status.UNREACHABLE, reference="IYM-0000-UNR", status_at=BEFORE)
    for _ in range(4):
        ReferralFactory(organisation=cast.riverbank, status=Status.WAITING, opted_in_at=BEFORE)
    return cast


def test_the_mail_tells_counts_and_references_and_nobodys_name(busy):
    assert weekly_digest.queue_due(now=MONDAY) == 1
    message = summaries().get()
    assert (message.organisation, message.user) == (busy.riverbank, None)
    mail = rendering.render_message(message, MONDAY)
    assert mail.subject == "Your referrals in the week to Sunday 1 March 2026"
    assert (
        mail.text
        == mail.copy
        == (
            """Hello colleagues at Riverbank Surgery,

Your organisation's referrals in the week from Monday 23 February 2026 to Sunday 1 March 2026:

- 3 started: IYM-0000-STA, IYM-0001-STA, IYM-0002-STA
- 2 finished: IYM-0000-FIN, IYM-0001-FIN
- 1 could not be reached: IYM-0000-UNR
- 4 waiting for a place

We could not reach the patient in this referral. Do you know another phone number or email address? Sign in and answer. It takes one press:
- IYM-0000-UNR: http://localhost:8000/referrals/IYM-0000-UNR/reach/

To see all your referrals, sign in:
http://localhost:8000/referrals/

This message does not name any patients, to keep their details private. Do not reply with a patient's details.

If you have a question, call us on 01632 960 123 and give the reference.

To stop this weekly summary for your organisation, sign in and press "Stop the weekly summary":
http://localhost:8000/referrals/weekly/

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
        )
    )


def test_those_who_finished_below_the_target_are_told_apart_and_not_as_having_left(busy):
    for number, to in enumerate((Status.FINISHED_BELOW_TARGET, Status.LEFT_EARLY)):
        referral = ReferralFactory(
            organisation=busy.riverbank,
            reference=f"IYM-000{number}-END",
            status=Status.ACTIVE,
            opted_in_at=BEFORE,
        )
        counted = {"attended": 5, "out_of": 10} if to == Status.FINISHED_BELOW_TARGET else {}
        status_changes.move(referral=referral, to=to, by=busy.officer, now=BEFORE, **counted)
    weekly_digest.queue_due(now=MONDAY)
    text = rendering.render_message(summaries().get(), MONDAY).text
    assert "- 2 finished: IYM-0000-FIN, IYM-0001-FIN\n" in text
    assert "- 1 finished, attended fewer sessions than the target: IYM-0000-END\n" in text
    assert "- 1 left early or did not start: IYM-0001-END\n" in text


def test_without_an_address_of_its_own_it_goes_to_who_sent_what_it_tells_of(cast):
    silent = UserFactory()
    gone = UserFactory()
    closed = UserFactory(is_active=False)
    for user in (silent, gone, closed):
        Membership.objects.create(
            user=user, organisation=cast.riverbank, role=roles.CLINICIAN_ADMIN, started_at=user.joined_at
        )
    Membership.objects.filter(user=gone).update(ended_at=BEFORE, ended_because="office")
    for by in (cast.receptionist, cast.receptionist, cast.lead, gone, closed):
        stepped(cast.riverbank, by, Status.COMPLETED)
    stepped(cast.hilltop, gone, Status.COMPLETED)  # never worked there: nobody is left to hear it
    assert weekly_digest.queue_due(now=MONDAY) == 2
    assert {message.user for message in summaries()} == {cast.receptionist, cast.lead}
    text = rendering.render_message(summaries().get(user=cast.receptionist), MONDAY).text
    assert text.startswith("Hello Sam O’Brien,\n")
    assert "- 5 finished: " in text
    assert not Digest.objects.filter(organisation=cast.hilltop).exists()


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), None),
        (MONDAY, "2026-W10"),
        (datetime(2026, 3, 8, 7, 59, tzinfo=UTC), "2026-W10"),  # a worker six days late
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), None),
        (datetime(2026, 3, 30, 6, 59, tzinfo=UTC), None),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "2026-W14"),  # 8am in summer time
        (datetime(2026, 12, 28, 8, 0, tzinfo=UTC), "2026-W53"),
    ],
)
def test_it_goes_on_monday_from_eight_in_london(now, due):
    found = weekly_digest.turn(now)
    assert (found.week if found else None) == due


def test_day_and_hour_are_settings(settings):
    settings.DIGEST_WEEKDAY, settings.DIGEST_HOUR = 5, 14
    assert weekly_digest.turn(datetime(2026, 3, 6, 13, 59, tzinfo=UTC)) is None
    assert weekly_digest.turn(datetime(2026, 3, 6, 14, 0, tzinfo=UTC)).sent_on.isoformat() == "2026-03-06"
    assert weekly_digest.turn(datetime(2026, 3, 9, 8, 0, tzinfo=UTC)).week == "2026-W10"


def test_a_week_begins_and_ends_at_londons_midnight(cast):
    """The clocks went forward on Sunday 29 March 2026: that week has an hour less."""
    for at in (
        datetime(2026, 3, 22, 23, 59, tzinfo=UTC),
        datetime(2026, 3, 29, 23, 0, tzinfo=UTC),  # Monday 0.00 in London
    ):
        stepped(cast.riverbank, cast.receptionist, Status.COMPLETED, at=at)
    assert weekly_digest.queue_due(now=datetime(2026, 3, 30, 8, tzinfo=UTC)) == 0
    stepped(cast.riverbank, cast.receptionist, Status.COMPLETED, at=datetime(2026, 3, 23, 0, 0, tzinfo=UTC))
    assert weekly_digest.queue_due(now=datetime(2026, 3, 30, 8, tzinfo=UTC)) == 1


@pytest.mark.parametrize("to", [Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN, Status.CONTACTING])
def test_whoever_has_nothing_to_hear_gets_no_mail(cast, to):
    stepped(cast.riverbank, cast.receptionist, to)
    ReferralFactory(organisation=cast.riverbank, status=Status.WAITING, opted_in_at=BEFORE)
    assert weekly_digest.queue_due(now=MONDAY) == 0
    assert not Digest.objects.exists()


@pytest.mark.parametrize("status", [Status.ENTERED_IN_ERROR, Status.DIED])
def test_nothing_is_said_about_mistakes_and_deaths(cast, status):
    dead = stepped(cast.riverbank, cast.receptionist, Status.ACTIVE, status=status)
    assert weekly_digest.queue_due(now=MONDAY) == 0
    stepped(cast.riverbank, cast.receptionist, Status.COMPLETED)
    assert weekly_digest.queue_due(now=MONDAY) == 1
    assert dead.reference not in rendering.render_message(summaries().get(), MONDAY).text


def test_a_wrong_number_is_told_while_the_person_is_still_to_be_reached(cast):
    sought = ReferralFactory(
        organisation=cast.riverbank, submitted_by=cast.receptionist, status=Status.CONTACTING
    )
    reached = ReferralFactory(
        organisation=cast.riverbank, submitted_by=cast.receptionist, status=Status.WAITING, opted_in_at=BEFORE
    )
    for referral in (sought, sought, reached):
        tried(referral, cast.officer)
    assert weekly_digest.queue_due(now=MONDAY) == 1
    text = rendering.render_message(summaries().get(), MONDAY).text
    assert f"- 1 could not be reached: {sought.reference}\n" in text
    assert f"/referrals/{sought.reference}/reach/" in text
    assert reached.reference not in text


def test_a_question_is_asked_until_the_practice_has_written(busy):
    other = stepped(
        busy.riverbank, busy.receptionist, Status.UNREACHABLE, at=BEFORE - timedelta(days=30),
        status_at=BEFORE - timedelta(days=30), reference="IYM-0001-UNR",
    )  # fmt: skip
    weekly_digest.queue_due(now=MONDAY)
    message = summaries().get()
    text = rendering.render_message(message, MONDAY).text
    assert "the patients in these referrals" in text
    assert text.index("IYM-0001-UNR/reach/") < text.index("IYM-0000-UNR/reach/"), "the oldest question first"
    correspondence.answer(
        referral=other, by=busy.receptionist, now=MONDAY, words="We only have the old number."
    )
    assert "IYM-0001-UNR" not in rendering.render_message(message, MONDAY).text


# --- Once ----------------------------------------------------------------------------------------------------


def test_asked_twice_or_late_it_goes_once_and_next_week_again(busy):
    assert weekly_digest.queue_due(now=MONDAY) == 1
    assert weekly_digest.queue_due(now=MONDAY) == 0
    assert weekly_digest.queue_due(now=MONDAY + timedelta(days=4)) == 0
    stepped(busy.riverbank, busy.receptionist, Status.COMPLETED, at=MONDAY + timedelta(days=1))
    assert weekly_digest.queue_due(now=MONDAY + timedelta(days=5)) == 0
    assert weekly_digest.queue_due(now=MONDAY + timedelta(days=7)) == 1
    assert [each.week for each in Digest.objects.order_by("pk")] == ["2026-W10", "2026-W11"]


def test_an_address_that_comes_later_in_the_week_brings_no_second_one(cast):
    stepped(cast.riverbank, cast.receptionist, Status.COMPLETED)
    assert weekly_digest.queue_due(now=MONDAY) == 1
    cast.riverbank.contact_email = "team@riverbank.example"
    cast.riverbank.save()
    assert weekly_digest.queue_due(now=MONDAY + timedelta(hours=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one(busy):
    ready = Barrier(2)

    def work():
        try:
            ready.wait(10)
            weekly_digest.queue_due(now=MONDAY)
        finally:
            connection.close()

    both = [Thread(target=work) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert (Digest.objects.count(), summaries().count()) == (1, 1)


def test_fifty_organisations_need_as_many_queries_as_one(
    busy, django_assert_num_queries, django_assert_max_num_queries
):
    stepped(busy.hilltop, busy.neighbour, Status.COMPLETED)
    with django_assert_max_num_queries(14) as one:
        assert weekly_digest.queue_due(now=MONDAY) == 2
    for number in range(50):
        organisation, by = OrganisationFactory(), UserFactory()
        Membership.objects.create(
            user=by, organisation=organisation, role=roles.CLINICIAN_ADMIN, started_at=by.joined_at
        )
        stepped(organisation, by, Status.COMPLETED, at=MONDAY + timedelta(minutes=number))
    stepped(busy.riverbank, busy.receptionist, Status.COMPLETED, at=MONDAY)
    with django_assert_num_queries(len(one)):
        assert weekly_digest.queue_due(now=MONDAY + timedelta(days=7)) == 51


# --- Stopping it ---------------------------------------------------------------------------------------------


def test_an_organisation_stops_it_and_has_it_again(busy):
    client = sign_in(Client(), busy.receptionist)
    page = client.get("/referrals/weekly/").content.decode()
    assert "team@riverbank.example" in page
    assert not DigestStop.objects.exists(), "looking changes nothing"
    page = client.post("/referrals/weekly/", {"organisation": "Z99001"}, follow=True).content.decode()
    assert "Press one of the buttons" in page
    assert not DigestStop.objects.exists(), "a press of no button changes nothing"
    for _ in range(2):
        client.post("/referrals/weekly/", {"organisation": "Z99001", "stop": "1"})
    stop = DigestStop.objects.get()
    assert (stop.organisation, stop.stopped_by, stop.ended_at) == (busy.riverbank, busy.receptionist, None)
    assert weekly_digest.queue_due(now=MONDAY) == 0
    assert "Sam O’Brien stopped the summary on" in client.get("/referrals/weekly/").content.decode()
    client.post("/referrals/weekly/", {"organisation": "Z99001", "start": "1"})
    assert weekly_digest.queue_due(now=MONDAY) == 1
    assert DigestStop.objects.get().ended_by == busy.receptionist


def test_one_that_waits_to_be_sent_is_called_back_and_one_in_a_workers_hands_meets_the_fence(busy):
    weekly_digest.queue_due(now=MONDAY)
    weekly_digest.stop_digest(organisation=busy.riverbank, by=busy.receptionist, now=MONDAY)
    assert summaries().get().state == Message.State.CANCELLED
    summaries().update(state=Message.State.PENDING, settled_at=None, reason="")
    worker.drain(now=MONDAY)
    assert summaries().get().state == Message.State.CANCELLED


def test_who_left_in_the_meantime_is_not_written_to(cast):
    for by in (cast.receptionist, cast.lead):
        stepped(cast.riverbank, by, Status.COMPLETED)
    weekly_digest.queue_due(now=MONDAY)
    Membership.objects.filter(user=cast.lead).update(ended_at=MONDAY, ended_because="office")
    worker.drain(now=MONDAY)
    assert summaries().get(user=cast.lead).state == Message.State.CANCELLED
    assert summaries().get(user=cast.receptionist).state == Message.State.SENT


@pytest.mark.parametrize("code", ["Z99002", "", "nonsense", "x" * 500, "a\0b"])
def test_nobody_stops_it_for_another_organisation(busy, code):
    client = sign_in(Client(), busy.receptionist)
    assert client.post("/referrals/weekly/", {"organisation": code, "stop": "1"}).status_code in (400, 404)
    assert not DigestStop.objects.exists()


def test_an_officer_stops_it_and_lets_it_go_again(office, busy, officer):
    page = "/admin/referrals/digeststop/"
    assert office.post(f"{page}add/", {"organisation": "z99001"}).status_code == 302
    stop = DigestStop.objects.get()
    assert (stop.organisation, stop.stopped_by) == (busy.riverbank, officer)
    again = office.post(f"{page}add/", {"organisation": "Z99001"})
    assert again.status_code == 302
    assert DigestStop.objects.count() == 1
    assert b"Riverbank Surgery" in office.get(page).content
    office.post(page, {"action": "send_again", "_selected_action": [stop.pk]})
    stop.refresh_from_db()
    assert stop.ended_by == officer
    assert b"Riverbank Surgery" not in office.get(page).content


@pytest.mark.django_db(transaction=True)
def test_the_officers_pages_read_well(live_server, open_page, looked_at, cast):
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.officer)

    def look(name):
        looked_at(page, f"office-summaries-{name}")

    page.goto(f"{live_server.url}/admin/referrals/digeststop/")
    look("empty")
    page.goto(f"{live_server.url}/admin/referrals/digeststop/add/")
    look("blank")
    page.get_by_label("Organisation’s code").fill("Q99")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("No organisation has this code").first.wait_for()
    look("errors")
    page.get_by_label("Organisation’s code").fill("Z99001")
    page.get_by_role("button", name="Save", exact=True).click()
    # On a phone a row is a card, and its cells no cells.
    page.locator("#result_list").get_by_text("Riverbank Surgery (Z99001)", exact=True).wait_for()
    look("one")
