"""Every role in one table: what it is called and what it may do.

Officers and administrators work for the partnership (`User.staff_role`); clinicians, and administrators who act for a
named clinician, work for an organisation that refers (`Membership.role`), and either may also be its lead
(`Membership.is_lead`), who looks after the colleagues' memberships there. A person may be both; each hat gives only its
own rights.
"""

from dataclasses import dataclass

CLINICIAN = "clinician"
CLINICIAN_ADMIN = "clinician_admin"
OFFICER = "officer"
ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Role:
    code: str
    label: str
    works_for: str  # "organisation" or "partnership"
    may_refer: bool = False
    may_use_admin: bool = False
    may_keep_organisations: bool = False  # who may refer, who no longer, and where notes to them are sent
    may_manage_accounts: bool = False
    may_correct_old_records: bool = False  # such as a death that was recorded by mistake long ago
    may_record_sign_offs: bool = False  # who signed a health text, or accepts its use before that
    needs_second_factor: bool = False


ROLES = {
    role.code: role
    for role in (
        Role(CLINICIAN, "Clinician", "organisation", may_refer=True),
        Role(CLINICIAN_ADMIN, "Administrator for a clinician", "organisation", may_refer=True),
        Role(
            OFFICER,
            "Project officer",
            "partnership",
            may_use_admin=True,
            may_keep_organisations=True,
            needs_second_factor=True,
        ),
        Role(
            ADMINISTRATOR,
            "Administrator",
            "partnership",
            may_use_admin=True,
            may_keep_organisations=True,
            may_manage_accounts=True,
            may_correct_old_records=True,
            may_record_sign_offs=True,
            needs_second_factor=True,
        ),
    )
}

MEMBERSHIP_ROLES = [(r.code, r.label) for r in ROLES.values() if r.works_for == "organisation"]
STAFF_ROLES = [(r.code, r.label) for r in ROLES.values() if r.works_for == "partnership"]
