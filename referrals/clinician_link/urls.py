from django.urls import re_path

from participants.personal_links.url_patterns import TAIL, TOKEN
from referrals.clinician_link import views

app_name = "clinician"
urlpatterns = [re_path(rf"{TOKEN}{TAIL}", views.page, name="page")]
