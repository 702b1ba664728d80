"""The address in an optional message that stops all such: computed from the person's row, never kept."""

from django.urls import reverse

from core.nonces import nonce_of
from messaging.content import links
from participants.models import Participant
from participants.personal_links.links import link_keys, token_for


def address_for(person: Participant) -> str:
    """The personal link by which this person stops optional messages, marked as such."""
    return links.personal_link(reverse("optional:stop", args=[person.pk, token_of(person)]))


def token_of(person: Participant) -> str:
    """What proves that we wrote the link."""
    return tokens_of(person)[0]


def tokens_of(person: Participant) -> list[str]:
    """The same by the key of today, then by those before it."""
    nonce = nonce_of(person)
    return [
        token_for(purpose="optional", link_id=person.pk, version=1, nonce=nonce, key=key)
        for key in link_keys()
    ]
