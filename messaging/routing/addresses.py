"""Where a message goes on its channel, read at the moment of sending."""

from messaging.channels import base as channels_base
from messaging.models import Message

NO_ADDRESS = "No email address is on record: add one, then try again."
NO_NUMBER = "No telephone number is on record: add one, then try again."


def address_of(message: Message) -> str:
    """An email address, or a telephone number in E.164 for a text message.

    Raises Refused; NotAuthorised for a person who is made up: their address is named to no server.
    """
    person = message.participant
    if person and person.synthetic:
        if message.channel in Message.OUTSIDE:
            raise channels_base.NotAuthorised
        return person.email or person.phone  # it stays here, a text message too
    if message.channel in Message.TEXTS:
        if not person or not person.phone:
            raise channels_base.Refused(NO_NUMBER)
        return person.phone
    if message.proxy:
        address = message.proxy.email
    elif person:
        address = person.email
    elif message.organisation:
        address = message.organisation.contact_email
    elif message.interest:
        address = message.interest.email
    else:
        address = message.user.email if message.user else ""
    if not address:
        raise channels_base.Refused(NO_ADDRESS)
    return address
