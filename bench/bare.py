"""The floor of all pages: one view that answers 1 kB on bare Django, without middleware, template or database."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"])


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"." * 1000)


urlpatterns = [path("", page)]
application = get_wsgi_application()
