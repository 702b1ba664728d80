"""The officers' home: today's work first, true numbers, and no more questions for a thousand rows than for one."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import work_queue
from devtools.demo import bulk_people
from itsyourmove.admin import LINES_SHOWN, OPENED
from participants.models import ContactNote
from participants.tests.factories import PersonFactory
from referrals.models import Referral, SafetyHold
from referrals.tests.factories import NOW, ReferralFactory

pytestmark = pytest.mark.django_db
HOME = "/admin/"
MOST = 16  # queries, at one row and at a thousand alike


@pytest.fixture
def busy(monkeypatch):
    """As if every panel had referrals to decide on, each its own: as much work as there can be."""
    new = next(each for each in work_queue.registered() if each.name == "referrals_to_triage")
    every = work_queue.registered()

    def own(place: int):
        return lambda now: new.find(now).annotate(of=F("pk") % len(every)).filter(of=place)

    alike = {
        each.name: replace(new, name=each.name, title=each.title, order=each.order, find=own(place), url="")
        for place, each in enumerate(every)
    }
    monkeypatch.setattr(work_queue, "_panels", alike)
    return [each.name for each in every]


def asked(office) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert office.get(HOME).status_code == 200
    return len(queries)


def lines(office, page: str = HOME) -> dict[str, list]:
    """What Today shows, heading by heading."""
    return {heading["name"]: heading["lines"] for heading in office.get(page).context["headings"]}


def text(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_it_asks_as_little_for_a_thousand_rows_as_for_one(office, busy):
    ReferralFactory.create_batch(len(busy))
    assert asked(office) <= MOST  # the first visit of a day notes that the officer came
    one = asked(office)
    ReferralFactory.create_batch(1000)
    # Once a minute a visit also notes when the session was last used.
    assert min(asked(office), asked(office)) == one <= MOST


def test_it_asks_little_of_a_crowd(office):
    bulk_people.make(referrals=1000, seed=1, now=timezone.now())
    assert asked(office) <= MOST


def test_what_comes_first_is_told_in_full_and_the_rest_by_name_and_reason(office, busy):
    ReferralFactory.create_batch(len(busy))
    shown = [line for some in lines(office).values() for line in some]
    sizes = {heading: len(panels) for heading, panels in work_queue.under_headings().items()}
    assert len(shown) == sum(
        size if heading == "Urgent" else min(size, 12) for heading, size in sizes.items()
    )
    assert [line.do == "Open their page" for line in shown] == [
        place >= OPENED for place in range(len(shown))
    ]
    last = work_queue.registered()[-1]
    assert [words for words, *_ in shown[-1].reasons] == [last.title]
    assert "/admin/participants/participant/" in shown[-1].url


def test_one_line_a_person_with_the_most_harmful_reason_first(office, officer):
    now = timezone.now()
    calm, ill = PersonFactory(given_name="Ada"), PersonFactory(given_name="Bo", phone="+441632960777")
    ReferralFactory(participant=calm, status="waiting", opted_in_at=now - timedelta(days=300))
    held = ReferralFactory(participant=ill, status="waiting", opted_in_at=now)
    SafetyHold.objects.create(referral=held, why="officer", words="Dizzy", put_on_at=now, put_on_by=officer)
    shown = lines(office)
    assert [len(some) for some in shown.values()] == [1, 1, 0, 0, 0]
    urgent = shown["Urgent"][0]
    assert [words.split(":")[0] for words, *_ in urgent.reasons] == [
        "Safety holds",
        "Safety questions not answered",
        "Waiting",
        "Waiting for a place",
    ]
    page = office.get(HOME).content.decode()
    line = page[page.index("Bo O’Neill") :]
    assert line.index('href="tel:+441632960777"') < line.index(">Review the hold<")
    assert page.count(f'href="/admin/participants/participant/{ill.pk}/change/"') == 1


def test_harm_comes_before_age(office, officer):
    """Walks 3.14: the person who was advised to call 999 stands above a hold that is a week older."""
    now = timezone.now()
    old = SafetyHold.objects.create(
        referral=ReferralFactory(status="waiting", opted_in_at=now),
        why="officer", words="Dizzy", put_on_at=now - timedelta(days=7), put_on_by=officer,
    )  # fmt: skip
    new = SafetyHold.objects.create(
        referral=ReferralFactory(status="waiting", opted_in_at=now),
        why="person",
        words="Chest pain",
        put_on_at=now,
    )
    shown = lines(office)["Urgent"]
    assert [line.label.split("(")[1][:-1] for line in shown] == [
        new.referral.reference,
        old.referral.reference,
    ]


def test_urgent_is_never_cut_and_the_others_are_after_twelve(office, officer):
    now = timezone.now()
    for each in ReferralFactory.create_batch(LINES_SHOWN + 1, status="waiting", opted_in_at=now):
        SafetyHold.objects.create(
            referral=each, why="officer", words="Dizzy", put_on_at=now, put_on_by=officer
        )
    ReferralFactory.create_batch(LINES_SHOWN + 1)
    page = office.get(HOME)
    assert {name: len(some) for name, some in lines(office).items()} == {
        "Urgent": LINES_SHOWN + 1, "Referrals": LINES_SHOWN, "Waiting and placing": 0, "This week": 0,
        "Housekeeping": 0,
    }  # fmt: skip
    assert f"See all ({LINES_SHOWN + 1}) : Referrals" in text(page)
    assert "/admin/today/urgent/" not in page.content.decode()
    whole = office.get("/admin/today/referrals/")
    assert len(whole.context["lines"]) == LINES_SHOWN + 1
    assert office.get("/admin/today/no-such-heading/").status_code == 404


def test_no_answer_keeps_the_line_with_the_next_try(office, officer):
    now = timezone.now()
    referral = ReferralFactory(status="waiting", opted_in_at=now)
    SafetyHold.objects.create(
        referral=referral, why="officer", words="Dizzy", put_on_at=now, put_on_by=officer
    )
    page = reverse("admin:participants_participant_no_answer", args=[referral.participant_id])
    assert "Select when you will try again" in office.post(page, {}).content.decode()
    assert office.post(page, {"again": "hour", "words": ""})["Location"] == HOME
    note = referral.participant.contact_notes.get()
    assert (note.written_by, note.words, note.channel) == (officer, "No answer", "phone")
    line = lines(office)["Urgent"][0]
    assert line.person.tried.startswith("No answer on ")
    assert "Try again at" in line.person.tried
    ContactNote.objects.create(
        participant=referral.participant, channel="phone", from_them=True, words="Better", written_by=officer,
        at=timezone.now(), written_at=timezone.now(),
    )  # fmt: skip
    assert lines(office)["Urgent"][0].person.tried == ""


def test_nothing_to_do_is_said(office):
    page = office.get(HOME)
    assert re.search(r"Nothing urgent at \d{1,2}(:\d\d)?[ap]m\.", text(page))
    assert text(page).count("Nothing to do.") == 4
    assert "New referrals to review" in text(page)  # every list is still a press away


def test_nobody_counts_beyond_a_thousand(office, monkeypatch):
    monkeypatch.setattr(work_queue, "COUNTED", 12)
    ReferralFactory.create_batch(14)
    assert "See all (12+)" in office.get(HOME).content.decode()


def test_each_panel_counts_what_it_finds(office):
    ReferralFactory.create_batch(3)
    ReferralFactory.create_batch(2, status="contacting", status_at=NOW)
    every = work_queue.registered()
    now = NOW + timedelta(days=30)
    found = [each.find(now) for each in every]
    assert work_queue.count(found) == [len(each) for each in found]
    assert sum(work_queue.count(found)) >= 5


def test_a_panel_that_has_no_list_has_a_page(office):
    ReferralFactory.create_batch(101, status="waiting", opted_in_at=NOW)
    queue = office.get(HOME).content.decode()
    assert 'href="/admin/panel/not_ready/"' in queue  # among "Every list"
    page = office.get("/admin/panel/not_ready/").content.decode()
    assert len(re.findall(r"Missing: when they can join", page)) == 100
    assert "Showing the first 100" in page
    Referral.objects.update(status="submitted")
    assert (
        "We have what we need for everyone on the waiting list."
        in office.get("/admin/panel/not_ready/").content.decode()
    )


def test_a_panel_that_there_is_not_is_not_found(office):
    assert office.get("/admin/panel/no_such_panel/").status_code == 404


def test_a_panels_page_is_for_the_office(client, cast):
    client.force_login(cast.receptionist)
    assert client.get("/admin/panel/not_ready/").status_code == 403
    client.logout()
    assert client.get("/admin/panel/not_ready/").status_code == 302
