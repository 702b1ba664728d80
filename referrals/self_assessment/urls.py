from django.urls import re_path

from referrals.self_assessment import views as self_assessment_views

# Mail clients that make links of text take the full stop or the bracket after it along: it is forgiven.
TOKEN, TAIL = r"^(?P<token>[^/]{1,120})", r"/[.,;:)>\]]*$"

app_name = "own_safety"
urlpatterns = [
    re_path(rf"{TOKEN}{TAIL}", self_assessment_views.questions, name="questions"),
    re_path(rf"{TOKEN}/thanks{TAIL}", self_assessment_views.thanks, name="thanks"),
]
