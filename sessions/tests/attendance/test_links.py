"""The page behind a participant's plain link (docs/domain.md 8.5)."""

import secrets
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from participants.personal_links.links import digest_of, token_for
from referrals.statuses import Reason
from sessions.attendance import responses
from sessions.models import AnswerLink, Attendance
from sessions.places import placement
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(cohort):
    return make.placed(cohort)


@pytest.fixture
def attendance(place):
    return make.attendance(place, 3)


def page_of(attendance):
    return reverse("sessions:answer", args=[attendance.link.token])


def join_of(attendance):
    return reverse("sessions:join", args=[attendance.link.token])


def row(attendance):
    return Attendance.objects.filter(pk=attendance.pk).values().get()


def at(attendance, **before):
    return time_machine.travel(attendance.starts_at - timedelta(**before), tick=False)


def test_the_page_shows_both_answers_the_session_and_nothing_else_about_the_person(client, attendance):
    with at(attendance, days=1):
        response = client.get(page_of(attendance))
    text = response.content.decode()
    assert response.status_code == 200
    for shown in (
        "Hello Aoife. Are you coming?",
        "Session 3 of 10",
        "Tuesday 17 March 2026",
        "6pm to 7pm",
        "I’ll be there",
        "I can’t come",
        "at 5:45pm on the day",
        "Your next session is session 4: Tuesday 24 March 2026, 6pm",
    ):
        assert shown in text
    person = attendance.participant
    for hidden in ("O’Neill", person.nhs_number, person.email, person.postcode, make.ROOM, "zoom", "pain"):
        assert hidden not in text


def test_the_page_is_not_kept_not_indexed_and_loads_nothing_from_elsewhere(client, attendance):
    with at(attendance, days=1):
        response = client.get(page_of(attendance))
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert 'name="robots" content="noindex' in response.content.decode()


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("address", [page_of, join_of])
def test_looking_changes_nothing(client, attendance, method, address):
    before = row(attendance)
    with at(attendance, minutes=5):
        response = getattr(client, method)(address(attendance), {"answer": "yes"})
    assert response.status_code in (200, 302)
    assert row(attendance) == before
    assert not attendance.events.filter(pgh_label="update").exists()


def test_a_post_without_the_forms_token_is_refused(attendance):
    bare = Client(enforce_csrf_checks=True)
    with at(attendance, days=1):
        assert bare.post(page_of(attendance), {"answer": "yes"}).status_code == 403
        assert bare.post(join_of(attendance)).status_code == 403
    assert row(attendance)["answer"] == ""


def test_a_post_with_the_forms_token_is_recorded(attendance):
    person = Client(enforce_csrf_checks=True)
    with at(attendance, days=1):
        person.get(page_of(attendance))
        token = person.cookies["csrftoken"].value
        response = person.post(page_of(attendance), {"answer": "yes", "csrfmiddlewaretoken": token})
    assert (response.status_code, response.url) == (302, page_of(attendance))
    assert row(attendance)["answer"] == "yes"


def test_an_answer_can_be_repeated_and_changed_until_the_start(client, attendance):
    for answer, minutes, late in (("yes", 61, False), ("yes", 50, False), ("no", 60, True), ("yes", 1, True)):
        with at(attendance, minutes=minutes):
            assert client.post(page_of(attendance), {"answer": answer}).status_code == 302
            text = client.get(page_of(attendance)).content.decode()
        assert f"You have told us: <strong>{Attendance.Answer(answer).label}</strong>" in text
        assert (row(attendance)["answer"], row(attendance)["answered_late"]) == (answer, late)
    with at(attendance, minutes=0):
        response = client.post(page_of(attendance), {"answer": "no"})
    assert response.status_code == 409
    assert "too late to answer for this session" in response.content.decode()
    assert row(attendance)["answer"] == "yes"


def test_a_repeated_press_writes_nothing_new(attendance):
    responses.answer(attendance=attendance, answer="yes", now=attendance.starts_at - timedelta(days=1))
    before = row(attendance)
    responses.answer(attendance=attendance, answer="yes", now=attendance.starts_at - timedelta(minutes=5))
    assert row(attendance) == before


def test_answers_close_when_the_programme_says(attendance):
    programme = attendance.session.cohort.programme
    programme.answers_close_minutes = 30
    programme.save()
    with pytest.raises(responses.AnswersClosed):
        responses.answer(
            attendance=attendance, answer="yes", now=attendance.starts_at - timedelta(minutes=30)
        )


@pytest.mark.parametrize("nonsense", ["", "maybe", "YES", "yes\x1f", "😀" * 500])
def test_nonsense_is_answered_with_the_page(client, attendance, nonsense):
    with at(attendance, days=1):
        response = client.post(page_of(attendance), {"answer": nonsense})
    assert response.status_code == 400
    assert "Choose an answer." in response.content.decode()
    assert row(attendance)["answer"] == ""


@pytest.mark.parametrize(
    ("minutes_before", "status", "opens"),
    [
        (16, 409, False),
        (15, 200, True),
        (0, 200, True),
        (-9, 200, True),
        (-10, 409, False),
        (-61, 409, False),
    ],
)
def test_the_video_address_is_shown_from_fifteen_minutes_before_to_ten_after(
    client, attendance, minutes_before, status, opens
):
    with at(attendance, minutes=minutes_before):
        button = "Join the session" in client.get(page_of(attendance)).content.decode()
        response = client.post(join_of(attendance))
    assert button is opens
    assert response.status_code == status
    assert (make.ROOM in response.content.decode()) is opens
    assert (row(attendance)["joined_at"] is not None) is opens
    assert response["Cache-Control"] == "no-store"


def test_joining_leads_on_by_a_page_and_keeps_the_first_press(client, attendance):
    with at(attendance, minutes=10):
        response = client.post(join_of(attendance))
    first = row(attendance)["joined_at"]
    text = response.content.decode()
    assert f'<meta http-equiv="refresh" content="0;url={make.ROOM}">' in text
    assert f'href="{make.ROOM}"' in text
    with at(attendance, minutes=5):
        assert client.post(join_of(attendance)).status_code == 200
    assert row(attendance)["joined_at"] == first


def test_unknown_revoked_and_expired_links_show_one_and_the_same_page(client, attendance):
    with at(attendance, days=1):
        unknown = client.get(reverse("sessions:answer", args=["A" * 43]))
    with time_machine.travel(attendance.link.expires_at, tick=False):
        expired = client.get(page_of(attendance))
        pressed = client.post(page_of(attendance), {"answer": "yes"})
    AnswerLink.objects.update(revoked_at=make.NOW)
    with at(attendance, minutes=5):
        revoked = client.get(page_of(attendance))
        joined = client.post(join_of(attendance))
    assert [unknown.status_code, expired.status_code, revoked.status_code] == [404, 410, 410]
    assert unknown.content == expired.content == revoked.content == pressed.content == joined.content
    assert "This link has expired or is incomplete" in unknown.content.decode()
    assert "01632 960 123" in unknown.content.decode()
    assert unknown["Cache-Control"] == "no-store"
    assert row(attendance)["answer"] == ""
    assert row(attendance)["joined_at"] is None


def test_a_raised_version_ends_the_old_address(client, attendance):
    old = page_of(attendance)
    link = attendance.link
    link.version = 2
    link.digest = digest_of(link.token)
    link.save()
    with at(attendance, days=1):
        assert client.get(old).status_code == 404
        assert client.get(page_of(attendance)).status_code == 200


@pytest.mark.parametrize("tail", [".", ")", ".)", ">", ",", ";", "/.", "/)"])
def test_punctuation_that_mail_clients_add_is_forgiven(client, attendance, tail):
    with at(attendance, days=1):
        response = client.get(f"/s/{attendance.link.token}{tail}", follow=True)
    assert response.status_code == 200


def test_mutated_tokens_open_nothing(client, attendance):
    token = attendance.link.token
    mutated = {token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(0, 43, 3)}
    mutated |= {token[:-1], token + "A", token.swapcase(), token[::-1]}
    with at(attendance, days=1):
        for wrong in mutated:
            assert client.get(f"/s/{wrong}/").status_code == 404


def test_a_feedback_links_token_does_not_open_this_page(client, attendance):
    other = token_for(purpose="feedback", link_id=attendance.link.pk, version=1)
    assert client.get(f"/s/{other}/").status_code == 404


def test_ten_thousand_random_tokens_open_nothing(client, attendance, django_assert_num_queries):
    """All by what the page looks up, one in a hundred through the page itself."""
    tokens = [secrets.token_urlsafe(32) for _ in range(10_000)]
    assert not AnswerLink.objects.filter(digest__in=[digest_of(token) for token in tokens]).exists()
    for token in tokens[::100]:
        with django_assert_num_queries(1):
            assert client.get(f"/s/{token}/").status_code == 404


def test_a_person_who_left_is_told_kindly(client, place, attendance, cast):
    placement.withdraw(place=place, by=cast.officer, now=make.NOW, reason=Reason.NOT_WANTED)
    with at(attendance, minutes=5):
        text = client.get(page_of(attendance)).content.decode()
        assert "You no longer have a place in this group" in text
        assert "I’ll be there" not in text
        assert "Join the session" not in text
        assert "next session" not in text
        assert client.post(page_of(attendance), {"answer": "yes"}).status_code == 409
        assert client.post(join_of(attendance)).status_code == 409


def test_a_cancelled_session_is_explained_with_the_next_date(client, attendance):
    make.cancelled(attendance.session.cohort, 3)
    with at(attendance, days=1):
        text = client.get(page_of(attendance)).content.decode()
        assert "We had to cancel this session" in text
        assert "Your next session is session 3" in text
        assert client.post(page_of(attendance), {"answer": "yes"}).status_code == 409


def test_the_page_asks_few_questions_of_the_database(client, attendance, django_assert_num_queries):
    with at(attendance, days=1), django_assert_num_queries(3):
        client.get(page_of(attendance))
