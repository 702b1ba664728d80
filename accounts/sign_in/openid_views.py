"""To an OpenID Connect provider and back. Loaded only where one is configured (ADR 11, docs/deploy.md)."""

import logging
from typing import Any, NoReturn
from urllib.parse import urlsplit

import jwt
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.sign_in import openid, passkeys

logger = logging.getLogger(__name__)
PROVIDER = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APP"]["provider_id"]
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
CLOCKS_DIFFER = 60  # seconds

AWAY = "Sign in with a code by email, or try again in a few minutes. We could not sign you in with {name}."
STOPPED = "Try again, or sign in with a code by email. Signing in with {name} was stopped."
STRANGER = (
    "Sign in with a code by email. Your {name} account does not match an account here. If you do not have one yet, "
    "call us on {phone}."
)


class Adapter(OpenIDConnectOAuth2Adapter):
    """allauth's way to the provider and back, checking what it leaves to the connection: signature, nonce, issuer."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, PROVIDER)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return passkeys.origin() + reverse("openid_back")  # never from the Host header

    @property
    def openid_config(self) -> dict:
        config = super().openid_config
        if config["issuer"] != settings.OIDC_ISSUER:
            raise OAuth2Error("The provider says that it is another.")
        if settings.PRODUCTION and urlsplit(config["authorization_endpoint"]).scheme != "https":
            raise OAuth2Error("The provider is not on https.")
        return config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        told = self._decode_id_token(app, kwargs["response"]["id_token"])
        person = told
        if "userinfo_endpoint" in self.openid_config:
            person = self._fetch_user_info(token.token)
            if person["sub"] != told["sub"]:
                raise OAuth2Error("Two answers are about two people.")
            person = person if "email" in person else told
        login = self.get_provider().sociallogin_from_response(request, {"id_token": {"sub": told["sub"]}})
        login.account.extra_data = {}
        login.email, login.email_verified = person.get("email"), person.get("email_verified")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        name = jwt.get_unverified_header(id_token).get("kid")
        [key] = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if name in (None, key.key_id)]
        told = jwt.decode(
            id_token,
            key,
            algorithms=ALGORITHMS,
            audience=app.client_id,
            issuer=settings.OIDC_ISSUER,
            leeway=CLOCKS_DIFFER,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
        if told.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The answer is meant for another service.")
        if not constant_time_compare(str(told["nonce"]), nonce(self.request.GET["state"])):
            raise OAuth2Error("The answer belongs to another question.")
        return told


class SocialAdapter(DefaultSocialAccountAdapter):
    """Signs in who has an account; opens none, joins none to whoever is signed in, shows none of allauth's pages."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        user = openid.account_of(
            provider=sociallogin.account.provider,
            subject=sociallogin.account.uid,
            email=str(sociallogin.email or ""),
            email_verified=sociallogin.email_verified,
        )
        if user is None:
            raise ImmediateHttpResponse(refused(request, STRANGER, onward=sociallogin.state.get("next", "")))
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        logger.warning("openid sign-in failed", exc_info=exception)
        sentence = STOPPED if error == AuthError.CANCELLED else AWAY
        raise ImmediateHttpResponse(refused(request, sentence))


def nonce(state: str) -> str:
    """The word that ties the provider's signed answer to our question; `state` itself is kept in the session."""
    return salted_hmac("accounts.openid", state, algorithm="sha256").hexdigest()


@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """A press leads to the provider; a link alone does not, because anybody's page can make a browser follow one."""
    if request.method != "POST" or request.user.is_authenticated:
        return redirect("sign_in")
    onward = get_next_redirect_url(request) or ""
    try:
        address = _question(request, onward)
    except DatabaseError:
        raise
    except Exception:  # another computer's answer, or none: it may be anything
        logger.warning("openid provider is away", exc_info=True)
        return refused(request, AWAY, onward=onward)
    # Not a redirect: `form-action 'self'` stops a form from leading to another site.
    return render(
        request, "accounts/sign_in/openid_onward.html", {"address": address, "name": settings.OIDC_NAME}
    )


def _question(request: HttpRequest, onward: str) -> str:
    adapter = Adapter(request)
    provider = adapter.get_provider()
    endpoint = adapter.authorize_url
    client = adapter.get_client(request, provider.app)
    pkce = provider.get_pkce_params()
    client.state = provider.stash_redirect_state(
        request, AuthProcess.LOGIN, onward, pkce_code_verifier=pkce.pop("code_verifier")
    )
    return client.get_redirect_url(endpoint, provider.get_scope(), pkce | {"nonce": nonce(client.state)})


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """The provider's answer, good once, in the browser that asked, for ten minutes."""
    try:
        return OAuth2CallbackView.adapter_view(Adapter(request))(request)
    except DatabaseError:
        raise
    except Exception:
        logger.warning("openid answer was of no use", exc_info=True)
        return refused(request, AWAY)


def refused(request: HttpRequest, sentence: str, *, onward: str = "") -> HttpResponse:
    messages.error(request, sentence.format(name=settings.OIDC_NAME, phone=settings.SERVICE_PHONE))
    return redirect(add_query_params(reverse("sign_in"), {"next": onward} if onward else {}))
