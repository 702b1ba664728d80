"""The address in an optional message that stops all such: computed from the person's number, never kept."""

from django.urls import reverse

from messaging import links
from participants.links import token_for
from participants.models import Participant


def address_for(person: Participant) -> str:
    """The personal link by which this person stops optional messages, marked as such."""
    return links.personal_link(reverse("optional:stop", args=[person.pk, token_of(person.pk)]))


def token_of(pk: int) -> str:
    """What proves that we wrote the link."""
    return token_for(purpose="optional", link_id=pk, version=1)
