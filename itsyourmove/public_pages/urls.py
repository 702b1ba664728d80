from django.urls import path

from itsyourmove.public_pages import views

urlpatterns = [
    path("ten-weeks/", views.page("ten_weeks"), name="ten_weeks"),
    path("is-it-safe/", views.is_it_safe, name="is_it_safe"),
    path("taking-part/", views.page("taking_part"), name="taking_part"),
    path("for-professionals/", views.page("for_professionals"), name="for_professionals"),
    path("contact/", views.page("contact"), name="contact"),
    path("notices/", views.page("notices"), name="notices"),
    path("notices/privacy/", views.page("privacy"), name="privacy"),
    path("notices/accessibility/", views.page("accessibility"), name="accessibility"),
    path("notices/terms/", views.page("terms"), name="terms"),
    path("notices/cookies/", views.cookies_used, name="cookies"),
    path("notices/complaints/", views.page("complaints"), name="complaints"),
]
