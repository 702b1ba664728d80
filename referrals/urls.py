from django.urls import path

from referrals.views import own, paste, refer

app_name = "referrals"
urlpatterns = [
    path("", own.referral_list, name="list"),
    path("new/", refer.new, name="new"),
    path("paste/", paste.paste, name="paste"),
    path("practices/", refer.practices, name="practices"),
    path("<str:reference>/", own.detail, name="detail"),
    path("<str:reference>/sent/", refer.done, name="done"),
    path("<str:reference>/withdraw/", own.withdraw, name="withdraw"),
]
