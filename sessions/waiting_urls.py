from django.urls import re_path

from sessions import waiting_views
from sessions.urls import TAIL, TOKEN

app_name = "waiting"
urlpatterns = [re_path(rf"{TOKEN}{TAIL}", waiting_views.waiting, name="waiting")]
