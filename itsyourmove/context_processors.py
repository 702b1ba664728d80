"""The links at the top of every signed-in page. One query beyond those of the log-in itself: does this person lead?"""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.clinical_sign_off import services as clinical_sign_off
from accounts.members import review
from accounts.models import Organisation
from itsyourmove.monitoring import alarms


def navigation(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    places, due = [("referrals:list", "Referrals"), ("referrals:new", "New referral")], []
    if user.is_staff:
        places = [("admin:index", "Today")]
    else:
        waiting = review.to_confirm(timezone.now()).filter(organisation=OuterRef("pk"))
        due = list(Organisation.objects.led_by(user).values_list(Exists(waiting), flat=True))
    if due:
        places.append(("colleagues", "Colleagues"))
    items = [{"url": reverse(name), "label": label} for name, label in places]
    return {
        "alarms": alarms.on_pages if user.is_staff else (),  # called by officers' pages alone
        "sign_off_warning": _sign_off_warning if user.is_staff else "",  # and so is this
        "navigation": [item | {"current": item["url"] == request.path} for item in items],
        "members_to_confirm": any(due),
    }


def _sign_off_warning() -> str:
    return clinical_sign_off.warning(timezone.now())
