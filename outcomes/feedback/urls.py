from django.urls import path

from outcomes.feedback import views as feedback_views

app_name = "outcomes"
urlpatterns = [
    path("<str:token>/", feedback_views.feedback, name="feedback"),
    path("<str:token>/thanks/", feedback_views.thanks, name="thanks"),
]
