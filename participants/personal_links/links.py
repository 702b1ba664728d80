"""Links that stand for one person and one purpose, without a password (docs/domain.md 8.5).

The token is never stored: it is computed from the link's id, version and nonce when a message is rendered, so a re-send
carries the same address, and looked up by its SHA-256. A number that comes back after a restore has another nonce, so
another token. Raising the version or setting `revoked_at` ends it. The page is closed while nothing is sent to its
holder (`participants.models.silenced`).
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Self, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.nonces import Nonced, nonce_of
from participants.models import Participant, silenced


def link_keys() -> list[str]:
    """The key that makes new links, then those that made the ones before."""
    return [settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS]


def token_for(
    *, purpose: str, link_id: int, version: int, nonce: UUID | None = None, key: str | None = None
) -> str:
    """The 256-bit address part of a link: 43 characters of base64url. `nonce` None: of a row older than nonces."""
    message = f"{purpose}:{link_id}:{version}" + (f":{nonce}" if nonce else "")
    digest = hmac.new((key or settings.LINK_KEY).encode(), message.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def digest_of(token: str) -> str:
    """What is stored and looked up: the SHA-256 of the token in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


T = TypeVar("T", bound="TokenLink")
L = TypeVar("L", bound="Link")


class TokenLinkQuerySet(models.QuerySet[T]):
    def find(self, token: str) -> T | None:
        """The link of this token, live or not; trailing punctuation that mail clients add is forgiven."""
        return self.filter(digest=digest_of(token.rstrip(".,;:)>]"))).first()

    def live(self, now: datetime) -> Self:
        """Links that open their page; as `TokenLink.is_live`."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class LinkQuerySet(TokenLinkQuerySet[L]):
    def live(self, now: datetime) -> Self:
        """Links that open their page; as `Link.is_live`."""
        return super().live(now).exclude(silenced(self.model.HOLDER))


class TokenLink(Nonced):
    """Base of every table of links, whoever holds them; the subclass owns the purpose and points at what it is about."""

    PURPOSE = ""

    digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unknown until the id is
    version = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = TokenLinkQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="%(class)s_expires_after_made"
            ),
        ]

    @classmethod
    def make(cls, *, now: datetime, expires_at: datetime, **about: object) -> Self:
        """A new link; its digest is written in the same transaction."""
        link = cast(Self, cls.objects.create(made_at=now, expires_at=expires_at, **about))
        link.digest = digest_of(link.token)
        link.save(update_fields=["digest"])
        return link

    @property
    def token(self) -> str:
        """The token whose digest is stored; of a link without one yet, the one by the key of today."""
        nonce = nonce_of(self)
        # Processes of the release before nonces left them out, also where the database had made one.
        tokens = [
            token_for(purpose=self.PURPOSE, link_id=self.pk, version=self.version, nonce=each, key=key)
            for each in dict.fromkeys((nonce, None))
            for key in link_keys()
        ]
        return next((token for token in tokens if digest_of(token) == self.digest), tokens[0])

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class Link(TokenLink):
    """A link that a participant holds."""

    HOLDER = ""  # the path to the person who holds it

    objects = LinkQuerySet.as_manager()

    class Meta(TokenLink.Meta):
        abstract = True

    @property
    def holder(self) -> Participant:
        """Whose link it is. No query where the path of `HOLDER` was selected."""
        found: object = self
        for name in self.HOLDER.split("__"):
            found = getattr(found, name)
        return cast(Participant, found)

    def is_live(self, now: datetime) -> bool:
        return super().is_live(now) and not self.holder.is_silenced


def tables() -> list[type[TokenLink]]:
    """Every app's table of links."""
    return [model for model in apps.get_models() if issubclass(model, TokenLink)]
