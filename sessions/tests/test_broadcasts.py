"""An officer writes to a person or to a cohort: preview and count, once each, and nobody who has left."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import OfficerFactory, UserFactory, sign_in, sign_in_browser
from messaging.broadcasts import audiences
from messaging.broadcasts import services as broadcasts
from messaging.content import validation
from messaging.delivery import worker
from messaging.models import AdHoc, Message
from messaging.tests.delivery.test_side_by_side import at_once
from participants.needs import services as needs
from participants.tests.factories import PersonFactory
from sessions.models import Place
from sessions.tests import factories as make
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Message.State


@pytest.fixture
def people(cohort):
    names = ("Ann", "Bob", "Cyd")
    return [make.placed(cohort, person=PersonFactory(given_name=name)) for name in names]


def write(cohort, **changes):
    details = {
        "audience": audiences.find("cohort"),
        "pk": cohort.pk,
        "subject": "Your group on Tuesday 3 March 2026",
        "text": "We begin five minutes later.",
        "key": uuid.uuid4(),
        "by": OfficerFactory(),
        "now": NOW,
        **changes,
    }
    return broadcasts.send(**details)


def theirs(*states: str):
    rows = Message.objects.filter(kind="adhoc")
    return rows.filter(state__in=states) if states else rows


def test_everybody_with_a_place_gets_it_once(cohort, people, smtp_sink):
    make.placed(make.cohort(name="Other"))
    key = uuid.uuid4()
    first, new = write(cohort, key=key)
    again, second = write(cohort, key=key)
    assert (new, second, again) == (True, False, first)
    worker.drain(now=NOW)
    mails = [mail for mail in smtp_sink.mails if mail["Subject"].startswith("Your group on")]
    assert sorted(mail["To"] for mail in mails) == sorted(
        message.participant.email for message in theirs(State.SENT)
    )
    text = mails[0].get_body(("plain",)).get_content()
    assert re.match(r"Hello (Ann|Bob|Cyd),\s+We begin five minutes later.\s+If you want", text)


def test_whoever_loses_the_place_before_it_goes_gets_nothing(cohort, people, smtp_sink):
    night = NOW.replace(hour=22)
    write(cohort, now=night)
    Place.objects.filter(pk=people[0].pk).update(state="returned", ended_at=night)
    worker.drain(now=NOW + timedelta(days=1))
    assert {m.participant_id for m in theirs(State.CANCELLED)} == {people[0].participant_id}
    assert theirs(State.SENT).count() == 2


def test_what_has_not_gone_is_called_back_and_the_fence_knows(cohort, people, smtp_sink):
    written, _ = write(cohort)
    held = theirs().first()
    officer = OfficerFactory()
    Message.objects.filter(pk=held.pk).update(  # in a worker's hands at that moment
        state=State.SENDING, lease_token=uuid.uuid4(), lease_until=NOW - timedelta(hours=1)
    )
    assert broadcasts.withdraw_broadcast(written=written, by=officer, now=NOW) == 2
    assert broadcasts.withdraw_broadcast(written=written, by=OfficerFactory(), now=NOW) == 0
    written.refresh_from_db()
    assert written.called_back_by == officer
    worker.drain(now=NOW + timedelta(hours=2))
    worker.drain(now=NOW + timedelta(hours=2))
    assert not theirs(State.SENT).exists()
    assert set(theirs().values_list("reason", flat=True)) >= {broadcasts.CALLED_BACK}


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_write_once(cohort, people):
    key, officer = uuid.uuid4(), OfficerFactory()
    answers = at_once(4, lambda: write(cohort, key=key, by=officer))
    assert sum(new for _, new in answers) == 1
    assert theirs().count() == 3


def test_what_was_written_is_written_once(cohort, people):
    written, _ = write(cohort)
    for change in (
        lambda: AdHoc.objects.filter(pk=written.pk).update(text="Other"),
        lambda: AdHoc.objects.filter(pk=written.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_words_that_may_not_be_sent_and_nobody_to_send_them_to(cohort):
    with pytest.raises(validation.Unfit):
        write(cohort, subject="Your pain")
    with pytest.raises(validation.Unfit):
        write(cohort, text="See you tomorrow")
    with pytest.raises(broadcasts.Nobody):
        write(cohort)
    assert not AdHoc.objects.exists()


def test_braces_and_markup_are_only_letters(cohort, people, smtp_sink):
    write(cohort, text="{first_name} {{ x }} <b>bold</b> & {% now %}")
    worker.drain(now=NOW)
    mail = smtp_sink.mails[-1]
    assert "{first_name} {{ x }} <b>bold</b> & {% now %}" in mail.get_body(("plain",)).get_content()
    assert "&lt;b&gt;bold" in mail.get_body(("html",)).get_content()


def test_a_cohort_costs_the_same_however_many_are_in_it(cohort, people):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            broadcasts.reach(audiences.find("cohort"), cohort.pk, NOW)
        return len(asked)

    few = cost()
    for _ in range(4):
        make.placed(cohort)
    assert cost() == few


# --- The pages -------------------------------------------------------------------------------------------------------


def page(cohort) -> str:
    return f"/admin/messaging/message/write/cohort/{cohort.pk}/"


def typed(**changes) -> dict:
    return {
        "subject": "Your group on Tuesday 3 March 2026",
        "text": "We begin <later>.",
        "key": str(uuid.uuid4()),
        **changes,
    }


def test_an_officer_looks_who_gets_it_and_sends_it(office, cohort, people):
    called = people[1].participant
    needs.add_if_unknown(person=called, codes=["contact_by_telephone"], by=OfficerFactory(), now=NOW)
    assert page(cohort) in office.get(f"/admin/cohort_sessions/cohort/{cohort.pk}/change/").content.decode()
    asked = office.get(page(cohort)).content.decode()
    assert "2 people" in asked
    assert f"Bob {called.family_name}" in asked
    words = typed()
    looked = office.post(page(cohort), words | {"step": "look"}).content.decode()
    assert "Send to 3 people" in looked
    assert "We begin &lt;later&gt;." in looked
    assert not theirs().exists()
    sent = office.post(page(cohort), words | {"step": "send"}, follow=True).content.decode()
    assert "Cancel unsent messages" in sent
    again = office.post(page(cohort), words | {"step": "send"}, follow=True).content.decode()
    assert "will not send it again" in again
    assert theirs().count() == 3
    assert theirs().get(participant=called).channel == "phone"
    back = f"/admin/messaging/message/written/{AdHoc.objects.get().pk}/call-back/"
    assert "Cancelled: 3 will not be sent" in office.post(back, follow=True).content.decode()
    assert "No messages were waiting" in office.post(back, follow=True).content.decode()
    assert office.get(back).status_code == 405


def test_what_may_not_be_sent_stays_in_the_box(office, cohort, people):
    said = office.post(page(cohort), typed(step="send", subject="Your pain")).content.decode()
    assert "Take “pain” out of the subject" in said
    assert "We begin &lt;later&gt;." in said
    for broken in ({"key": "x"}, {"subject": "a\x00b"}, {"text": ""}):
        assert office.post(page(cohort), typed(step="send", **broken)).status_code == 200
    assert not AdHoc.objects.exists()


def test_whoever_was_the_last_to_leave_before_the_press_is_not_written_to(office, cohort, people):
    Place.objects.update(state="returned", ended_at=NOW)
    said = office.post(page(cohort), typed(step="send"), follow=True).content.decode()
    assert "there is no one to write to" in said
    assert not AdHoc.objects.exists()


def test_a_person_is_written_to_from_their_page(office):
    person = PersonFactory()
    address = f"/admin/messaging/message/write/person/{person.pk}/"
    assert address in office.get(f"/admin/participants/participant/{person.pk}/change/").content.decode()
    office.post(address, typed(step="send"))
    assert theirs().get().participant == person
    assert theirs().get().group == ""


def test_somebody_who_died_is_not_written_to(office):
    person = PersonFactory(died_at=NOW)
    address = f"/admin/messaging/message/write/person/{person.pk}/"
    assert "no one to write to" in office.post(address, typed(step="look")).content.decode()
    assert "no one to write to" in office.post(address, typed(step="send"), follow=True).content.decode()
    assert not AdHoc.objects.exists()


@pytest.mark.parametrize("path", ["write/cohort/0/", "write/nothing/1/", "written/0/", "write/person/0/"])
def test_what_is_not_there_is_not_found(office, path):
    assert office.get(f"/admin/messaging/message/{path}").status_code == 404


def test_only_officers_write(client, cohort, people):
    sign_in(client, UserFactory())
    assert client.post(page(cohort), typed(step="send")).status_code in (302, 403, 404)
    assert not AdHoc.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_for_everybody(look, live_server, cohort, people):
    with time_machine.travel(NOW, tick=True):
        person = look.new(OfficerFactory())
        person.goto(f"{live_server.url}{page(cohort)}")
        look.at(person, "write")
        person.get_by_role("button", name="Preview").click()
        look.at(person, "write-error")
        person.get_by_label("Subject").fill("Your group on Tuesday 3 March 2026")
        person.get_by_label("Message").fill("We begin five minutes later.")
        person.get_by_role("button", name="Preview").click()
        look.at(person, "write-look")
        person.get_by_role("button", name="Send to 3 people").click()
        look.at(person, "written")


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_and_called_back_without_javascript(live_server, open_page, cohort, people):
    browser = open_page(PHONE, javascript=False)
    sign_in_browser(browser, live_server.url, OfficerFactory())
    browser.goto(f"{live_server.url}{page(cohort)}")
    browser.get_by_label("Subject").fill("Your group on Tuesday 3 March 2026")
    browser.get_by_label("Message").fill("We begin five minutes later.")
    browser.get_by_role("button", name="Preview").click()
    browser.get_by_role("button", name="Send to 3 people").click()
    browser.get_by_role("button", name="Cancel unsent messages").click()
    browser.get_by_text("Cancelled: 3 will not be sent").wait_for()
