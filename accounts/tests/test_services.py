"""Opening, changing and ending: one account for each address, one current place in each practice."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts import services
from accounts.models import Membership, Organisation, User
from accounts.tests import factories
from accounts.tests.factories import JOINED

pytestmark = pytest.mark.django_db


def test_an_account_is_opened_with_a_checked_address_and_no_password():
    user = services.open_account(email=" Sam@Riverbank.Example ", name=" Sam O’Brien ", now=JOINED)
    assert (user.email, user.name, user.joined_at) == ("sam@riverbank.example", "Sam O’Brien", JOINED)
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).count() == 1


@pytest.mark.parametrize("email", ["sam@riverbank.example", "SAM@riverbank.EXAMPLE"])
def test_one_address_has_one_account(email):
    factories.person(email="sam@riverbank.example")
    with pytest.raises(services.EmailTaken, match="This email address already has one"):
        services.open_account(email=email, name="Somebody Else", now=JOINED)


@pytest.mark.parametrize(
    "email", ["", "nonsense", "a@x.example,b@x.example", "a@x.example\nBcc: b@x.example"]
)
def test_an_unusable_address_is_refused(email):
    with pytest.raises(services.EmailNotUsable):
        services.open_account(email=email, name="Sam", now=JOINED)


def test_a_person_has_one_current_place_in_a_practice():
    practice = factories.practice()
    sam = factories.referrer(practice)
    with pytest.raises(services.AlreadyAMember, match="already works at"):
        services.join(user=sam, organisation=practice, role="clinician_admin", now=JOINED)


def test_an_ended_membership_stays_and_gives_no_rights_any_more():
    practice = factories.practice()
    sam = factories.referrer(practice)
    assert list(Organisation.objects.for_user(sam)) == [practice]
    membership = Membership.objects.get(user=sam)
    services.end_membership(membership=membership, now=JOINED + timedelta(days=1), by=sam)
    assert not Organisation.objects.for_user(sam).exists()
    with pytest.raises(services.AlreadyEnded):
        services.end_membership(membership=membership, now=JOINED + timedelta(days=2), by=sam)
    services.join(user=sam, organisation=practice, role="clinician_admin", now=JOINED + timedelta(days=3))
    assert Membership.objects.filter(user=sam).count() == 2


def test_history_keeps_who_was_member_when():
    sam = factories.referrer()
    membership = Membership.objects.get(user=sam)
    services.end_membership(membership=membership, now=JOINED + timedelta(days=1), by=sam)
    assert [event.pgh_label for event in membership.events.order_by("pgh_id")] == ["insert", "update"]


def test_a_changed_address_may_not_be_somebody_elses():
    sam, lee = factories.person(), factories.person()
    with pytest.raises(services.EmailTaken):
        services.change_account(
            user=sam, email=lee.email.upper(), name="Sam", staff_role="", is_active=True, now=JOINED, by=lee
        )


def test_the_first_administrator_is_opened_from_the_command_line(capsys):
    call_command("open_account", "ada@partnership.example", "Ada Byrne", role="administrator")
    ada = User.objects.get()
    assert ada.staff_role == "administrator"
    assert capsys.readouterr().out.startswith(f"Account {ada.pk} is open")
    with pytest.raises(CommandError, match="This email address already has one"):
        call_command("open_account", "ada@partnership.example", "Ada Byrne", role="administrator")


def test_the_last_administrator_can_be_let_in_again_from_the_command_line():
    ada = factories.administrator()
    factories.set_up_app(ada)
    call_command("forget_second_factor", ada.email)
    assert not ada.authenticator_set.exists()
    with pytest.raises(CommandError, match="There is no account"):
        call_command("forget_second_factor", "nobody@partnership.example")
