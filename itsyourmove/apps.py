from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "itsyourmove.admin.OfficeSite"


class ItsYourMoveConfig(AppConfig):
    name = "itsyourmove"
    verbose_name = "It’s Your Move"

    def ready(self) -> None:
        from core import work_queue
        from itsyourmove import checks, mails, office_retention  # noqa: F401 - checks registers the system checks

        mails.register()
        work_queue.register(office_retention.PANEL)
