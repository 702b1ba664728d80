"""Nobody keeps access for ever: leads confirm members, unused memberships are asked about, and then they end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.members import review
from accounts.members import services as members
from accounts.models import Membership
from accounts.tests import factories
from accounts.tests.factories import sign_in
from core import work_queue
from itsyourmove.celery import app
from itsyourmove.tasks import look_after_members
from messaging.content import rendering
from messaging.delivery import worker
from messaging.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 8, 10, tzinfo=UTC)  # a Wednesday, half a year and three days after JOINED


@pytest.fixture
def riverbank(cast):
    """Everybody used the service yesterday."""
    Membership.objects.update(last_used_on=date(2026, 7, 7))
    return cast


def mails(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def text(message: Message) -> str:
    return rendering.render_message(message, NOW).text


def test_a_lead_is_asked_after_six_months_once_a_month_and_not_before(riverbank):
    review.sweep(now=NOW - timedelta(days=2))
    assert mails("members_review") == []
    review.sweep(now=NOW)
    review.sweep(now=NOW + timedelta(days=3))
    [mail] = mails("members_review")
    assert mail.user == riverbank.lead
    review.sweep(now=NOW + timedelta(days=31))
    assert len(mails("members_review")) == 2


def test_the_question_to_a_lead_whole(riverbank):
    riverbank.lead.name = "Lee O'Marsh"
    riverbank.lead.save()
    review.sweep(now=NOW)
    [mail] = mails("members_review")
    assert rendering.render_message(mail, NOW).subject == (
        "Check who still works with you: your list for It’s Your Move"
    )
    assert text(mail) == (
        "Hello Lee O'Marsh,\n\n"
        "Twice a year we ask who still works at Riverbank Surgery, so leavers lose access.\n\n"
        "What you need to do: sign in and check your list of colleagues. End the access of anyone who has left, "
        "and confirm the others. It takes about a minute.\n"
        "http://localhost:8000/colleagues/\n\n"
        "If you have a question, call us on 01632 960 123.\n\n"
        "It’s Your Move\nActive County Partnership\n\nPrivacy, accessibility and complaints: http://localhost:8000/notices/\n"
    )


def test_it_is_not_sent_once_everybody_is_confirmed(riverbank):
    review.sweep(now=NOW)
    everybody = Membership.objects.all()
    confirmed = members.confirm(
        places=everybody, organisation=riverbank.riverbank, by=riverbank.lead, now=NOW
    )
    assert confirmed == 2
    worker.drain(now=NOW)
    assert mails("members_review")[0].state == "cancelled"


def test_one_press_confirms_one_or_all(riverbank):
    client = sign_in(Client(), riverbank.lead)
    banner = "which colleagues still work with you"
    assert banner in client.get("/referrals/").content.decode()
    sam, lee = riverbank.receptionist.memberships.get(), riverbank.lead.memberships.get()
    client.post("/colleagues/confirm/", {"place": sam.pk})
    sam.refresh_from_db()
    assert sam.confirmed_at is not None
    page = client.get("/colleagues/").content.decode()
    assert page.count("Still works here<") == 1
    client.post("/colleagues/confirm/", {"organisation": riverbank.riverbank.pk})
    lee.refresh_from_db()
    assert lee.confirmed_at is not None
    assert banner not in client.get("/referrals/").content.decode()
    assert riverbank.neighbour.memberships.get().confirmed_at is None


@pytest.mark.parametrize("answers", [{}, {"place": "x"}, {"place": "9" * 30}, {"organisation": "-1"}])
def test_a_press_that_names_nobody_confirms_nobody(riverbank, answers):
    answer = sign_in(Client(), riverbank.lead).post("/colleagues/confirm/", answers)
    assert answer.status_code == 302
    assert not Membership.objects.filter(confirmed_at__isnull=False).exists()


def test_officers_see_reviews_that_are_overdue_and_organisations_without_a_lead(riverbank):
    load = {panel.name: panel.load for panel in work_queue.registered()}
    names = ("reviews_overdue", "organisations_without_lead")
    labels = {name: [row.label for row in load[name](NOW, 8)[1]] for name in names}
    assert labels == {"reviews_overdue": [], "organisations_without_lead": ["Hilltop Practice (Z99002)"]}
    count, rows = load["reviews_overdue"](NOW + timedelta(days=14), 8)
    assert (count, [row.label for row in rows]) == (1, ["Riverbank Surgery (Z99001)"])


# --- Unused ------------------------------------------------------------------------------------------------------


def test_using_the_service_is_noted_once_a_day(cast, django_assert_num_queries):
    client = sign_in(Client(), cast.receptionist)
    client.get("/referrals/")
    place = cast.receptionist.memberships.get()
    assert place.last_used_on == timezone.localdate()
    assert place.events.count() == 1, "history is not about where people were"
    with django_assert_num_queries(1):
        assert review.note_use(user=cast.receptionist, today=timezone.localdate()) == 0
    Membership.objects.update(last_used_on=None)
    client.get("/referrals/")
    assert cast.receptionist.memberships.get().last_used_on is None, "one session writes once a day"


def unused(cast, days: int) -> Membership:
    place = cast.receptionist.memberships.get()
    place.last_used_on = NOW.date() - timedelta(days=days)
    place.save()
    return place


@pytest.mark.parametrize(("days", "asked"), [(89, 0), (90, 1), (200, 1)])
def test_a_person_is_asked_after_90_days(riverbank, days, asked):
    unused(riverbank, days)
    review.sweep(now=NOW)
    review.sweep(now=NOW + timedelta(hours=1))
    assert len(mails("still_needed")) == asked


def test_the_question_whole(riverbank):
    unused(riverbank, 90)
    review.sweep(now=NOW)
    [mail] = mails("still_needed")
    assert (
        rendering.render_message(mail, NOW).subject == "Do you still need your account with It’s Your Move?"
    )
    assert text(mail) == (
        "Hello Sam O’Brien,\n\n"
        "You have not signed in recently to refer patients for Riverbank Surgery.\n\n"
        "If you still need your account, sign in before Friday 7 August 2026. You will keep your access.\n"
        "http://localhost:8000/sign-in/\n\n"
        "If you no longer need it, you do not need to do anything. Your access ends on Friday 7 August 2026. Your "
        "organisation can invite you again at any time.\n\n"
        "If you have a question, call us on 01632 960 123.\n\n"
        "It’s Your Move\nActive County Partnership\n\nPrivacy, accessibility and complaints: http://localhost:8000/notices/\n"
    )


def test_whoever_comes_after_the_question_stays(riverbank):
    place = unused(riverbank, 90)
    review.sweep(now=NOW)
    review.note_use(user=riverbank.receptionist, today=NOW.date() + timedelta(days=1))
    worker.drain(now=NOW + timedelta(days=1))
    assert mails("still_needed")[0].state == "cancelled"
    review.sweep(now=NOW + timedelta(days=31))
    place.refresh_from_db()
    assert (place.ended_at, place.asked_on) == (None, None)


def test_after_120_days_it_ends_and_the_lead_is_told(riverbank):
    place = unused(riverbank, 90)
    review.sweep(now=NOW)
    review.note_use(user=riverbank.lead, today=NOW.date() + timedelta(days=29))
    review.sweep(now=NOW + timedelta(days=29))
    place.refresh_from_db()
    assert place.ended_at is None
    end = NOW + timedelta(days=30)
    review.sweep(now=end)
    review.sweep(now=end)
    place.refresh_from_db()
    assert (place.ended_at, place.ended_because, place.ended_by) == (end, "unused", None)
    [mail] = mails("membership_lapsed")
    assert mail.user == riverbank.lead
    assert rendering.render_message(mail, end).subject == "A colleague’s access to It’s Your Move has ended"
    assert text(mail) == (
        "Hello Lee Marsh,\n\n"
        "Sam O’Brien had not signed in for a long time, so their access for Riverbank Surgery ended on "
        "Friday 7 August 2026. We emailed them before we ended it.\n\n"
        "You do not need to do anything. If they still need access, you can invite them again:\n"
        "http://localhost:8000/colleagues/\n\n"
        "If you have a question, call us on 01632 960 123.\n\n"
        "It’s Your Move\nActive County Partnership\n\nPrivacy, accessibility and complaints: http://localhost:8000/notices/\n"
    )
    again = members.invite(
        organisation=riverbank.riverbank, email=riverbank.receptionist.email, name="Sam", role="clinician_admin",
        profession="", is_lead=False, by=riverbank.lead, now=end,
    )  # fmt: skip
    assert again.pk != place.pk


def test_nobody_is_switched_off_sooner_than_they_were_told(riverbank):
    """After an outage, or on the day of this rule's beginning, 200 days may have passed before the question."""
    place = unused(riverbank, 200)
    review.sweep(now=NOW)
    review.sweep(now=NOW + timedelta(days=29))
    place.refresh_from_db()
    assert place.ended_at is None


def test_beat_asks_for_it():
    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert look_after_members.name in asked
    factories.lead()
    look_after_members()
