"""Where a practice answers "do you know another number?" about a person who could not be reached."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from design.forms import refusals_told
from referrals.access import for_members, own
from referrals.correspondence import better_contact
from referrals.correspondence.forms import BetterContactForm
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


def known(referral: Referral) -> list[str]:
    """Which ways this organisation gave us; whether another one gave more is not said."""
    ways = []
    if referral.told_phone:
        ways.append("a phone number")
    if referral.told_email:
        ways.append("an email address")
    return ways
