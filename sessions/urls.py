from django.urls import re_path

from sessions import views

# Mail clients that make links of text take the full stop or the bracket after it along: it is forgiven.
TOKEN, TAIL = r"^(?P<token>[^/]{1,120})", r"/[.,;:)>\]]*$"

app_name = "sessions"
urlpatterns = [
    re_path(rf"{TOKEN}{TAIL}", views.answer, name="answer"),
    re_path(rf"{TOKEN}/join{TAIL}", views.join, name="join"),
    re_path(rf"{TOKEN}/dates{TAIL}", views.dates, name="dates"),
]
