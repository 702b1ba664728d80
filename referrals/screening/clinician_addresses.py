"""Whether the address of a named clinician may be written to at once, or an officer checks it by phone first.

The link leads to a patient's safety questions, so a mistyped address, or one that a sender made up, must not get it.
"""

from accounts.models import Membership, Organisation
from accounts.roles import CLINICIAN

NHS = "nhs.net"
# Anyone can have an address there: a colleague who uses one makes it nobody's domain.
ANYBODYS = frozenset(
    [
        "aol.com",
        "btinternet.com",
        "duck.com",
        "fastmail.com",
        "gmail.com",
        "gmx.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
    ]
)


def needs_no_check(email: str, *, organisation: Organisation, sender: str) -> bool:
    """At nhs.net or a domain of the organisation; not the sender's own, nor a colleague's who is no clinician there."""
    email = email.lower()
    domain = _domain(email)
    if email == sender.lower() or _is_no_clinician(email, organisation):
        return False
    return domain == NHS or domain in domains(organisation)


def domains(organisation: Organisation) -> set[str]:
    """The domains of the organisation's own address and of its members' addresses, without those that anybody can have."""
    members = Membership.objects.current().filter(organisation=organisation, user__is_active=True)
    addresses = [organisation.contact_email, *members.values_list("user__email", flat=True)]
    return {_domain(each) for each in addresses if each} - ANYBODYS


def _is_no_clinician(email: str, organisation: Organisation) -> bool:
    theirs = Membership.objects.current().filter(organisation=organisation, user__email__iexact=email)
    return theirs.exists() and not theirs.filter(role=CLINICIAN).exists()


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()
