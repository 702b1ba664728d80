from django.urls import path

from referrals.correspondence import better_contact_views
from referrals.guidance import views as guidance_views
from referrals.screening import clinician_views
from referrals.submission import draft_views, paste_views
from referrals.submission import views as submission_views
from referrals.tracking import views as tracking_views
from referrals.weekly_digest import views as weekly_digest_views

app_name = "referrals"
urlpatterns = [
    path("", tracking_views.referral_list, name="list"),
    path("new/", submission_views.new, name="new"),
    path("new/<uuid:key>/check/", submission_views.check, name="check"),
    path("new/<uuid:key>/alike/", submission_views.alike, name="alike"),
    path("new/<uuid:key>/<slug:name>/", submission_views.page, name="page"),
    path("drafts/<uuid:key>/delete/", draft_views.delete, name="draft_delete"),
    path("paste/", paste_views.paste, name="paste"),
    path("paste/use/", paste_views.use, name="paste_use"),
    path("confirm/", clinician_views.to_confirm, name="to_confirm"),
    path("practices/", submission_views.practices, name="practices"),
    path("talk/", guidance_views.talk, name="talk"),
    path("leaflet/<slug:form>/", guidance_views.leaflet, name="leaflet"),
    path("weekly/", weekly_digest_views.weekly, name="weekly"),
    path("<str:reference>/", tracking_views.detail, name="detail"),
    path("<str:reference>/sent/", submission_views.done, name="done"),
    path("<str:reference>/withdraw/", tracking_views.withdraw, name="withdraw"),
    path("<str:reference>/error/", tracking_views.error, name="error"),
    path("<str:reference>/reach/", better_contact_views.reach, name="reach"),
    path("<str:reference>/correct/", better_contact_views.correct, name="correct"),
    path("<str:reference>/confirm/", clinician_views.confirm, name="confirm"),
    path("<str:reference>/clinician/", clinician_views.clinician, name="clinician"),
]
