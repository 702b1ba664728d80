"""The links at the top of every signed-in page; no query beyond the ones that the log-in itself needs."""

from django.http import HttpRequest
from django.urls import reverse


def navigation(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    places = [("referrals:list", "Referrals"), ("referrals:new", "New referral")]
    if user.is_staff:
        places = [("admin:index", "Work queue")]
    items = [{"url": reverse(name), "label": label} for name, label in places]
    return {"navigation": [item | {"current": item["url"] == request.path} for item in items]}
