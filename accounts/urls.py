"""The doors. allauth looks its steps up by its own names; only the steps that we use have an address."""

from django.conf import settings
from django.urls import path

from accounts.access_requests import views as access_requests_views
from accounts.members import terms_views
from accounts.members import views as members_views
from accounts.sign_in import passkey_views
from accounts.sign_in import views as sign_in_views

urlpatterns = [
    path("sign-in/", sign_in_views.SignInView.as_view(), name="sign_in"),
    path("sign-in/", sign_in_views.SignInView.as_view(), name="account_login"),
    path("sign-in/", sign_in_views.SignInView.as_view(), name="account_request_login_code"),
    path("sign-in/code/", sign_in_views.CodeView.as_view(), name="account_confirm_login_code"),
    path("sign-in/second-step/", sign_in_views.SecondStepView.as_view(), name="mfa_authenticate"),
    path("sign-out/", sign_in_views.sign_out, name="sign_out"),
    path("signed-out/", sign_in_views.signed_out, name="signed_out"),
    path("second-step/", sign_in_views.second_step, name="second_step"),
    path("second-step/", sign_in_views.second_step, name="mfa_index"),
    path("second-step/set-up/", sign_in_views.SetUpView.as_view(), name="mfa_activate_totp"),
    path(
        "second-step/recovery-codes/",
        sign_in_views.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-step/recovery-codes/new/",
        sign_in_views.NewRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("second-step/sign-out-everywhere/", sign_in_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("sign-in/passkey/", passkey_views.PasskeySignInView.as_view(), name="passkey_sign_in"),
    path("sign-in/passkey/begin/", passkey_views.begin_sign_in, name="passkey_sign_in_begin"),
    path("sign-in/second-step/begin/", passkey_views.begin_second_step, name="passkey_second_step_begin"),
    path("second-step/passkeys/new/", passkey_views.NewPasskeyView.as_view(), name="passkey_add"),
    path("second-step/passkeys/begin/", passkey_views.begin_adding, name="passkey_add_begin"),
    path("second-step/passkeys/<int:pk>/remove/", passkey_views.remove, name="passkey_remove"),
    path("join/", access_requests_views.join, name="join"),
    path("join/thanks/", access_requests_views.thanks, name="join_thanks"),
    path("accept-terms/", terms_views.accept, name="accept_terms"),
    path("colleagues/", members_views.listed, name="colleagues"),
    path("colleagues/invite/", members_views.invite, name="invite_colleague"),
    path("colleagues/confirm/", members_views.confirm, name="confirm_colleagues"),
    path("colleagues/<int:pk>/", members_views.colleague, name="colleague"),
    path("colleagues/<int:pk>/end/", members_views.end, name="end_colleague"),
]

if settings.OIDC_ISSUER:
    from accounts.sign_in import openid_views

    urlpatterns += [
        path("sign-in/provider/", openid_views.begin, name="openid_begin"),
        path("sign-in/provider/back/", openid_views.back, name="openid_back"),
    ]
