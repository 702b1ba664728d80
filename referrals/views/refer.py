"""Sending a referral: the form, what stops it, and the page that says it is sent."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from design.text import searched_for
from referrals import drafts, duplicates, safety, services
from referrals.forms import ReferralForm
from referrals.models import Referral
from referrals.views.door import for_members, own
from referrals.views.drafts import rescued, save_for_later
from referrals.views.form_page import ask

LEAST_LETTERS, MOST_PRACTICES = 3, 20


@require_http_methods(["GET", "HEAD", "POST"])
@rescued
@for_members
def new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        return ask(request, ReferralForm(user=request.user, now=now))
    if "back" in request.POST:
        return ask(request, ReferralForm.refilled(request.POST, user=request.user, now=now))
    if "save" in request.POST:
        return save_for_later(request)
    form = ReferralForm(request.POST, user=request.user, now=now)
    stops = form.stops()
    if stops:
        key = form.cleaned_data["submission_key"]
        drafts.forget(key=key, user=request.user)  # nothing about a stopped person is kept
        place = form.cleaned_data.get("organisation")
        services.record_stops(stops=stops, organisation=place, by=request.user, now=now)
        return render(
            request,
            "referrals/stop.html",
            {"stops": stops, "typed": form.typed(), "sign_off": safety.sign_off()},
        )
    if form.is_valid():
        found = _alike(request, form)
        if found and "again" not in request.POST:
            return render(request, "referrals/alike.html", {"found": found, "typed": form.typed()})
        try:
            referral = services.submit(
                by=request.user, now=now, although=[each.reference for each in found], **form.facts()
            )
        except services.ReferralRefused as refusal:
            form.use_new_key()
            form.add_error(None, str(refusal))
        else:
            drafts.forget(key=referral.submission_key, user=request.user)
            return redirect("referrals:done", reference=referral.reference)
    return ask(request, form)


def _alike(request: HttpRequest, form: ReferralForm) -> list[Referral]:
    """Open referrals of the sender's own organisations that look like this person."""
    asked = ("submission_key", "given_name", "family_name", "date_of_birth", "postcode", "nhs_number")
    told = {name: form.cleaned_data[name] for name in asked}
    return list(duplicates.alike(user=request.user, **told)[: duplicates.MOST_SHOWN])


@require_GET
@for_members
def done(request: HttpRequest, reference: str) -> HttpResponse:
    return render(request, "referrals/done.html", {"referral": own(request, reference)})


@require_GET
@never_cache
@login_required
def practices(request: HttpRequest) -> JsonResponse:
    """GP practices that match what was typed, at most 20; fewer than three letters match none."""
    typed = searched_for(request.GET.get("q", ""))
    found = Organisation.objects.none()
    if len(typed) >= LEAST_LETTERS:
        found = Organisation.objects.offered().matching(typed).order_by("name", "ods_code")[:MOST_PRACTICES]
    return JsonResponse({"practices": [{"code": place.ods_code, "name": place.name} for place in found]})
