"""The person who is signed in: for requests whose decorator or admin has checked that already.

Django's own type leaves open whether `request.user` is a person. These two say it to the type checker and do nothing
while the program runs: the door is `login_required` and its kin, and the admin's own.
"""

from typing import cast

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind `login_required`, `for_members` or `for_leads` is handed."""

    user: User


def user_of(request: HttpRequest) -> User:
    """Who is signed in, in a method whose signature is Django's, such as those of a ModelAdmin."""
    return cast(User, request.user)
