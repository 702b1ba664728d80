from django.urls import path

from outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("<str:token>/", views.feedback, name="feedback"),
    path("<str:token>/thanks/", views.thanks, name="thanks"),
]
