"""The roles table is the one truth about who may do what."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, User
from accounts.roles import ROLES
from accounts.tests import factories

pytestmark = pytest.mark.django_db

RIGHTS = [
    # right                            officer, administrator
    ("referrals.view_referral", True, True),
    ("referrals.change_referral", True, True),
    ("cohort_sessions.add_cohort", True, True),
    ("accounts.view_user", True, True),
    ("accounts.add_user", False, True),
    ("accounts.change_user", False, True),
    ("accounts.add_membership", False, True),
    ("accounts.change_membership", False, True),
    ("accounts.change_organisation", True, True),
    ("accounts.add_organisation", False, False),
    ("accounts.delete_user", False, False),
    ("referrals.delete_referral", False, False),
    ("account.change_emailaddress", False, False),
    ("account.view_emailaddress", False, False),
    ("mfa.view_authenticator", False, False),
    ("auth.change_group", False, False),
    (
        "sessions.view_session",
        False,
        False,
    ),  # Django's log-in sessions own this label; ours is cohort_sessions
]


def test_the_roles_are_these_four():
    assert list(ROLES) == ["clinician", "clinician_admin", "officer", "administrator"]


def test_whoever_sees_everybodys_details_needs_a_second_factor():
    assert all(role.needs_second_factor for role in ROLES.values() if role.may_use_admin)
    assert all(role.may_use_admin for role in ROLES.values() if role.may_manage_accounts)


def test_each_role_works_for_one_side():
    for role in ROLES.values():
        assert role.may_refer == (role.works_for == "organisation")
        assert role.may_use_admin == (role.works_for == "partnership")


@pytest.mark.parametrize(("right", "of_officer", "of_administrator"), RIGHTS)
def test_rights_come_from_the_table(right, of_officer, of_administrator):
    assert factories.officer().has_perm(right) is of_officer
    assert factories.administrator().has_perm(right) is of_administrator
    assert factories.referrer().has_perm(right) is False
    assert factories.person().has_perm(right) is False


def test_a_closed_account_has_no_rights():
    ada = factories.administrator()
    ada.is_active = False
    assert not ada.is_staff
    assert not ada.has_perm("accounts.view_user")
    assert not ada.has_module_perms("accounts")


def test_nobody_is_a_superuser():
    assert not factories.administrator().is_superuser


@pytest.mark.parametrize("role", ["", "king"])
def test_the_database_refuses_unknown_roles(role):
    user, practice = factories.person(), factories.practice()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, organisation=practice, role=role, started_at=factories.JOINED)
    if role:
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(staff_role=role)


def test_officers_are_those_who_look_after_participants():
    olive, ada = factories.officer(), factories.administrator()
    factories.lead()
    assert set(User.objects.officers()) == {olive, ada}
