from django.urls import path

from referrals import views

app_name = "referrals"
urlpatterns = [
    path("", views.referral_list, name="list"),
    path("new/", views.new, name="new"),
    path("practices/", views.practices, name="practices"),
    path("<str:reference>/", views.detail, name="detail"),
    path("<str:reference>/sent/", views.done, name="done"),
    path("<str:reference>/withdraw/", views.withdraw, name="withdraw"),
]
