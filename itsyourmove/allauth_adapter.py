"""How sign-in meets the outbox: allauth would send mail inside the request, here it only promises it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.login_sessions import services as login_sessions
from accounts.models import User
from accounts.security_log import Event, note
from accounts.sign_in import known_browser
from core.nonces import key_of
from messaging.outbox import queue as outbox


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; codes go through the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "Enter the code from the most recent email",
        "too_many_login_attempts": "Wait 5 minutes, or ask for a new code. You have entered too many wrong codes",
        "rate_limited": "Wait 5 minutes and try again. You have tried too many times",
    }

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.account.stages.LoginByCodeStage": "accounts.sign_in.email_code.CodeStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Promise the sign-in code, the only mail of allauth's that we know; to nobody it is promised and forgotten."""
        if template_prefix != "account/email/login_code":
            raise ValueError(f"No kind of message stands for {template_prefix}.")
        user, now = context["request"].code_goes_to, timezone.now()
        key = key_of("sign_in_code", user, uuid4())
        with transaction.atomic():
            outbox.queue(
                key=key,
                kind="sign_in_code",
                subject_type="user",
                subject_id=user.pk,
                user=user,
                now=now,
                expires_at=now + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
                secret=context["code"],
            )
            outbox.forget_nobodys(key)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Only sentences of ours are shown; each page says itself what allauth's templates would announce."""
        if message_template is None:
            super().add_message(request, level, None, *args, **kwargs)

    def login(self, request: HttpRequest, user: User) -> None:
        """The last step. A code that was asked for before the account's sessions were ended opens it no more."""
        if not login_sessions.is_as_asked(request, user):
            clear_login(request)
            clear_authentication_records(request)
            messages.info(request, "Your account changed while you were signing in. Ask for a new code.")
            raise ImmediateHttpResponse(redirect("sign_in"))
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        known_browser.remember(request, response)
        note(Event.SIGNED_IN, user_id=user.pk)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Only somebody who has just entered a right code gets here, so it tells nobody else."""
        sentence = f"Your account has been closed. If you still need it, call us on {settings.SERVICE_PHONE}."
        messages.error(request, sentence)
        return redirect("sign_in")

    def is_safe_url(self, url: str | None) -> bool:
        """Pages of this very site only, whatever else the deployment trusts."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )
