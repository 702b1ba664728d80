"""Where a practice answers "do you know another number?", and where it corrects the contact details that it sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from design.forms import refusals_told
from participants.contact_details import spoken_phone
from referrals.access import for_members, own
from referrals.correspondence import better_contact
from referrals.correspondence.forms import BetterContactForm, CorrectForm
from referrals.models import Referral

THANKS = "Thank you. We have sent your answer to the project officers."


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def reach(request: SignedInRequest, reference: str) -> HttpResponse:
    """One press answers; a new number or address is typed and sent. Pressed twice, it is one answer."""
    referral = own(request, reference)
    says = request.POST.get("says", "")
    pressed = says in better_contact.SAID
    form = BetterContactForm(request.POST if request.method == "POST" and not pressed else None)
    if pressed or (form.is_bound and form.is_valid()):
        told = {"says": says} if pressed else form.cleaned_data
        with refusals_told(request):
            better_contact.tell(referral=referral, by=request.user, now=timezone.now(), **told)
            messages.success(request, THANKS)
            return redirect("referrals:detail", reference=referral.reference)
    context = {
        "referral": referral,
        "form": form,
        "sought": referral.status in better_contact.STILL_SOUGHT,
        "known": known(referral),
        "presses": better_contact.SAID,
        "back_url": reverse("referrals:detail", args=[referral.reference]),
        "back_label": referral.reference,
    }
    return render(request, "referrals/correspondence/reach.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def correct(request: SignedInRequest, reference: str) -> HttpResponse:
    """The contact details that this organisation sent, to be typed over where they are wrong."""
    referral = own(request, reference)
    page = reverse("referrals:detail", args=[referral.reference])
    sent = {
        "phone": spoken_phone(referral.told_phone) if referral.told_phone else "",
        "email": referral.told_email,
        "postcode": referral.told_postcode,
    }
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=sent, way_out=page)
    if form.is_bound and form.is_valid():
        with form.refusals():
            note = better_contact.correct(
                referral=referral, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            if note is None:
                messages.info(request, "These are the details we already have from you. Nothing was changed.")
            else:
                messages.success(request, "We have sent your corrections to the project officers.")
            return redirect(page)
    context = {
        "referral": referral,
        "form": form if better_contact.may_correct(referral) else None,
        "back_url": page,
        "back_label": referral.reference,
    }
    return render(request, "referrals/correspondence/correct.html", context)


def known(referral: Referral) -> list[str]:
    """Which ways this organisation gave us; whether another one gave more is not said."""
    ways = []
    if referral.told_phone:
        ways.append("a phone number")
    if referral.told_email:
        ways.append("an email address")
    return ways
