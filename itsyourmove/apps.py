from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "itsyourmove.admin.OfficeSite"


class ItsYourMoveConfig(AppConfig):
    name = "itsyourmove"
    verbose_name = "It’s Your Move"

    def ready(self) -> None:
        from accounts.clinical_sign_off import health_texts
        from core import work_queue
        from itsyourmove import system_checks  # noqa: F401 - checks registers the system checks
        from itsyourmove.notifications import registry as notifications
        from itsyourmove.public_pages import safety_text
        from itsyourmove.retention import admin as retention_admin

        health_texts.register(safety_text.TEXT)
        notifications.register()
        work_queue.register(retention_admin.PANEL)
