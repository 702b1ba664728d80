"""A referral told as label and value, in the words of the officers' page."""

from collections.abc import Iterable

from core.dates import birth_date, day, moment
from participants.contact_details import spoken_phone
from participants.models import Participant, ReportedDifference
from referrals.models import Referral

NOT_GIVEN = "Not given"


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
        ("Postcode", person.postcode),
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
            "value": spoken_phone(difference.value) if difference.field == "phone" else difference.value,
            "told_by": str(difference.organisation),
            "told_at": moment(difference.reported_at),
        }
        for difference in differences
    ]
