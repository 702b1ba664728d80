"""The steps of signing in, as a person takes them."""

import re

from django.test import Client

from accounts.models import User
from messaging.content import secrets
from messaging.models import Message


def newest_code(user: User) -> str:
    """The code in the newest mail to this person that is still on its way."""
    message = Message.objects.filter(user=user, kind="sign_in_code").latest("pk")
    return secrets.open(message.secret)


def ask_for_code(client: Client, email: str, *, onward: str = ""):
    return client.post("/sign-in/" + (f"?next={onward}" if onward else ""), {"email": email})


def enter_code(client: Client, code: str, *, onward: str = ""):
    return client.post("/sign-in/code/" + (f"?next={onward}" if onward else ""), {"code": code})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def plain(body: bytes) -> str:
    """The page without what differs at each request: the token against forged forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body.decode())
