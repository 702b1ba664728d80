"""The doors. allauth looks its steps up by its own names; only the steps that we use have an address."""

from django.urls import path

from accounts import views

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
]
