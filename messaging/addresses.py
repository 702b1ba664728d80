"""Where a message goes on its channel, read at the moment of sending."""

from messaging import channels
from messaging.models import Message

Channel = Message.Channel

NO_ADDRESS = "No email address is on record: add one, then try again."
NO_NUMBER = "No telephone number is on record: add one, then try again."
MADE_UP = "This person is made up, and made-up people are never mailed."


def address_of(message: Message) -> str:
    """An email address, or a telephone number in E.164 for a text message. Raises Refused."""
    person = message.participant
    if person and person.synthetic and message.channel != Channel.FILE:
        raise channels.Refused(MADE_UP)
    if message.channel in Message.TEXTS:
        if not person or not person.phone:
            raise channels.Refused(NO_NUMBER)
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
        raise channels.Refused(NO_ADDRESS)
    return address
