from django.urls import re_path

from messaging import optional_views

app_name = "optional"
urlpatterns = [
    re_path(r"^(?P<pk>[0-9]{1,18})/(?P<token>[A-Za-z0-9_-]{43})/$", optional_views.stop, name="stop"),
]
