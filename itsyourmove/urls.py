"""Every address, by app."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from itsyourmove import views
from itsyourmove.monitoring import health
from messaging.letters import code_view

urlpatterns = [
    path("", views.home, name="home"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("statusz", health.statusz, name="statusz"),
    path("", include("itsyourmove.public_pages.urls")),
    path("", include("accounts.urls")),
    path("referrals/", include("referrals.urls")),
    path("q/", include("referrals.self_assessment.urls")),
    path("a/", include("referrals.clinician_link.urls")),
    path("s/", include("sessions.attendance.urls")),
    path("o/", include("sessions.places.urls")),
    path("w/", include("sessions.waiting_list.urls")),
    path("f/", include("outcomes.feedback.urls")),
    path("u/", include("messaging.opt_outs.urls")),
    path("c/", code_view.enter, name="letter_code"),
    path("messages/", include("messaging.delivery_reports.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns += [path("dev/mail/", include("messaging.dev_mailbox.urls"))]

handler400 = "itsyourmove.error_pages.bad_request"
handler403 = "itsyourmove.error_pages.forbidden"
handler404 = "itsyourmove.error_pages.not_found"
handler500 = "itsyourmove.error_pages.server_error"
