"""A referral told as label and value: for officers, and as it was sent for its own organisation."""

from collections.abc import Iterable

from core.dates import birth_date, day, moment
from participants.contact_details import spoken_phone, spoken_postcode
from participants.models import Participant, ReportedDifference
from participants.needs import services as needs
from referrals.models import Referral

NOT_GIVEN, NOT_AVAILABLE = "Not given", "Not available"
CONTACT = "Contact details"
SPOKEN = {"phone": spoken_phone, "postcode": spoken_postcode}
Rows = list[tuple[str, str]]


def about_person(person: Participant) -> list[tuple[str, str]]:
    """Who it is and how to reach them."""
    return [
        ("Name", person.full_name),
        ("Preferred name", person.first_name),
        ("Date of birth", birth_date(person.date_of_birth)),
        ("NHS number", person.spaced_nhs_number or NOT_GIVEN),
        ("Phone", spoken_phone(person.phone) if person.phone else NOT_GIVEN),
        ("Email", person.email or NOT_GIVEN),
        ("Contact preference", person.get_preferred_contact_display()),
        ("Safe to leave a message", "Yes" if person.message_safe else "No"),
        ("Postcode", person.spoken_postcode),
        ("GP practice", str(person.practice)),
    ]


def about_referral(referral: Referral) -> list[tuple[str, str]]:
    """Who sent it, why, and what was decided so far."""
    rows = [
        ("Organisation", str(referral.organisation)),
        ("Sent", moment(referral.submitted_at)),
        ("Referred by", f"{referral.referrer_name}, {referral.get_referrer_role_display()}"),
        ("Entered by", entered_by(referral)),
        ("Pain for 3 months or more", "Yes"),
        ("Person agreed", day(referral.agreed_on) if referral.agreed_on else "Not recorded"),
        ("Note", referral.note or "None"),
    ]
    if referral.opted_in_at:
        rows.append(("Agreed to take part", day(referral.opted_in_at)))
    if referral.priority:
        rows.append(("Priority", f"{referral.priority}: {referral.priority_reason}"))
    return rows


def as_sent(referral: Referral) -> list[tuple[str, Rows]]:
    """What the organisation of this referral sent, under headings; never what another one did (adr/0021).

    A detail that is not there was not given. Where it is not known what was sent, it is not available: that of referrals
    from before it was kept.
    """
    born = referral.told_date_of_birth
    known = born is not None
    missing = NOT_GIVEN if known else NOT_AVAILABLE
    whole = referral.told_needs is not None
    more = [("More details", NOT_AVAILABLE)] if referral.told_more is None else referral.told_more
    sections = [
        (
            "Patient details",
            [
                ("Name", referral.name_as_told),
                ("Preferred name", referral.told_preferred_name or missing),
                ("Date of birth", birth_date(born) if born else NOT_AVAILABLE),
                ("NHS number", referral.spaced_nhs_number_as_told or missing),
                ("GP practice", str(referral.told_practice or NOT_AVAILABLE)),
            ],
        ),
        (
            CONTACT,
            [
                ("Phone", spoken_phone(referral.told_phone) if referral.told_phone else missing),
                ("Email", referral.told_email or missing),
                ("Postcode", spoken_postcode(referral.told_postcode) or missing),
                ("Contact preference", referral.get_told_preferred_contact_display() or NOT_AVAILABLE),
                (
                    "Safe to leave a message",
                    {True: "Yes", False: "No", None: NOT_AVAILABLE}[referral.told_message_safe],
                ),
                ("Needs", _needs(referral.told_needs or []) if whole else NOT_AVAILABLE),
                ("Note", referral.note or "None"),
            ],
        ),
        (
            "Agreement and clinician",
            [
                ("Pain for 3 months or more", "Yes"),
                (
                    "Patient agreed on",
                    birth_date(referral.agreed_on) if referral.agreed_on else "Not recorded",
                ),
                ("Referred by", f"{referral.referrer_name}, {referral.get_referrer_role_display()}"),
                ("Referred for", str(referral.organisation)),
                ("Entered by", entered_by(referral)),
                ("Sent", moment(referral.submitted_at)),
            ],
        ),
        ("More details", [(label, value) for label, value in more]),
    ]
    return [(title, rows) for title, rows in sections if rows]


def _needs(codes: list[str]) -> str:
    return "; ".join(needs.BY_CODE[code].words for code in codes if code in needs.BY_CODE) or "None"


def entered_by(referral: Referral) -> str:
    """Who typed it, and for whom where that is somebody else: "Sam O’Brien for Dr Ruth Ellis"."""
    typist = referral.submitted_by.name
    return typist if typist == referral.referrer_name else f"{typist} for {referral.referrer_name}"


def told_differently(differences: Iterable[ReportedDifference]) -> list[dict[str, str]]:
    """What a later referral gave differently: which detail, how, and who told it."""
    return [
        {
            "label": str(
                getattr(Participant._meta.get_field(difference.field), "verbose_name", difference.field)
            ),
            "value": SPOKEN.get(difference.field, str)(difference.value),
            "told_by": str(difference.organisation),
            "told_at": moment(difference.reported_at),
        }
        for difference in differences
    ]
