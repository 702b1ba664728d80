"""The mailbox of a demonstration. Included only where DEMO is on, which production refuses."""

from django.urls import path

from messaging import dev_views

app_name = "dev_mail"

urlpatterns = [
    path("", dev_views.mailbox, name="list"),
    path("<int:pk>/", dev_views.mail, name="mail"),
    path("<int:pk>/page/", dev_views.page, name="page"),
]
