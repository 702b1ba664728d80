"""The mailbox of a demonstration. Included only where DEMO is on, which production refuses."""

from django.urls import path

from messaging.dev_mailbox import views as dev_mailbox_views

app_name = "dev_mail"

urlpatterns = [
    path("", dev_mailbox_views.mailbox, name="list"),
    path("<int:pk>/", dev_mailbox_views.mail, name="mail"),
    path("<int:pk>/page/", dev_mailbox_views.page, name="page"),
]
