"""Where people say whether their organisation wants the weekly summary."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from design.forms import NothingPressed
from referrals.access import for_members
from referrals.models import DigestStop
from referrals.weekly_digest import services as weekly_digest


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def weekly(request: SignedInRequest) -> HttpResponse:
    """Stop the summary, or have it again, for each of the person's own organisations."""
    mine = list(Organisation.objects.for_user(request.user).order_by("name", "pk"))
    if request.method == "POST":
        organisation = next(
            (each for each in mine if each.ods_code == request.POST.get("organisation")), None
        )
        if organisation is None:
            raise Http404
        who = {"organisation": organisation, "by": request.user, "now": timezone.now()}
        if "stop" in request.POST:
            weekly_digest.stop_digest(**who)
            messages.success(request, f"We will not send the weekly summary to {organisation.name} any more.")
        elif "start" in request.POST:
            weekly_digest.start_again(**who)
            messages.success(request, f"We will send the weekly summary to {organisation.name} again.")
        else:
            messages.error(request, NothingPressed.sentence)
        return redirect("referrals:weekly")
    stops = DigestStop.objects.open().filter(organisation__in=mine).select_related("stopped_by")
    stopped = {each.organisation_id: each for each in stops}
    context = {
        "rows": [(each, stopped.get(each.pk)) for each in mine],
        "back_url": reverse("referrals:list"),
        "back_label": "Referrals",
    }
    return render(request, "referrals/weekly_digest/weekly.html", context)
