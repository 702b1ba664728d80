"""The questions of signing in. What is right is allauth's business; how it is asked is the house's."""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from crispy_forms.layout import Layout
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from accounts.models import User
from accounts.security_log import Event, note
from accounts.sign_in import email_code, passkeys
from accounts.sign_in.known_browser import limit_key
from design.fields import EmailField, LineField
from design.forms import Designed
from design.layout import Button, Question

APP_CODE_SPENT_SECONDS = 120  # longer than a code of the app is good for, with the clocks' tolerance


class EmailForm(Designed, RequestLoginCodeForm):
    """Whom to send a code. Known and unknown addresses are treated alike."""

    submit = "Send me a code"
    email = EmailField(
        label="Email address",
        noun="your email address",
        max_length=254,
        help_text="Use your work email address. We’ll send a code to it.",
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].lower()
        # Counted for this address *from here*: nobody elsewhere can use up another person's tries, and no practice,
        # though it has one internet address, can be shut out as a whole.
        if not ratelimit.consume(
            context.request, action="code_to_address", key=limit_key(context.request, address)
        ):
            note(Event.LOCKED_OUT, kind="codes")
            raise ValidationError(
                "Use the most recent code we sent, or wait 10 minutes. You have asked for many codes in a short time"
            )
        self.user = email_code.account_of(address)
        return address


class CodeForm(Designed, ConfirmLoginCodeForm):
    """The code from the e-mail. Three wrong ones end it, also when they arrive at the same moment."""

    submit = "Sign in"
    code = LineField(
        label="Code",
        noun="the code from the email",
        help_text="8 letters, like BCDF-GHJK. You can leave out the hyphen and use small letters.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, tries_key: str, user: User, **kwargs: Any) -> None:
        self.tries_key, self.user = tries_key, user
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        return Layout(Question("code", width=10), Button(self.submit))

    def clean_code(self) -> str:
        # The session's own count is read and written by each request apart; this one is shared and exact.
        if not ratelimit.consume(context.request, action="tries_of_code", key=self.tries_key):
            raise ValidationError(
                "Ask for a new code. This one has been tried too many times", code="incorrect_code"
            )
        code = self.cleaned_data["code"]
        if not email_code.is_right(code, self.expected_code) or self.user.pk == email_code.NOBODY:
            raise account_adapter().validation_error("incorrect_code")
        return code


class AppCode(Designed):
    """What the three forms share that ask for a code of the authenticator app."""

    submit = "Continue"

    def layout(self) -> Layout:
        return Layout(Question("code", width=10), Button(self.submit))


def app_code(help_text: str) -> LineField:
    return LineField(
        label="Code",
        noun="the code from your authenticator app",
        help_text=help_text,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class SecondCodeForm(AppCode, AuthenticateForm):
    """The second step at each sign-in; a code is good once."""

    code = app_code("6 digits from your authenticator app, or one of your 8-digit recovery codes.")

    def clean_code(self) -> str:
        code = super().clean_code()
        spent = f"second-code:{self.user.pk}:{code.replace(' ', '')}"
        if not cache.add(spent, True, timeout=APP_CODE_SPENT_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SetUpForm(AppCode, ActivateTOTPForm):
    """Proof that the app was set up: its first code."""

    code = app_code("6 digits. They change every 30 seconds.")


class NewRecoveryCodesForm(SecondCodeForm):
    """New recovery codes need a code of the app, so that an unlocked screen does not give them away."""

    submit = "Make new recovery codes"
    code = app_code("6 digits from your authenticator app.")


class BrowserAnswer(forms.JSONField):
    """What the browser says about a passkey, put into the form by frontend/js/passkeys.js."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if len(value or "") > passkeys.LONGEST_ANSWER:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return super().to_python(value)
        except (RecursionError, ValueError):  # "[[[[…", or a number of five thousand digits
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    # An answer is good once: a page that comes back asks anew.
    def bound_data(self, data: Any, initial: Any) -> str:
        return ""

    def prepare_value(self, value: Any) -> str:
        return ""


class PasskeyProof:
    """A passkey's answer, checked by allauth, from this very site, and never the cause of a fault."""

    def clean_credential(self) -> Any:
        try:
            passkeys.guarded(passkeys.check_origin, AuthenticationResponse, self.cleaned_data["credential"])
            return passkeys.guarded(super().clean_credential)
        except passkeys.Unreadable:
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeySignInForm(PasskeyProof, LoginWebAuthnForm):
    """Who comes in is told by the passkey itself."""

    credential = BrowserAnswer()


class SecondPasskeyForm(PasskeyProof, AuthenticateWebAuthnForm):
    """A passkey as the second step, after the e-mailed code."""

    credential = BrowserAnswer()


class NewPasskeyForm(Designed, AddWebAuthnForm):
    """A passkey to add, with the name that its owner knows it by."""

    name = LineField(
        label="Name",
        noun="a name for this passkey",
        help_text="For example, “My phone” or “Desk 2”. Only you see it.",
        max_length=passkeys.LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    credential = BrowserAnswer(error_messages={"required": "Press the button and follow your browser"})
    submit = "Add this passkey"

    def layout(self) -> Layout:
        return Layout(Question("name", width=20), "credential", Button(self.submit))

    def clean(self) -> dict:
        credential = self.cleaned_data.get("credential")
        try:
            if credential is not None:
                passkeys.guarded(passkeys.check_origin, RegistrationResponse, credential)
            return passkeys.guarded(super().clean)
        except passkeys.Unreadable:
            raise get_adapter().validation_error("unusable_passkey") from None
