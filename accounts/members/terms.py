"""The terms that invited people accept: text as data with a version, accepted once before the first page with patients.

A new version asks everybody who was invited once more, at their next sign-in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts.models import Membership, MembershipQuerySet, TermsAcceptance, User

DUE = "terms_due"  # in the session: set at sign-in, so that no page asks the database


@dataclass(frozen=True)
class Terms:
    version: int
    points: tuple[str, ...]


TERMS = Terms(
    version=1,
    points=(
        "I work for the organisation named above, and I am allowed to refer its patients.",
        "I only open referrals of patients I am involved with, or when my work needs it. Each look is recorded.",
        "I only refer patients who have agreed to it.",
        "I use my own email address to sign in. I do not share my codes, and I sign out on shared computers.",
        "I tell the project team at once if I have sent something by mistake, or if someone else might have used my account.",
        "I tell our organisation lead when I leave, so that my access ends.",
    ),
)


def due(user: User) -> MembershipQuerySet:
    """Where this person was invited to, as long as they have not accepted the terms as they stand."""
    places = Membership.objects.current().filter(user=user).exclude(invited_name="")
    if TermsAcceptance.objects.filter(user=user, version=TERMS.version).exists():
        return places.none()
    return places.select_related("organisation", "invited_by").order_by("started_at", "pk")


@transaction.atomic
def accept(*, user: User, version: int, now: datetime) -> bool:
    """Write the yes down; a second press changes nothing. False where another version stands now."""
    if version != TERMS.version:
        return False
    TermsAcceptance.objects.get_or_create(user=user, version=version, defaults={"accepted_at": now})
    return True


def note_at_sign_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Receives `user_logged_in`."""
    if request is not None and due(user).exists():
        request.session[DUE] = True
