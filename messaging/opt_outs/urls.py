from django.urls import re_path

from messaging.opt_outs import views as opt_outs_views

app_name = "optional"
urlpatterns = [
    re_path(r"^(?P<pk>[0-9]{1,18})/(?P<token>[A-Za-z0-9_-]{43})/$", opt_outs_views.stop, name="stop"),
]
