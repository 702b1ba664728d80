"""The addresses as they are where DEMO is on."""

from django.urls import include, path

from itsyourmove.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*urlpatterns, path("dev/mail/", include("messaging.dev_mailbox.urls"))]
