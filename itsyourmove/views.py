"""The front door: each person is sent to where their work is."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import Organisation
from accounts.requests import user_of


def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "home.html", {"minimum_age": settings.MINIMUM_AGE})
    if not request.user.is_staff and not Organisation.objects.for_user(request.user).exists():
        return nothing_to_show(request)
    return redirect("admin:index" if request.user.is_staff else "referrals:list")


def nothing_to_show(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """For somebody who works for no organisation, or no longer: why, in a kind sentence, and whom to ring."""
    ended = user_of(request).memberships.filter(ended_at__isnull=False).select_related("organisation")
    context = {"last": ended.order_by("-ended_at", "-pk").first()}
    return render(request, "accounts/no_organisation.html", context, status=status)
