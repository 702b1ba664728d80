"""The words of a message that somebody else has who hears for the person."""

from django.template.loader import render_to_string

from messaging.content import links
from messaging.models import Message
from participants.models import ProxyContact


def addressed(text: str, message: Message) -> str:
    """The text with a first line that says for whom it is and why somebody else has it; a copy has no personal link."""
    proxy, person = message.proxy, message.participant
    if proxy is None or person is None:
        return text
    first = render_to_string(
        "messaging/emails/proxy_note.txt",
        {
            "proxy_name": links.unlinked(proxy.name),
            "first_name": links.unlinked(person.first_name),
            "copy": message.copy,
            "legal": proxy.consent == ProxyContact.Consent.LEGAL,
        },
    ).strip()
    if message.copy:
        text = links.MARKED.sub(f"[link to {links.unlinked(person.first_name)}’s own page]", text)
    return f"{first}\n\n{text}"
