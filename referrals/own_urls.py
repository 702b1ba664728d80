from django.urls import re_path

from referrals.views import own_answers

# Mail clients that make links of text take the full stop or the bracket after it along: it is forgiven.
TOKEN, TAIL = r"^(?P<token>[^/]{1,120})", r"/[.,;:)>\]]*$"

app_name = "own_safety"
urlpatterns = [
    re_path(rf"{TOKEN}{TAIL}", own_answers.questions, name="questions"),
    re_path(rf"{TOKEN}/thanks{TAIL}", own_answers.thanks, name="thanks"),
]
