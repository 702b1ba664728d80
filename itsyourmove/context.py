"""What every page's header and footer need; no query."""

from django.conf import settings
from django.http import HttpRequest


def service(request: HttpRequest) -> dict[str, object]:
    return {
        "ORG_NAME": settings.ORG_NAME,
        "SERVICE_NAME": settings.SERVICE_NAME,
        "SERVICE_PHONE": settings.SERVICE_PHONE,
        "SERVICE_EMAIL": settings.SERVICE_EMAIL,
        "DEMO": settings.DEMO,
    }
