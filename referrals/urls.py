from django.urls import path

from referrals.views import confirm, drafts, own, paste, reach, refer, talk, weekly

app_name = "referrals"
urlpatterns = [
    path("", own.referral_list, name="list"),
    path("new/", refer.new, name="new"),
    path("new/<uuid:key>/check/", refer.check, name="check"),
    path("new/<uuid:key>/<slug:name>/", refer.page, name="page"),
    path("drafts/<uuid:key>/delete/", drafts.delete, name="draft_delete"),
    path("paste/", paste.paste, name="paste"),
    path("paste/use/", paste.use, name="paste_use"),
    path("confirm/", confirm.to_confirm, name="to_confirm"),
    path("practices/", refer.practices, name="practices"),
    path("talk/", talk.talk, name="talk"),
    path("leaflet/<slug:form>/", talk.leaflet, name="leaflet"),
    path("weekly/", weekly.weekly, name="weekly"),
    path("<str:reference>/", own.detail, name="detail"),
    path("<str:reference>/sent/", refer.done, name="done"),
    path("<str:reference>/withdraw/", own.withdraw, name="withdraw"),
    path("<str:reference>/error/", own.error, name="error"),
    path("<str:reference>/reach/", reach.reach, name="reach"),
    path("<str:reference>/confirm/", confirm.confirm, name="confirm"),
    path("<str:reference>/clinician/", confirm.clinician, name="clinician"),
]
