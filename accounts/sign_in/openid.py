"""Whose account an OpenID Connect provider's person signs in to. Loaded only where one is configured (ADR 11)."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts.models import User


@transaction.atomic
def account_of(*, provider: str, subject: str, email: str, email_verified: object) -> User | None:
    """The account that this person of the provider's opens, or None: nobody gets an account in this way.

    By the subject that was stored at their first sign-in. The first time, by an email address that the provider says
    it has verified (nothing but the JSON value true counts) and that has an open account here, which no other person
    of the provider's has taken yet.
    """
    known = SocialAccount.objects.filter(provider=provider, uid=subject).select_related("user").first()
    if known:
        return known.user
    # Letters that only look like others, or become others as capitals, must not find a colleague's address.
    if email_verified is not True or not email.isascii():
        return None
    user = User.objects.select_for_update().filter(email__iexact=email, is_active=True).first()
    if user is None:
        return None
    taken = SocialAccount.objects.filter(provider=provider, user=user).first()
    if taken is None:
        # Their name and the rest of what the provider tells is not kept.
        taken = SocialAccount.objects.create(provider=provider, uid=subject, user=user, extra_data={})
    return user if taken.uid == subject else None
