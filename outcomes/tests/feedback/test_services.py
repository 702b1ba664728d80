"""The page of five questions: looking changes nothing, any answer may be left out, and a worry reaches an officer."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core import work_queue
from outcomes.feedback import services, wordings
from outcomes.models import Feedback, FormLink
from outcomes.tests import factories as given
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db
EVERY_ANSWER = {
    "enjoyed": "8",
    "effort": "about_right",
    "pain_since": "worse_for_a_while",
    "part_of_group": "10",
    "for_instructor": "Thank you, O’Neill & co",
}


def worries(now):
    """What the work queue shows of them: how many, and the rows."""
    return {panel.name: panel.load for panel in work_queue.registered()}["worrying_feedback"](now, 8)


@pytest.fixture
def attendance(cast):
    """Session 3, held on Tuesday 17 March 2026 from 6pm to 7pm."""
    cohort = make.cohort()
    place = make.placed(cohort)
    make.register(make.session(cohort, 3), cast.officer)
    return make.attendance(place, 3)


@pytest.fixture
def link(attendance):
    return given.asked(attendance)


@pytest.fixture
def url(link):
    return reverse("outcomes:feedback", args=[link.token])


@pytest.fixture(autouse=True)
def that_evening():
    with time_machine.travel(datetime(2026, 3, 17, 20, 0, tzinfo=UTC), tick=False):
        yield


def test_the_page_shows_first_name_date_and_time_only(client, url, attendance):
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Aoife" in text
    assert "Tuesday 17 March 2026" in text
    assert "6pm to 7pm" in text
    person = attendance.place.participant
    for hidden in (person.family_name, person.nhs_number, person.email, person.postcode, "session 3"):
        assert hidden not in text


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(client, url, method):
    getattr(client, method)(url, EVERY_ANSWER if method != "options" else None)
    assert not Feedback.objects.exists()


def test_a_press_keeps_five_answers_and_says_thank_you(client, url, attendance):
    page = client.post(url, EVERY_ANSWER, follow=True)
    assert page.redirect_chain == [(f"{url}thanks/", 302)]
    assert "Thank you, Aoife" in page.content.decode()
    kept = Feedback.objects.get(attendance=attendance)
    assert (kept.enjoyed, kept.effort, kept.pain_since) == (8, "about_right", "worse_for_a_while")
    assert (kept.part_of_group, kept.for_instructor) == (10, "Thank you, O’Neill & co")
    assert (kept.form_version, kept.given_at, kept.taken_by) == (
        3,
        datetime(2026, 3, 17, 20, 0, tzinfo=UTC),
        None,
    )


def test_a_press_without_its_csrf_token_is_refused(url):
    assert Client(enforce_csrf_checks=True).post(url, EVERY_ANSWER).status_code == 403
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("name", EVERY_ANSWER)
def test_any_one_answer_is_enough(client, url, name):
    assert client.post(url, {name: EVERY_ANSWER[name]}).status_code == 302
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("nothing", [{}, {"for_instructor": "   "}])
def test_an_empty_page_is_asked_kindly_for_one_answer(client, url, nothing):
    page = client.post(url, nothing)
    assert page.status_code == 200
    assert "Answer any one question, or close this page if you would rather not say" in page.content.decode()
    assert "<title>Error: " in page.content.decode()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "nonsense",
    [
        {"enjoyed": "11"},
        {"enjoyed": "-1"},
        {"enjoyed": "eight"},
        {"effort": "medium"},
        {"pain_since": "'; DROP TABLE"},
        {"part_of_group": "٣"},
        {"for_instructor": "x" * 1001},
        {"for_instructor": "a\x00b"},
        {"for_instructor": "a\u202eb"},
    ],
)
def test_nonsense_gives_the_page_back_with_everything_else_kept(client, url, nonsense):
    page = client.post(url, EVERY_ANSWER | nonsense)
    assert page.status_code in (200, 400)
    assert not Feedback.objects.exists()
    if page.status_code == 200:
        assert "There is a problem" in page.content.decode()
        assert 'value="about_right" checked' in page.content.decode() or "effort" in nonsense


def test_answers_can_be_changed_until_the_link_closes_and_are_not_shown_again(client, url):
    client.post(url, EVERY_ANSWER)
    page = client.get(url).content.decode()
    assert "Thank you for telling us about this session" in page
    assert "checked" not in page
    assert "O’Neill &amp; co" not in page
    client.post(url, {"enjoyed": "3"})
    kept = Feedback.objects.get()
    assert (kept.enjoyed, kept.effort, kept.for_instructor) == (3, "", "")
    history = Feedback.pgh_event_model.objects.order_by("pgh_id").values_list("enjoyed", flat=True)
    assert list(history) == [8, 3]


@pytest.mark.parametrize("page", ["", "thanks/"])
def test_a_closed_link_says_so_and_how_to_reach_us(client, url, link, page):
    with time_machine.travel(link.expires_at, tick=False):
        answer = client.get(url + page)
    assert answer.status_code == 410
    assert "These questions have closed" in answer.content.decode()
    assert "01632 960 123" in answer.content.decode()
    assert "Aoife" not in answer.content.decode()


def test_a_closed_link_keeps_no_answer(client, url, link, attendance):
    with time_machine.travel(link.expires_at, tick=False):
        assert client.post(url, EVERY_ANSWER).status_code == 410
    with pytest.raises(services.FeedbackClosed):
        given.feedback(attendance, now=link.expires_at)
    assert not Feedback.objects.exists()


def test_a_revoked_link_is_closed(client, url, link):
    FormLink.objects.update(revoked_at=link.made_at)
    assert client.get(url).status_code == 410


@pytest.mark.parametrize("token", ["x", "A" * 43, "..%2F..", "%00", "é" * 20])
def test_an_unknown_link_is_not_found_and_says_the_same(client, token):
    answer = client.get(f"/f/{token}/")
    assert answer.status_code in (400, 404)
    if answer.status_code == 404 and "closed" in answer.content.decode():
        assert "Aoife" not in answer.content.decode()


def test_punctuation_that_a_mail_program_adds_to_the_link_is_forgiven(client, link):
    assert client.get(f"/f/{link.token}./").status_code == 200


def test_the_page_is_not_kept_and_not_indexed(client, url):
    page = client.get(url)
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "same-origin"


def test_the_page_costs_few_queries(client, url, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get(url)


def test_worse_and_still_worse_is_on_the_work_queue_until_an_officer_has_seen_it(attendance, link, cast):
    now = attendance.ends_at + timedelta(hours=1)
    feedback = given.feedback(attendance, now=now, pain_since="still_worse")
    count, rows = worries(now)
    assert (count, rows[0].label, rows[0].urgency) == (1, "Aoife O’Neill", "amber")
    assert services.mark_seen(feedback=feedback, by=cast.officer, now=now)
    assert not services.mark_seen(feedback=feedback, by=cast.administrator, now=now)
    feedback.refresh_from_db()
    assert (feedback.seen_by, feedback.seen_at) == (cast.officer, now)
    assert worries(now) == (0, [])


@pytest.mark.parametrize("pain", ["", "better", "same", "worse_for_a_while"])
def test_other_answers_are_no_task(attendance, link, pain):
    given.feedback(attendance, enjoyed=0, pain_since=pain)
    assert worries(attendance.ends_at) == (0, [])


def test_saying_it_again_stays_seen_but_after_another_answer_it_is_new(attendance, link, cast):
    now = attendance.ends_at + timedelta(hours=1)
    services.mark_seen(
        feedback=given.feedback(attendance, pain_since="still_worse"), by=cast.officer, now=now
    )
    given.feedback(attendance, pain_since="still_worse", enjoyed=2)
    assert Feedback.objects.get().seen_by == cast.officer
    given.feedback(attendance, pain_since="better")
    given.feedback(attendance, pain_since="still_worse")
    assert Feedback.objects.to_look_at().count() == 1


def test_the_database_refuses_answers_outside_the_scale_and_empty_rows(attendance, link):
    feedback = given.feedback(attendance)
    for change in (
        {"enjoyed": 11},
        {"part_of_group": 11},
        {"enjoyed": None},
        {"seen_at": attendance.ends_at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.filter(pk=feedback.pk).update(**change)


def test_every_wording_fits_the_columns():
    for version, wording in wordings.WORDINGS.items():
        assert wording.version == version
        assert set(wording.effort_answers) == set(Feedback.Effort.values)
        assert set(wording.pain_answers) == set(Feedback.Pain.values)
