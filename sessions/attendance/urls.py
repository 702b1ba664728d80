from django.urls import re_path

from participants.personal_links.url_patterns import TAIL, TOKEN
from sessions.attendance import views as attendance_views

app_name = "sessions"
urlpatterns = [
    re_path(rf"{TOKEN}{TAIL}", attendance_views.answer, name="answer"),
    re_path(rf"{TOKEN}/join{TAIL}", attendance_views.join, name="join"),
    re_path(rf"{TOKEN}/dates{TAIL}", attendance_views.dates, name="dates"),
]
