"""A lead looks after colleagues: invites, changes roles, ends access, and learns nothing of other organisations."""

import re
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.members import services as members
from accounts.members import terms
from accounts.models import Membership, TermsAcceptance, User
from accounts.tests import factories
from accounts.tests.factories import sign_in
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code
from core import errors
from core.nonces import key_of
from messaging.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, tzinfo=factories.UTC)
ASKED = {
    "name": "Asha O'Neill",
    "email": "Asha@Riverbank.example",
    "role": "clinician",
    "profession": "nurse",
}


def invited(cast, **changed) -> Membership:
    facts = {**ASKED, "is_lead": False, "organisation": cast.riverbank, "by": cast.lead, "now": NOW}
    return members.invite(**facts | changed)


@pytest.fixture
def lee(cast) -> Client:
    return sign_in(Client(), cast.lead)


def test_a_colleague_who_is_invited_signs_in_with_the_code_and_may_refer(lee, cast):
    page = lee.post("/colleagues/invite/", ASKED, follow=True)
    assert "we’ll email an invitation to asha@riverbank.example" in page.content.decode().lower()
    asha = User.objects.get(email="asha@riverbank.example")
    assert (asha.name, asha.staff_role) == ("Asha O'Neill", "")
    place = asha.memberships.get()
    assert (place.role, place.profession, place.is_lead) == ("clinician", "nurse", False)
    message = Message.objects.get(kind="invitation")
    assert (message.user, message.key) == (asha, key_of("invitation", place))
    browser = Client()
    ask_for_code(browser, asha.email)
    enter_code(browser, newest_code(asha))
    assert is_signed_in(browser)
    assert browser.get("/referrals/").url == "/accept-terms/"
    shown = browser.get("/accept-terms/").content.decode()
    assert f"{cast.lead.name} invited you to refer patients for <strong>Riverbank Surgery" in shown
    for wrong in ("", "0", "2", "x"):
        browser.post("/accept-terms/", {"version": wrong})
        assert browser.get("/referrals/").status_code == 302, wrong
    for _ in range(2):
        assert browser.post("/accept-terms/", {"version": terms.TERMS.version}).url == "/"
    assert TermsAcceptance.objects.get().user == asha
    assert browser.get("/referrals/").status_code == 200
    assert sign_in(Client(), asha).get("/referrals/").status_code == 200, "asked once"


@pytest.mark.parametrize("who", ["neighbour", "officer", "closed"])
def test_an_account_that_exists_elsewhere_is_joined_and_nothing_tells_the_lead(lee, cast, who):
    known = cast.neighbour if who == "closed" else getattr(cast, who)
    User.objects.filter(pk=known.pk).update(is_active=who != "closed")
    known.refresh_from_db()
    as_it_was = (known.name, known.email, known.staff_role, known.is_active)
    answers = []
    for email in ("nobody-yet@riverbank.example", known.email.upper()):
        page = lee.post("/colleagues/invite/", {**ASKED, "email": email}, follow=True).content.decode()
        page = re.sub(r"csrfmiddlewaretoken\" value=\"\w+|/colleagues/\d+/|value=\"\d+\"", "", page)
        answers.append(page.lower().replace(email.lower(), "EMAIL"))
        assert "EMAIL" in answers[-1]
        place = Membership.objects.latest("pk")
        members.end(place=place, by=cast.lead, now=timezone.now())
    assert answers[0] == answers[1]
    known.refresh_from_db()
    assert (known.name, known.email, known.staff_role, known.is_active) == as_it_was


def test_inviting_makes_the_same_statements_whether_or_not_there_is_an_account(lee, cast):
    lee.get("/colleagues/")  # which notes that the lead was here
    made = []
    for email in ("nobody-yet@riverbank.example", cast.neighbour.email):
        before = User.objects.count()
        with CaptureQueriesContext(connection) as statements:
            lee.post("/colleagues/invite/", {**ASKED, "email": email})
        made.append(
            [
                re.sub(r".*; (?=INSERT)", "", re.split(" SET | WHERE | VALUES ", each["sql"])[0])
                for each in statements
                if "SAVEPOINT" not in each["sql"]  # one of them is rolled back
            ]
        )
    assert made[0] == made[1]
    assert [each for each in made[1] if each.startswith('INSERT INTO "accounts_user"')]
    assert User.objects.count() == before, "the second had an account"
    assert not User.objects.filter(email__endswith="@passing.invalid").exists()


def test_the_typed_name_stands_until_the_person_has_come(cast):
    place = invited(cast, email=cast.neighbour.email)
    assert place.name == "Asha O'Neill"
    place.last_used_on = NOW.date()
    assert place.name == "Nic Field"


def test_whoever_works_here_already_is_not_invited_twice(lee, cast):
    page = lee.post("/colleagues/invite/", {**ASKED, "email": cast.receptionist.email.upper()})
    assert "already in your list of colleagues" in page.content.decode()
    assert "Asha O&#x27;Neill" in page.content.decode()


def test_no_role_in_the_partnership_comes_with_an_invitation(lee):
    lee.post("/colleagues/invite/", {**ASKED, "staff_role": "officer", "is_staff": "1"})
    assert User.objects.get(email="asha@riverbank.example").staff_role == ""


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"profession": ""}, "Select the clinician’s profession"),
        ({"role": "lead"}, "Select"),
        ({"email": "a@b.example, c@d.example"}, "correct format"),
        ({"email": "x@y.example\nBcc: z@y.example"}, "correct format"),
        ({"name": ""}, "Enter their name"),
    ],
)
def test_a_wrong_answer_invites_nobody(lee, answers, sentence):
    page = lee.post("/colleagues/invite/", {**ASKED, **answers})
    assert sentence in page.content.decode()
    assert not Message.objects.exists()


def test_the_leads_of_one_organisation_cannot_write_to_any_number_of_strangers(lee, cast, settings):
    settings.INVITATIONS_A_DAY = 2
    for number in range(2):
        invited(cast, email=f"asha{number}@riverbank.example", now=timezone.now())
    page = lee.post("/colleagues/invite/", ASKED)
    assert "has invited 2 people since yesterday" in page.content.decode()
    Membership.objects.update(started_at=timezone.now() - timedelta(days=1, minutes=1))
    assert lee.post("/colleagues/invite/", ASKED).status_code == 302


def test_only_a_lead_of_that_very_organisation_decides(cast):
    place = cast.receptionist.memberships.get()
    hilltop = factories.lead(cast.hilltop)
    for stranger in (cast.neighbour, cast.receptionist, cast.officer, hilltop):
        who = {"by": stranger, "now": NOW}
        with pytest.raises(members.NotALead):
            invited(cast, by=stranger)
        with pytest.raises(members.NotALead):
            members.change_role(place=place, role="clinician_admin", profession="", is_lead=True, **who)
        with pytest.raises(members.NotALead):
            members.end(place=place, **who)
        with pytest.raises(members.NotALead):
            members.confirm(places=Membership.objects.all(), organisation=cast.riverbank, **who)


def test_another_organisations_colleague_is_not_there(lee, cast):
    pk = cast.neighbour.memberships.get().pk
    for page in (f"/colleagues/{pk}/", f"/colleagues/{pk}/end/"):
        assert lee.get(page).status_code == 404
        assert lee.post(page, {"role": "clinician_admin"}).status_code == 404
    lee.post("/colleagues/confirm/", {"place": pk})
    lee.post("/colleagues/confirm/", {"organisation": cast.hilltop.pk})
    place = Membership.objects.get(pk=pk)
    assert (place.ended_at, place.confirmed_at) == (None, None)


def test_a_role_is_changed_and_kept_in_history(lee, cast):
    place = cast.receptionist.memberships.get()
    page = f"/colleagues/{place.pk}/"
    assert 'value="clinician_admin"' in lee.get(page).content.decode()
    answers = {"role": "clinician", "profession": "gp", "is_lead": "on"}
    assert lee.post(page, answers).status_code == 302
    place.refresh_from_db()
    assert (place.role, place.profession, place.is_lead) == ("clinician", "gp", True)
    last = place.events.latest("pgh_id")
    assert (last.is_lead, last.pgh_context.metadata["user"]) == (True, cast.lead.pk)


def test_access_ends_by_a_press_and_the_person_can_come_again(lee, cast):
    place = cast.receptionist.memberships.get()
    page = f"/colleagues/{place.pk}/end/"
    assert "Sam O’Brien" in lee.get(page).content.decode()
    assert sign_in(Client(), cast.receptionist).get("/referrals/").status_code == 200
    lee.post(page)
    place.refresh_from_db()
    assert (place.ended_because, place.ended_by) == ("lead", cast.lead)
    assert sign_in(Client(), cast.receptionist).get("/referrals/").status_code == 403
    invited(cast, email=cast.receptionist.email)
    assert sign_in(Client(), cast.receptionist).get("/referrals/").status_code == 200


def test_the_last_lead_stays(lee, cast):
    place = cast.lead.memberships.get()
    ended = lee.post(f"/colleagues/{place.pk}/end/")
    assert "Make someone else an organisation lead first" in ended.content.decode()
    changed = lee.post(f"/colleagues/{place.pk}/", {"role": "clinician_admin"})
    assert "Make someone else an organisation lead first" in changed.content.decode()
    # Somebody who may not sign in looks after nobody.
    other = factories.lead(cast.riverbank)
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(members.LastLead):
        members.end(place=place, by=cast.lead, now=NOW)
    User.objects.filter(pk=other.pk).update(is_active=True)
    members.end(place=place, by=cast.lead, now=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("each_ends", ["the other", "themselves"])
def test_two_leads_who_end_at_the_same_moment_leave_one(cast, each_ends):
    pair = [cast.lead, factories.lead(cast.riverbank)]
    targets = pair[::-1] if each_ends == "the other" else pair
    start, refused = Barrier(2), []

    def press(by: User, whom: User) -> None:
        place = whom.memberships.select_related("organisation").get()
        start.wait()
        try:
            members.end(place=place, by=by, now=timezone.now())
        except errors.Refused as refusal:
            refused.append(type(refusal))
        finally:
            connection.close()

    threads = [Thread(target=press, args=both) for both in zip(pair, targets, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.leads().filter(organisation=cast.riverbank).count() == 1
    assert len(refused) == 1


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_invite_the_same_person_at_the_same_moment_open_one_account(cast):
    pair = [cast.lead, factories.lead(cast.hilltop)]
    start = Barrier(2)

    def press(by: User, organisation) -> None:
        start.wait()
        try:
            invited(cast, by=by, organisation=organisation)
        finally:
            connection.close()

    threads = [
        Thread(target=press, args=both) for both in zip(pair, (cast.riverbank, cast.hilltop), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.get(email="asha@riverbank.example").memberships.count() == 2


def test_leads_find_their_colleagues_in_the_menu_and_others_do_not(lee, cast):
    assert "Colleagues</a>" in lee.get("/referrals/").content.decode()
    assert "Colleagues</a>" not in sign_in(Client(), cast.receptionist).get("/referrals/").content.decode()
