from django.urls import re_path

from participants.personal_links.url_patterns import TAIL, TOKEN
from referrals.self_assessment import views as self_assessment_views

app_name = "own_safety"
urlpatterns = [
    re_path(rf"{TOKEN}{TAIL}", self_assessment_views.questions, name="questions"),
    re_path(rf"{TOKEN}/thanks{TAIL}", self_assessment_views.thanks, name="thanks"),
]
