from django.urls import re_path

from participants.personal_links.url_patterns import TAIL, TOKEN
from sessions.places import views as places_views

app_name = "offers"
urlpatterns = [re_path(rf"{TOKEN}{TAIL}", places_views.offer, name="offer")]
