from django.urls import re_path

from sessions import offer_views
from sessions.urls import TAIL, TOKEN

app_name = "offers"
urlpatterns = [re_path(rf"{TOKEN}{TAIL}", offer_views.offer, name="offer")]
