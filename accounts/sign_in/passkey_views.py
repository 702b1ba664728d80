"""Adding a passkey, coming in with one, and taking one away. The checks are allauth's; the pages are ours (ADR 10)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginStage
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts.login_sessions import services as login_sessions
from accounts.requests import SignedInRequest
from accounts.security_log import Event, note
from accounts.sign_in import passkeys, second_factor
from accounts.sign_in.forms import NewPasskeyForm, PasskeySignInForm
from accounts.sign_in.views import AGAIN, PASSKEY, sign_in_again, with_next

View = Callable[..., HttpResponseBase]


def freshly_signed_in(view: View) -> View:
    """Asks for a fresh sign-in first: an unlocked screen must not give lasting keys away."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs) if second_factor.is_fresh(request) else sign_in_again(request)

    return login_required(never_cache(guarded))


@require_POST
@never_cache
def begin_sign_in(request: HttpRequest) -> HttpResponse:
    """What the browser needs to ask a passkey who this is; good for one answer in this browser."""
    return JsonResponse(auth.begin_authentication(None))


@require_POST
@never_cache
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def begin_second_step(request: HttpRequest) -> HttpResponse:
    """The same for somebody who has entered the e-mailed code: only their own passkeys will do."""
    return JsonResponse(auth.begin_authentication(request._login_stage.login.user))


@method_decorator(never_cache, name="dispatch")
class PasskeySignInView(LoginWebAuthnView):
    """Sign in whoever the passkey belongs to; the answer is the same for every passkey that will not do."""

    form_class = PasskeySignInForm

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect(with_next(request, reverse("sign_in")))

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        return None  # whoever has asked for a code may still use a passkey

    def form_invalid(self, form: PasskeySignInForm) -> HttpResponse:
        note(Event.PASSKEY_REFUSED)
        onward = with_next(self.request, reverse("sign_in"))
        return redirect(add_query_params(onward, {AGAIN: PASSKEY}))


@require_POST
@freshly_signed_in
def begin_adding(request: SignedInRequest) -> HttpResponse:
    """What the browser needs to make a passkey that knows its owner and asks for a finger, a face or a PIN."""
    return JsonResponse(auth.begin_registration(request.user, passwordless=True))


@method_decorator(freshly_signed_in, name="dispatch")
class NewPasskeyView(FormView):
    """Name a passkey and let the browser make it."""

    request: SignedInRequest
    template_name = "mfa/new_passkey.html"
    form_class = NewPasskeyForm

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict:
        return super().get_context_data(**kwargs) | {"origin": passkeys.origin()}

    def form_valid(self, form: NewPasskeyForm) -> HttpResponse:
        passkeys.add_passkey(
            user=self.request.user,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
            now=timezone.now(),
        )
        login_sessions.keep_signed_in(self.request)
        messages.success(self.request, "Passkey added. You can now sign in with it.")
        return redirect("second_step")


@freshly_signed_in
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, and then take away one of one's own passkeys."""
    passkey = get_object_or_404(passkeys.of(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "mfa/remove_passkey.html", {"passkey": passkey})
    passkeys.remove(passkey=passkey, by=request.user, now=timezone.now())
    login_sessions.keep_signed_in(request)
    messages.success(request, "Passkey removed. You can no longer sign in with it.")
    return redirect("second_step")
