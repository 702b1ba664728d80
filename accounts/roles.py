"""Every role in one table: what it is called and what it may do.

Officers and administrators work for the partnership (`User.staff_role`); referrers and organisation leads work for
an organisation that refers (`Membership.role`). A person may be both; each hat gives only its own rights.
"""

from dataclasses import dataclass

REFERRER = "referrer"
LEAD = "lead"
OFFICER = "officer"
ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Role:
    code: str
    label: str
    works_for: str  # "organisation" or "partnership"
    may_refer: bool = False
    may_use_admin: bool = False
    may_keep_contacts: bool = False  # where notes to a practice are sent
    may_manage_accounts: bool = False
    needs_second_factor: bool = False


ROLES = {
    role.code: role
    for role in (
        Role(REFERRER, "Referrer", "organisation", may_refer=True),
        Role(LEAD, "Organisation lead", "organisation", may_refer=True),
        Role(
            OFFICER,
            "Project officer",
            "partnership",
            may_use_admin=True,
            may_keep_contacts=True,
            needs_second_factor=True,
        ),
        Role(
            ADMINISTRATOR,
            "Administrator",
            "partnership",
            may_use_admin=True,
            may_keep_contacts=True,
            may_manage_accounts=True,
            needs_second_factor=True,
        ),
    )
}

MEMBERSHIP_ROLES = [(r.code, r.label) for r in ROLES.values() if r.works_for == "organisation"]
STAFF_ROLES = [(r.code, r.label) for r in ROLES.values() if r.works_for == "partnership"]
