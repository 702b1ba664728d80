from django.urls import re_path

from participants.personal_links.url_patterns import TAIL, TOKEN
from sessions.waiting_list import views as waiting_list_views

app_name = "waiting"
urlpatterns = [re_path(rf"{TOKEN}{TAIL}", waiting_list_views.waiting, name="waiting")]
