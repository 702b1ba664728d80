"""Where log-in sessions are kept: Django's own table, with a limit to what one of them holds."""

import logging
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.throttle_cache import cannot_save

logger = logging.getLogger(__name__)

# Without these, people would be signed out, or come back without their second step.
SIGNED_IN = (
    SESSION_KEY,
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    "account_authentication_methods",
    "account_authentication_methods_user",
    "seen_at",
)


class SessionStore(DatabaseStore):
    """A session of more than MOST bytes keeps the sign-in and drops the rest; a sign-in that is too long ends."""

    MOST = 16 * 1024  # bytes as stored; an ordinary session has fewer than 1,000

    def save(self, must_create: bool = False) -> None:
        """As Django's, but a database that cannot save anything is not reported as a deleted session (a 400)."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if error.__context__ and cannot_save(error.__context__):
                raise error.__context__ from error.__context__.__cause__
            raise

    def encode(self, session_dict: dict[str, Any]) -> str:
        whole = super().encode(session_dict)
        if len(whole) <= self.MOST:
            return whole
        logger.warning("session too large", extra={"count": len(whole)})
        kept = super().encode({key: session_dict[key] for key in SIGNED_IN if key in session_dict})
        return kept if len(kept) <= self.MOST else super().encode({})
