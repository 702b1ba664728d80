"""The settings of an OpenID Connect provider, for deployments that name one (ADR 11, docs/deploy.md)."""

import hashlib

from django.core.exceptions import ImproperlyConfigured

from itsyourmove.environment import env

APPS: list[str] = ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]


def providers(issuer: str, name: str, *, https: bool) -> dict:
    """allauth's SOCIALACCOUNT_PROVIDERS for this issuer. Raises ImproperlyConfigured."""
    if https and not issuer.startswith("https://"):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https://.")
    application = {
        # What stored subjects belong to: another issuer's people are other people.
        "provider_id": f"oidc-{hashlib.sha256(issuer.encode()).hexdigest()[:16]}",
        "name": name,
        "client_id": env("OIDC_CLIENT_ID"),
        "secret": env("OIDC_CLIENT_SECRET"),
        "settings": {
            "server_url": f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            "oauth_pkce_enabled": True,
            "scope": ["openid", "email"],
        },
    }
    return {"openid_connect": {"APP": application}}
