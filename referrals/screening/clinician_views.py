"""Where a clinician answers the safety lists that a colleague left to them, and where another one is named."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clinical_sign_off.services import require_signed_off
from accounts.requests import SignedInRequest
from participants.display import shared
from referrals import health_texts, referrer_details, safety
from referrals.access import for_members, looked_at, own
from referrals.models import Confirmation, Referral
from referrals.screening import services as screening
from referrals.screening.clinician_forms import ClinicianForm, ConfirmForm
from referrals.statuses import ENDED


@require_GET
@for_members
def to_confirm(request: SignedInRequest) -> HttpResponse:
    mine = Confirmation.objects.open().for_clinician(request.user).exclude(referral__status__in=ENDED)
    rows = mine.select_related("asked_by").prefetch_related(_referrals()).order_by("asked_at", "pk")
    shown = list(rows[:200])
    of_one_name = shared(
        (row.referral.participant_id, row.referral.name_as_told)
        for row in shown
        if row.referral.told_date_of_birth
    )
    return render(request, "referrals/screening/to_confirm.html", {"rows": shown, "of_one_name": of_one_name})


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def confirm(request: SignedInRequest, reference: str) -> HttpResponse:
    """The lists that are left, for the clinician who was named; nobody else has this page."""
    mine = Confirmation.objects.open().for_clinician(request.user).exclude(referral__status__in=ENDED)
    asked = get_object_or_404(
        mine.select_related("asked_by").prefetch_related(_referrals()), referral__reference=reference
    )
    looked_at(request, asked.referral)
    require_signed_off(*health_texts.LISTS, now=timezone.now())
    left = screening.unanswered_lists(asked.referral)
    place = referrer_details.place_at(request.user, asked.referral.organisation_id)
    known = {"answered_as": referrer_details.own_name(place).get("referrer_role", "")}
    form = ConfirmForm(request.POST if request.method == "POST" else None, left=left, initial=known)
    if form.is_valid():
        with form.refusals():
            led = screening.confirm(
                confirmation=asked,
                answers=form.answers(),
                assessed=form.assessed(),
                by=request.user,
                answered_as=form.cleaned_data["answered_as"],
                now=timezone.now(),
            )
            if led.stops:
                context = {"stops": led.stops, "referral": asked.referral}
                return render(request, "referrals/screening/held.html", context)
            messages.success(request, f"Thank you. You have answered the safety questions for {reference}.")
            return redirect("referrals:to_confirm")
    hints = safety.hinted(asked.referral.hints)
    context = {"form": form, "asked": asked, "referral": asked.referral, "hints": hints}
    return render(request, "referrals/screening/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def clinician(request: SignedInRequest, reference: str) -> HttpResponse:
    """Name the clinician who answers what is left, or another one."""
    referral = own(request, reference)
    form = ClinicianForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        with form.refusals():
            screening.ask_clinician(
                referral=referral, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "You have named another clinician.")
            return redirect("referrals:detail", reference=reference)
    return render(request, "referrals/screening/clinician.html", {"form": form, "referral": referral})


def _referrals() -> Prefetch:
    return Prefetch("referral", queryset=Referral.objects.select_related("organisation"))
