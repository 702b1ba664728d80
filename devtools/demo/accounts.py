"""Who may sign in to a demonstration, and the table that `make run` ends with. Needs no database and no settings."""

from dataclasses import dataclass

RECEPTION, CLINICIAN, LEAD = "reception", "clinician", "lead"
OFFICER, ADMINISTRATOR = "officer", "administrator"


@dataclass(frozen=True)
class Account:
    part: str
    email: str  # at example.org: nothing is ever mailed there
    name: str
    who: str


ACCOUNTS = {
    account.part: account
    for account in (
        Account(RECEPTION, "reception@example.org", "Sam O’Brien", "Refers for a practice"),
        Account(CLINICIAN, "gp@example.org", "Dr Ruth Ellis", "Clinician there"),
        Account(LEAD, "lead@example.org", "Lee Marsh", "Leads another practice"),
        Account(OFFICER, "officer@example.org", "Olu Okafor", "Project officer"),
        Account(ADMINISTRATOR, "administrator@example.org", "Ada Byrne", "Administrator"),
    )
}


def table(origin: str) -> str:
    """Where each kind of person goes, and as whom: what somebody who has just typed `make run` needs."""
    rows = [
        *((account.who, f"{origin}/sign-in/", account.email) for account in ACCOUNTS.values()),
        ("Participants", f"{origin}/dev/mail/", "the links in their messages"),
        ("Mailbox", f"{origin}/dev/mail/", "every mail, sign-in code and second code"),
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"  {who:<{widths[0]}}  {where:<{widths[1]}}  {what}" for who, where, what in rows]
    return "\n".join(
        [
            f"It’s Your Move runs at {origin}/ as a demonstration: everyone in it is made up.",
            "",
            *lines,
            "",
            "To sign in, type one of the addresses; the code is in the mailbox a moment later.",
        ]
    )
