"""The doors. allauth looks its steps up by its own names; only the steps that we use have an address."""

from django.conf import settings
from django.urls import path

from accounts import colleague_views, interest_views, passkey_views, views

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-in/", views.SignInView.as_view(), name="account_login"),
    path("sign-in/", views.SignInView.as_view(), name="account_request_login_code"),
    path("sign-in/code/", views.CodeView.as_view(), name="account_confirm_login_code"),
    path("sign-in/second-step/", views.SecondStepView.as_view(), name="mfa_authenticate"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("signed-out/", views.signed_out, name="signed_out"),
    path("second-step/", views.second_step, name="second_step"),
    path("second-step/", views.second_step, name="mfa_index"),
    path("second-step/set-up/", views.SetUpView.as_view(), name="mfa_activate_totp"),
    path("second-step/recovery-codes/", views.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path(
        "second-step/recovery-codes/new/",
        views.NewRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("second-step/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("sign-in/passkey/", passkey_views.PasskeySignInView.as_view(), name="passkey_sign_in"),
    path("sign-in/passkey/begin/", passkey_views.begin_sign_in, name="passkey_sign_in_begin"),
    path("sign-in/second-step/begin/", passkey_views.begin_second_step, name="passkey_second_step_begin"),
    path("second-step/passkeys/new/", passkey_views.NewPasskeyView.as_view(), name="passkey_add"),
    path("second-step/passkeys/begin/", passkey_views.begin_adding, name="passkey_add_begin"),
    path("second-step/passkeys/<int:pk>/remove/", passkey_views.remove, name="passkey_remove"),
    path("join/", interest_views.join, name="join"),
    path("join/thanks/", interest_views.thanks, name="join_thanks"),
    path("colleagues/", colleague_views.listed, name="colleagues"),
    path("colleagues/invite/", colleague_views.invite, name="invite_colleague"),
    path("colleagues/confirm/", colleague_views.confirm, name="confirm_colleagues"),
    path("colleagues/<int:pk>/", colleague_views.colleague, name="colleague"),
    path("colleagues/<int:pk>/end/", colleague_views.end, name="end_colleague"),
]

if settings.OIDC_ISSUER:
    from accounts import openid_views

    urlpatterns += [
        path("sign-in/provider/", openid_views.begin, name="openid_begin"),
        path("sign-in/provider/back/", openid_views.back, name="openid_back"),
    ]
