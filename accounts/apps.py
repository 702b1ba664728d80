from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Organisations and accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_used

        from accounts.sign_in import second_factor
        from accounts.work_queue import PANELS
        from core import work_queue

        authenticator_used.connect(second_factor.note_passkey)
        for panel in PANELS:
            work_queue.register(panel)
