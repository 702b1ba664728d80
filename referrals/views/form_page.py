"""The page with the referral's form, whichever way its answers came to be there."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from referrals.forms import ReferralForm


def ask(request: HttpRequest, form: ReferralForm, **more: object) -> HttpResponse:
    """The form as a page; `more` is what a paste adds to it."""
    form.action = reverse("referrals:new")
    form.fields["practice"].widget.attrs["data-practice-lookup"] = reverse("referrals:practices")
    return render(request, "referrals/new.html", {"form": form, "minimum_age": settings.MINIMUM_AGE, **more})
