from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Organisations and accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_used
        from django.contrib.auth.signals import user_logged_in

        from accounts.members import terms
        from accounts.sign_in import second_factor
        from accounts.work_queue import PANELS
        from core import work_queue

        authenticator_used.connect(second_factor.note_passkey)
        user_logged_in.connect(terms.note_at_sign_in)
        for panel in PANELS:
            work_queue.register(panel)
