"""A stranger asks to refer: kept for an officer, mailed to nobody before that, and told the same whatever is known."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.access_requests import services as access_requests
from accounts.members import services as members
from accounts.models import Interest, Membership, Organisation, User
from accounts.organisations import services as organisations
from accounts.tests import factories
from accounts.tests.factories import sign_in
from accounts.work_queue import interests as panel
from messaging.content import rendering
from messaging.delivery import worker
from messaging.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, tzinfo=factories.UTC)
TYPED = {
    "organisation_name": "St Mary's Physiotherapy",
    "kind": "physiotherapy",
    "ods_code": "",
    "name": "Asha O'Neill",
    "profession": "physiotherapist",
    "email": "Asha@stmarys.example",
    "phone": "01632 960 555",
    "why": "We see many people who would like to move more.",
    "website": "",
}


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def expressed(**changed) -> Interest:
    facts = {name: value for name, value in TYPED.items() if name != "website"} | {"now": NOW} | changed
    access_requests.express(**facts)
    return Interest.objects.latest("pk")


def send(client: Client, **changed):
    return client.post("/join/", TYPED | changed)


def test_what_a_stranger_writes_is_kept_and_nobody_is_mailed(client):
    assert send(client).url == "/join/thanks/"
    interest = Interest.objects.get()
    assert (interest.email, interest.state, interest.ods_code) == ("asha@stmarys.example", "new", "")
    assert not Message.objects.exists()
    assert not User.objects.exists()
    assert panel(timezone.now()).count() == 1


@pytest.mark.parametrize("known", ["account", "organisation", "asked before", "refused before"])
def test_the_answer_is_the_same_whatever_is_known(client, known):
    if known == "account":
        factories.person(email="asha@stmarys.example")
    elif known == "organisation":
        organisations.add_organisation(name=TYPED["organisation_name"], kind="physiotherapy", by=None)
    else:
        before = expressed(now=timezone.now())
        if known == "refused before":
            access_requests.decline(
                interest=before, words="Not yet.", by=factories.officer(), now=timezone.now()
            )
    answer = send(client, name="Somebody Else")
    assert (answer.status_code, answer.url) == (302, "/join/thanks/")
    assert Interest.objects.count() == (2 if known == "refused before" else 1)


def test_a_program_that_fills_every_box_is_thanked_and_nothing_is_kept(client):
    assert 'name="website"' in client.get("/join/").content.decode()
    assert send(client, website="http://buy.example").url == "/join/thanks/"
    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"kind": "gp_practice"}, "ods_code", "Enter the ODS code of your practice"),
        ({"kind": "gp_practice", "ods_code": "Z00000"}, "ods_code", "No open GP practice has it"),
        ({"kind": "other_prescriber"}, "kind", "from the list"),
        ({"email": "a@b.example,c@d.example"}, "email", "correct format"),
        ({"name": "a\r\nBcc: x@y.example"}, "name", "hidden character"),
        ({"why": ""}, "why", "Enter why you would like to refer patients"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_lost(client, answers, field, sentence):
    page = send(client, **answers)
    assert sentence in page.context["form"].errors[field][0]
    assert "St Mary&#x27;s Physiotherapy" in page.content.decode()
    assert not Interest.objects.exists()


def test_a_gp_practice_is_looked_up_in_the_list(client):
    factories.practice(code="Z91234")
    assert send(client, kind="gp_practice", ods_code="z91234").status_code == 302
    assert Interest.objects.get().ods_code == "Z91234"


def test_the_page_cannot_be_flooded_from_one_address_nor_from_many(client, settings):
    for number in range(10):
        assert send(client, email=f"a{number}@stmarys.example").status_code == 302
    refused = send(client, email="one-more@stmarys.example")
    assert "We have more requests than we can answer" in refused.content.decode()
    assert "St Mary&#x27;s Physiotherapy" in refused.content.decode()
    settings.INTERESTS_A_DAY = 11
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.post("/join/", TYPED | {"email": "b@stmarys.example"}, **elsewhere).status_code == 302
    assert client.post("/join/", TYPED | {"email": "c@stmarys.example"}, **elsewhere).status_code == 200
    Interest.objects.update(sent_at=timezone.now() - timedelta(days=1, minutes=1))
    assert client.post("/join/", TYPED | {"email": "c@stmarys.example"}, **elsewhere).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_are_one():
    start = Barrier(2)

    def press() -> None:
        start.wait()
        try:
            expressed()
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Interest.objects.count() == 1


# --- The officer ---------------------------------------------------------------------------------------------------


def test_an_officer_approves_a_new_team_and_its_lead_is_invited(office, officer):
    interest = expressed()
    page = f"/admin/accounts/interest/{interest.pk}/"
    assert "O&#x27;Neill" in office.get(f"{page}change/").content.decode()
    form = office.get(f"{page}approve/").context["form"]
    assert form.initial == {"code": "", "name": "St Mary's Physiotherapy", "kind": "physiotherapy"}
    office.post(f"{page}approve/", {"code": "", "name": "St Mary's Physio", "kind": "physiotherapy"})
    place = Membership.objects.get()
    assert (place.organisation.name, place.organisation.kind) == ("St Mary's Physio", "physiotherapy")
    assert (place.user.email, place.user.staff_role) == ("asha@stmarys.example", "")
    assert (place.role, place.profession, place.is_lead) == ("clinician", "physiotherapist", True)
    assert Message.objects.get().kind == "invitation"
    interest.refresh_from_db()
    assert (interest.state, interest.decided_by, interest.organisation) == (
        "approved",
        officer,
        place.organisation,
    )
    again = office.post(f"{page}approve/", {"code": place.organisation.ods_code})
    assert "Someone has already answered this" in again.content.decode()


def test_an_organisation_that_we_have_is_found_by_its_code(office):
    practice = factories.practice("Brook Surgery", code="Z91234")
    factories.lead(practice, name="Lee Lead")
    interest = expressed(kind="gp_practice", ods_code="Z91234", profession="administrator")
    page = f"/admin/accounts/interest/{interest.pk}/approve/"
    assert "led by Lee Lead" in office.get(page).content.decode()
    assert "No organisation has this code" in office.post(page, {"code": "Z00000"}).content.decode()
    assert "Enter its name, or a code above" in office.post(page, {"code": ""}).content.decode()
    office.post(page, {"code": "z91234"})
    place = Membership.objects.get(user__email="asha@stmarys.example")
    assert (place.organisation, place.role, place.is_lead) == (practice, "clinician_admin", True)
    assert Organisation.objects.count() == 1


def test_an_account_that_exists_is_joined_and_not_changed():
    sam = factories.referrer(email="asha@stmarys.example", name="Asha Already")
    organisation = access_requests.approve(
        interest=expressed(), organisation=None, name="St Mary's", kind="physiotherapy",
        by=factories.officer(), now=NOW,
    )  # fmt: skip
    sam.refresh_from_db()
    assert sam.name == "Asha Already"
    assert sam.memberships.filter(organisation=organisation, is_lead=True).exists()


def test_whoever_is_in_that_organisation_already_is_not_approved_twice():
    practice = factories.practice()
    factories.referrer(practice, email="asha@stmarys.example")
    interest = expressed()
    with pytest.raises(members.WorksHereAlready):
        access_requests.approve(
            interest=interest, organisation=practice, name="", kind="", by=factories.officer(), now=NOW
        )
    interest.refresh_from_db()
    assert interest.state == "new"


def test_an_officer_says_no_with_kind_words_that_are_mailed(office):
    interest = expressed()
    page = f"/admin/accounts/interest/{interest.pk}/decline/"
    assert "Enter a message to the person" in office.post(page, {"words": " "}).content.decode()
    office.post(page, {"words": "We work in our county only.\n\nWe're sorry."})
    message = Message.objects.get()
    assert (message.user, message.interest) == (None, interest)
    mail = rendering.render_message(message, NOW)
    assert mail.subject == "Your message to It’s Your Move"
    assert mail.text == (
        "Hello Asha O'Neill,\n\n"
        "Thank you for asking if St Mary's Physiotherapy could refer patients to us.\n\n"
        "We work in our county only.\n\nWe're sorry.\n\n"
        "If you would like to talk about it, call us on 01632 960 123.\n\n"
        "It’s Your Move\nActive County Partnership\n\nPrivacy, accessibility and complaints: http://localhost:8000/notices/\n"
    )
    assert not User.objects.filter(email="asha@stmarys.example").exists()


@pytest.mark.django_db(transaction=True)
def test_the_no_reaches_the_address_that_was_typed(smtp_sink):
    access_requests.decline(
        interest=expressed(), words="Not yet.", by=factories.officer(), now=timezone.now()
    )
    worker.drain(now=Message.objects.get().queued_at.replace(hour=12) + timedelta(days=1))
    [letter] = smtp_sink.mails
    assert "asha@stmarys.example" in str(letter["To"])


def test_referrers_have_none_of_it(client):
    interest = expressed()
    sign_in(client, factories.lead())
    for page in ("change", "approve", "decline"):
        assert client.get(f"/admin/accounts/interest/{interest.pk}/{page}/").status_code == 403
