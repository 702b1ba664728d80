"""The contact log, the timeline of everything that passed, and the pages about who hears for a person."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import OfficerFactory, UserFactory, sign_in, sign_in_browser
from messaging.models import Message
from participants.contact_log import proxies, timeline
from participants.contact_log import services as contact_log
from participants.merging import services as merging
from participants.models import ContactNote, ProxyContact
from participants.tests.factories import PersonFactory
from referrals.models import ContactAttempt, Note
from referrals.tests.factories import ReferralFactory
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def person():
    return PersonFactory(given_name="Sam")


@pytest.fixture
def office(client):
    with time_machine.travel(NOW, tick=False):
        yield sign_in(client, OfficerFactory(name="Alex Ray"))


def at(person, page: str) -> str:
    return f"/admin/participants/participant/{person.pk}/{page}/"


def log(person, **changes) -> ContactNote:
    details = {
        "channel": "phone",
        "from_them": True,
        "words": "Asked for a chair",
        "by": OfficerFactory(),
        "now": NOW,
    }
    return contact_log.log(person=person, **{**details, **changes})


def typed(**changes) -> dict[str, str]:
    return {"channel": "phone", "who": "them", "words": "Asked for a <chair>", **changes}


# --- The log ---------------------------------------------------------------------------------------------------------


def test_a_contact_is_written_once_and_corrected_once_by_another(person):
    first = log(person)
    second = log(person, words="Asked for two chairs", corrects=first)
    with pytest.raises(contact_log.ContactRefused, match="already been corrected"):
        log(person, words="Three", corrects=first)
    with pytest.raises(contact_log.ContactRefused, match="someone else"):
        log(PersonFactory(), corrects=second)
    for change in (
        lambda: ContactNote.objects.filter(pk=first.pk).update(words="Other"),
        lambda: ContactNote.objects.filter(pk=second.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_contact_may_be_earlier_than_it_is_written_down_and_never_later(person):
    assert log(person, at=NOW - timedelta(days=3)).at == NOW - timedelta(days=3)
    with pytest.raises(contact_log.ContactRefused):
        log(person, at=NOW + timedelta(minutes=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        ContactNote.objects.create(
            participant=person,
            channel="phone",
            from_them=True,
            words="x",
            at=NOW + timedelta(days=1),
            written_at=NOW,
            written_by=OfficerFactory(),
        )


def test_an_officer_writes_a_contact_down_and_corrects_it(office, person):
    page = office.post(at(person, "contact"), typed(), follow=True).content.decode()
    assert "Asked for a &lt;chair&gt;" in page
    assert "they called" in page
    assert "Alex Ray" in page
    note = ContactNote.objects.get()
    begun = office.get(f"{at(person, 'contact')}?corrects={note.pk}").content.decode()
    assert "Asked for a &lt;chair&gt;" in begun
    earlier = {"on_day": "1", "on_month": "3", "on_year": "2026", "clock": "2:30pm"}
    page = office.post(
        at(person, "contact"), typed(words="A stool", corrects=str(note.pk), **earlier), follow=True
    ).content.decode()
    assert "Corrected by a later note" in page
    assert ContactNote.objects.latest("pk").at == datetime(2026, 3, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"words": ""}, "Enter what was said"),
        ({"channel": "pigeon"}, "how you spoke or wrote"),
        (
            {"on_day": "4", "on_month": "3", "on_year": "2026", "clock": "9am"},
            "day and time that have passed",
        ),
        ({"on_day": "1", "on_month": "3", "on_year": "2026"}, "Enter roughly what time"),
        ({"clock": "9am"}, "Enter which day"),
        ({"on_day": "31", "on_month": "2", "on_year": "2026", "clock": "9am"}, "problem"),
        ({"words": "a\x00b"}, "problem"),
        ({"corrects": "9" * 30}, "problem"),
    ],
)
def test_what_cannot_be_written_down_says_why_and_stays(office, person, wrong, told):
    page = office.post(at(person, "contact"), typed(**wrong)).content.decode()
    assert told in page
    assert not ContactNote.objects.exists()


# --- The timeline ----------------------------------------------------------------------------------------------------


def everything(person, times: int) -> None:
    """Each thing that the timeline tells, so many times, a minute apart."""
    referral = ReferralFactory(participant=person)
    officer = OfficerFactory()
    for number in range(times):
        moment = NOW - timedelta(minutes=number + 1)
        log(person, words=f"note {number}", at=moment)
        ContactAttempt.objects.create(
            referral=referral, channel="phone", outcome="spoke", words=f"try {number}", at=moment, by=officer
        )
        Note.objects.create(
            referral=referral, from_office=True, words=f"thread {number}", at=moment, by=officer
        )
        Message.objects.create(
            key=f"x:{person.pk}:{number}",
            kind="welcome",
            subject_type="thing",
            subject_id=1,
            participant=person,
            channel="smtp",
            state="cancelled",
            reason=f"reason {number}",
            queued_at=moment,
            not_before=moment,
            next_try_at=moment,
            expires_at=moment + timedelta(days=1),
            settled_at=moment,
        )


def test_one_timeline_tells_everything_newest_first_page_by_page(office, person):
    everything(person, 30)
    log(PersonFactory(), words="somebody else")
    address, seen = at(person, "timeline"), []
    for _ in range(4):
        page = office.get(address).content.decode()
        assert "somebody else" not in page
        seen += re.findall(r"(?:note|try|thread|reason) (\d+)", page)
        more = re.search(r'href="(\?before=[^"]+)"', page)
        if not more:
            break
        address = at(person, "timeline") + more[1]
    assert [int(number) for number in seen] == sorted(list(range(30)) * 4)


def test_a_timeline_costs_the_same_however_long_it_is(person):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            timeline.page_of(person, NOW)
        return len(asked)

    everything(person, 2)
    few = cost()
    everything(PersonFactory(), 5)
    for number in range(40):
        log(person, words=f"more {number}", at=NOW - timedelta(hours=number + 1))
    assert cost() == few <= 7


@pytest.mark.parametrize("before", ["x", "2026-01-01", "9999-99-99", "2026-03-03T12:00:00"])
def test_a_mistyped_page_of_the_timeline_is_no_error(office, person, before):
    assert office.get(at(person, "timeline"), {"before": before}).status_code in (200, 404)


# --- Who hears for a person ------------------------------------------------------------------------------------------


def proxy(**changes) -> dict[str, str]:
    return {
        "name": "Ann Lee",
        "relation": "carer",
        "email": "ann@carers.example",
        "manner": "copies",
        "consent": "spoken",
        "told": "on",
        **changes,
    }


def test_an_officer_says_who_hears_for_a_person_and_ends_it(office, person):
    office.post(at(person, "proxy"), proxy())
    summary = office.get(f"/admin/participants/participant/{person.pk}/change/").content.decode()
    assert "Ann Lee" in summary
    assert "Gets copies of the person’s emails" in summary
    standing = proxies.standing(person)
    assert "Remove contact person" in office.get(at(person, "proxy")).content.decode()
    end = at(person, f"proxy/{standing.pk}/end")
    assert "Enter why you are ending this" in office.post(end, {"why": ""}).content.decode()
    assert (
        "will not send Ann Lee anything more"
        in office.post(end, {"why": "Moved away"}, follow=True).content.decode()
    )
    assert "has already ended it" in office.post(end, {"why": "Again"}, follow=True).content.decode()
    assert "Moved away" in office.get(at(person, "proxy")).content.decode()
    assert proxies.standing(person) is None
    with pytest.raises(DatabaseError), transaction.atomic():
        ProxyContact.objects.update(email="other@carers.example")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"told": ""}, "Tell the person first"),
        ({"consent": ""}, "how we know"),
        ({"email": "ann"}, "name@example.com"),
        ({"name": "a\u202eb"}, "problem"),
    ],
)
def test_who_hears_is_not_kept_without_consent_and_address(office, person, wrong, told):
    assert told in office.post(at(person, "proxy"), proxy(**wrong)).content.decode()
    assert not ProxyContact.objects.exists()


def test_of_two_officers_at_once_the_second_hears_that_somebody_hears_already(office, person):
    office.post(at(person, "proxy"), proxy())
    said = office.post(
        at(person, "proxy"), proxy(name="Bob Lee", email="bob@carers.example")
    ).content.decode()
    assert "This person already has a contact person" in said
    assert ProxyContact.objects.get().name == "Ann Lee"


def test_when_two_rows_of_one_person_are_merged_log_and_who_hears_go_along(person):
    other, officer = PersonFactory(), OfficerFactory()
    log(other, words="theirs")
    facts = {name: value for name, value in proxy().items() if name != "told"}
    for each in (person, other):
        proxies.add_proxy(person=each, by=officer, now=NOW, **facts)
    part = next(part for part in merging.registered() if ContactNote in part.tables)
    with transaction.atomic():
        part.moves(person, other, NOW)
    assert person.contact_notes.get().words == "theirs"
    assert person.proxies.standing().count() == 1
    assert person.proxies.count() == 2


@pytest.mark.parametrize("page", ["timeline", "contact", "proxy", "proxy/1/end"])
def test_only_officers_come_near(client, person, page):
    sign_in(client, UserFactory())
    assert client.get(at(person, page)).status_code in (302, 403, 404)


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_for_everybody(live_server, open_page, looked_at, person):
    everything(person, 3)
    page = open_page(PHONE, javascript=True)
    sign_in_browser(page, live_server.url, OfficerFactory())

    def look(name: str) -> None:
        looked_at(page, f"participants-{name}")

    page.goto(live_server.url + at(person, "contact"))
    look("contact")
    page.get_by_role("button", name="Save note").click()
    look("contact-error")
    page.get_by_label("Telephone").check()
    page.get_by_label("The person did").check()
    page.get_by_label("What was said?").fill("Asked for a chair")
    page.get_by_role("button", name="Save note").click()
    page.get_by_text("Asked for a chair").wait_for()
    look("timeline")
    page.goto(live_server.url + at(person, "proxy"))
    page.get_by_role("button", name="Save").click()
    look("proxy-error")
    page.get_by_label("Their name").fill("Ann Lee")
    for answer in ("Carer", "Gets copies of the person’s emails", "The person told us"):
        page.get_by_label(answer, exact=True).check()
    page.get_by_label("Their email address").fill("ann@carers.example")
    page.get_by_label(re.compile("The person knows")).check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("now gets emails for").wait_for()
    look("person-with-proxy")
    page.goto(live_server.url + at(person, "proxy"))
    look("proxy")
    page.get_by_role("link", name="Remove contact person").click()
    look("end-proxy")
