"""The gate of the date of birth, alone: any link, any page behind it (docs/domain.md 8.5)."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from core.dates import moment
from participants.personal_links import birth_date_check, birth_date_gate
from participants.personal_links.birth_date_check import BirthDateTries, is_theirs
from participants.tests.factories import PersonFactory
from sessions.tests.race import at_once

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BORN, WRONG = date(1966, 5, 4), date(1966, 4, 5)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def tried(person, given=WRONG, now=NOW, purpose="test"):
    return is_theirs(participant=person, purpose=purpose, given=given, now=now)


# --- Counting -------------------------------------------------------------------------------------------------


def test_five_wrong_dates_shut_it_for_an_hour_even_for_the_right_one():
    person = PersonFactory()
    assert [tried(person) for _ in range(5)] == [False] * 5
    assert not tried(person, BORN)
    assert not tried(person, BORN, NOW + HOUR - timedelta(seconds=1))
    assert tried(person, BORN, NOW + HOUR)
    assert not tried(person, now=NOW + HOUR)  # counted anew
    assert tried(person, BORN, NOW + HOUR)


def test_tries_while_it_is_shut_do_not_make_it_longer():
    person = PersonFactory()
    for _ in range(5):
        tried(person)
    for minutes in range(0, 60, 10):
        tried(person, now=NOW + timedelta(minutes=minutes))
    assert tried(person, BORN, NOW + HOUR)


def test_each_lock_out_is_longer_until_a_right_date():
    person, now = PersonFactory(), NOW
    for hours in (1, 4, 24, 24):
        for _ in range(5):
            tried(person, now=now)
        assert not tried(person, BORN, now + hours * HOUR - timedelta(seconds=1))
        now += hours * HOUR
    assert tried(person, BORN, now)
    for _ in range(5):
        tried(person, now=now)
    assert tried(person, BORN, now + HOUR)


def test_a_corrected_date_of_birth_opens_at_once():
    """Whoever was locked out because a referral had the wrong one."""
    person = PersonFactory()
    for _ in range(5):
        tried(person)
    person.date_of_birth = BORN.replace(year=BORN.year - 1)
    person.save(update_fields=["date_of_birth"])
    assert tried(person, person.date_of_birth)


def test_officers_see_who_is_locked_out(office):
    person = PersonFactory(given_name="Canary")
    now = timezone.now()
    for _ in range(5):
        tried(person, now=now)
    page = office.get("/admin/").content.decode()
    assert "Locked out after wrong dates of birth" in page
    assert f"Locked until {moment(now + HOUR)}" in page
    tried(person, BORN, now=now + HOUR)
    assert "Locked until" not in office.get("/admin/").content.decode()


def test_the_right_date_forgets_the_wrong_ones():
    person = PersonFactory()
    for _ in range(3):
        assert [tried(person) for _ in range(4)] == [False] * 4
        assert tried(person, BORN)


def test_another_person_and_another_purpose_are_not_shut():
    person, other = PersonFactory(), PersonFactory()
    for _ in range(5):
        tried(person)
    assert tried(other, BORN)
    assert tried(person, BORN, purpose="something else")
    assert not tried(person, BORN)


def test_right_wrong_and_shut_cost_the_same_statements():
    person = PersonFactory()
    tried(person)

    def statements(given):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            tried(person, given)
        return [re.sub(r"[0-9]+|NULL|'[^']*'(::\w+)?", "?", each["sql"]) for each in seen]

    right, wrong = statements(BORN), statements(WRONG)
    for _ in range(4):
        tried(person)
    shut, shut_right = statements(WRONG), statements(BORN)
    assert len(right) == len(wrong) == len(shut) == len(shut_right)
    assert [each.split()[0] for each in right] == [each.split()[0] for each in shut_right]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("guesses", "counted"), [(4, 4), (20, 5)])
def test_guesses_that_come_at_once_are_counted_one_by_one(guesses, counted):
    """Nobody's row is there yet, and still none is lost: the fifth of twenty shuts it for the rest."""
    person = PersonFactory()

    def guess(barrier):
        barrier.wait()
        return tried(person)

    assert at_once([guess] * guesses) == [False] * guesses
    assert BirthDateTries.objects.get().wrong == counted
    assert tried(person, BORN) is (counted < 5)


def test_the_database_knows_no_sixth_try_and_no_lock_without_five():
    person = PersonFactory()
    for wrong, until in ((6, NOW), (5, None), (2, NOW)):
        with pytest.raises(IntegrityError, match="birth_date_tries_locked_at_five"), transaction.atomic():
            BirthDateTries.objects.create(
                participant=person, purpose=f"{wrong}", wrong=wrong, locked_until=until
            )


# --- The page -------------------------------------------------------------------------------------------------


class Door:
    """A made-up page behind the gate, and a browser that keeps its cookies."""

    def __init__(self, person, version=1, pk=7):
        self.person, self.seen, self.cookies = person, [], {}
        self.link = SimpleNamespace(
            pk=pk,
            digest=f"the digest of {pk} {version}",
            token="t",
            PURPOSE="test",
            holder=person,
            is_live=lambda now: now < NOW + 30 * HOUR,
        )
        found = SimpleNamespace(find=lambda token: self.link if token == "t" else None)
        self.view = birth_date_gate.behind_birth_date(
            links=lambda: found, person=lambda link: self.person, closed="sessions/attendance/link_over.html"
        )(self.page)

    def page(self, request, link, now):
        self.seen.append((request.method, dict(request.POST.items())))
        return HttpResponse(f"Hello {self.person.first_name}")

    def __call__(self, method="GET", data=None, at="t"):
        request = getattr(RequestFactory(), method.lower())(f"/x/{at}/", data or {})
        request.user = AnonymousUser()
        request.COOKIES |= self.cookies
        response = self.view(request, at)
        self.cookies |= {name: morsel.value for name, morsel in response.cookies.items()}
        return response

    def give(self, born=BORN, **carried):
        parts = {"proof_date_day": born.day, "proof_date_month": born.month, "proof_date_year": born.year}
        return self("POST", parts | carried)


@pytest.fixture
def door():
    with time_machine.travel(NOW, tick=False):
        yield Door(PersonFactory(preferred_name="Fee D'Arcy"))


def words(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_asks_for_the_date_tells_nothing_and_counts_nothing(door, method):
    response = door(method)
    text = words(response)
    assert response.status_code == 200
    assert "What is your date of birth?" in text
    assert not {"Fee", "Aoife", "Neill", "1966"} & set(re.findall(r"\w+", text))
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert not BirthDateTries.objects.exists()
    assert door.seen == []


def test_the_right_date_opens_the_page_for_half_an_hour_after_the_last_look(door):
    response = door.give()
    assert (response.status_code, response["Location"]) == (302, "/x/t/")
    assert door.seen == []
    with time_machine.travel(NOW + timedelta(minutes=29), tick=False):
        assert words(door()) == "Hello Fee D'Arcy"
    with time_machine.travel(NOW + timedelta(minutes=58), tick=False):
        assert words(door()) == "Hello Fee D'Arcy"
    with time_machine.travel(NOW + timedelta(minutes=90), tick=False):
        assert "What is your date of birth?" in words(door())


def test_a_wrong_date_and_a_shut_page_look_the_same(door):
    wrong = [words(door.give(WRONG)) for _ in range(5)]
    shut = words(door.give(BORN))
    assert len(set(wrong[:4])) == 1
    assert wrong[4] == shut == words(door.give(WRONG))
    assert "closed until Monday 2 March 2026, 10am" in shut
    assert "Check your date of birth" in shut
    assert "01632 960 123" in shut
    assert "1966" not in shut
    assert door.seen == []


def test_a_date_that_cannot_be_is_an_error_and_not_a_try(door):
    response = door("POST", {"proof_date_day": "31", "proof_date_month": "2", "proof_date_year": "1966"})
    assert "must be a real date" in words(response)
    assert not BirthDateTries.objects.exists()


def test_what_was_being_sent_waits_behind_the_date_and_is_then_sent_once(door):
    asked = words(door("POST", {"answer": 'I\'m "here"', "more": "<b>"}))
    assert 'name="answer" value="I&#x27;m &quot;here&quot;"' in asked
    assert "Your answers are safe" in asked
    assert 'name="answer"' in words(door.give(WRONG, answer="yes"))
    assert door.seen == []
    assert words(door.give(answer="yes")) == "Hello Fee D'Arcy"
    assert [(method, posted["answer"]) for method, posted in door.seen] == [("POST", "yes")]


def test_a_proof_opens_no_other_link_and_no_newer_version(door):
    door.give()
    for stranger in (Door(door.person, pk=8), Door(door.person, version=2)):
        stranger.cookies = dict(door.cookies)
        assert "What is your date of birth?" in words(stranger())
    forged = Door(door.person)
    forged.cookies = {"proof_test_7": "1"}
    assert "What is your date of birth?" in words(forged())


def test_a_link_that_is_over_or_never_was_asks_nothing(door):
    assert door(at="u").status_code == 404
    with time_machine.travel(NOW + 31 * HOUR, tick=False):
        over = door.give()
    assert over.status_code == 410
    assert not BirthDateTries.objects.exists()


def test_the_form_and_the_rule_agree_on_the_number_of_tries(door):
    assert f"After {birth_date_check.WRONG_TRIES} wrong dates" in words(door.give(WRONG))


# --- An officer unlocks it --------------------------------------------------------------------------------------


def test_an_officer_unlocks_the_links_of_a_person(cast, client):
    person, other = PersonFactory(), PersonFactory()
    page = reverse("admin:participants_participant_change", args=[person.pk])
    press = reverse("admin:participants_participant_open_links", args=[person.pk])
    now = timezone.now()
    for whose in (person, other):
        for _ in range(5):
            tried(whose, now=now)
    sign_in(client, cast.officer)
    assert "Locked out until" in client.get(page).content.decode()
    assert client.get(press).status_code == 405
    answer = client.post(press, follow=True).content.decode()
    assert f"Unlocked: {person} can enter their date of birth again." in answer
    assert "Locked out until" not in answer
    assert tried(person, BORN, now)
    assert not tried(other, BORN, now)
    assert "are not locked" in client.post(press, follow=True).content.decode()
