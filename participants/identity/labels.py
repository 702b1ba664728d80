"""One detail of a person in words: what it is called, and how people write it."""

from core.dates import day
from participants import contact_details
from participants.models import Participant


def field_label(name: str) -> str:
    return str(getattr(Participant._meta.get_field(name), "verbose_name", name))


def format_field(person: Participant, name: str) -> str:
    value = getattr(person, name)
    if name == "date_of_birth":
        return day(value)
    if name == "phone" and value:
        return contact_details.spoken_phone(value)
    if name == "postal_address":
        return ", ".join(value.splitlines())
    if name == "message_safe":
        return "Yes" if value else "No"
    if name == "nhs_number":
        return person.spaced_nhs_number
    if name == "preferred_contact":
        return str(person.get_preferred_contact_display())
    return str(value)
