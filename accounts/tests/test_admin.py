"""Accounts in the admin: administrators change, officers look and keep contacts, nobody deletes, others stay out."""

import pytest
from django.contrib import admin
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.tests import factories
from accounts.tests.sign_in.steps import ask_for_code, enter_code, is_signed_in, newest_code

pytestmark = pytest.mark.django_db

LISTS = ["/admin/accounts/user/", "/admin/accounts/organisation/", "/admin/accounts/membership/"]


@pytest.fixture
def ada(client):
    user = factories.administrator()
    factories.sign_in(client, user)
    return user


@pytest.fixture
def olive(client):
    user = factories.officer()
    factories.sign_in(client, user)
    return user


def new_account(**answers) -> dict:
    return {"name": "Sam O’Brien", "email": "sam@riverbank.example", "staff_role": "", **answers}


@pytest.mark.parametrize("path", LISTS)
def test_signed_out_visitors_are_shown_the_one_door_and_led_back(client, path):
    door = client.get(client.get(path).url)
    assert door.url == f"/sign-in/?next={path.replace('/', '%2F')}"
    sam = factories.administrator(email="sam@riverbank.example")
    secret = factories.set_up_app(sam)
    ask_for_code(client, sam.email)
    enter_code(client, newest_code(sam))
    assert (
        client.post(f"/sign-in/second-step/?next={path}", {"code": factories.code_of_app(secret)}).url == path
    )


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", *LISTS, "/admin/no-such-page/"])
def test_referrers_are_forbidden(client, path):
    factories.sign_in(client, factories.referrer())
    assert client.get(path).status_code == 403


def test_signed_in_staff_at_the_old_login_page_are_led_on(client, ada):
    answer = client.get("/admin/login/?next=/admin/accounts/user/", follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/accounts/user/"


def test_log_out_of_the_admin_is_the_same_button(client, ada):
    assert client.post("/admin/logout/").url == "/sign-out/"
    client.post("/sign-out/")
    assert not is_signed_in(client)


def test_an_administrator_opens_an_account_with_its_first_place(client, ada):
    practice = factories.practice()
    page = client.get("/admin/accounts/user/add/")
    assert page.status_code == 200
    answers = new_account(organisation=practice.ods_code.lower(), role="clinician_admin")
    assert client.post("/admin/accounts/user/add/", answers).url == "/admin/accounts/user/"
    sam = User.objects.get(email="sam@riverbank.example")
    membership = Membership.objects.get()
    assert (membership.user, membership.organisation, membership.role) == (sam, practice, "clinician_admin")
    client.post("/sign-out/")
    ask_for_code(client, sam.email)
    enter_code(client, newest_code(sam))
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"email": "TAKEN@riverbank.example"}, "This email address already has one"),
        ({"email": "nonsense"}, "correct format"),
        ({"name": ""}, "Enter the person’s name"),
        ({"role": "clinician_admin"}, "both the organisation’s code and the role"),
        ({"organisation": "Z00000", "role": "clinician_admin"}, "No organisation has this code"),
        ({"staff_role": "king"}, "Select a valid choice"),
    ],
)
def test_a_wrong_answer_opens_no_account(client, ada, answers, sentence):
    factories.person(email="taken@riverbank.example")
    page = client.post("/admin/accounts/user/add/", new_account(**answers))
    assert sentence in page.content.decode()
    assert User.objects.count() == 2


def test_an_administrator_changes_an_address_and_closes_an_account(client, ada):
    sam = factories.referrer(email="sam@riverbank.example")
    path = f"/admin/accounts/user/{sam.pk}/change/"
    assert client.get(path).status_code == 200
    client.post(path, new_account(email="sam.new@riverbank.example"))  # "may sign in" unticked
    sam.refresh_from_db()
    assert (sam.email, sam.is_active) == ("sam.new@riverbank.example", False)
    assert sam.emailaddress_set.get().email == "sam.new@riverbank.example"


def test_administrators_cannot_close_the_door_behind_themselves(client, ada):
    client.post(
        f"/admin/accounts/user/{ada.pk}/change/", {"name": "Addy", "email": ada.email, "staff_role": ""}
    )
    ada.refresh_from_db()
    assert (ada.name, ada.is_active, ada.staff_role) == ("Addy", True, "administrator")


def test_a_lost_phone_is_forgotten_after_being_asked(client, ada):
    olive = factories.officer()
    factories.set_up_app(olive)
    chosen = {"action": "forget_second_step", "_selected_action": olive.pk}
    asked = client.post(
        "/admin/accounts/user/", {**chosen, "submitted_from_changelist_view": "1", "index": "0"}
    )
    assert "set up the app again" in asked.content.decode()
    assert olive.authenticator_set.exists()
    client.post("/admin/accounts/user/", chosen)
    assert not olive.authenticator_set.exists()


def test_an_administrator_begins_and_ends_a_membership(client, ada):
    sam, practice = factories.person(), factories.practice()
    answers = {
        "user": sam.email.upper(),
        "organisation": practice.ods_code,
        "role": "clinician_admin",
        "is_lead": "on",
    }
    assert client.get("/admin/accounts/membership/add/").status_code == 200
    client.post("/admin/accounts/membership/add/", answers)
    membership = Membership.objects.get(user=sam)
    again = client.post("/admin/accounts/membership/add/", answers)
    assert "already works at" in again.content.decode()
    nobody = client.post("/admin/accounts/membership/add/", {**answers, "user": "nobody@nowhere.example"})
    assert "There is no account" in nobody.content.decode()
    client.post("/admin/accounts/membership/", {"action": "end", "_selected_action": membership.pk})
    membership.refresh_from_db()
    assert membership.ended_at <= timezone.now()
    assert str(sam) not in client.get("/admin/accounts/membership/").content.decode()
    assert str(sam) in client.get("/admin/accounts/membership/?standing=ended").content.decode()
    page = client.get(f"/admin/accounts/membership/{membership.pk}/change/").content.decode()
    assert 'name="_save"' not in page


def test_officers_look_at_accounts_and_change_nothing(client, olive):
    sam = factories.referrer(email="sam@riverbank.example")
    membership = sam.memberships.get()
    for path in LISTS:
        assert client.get(path).status_code == 200
    assert client.get(f"/admin/accounts/user/{sam.pk}/change/").status_code == 200
    for path, answers in (
        ("/admin/accounts/user/add/", new_account(email="x@y.example")),
        (f"/admin/accounts/user/{sam.pk}/change/", new_account(email="x@y.example")),
        ("/admin/accounts/membership/add/", {}),
        (f"/admin/accounts/membership/{membership.pk}/change/", {"role": "clinician"}),
    ):
        assert client.post(path, answers).status_code == 403, path
    client.post("/admin/accounts/membership/", {"action": "end", "_selected_action": membership.pk})
    client.post("/admin/accounts/user/", {"action": "forget_second_step", "_selected_action": sam.pk})
    membership.refresh_from_db()
    assert membership.ended_at is None


def test_officers_keep_where_notes_go_and_nothing_else_of_a_practice(client, olive):
    practice = factories.practice("Riverbank Surgery")
    path = f"/admin/accounts/organisation/{practice.pk}/change/"
    assert client.get(path).status_code == 200
    client.post(path, {"contact_email": "Desk@Riverbank.example", "name": "Hacked", "ods_status": "C"})
    practice.refresh_from_db()
    assert (practice.contact_email, practice.name, practice.ods_status) == (
        "desk@riverbank.example",
        "Riverbank Surgery",
        "A",
    )
    wrong = client.post(path, {"contact_email": "a@b.example,c@d.example"})
    assert "correct format" in wrong.content.decode()
    client.post(path, {"contact_email": ""})
    assert Organisation.objects.get().contact_email == ""


@pytest.mark.parametrize("kind", ["user", "organisation", "membership"])
def test_nobody_deletes(client, ada, kind):
    sam = factories.referrer()
    pk = {
        "user": sam.pk,
        "organisation": Organisation.objects.get().pk,
        "membership": sam.memberships.get().pk,
    }[kind]
    assert client.post(f"/admin/accounts/{kind}/{pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
    client.post(f"/admin/accounts/{kind}/", chosen)
    assert Membership.objects.count() == 1


def test_practices_are_searched_by_name_code_and_postcode(client, ada):
    factories.practice("Riverbank Surgery", code="Z99001", postcode="ZZ1 1ZZ")
    factories.practice("Hilltop Practice", code="Z99002", postcode="ZZ2 2ZZ")
    for text in ("riverbank", "z99001", "zz1 1"):
        page = client.get("/admin/accounts/organisation/", {"q": text}).content.decode()
        assert "Riverbank" in page
        assert "Hilltop" not in page


def test_pages_tell_who_works_where(client, ada):
    practice = factories.practice("Riverbank Surgery", code="Z99001")
    sam = factories.referrer(practice, name="Sam O’Brien", is_lead=True)
    here = client.get(f"/admin/accounts/organisation/{practice.pk}/change/").content.decode()
    assert "Sam O’Brien: Administrator for a clinician, organisation lead" in here
    there = client.get(f"/admin/accounts/user/{sam.pk}/change/").content.decode()
    assert "Riverbank Surgery (Z99001): Administrator for a clinician, organisation lead" in there


def test_practices_are_filtered_by_their_standing(client, ada):
    factories.practice("Riverbank Surgery")
    factories.practice("Hilltop Practice", ods_status="C")
    closed = client.get("/admin/accounts/organisation/?status=C").content.decode()
    assert "Hilltop" in closed
    assert "Riverbank" not in closed
    assert client.get("/admin/accounts/organisation/?status=nonsense").status_code == 200


@pytest.mark.parametrize("q", ["%", "'", "\\", "a" * 500, "😀", "  "])
def test_odd_searches_are_answered(client, ada, q):
    for path in LISTS:
        assert client.get(path, {"q": q}).status_code == 200


def test_libraries_own_tables_are_not_in_the_admin():
    ours = {
        "accounts",
        "participants",
        "messaging",
        "referrals",
        "cohort_sessions",
        "outcomes",
        "itsyourmove",
    }
    assert {model._meta.app_label for model in admin.site._registry} <= ours


def test_the_lists_ask_few_questions_however_long(client, ada, django_assert_max_num_queries):
    practice = factories.practice()
    for _ in range(12):
        factories.referrer(practice)
    for path in LISTS:
        with django_assert_max_num_queries(9):
            client.get(path)


def test_an_organisation_leads_to_who_works_there(office, cast):
    there = office.get(f"/admin/accounts/organisation/{cast.riverbank.pk}/change/").content.decode()
    assert 'href="/admin/accounts/membership/?q=Z99001"' in there
    members = office.get("/admin/accounts/membership/?q=Z99001").content.decode()
    assert cast.lead.name in members
    assert cast.neighbour.name not in members
