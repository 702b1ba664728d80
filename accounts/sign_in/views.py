"""Coming in and going out. The steps are allauth's; the pages, addresses and limits are ours."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStage
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.login_sessions import services as login_sessions
from accounts.requests import SignedInRequest
from accounts.security_log import Event, note
from accounts.sign_in import email_code, passkeys, second_factor
from accounts.sign_in.forms import (
    CodeForm,
    EmailForm,
    NewRecoveryCodesForm,
    SecondCodeForm,
    SecondPasskeyForm,
    SetUpForm,
)
from accounts.sign_in.middleware import TIMED_OUT

# Tells the sign-in page to say why: in the address, because a stranger's look keeps no session.
AGAIN = "again"
PASSKEY = "passkey"  # as the value of AGAIN
NOT_KNOWN = "Ask for a code by email instead. That passkey does not match an account here."


class SignInView(RequestLoginCodeView):
    """Ask for the e-mail address; the answer is the same whether or not we know it."""

    template_name = "accounts/sign_in/sign_in.html"
    form_class = EmailForm

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        return None  # whoever opens this page wants to begin again, perhaps with another address

    def form_valid(self, form: EmailForm) -> HttpResponse:
        email_code.begin(self.request, form.user, form.cleaned_data["email"])
        note(Event.CODE_ASKED, user_id=form.user.pk or None)
        self.request.session[login_sessions.ASKED_AS] = [form.user.pk, form.user.get_session_auth_hash()]
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict:
        timed_out = self.request.session.pop(TIMED_OUT, False)
        again = self.request.GET.get(AGAIN)
        if again == PASSKEY and self.request.method == "GET":
            messages.error(self.request, NOT_KNOWN)  # shown by this very page, so no session keeps it
        return super().get_context_data(**kwargs) | {
            "timed_out": timed_out,
            "ask_again": again not in (None, PASSKEY),
            "idle_minutes": settings.IDLE_SECONDS // 60,
            "passkey_url": with_next(self.request, reverse("passkey_sign_in")),
            "origin": passkeys.origin(),
            "openid_name": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
            "openid_url": with_next(self.request, reverse("openid_begin")) if settings.OIDC_ISSUER else "",
        }


class CodeView(ConfirmLoginCodeView):
    """Ask for the code that was e-mailed."""

    template_name = "accounts/sign_in/code.html"
    form_class = CodeForm

    def get_form_kwargs(self) -> dict:
        tries_key = f"{self.request.session.session_key} {self._process.state['at']}"
        return super().get_form_kwargs() | {"tries_key": tries_key, "user": self._process.user}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.tried_out = False
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code != 302 or response.url != reverse("sign_in"):
            return response
        onward = response.url if self.tried_out else add_query_params(response.url, {AGAIN: "1"})
        return redirect(self.passthrough_next_url(onward))

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        if not form.has_error("code", "incorrect_code"):
            return self.render_to_response(self.get_context_data(form=form))  # blank or unreadable: not a try
        user_id = self._process.user.pk or None
        response = super().form_invalid(form)
        self.tried_out = response.status_code == 302
        note(Event.CODE_WRONG, user_id=user_id)
        if self.tried_out:
            note(Event.LOCKED_OUT, kind="code", user_id=user_id)
        return response


class SecondStepView(AuthenticateView):
    """Ask people with a second factor for it, before they are signed in."""

    template_name = "accounts/sign_in/second_step.html"
    form_class = SecondCodeForm
    webauthn_form_class = SecondPasskeyForm

    def form_valid(self, form: SecondCodeForm) -> HttpResponse:
        note(Event.SECOND_STEP_GIVEN, user_id=self.stage.login.user.pk)
        return super().form_valid(form)

    def form_invalid(self, form: SecondCodeForm) -> HttpResponse:
        user = self.stage.login.user
        for field in form.errors:
            if form.has_error(field, "incorrect_code"):
                services.second_step_failed(user=user, now=timezone.now())
            elif form.has_error(field, "too_many_login_attempts"):
                note(Event.LOCKED_OUT, kind="second_step", user_id=user.pk)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict:
        user = self.stage.login.user
        return super().get_context_data(**kwargs) | {
            "has_app": second_factor.app_of(user) is not None,
            "has_passkey": passkeys.of(user).exists(),
            "origin": passkeys.origin(),
        }


@method_decorator([login_required, never_cache], name="dispatch")
class SetUpView(ActivateTOTPView):
    """Set up the authenticator app, soon after signing in."""

    template_name = "mfa/set_up.html"
    form_class = SetUpForm

    def dispatch(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if second_factor.app_of(request.user):
            return redirect("second_step")
        if not second_factor.is_fresh(request):
            return sign_in_again(request)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SetUpForm) -> HttpResponse:
        response = super().form_valid(form)
        app = second_factor.app_of(self.request.user)
        if app:
            record_authentication(self.request, self.request.user, "mfa", id=app.pk, type=app.type)
        _factor_changed(self.request, "app")
        return response

    def get_success_url(self) -> str:
        return with_next(self.request, reverse("mfa_view_recovery_codes"))

    def get_context_data(self, **kwargs: Any) -> dict:
        context = super().get_context_data(**kwargs)
        side, path = second_factor.qr_path(context["totp_url"])
        secret = context["form"].secret
        grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return context | {"qr_side": side, "qr_path": path, "secret": grouped}


@method_decorator([login_required, never_cache], name="dispatch")
class RecoveryCodesView(ViewRecoveryCodesView):
    """Show the recovery codes once, right after they were made."""

    template_name = "mfa/recovery_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict:
        onward = get_next_redirect_url(self.request) or reverse("home")
        return super().get_context_data(**kwargs) | {"onward": onward}


@method_decorator([login_required, never_cache], name="dispatch")
class NewRecoveryCodesView(GenerateRecoveryCodesView):
    """Replace the recovery codes, for people whose app still works."""

    template_name = "mfa/new_recovery_codes.html"
    form_class = NewRecoveryCodesForm

    def dispatch(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not second_factor.app_of(request.user):
            return redirect("second_step")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: NewRecoveryCodesForm) -> HttpResponse:
        response = super().form_valid(form)
        _factor_changed(self.request, "recovery_codes")
        return response


@login_required
@never_cache
@require_safe
def second_step(request: SignedInRequest) -> HttpResponse:
    """How this person comes in: passkeys, and the second step with what to do when a phone is lost."""
    codes = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    shown = {
        "app": second_factor.app_of(request.user),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "passkeys": passkeys.of(request.user),
    }
    return render(request, "mfa/second_step.html", shown)


@require_POST
@never_cache
@login_required
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """For a computer that was left signed in elsewhere; this session stays open."""
    login_sessions.sign_out_everywhere(user=request.user, by=request.user, now=timezone.now())
    login_sessions.keep_signed_in(request)
    messages.success(request, "You have signed out everywhere else.")
    return redirect("second_step")


def _factor_changed(request: SignedInRequest, kind: str) -> None:
    services.change_own_factor(user=request.user, kind=kind, now=timezone.now())
    login_sessions.keep_signed_in(request)


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """A button signs out; a link only asks, because anybody's page can make a browser follow a link.

    With `next` it leads to the sign-in, and from there back to that page of ours.
    """
    if request.method == "POST":
        if request.user.is_authenticated:
            note(Event.SESSION_ENDED, kind="signed_out", user_id=request.user.pk)
        onward = get_next_redirect_url(request)
        logout(request)
        response = redirect_to_login(onward) if onward else redirect("signed_out")
        # Not "cookies": a form that is open in another tab is kept by one, and limits know this browser by another.
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
    if not request.user.is_authenticated:
        return redirect("signed_out")
    return render(request, "accounts/sign_in/sign_out.html")


@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/sign_in/signed_out.html")


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """For people who signed in too long ago: the page says why, and leads back here after the sign-in.

    It changes nothing, whatever was sent; only its button signs out.
    """
    status = 200 if request.method in {"GET", "HEAD"} else 403
    return render(request, "mfa/sign_in_again.html", {"onward": request.get_full_path()}, status=status)


def with_next(request: HttpRequest, url: str) -> str:
    """The address with a safe `next` of this request passed on."""
    onward = get_next_redirect_url(request)
    return add_query_params(url, {"next": onward}) if onward else url
