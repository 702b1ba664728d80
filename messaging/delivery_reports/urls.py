"""Where providers tell what became of messages."""

from django.urls import path

from messaging.delivery_reports import webhooks

app_name = "messages"
urlpatterns = [
    path("notify/", webhooks.notify, name="notify"),
    path("delivery/", webhooks.delivery, name="delivery"),
]
