from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Organisations and accounts"

    def ready(self) -> None:
        from accounts.work import PANELS
        from design import panels

        for panel in PANELS:
            panels.register(panel)
