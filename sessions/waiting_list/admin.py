"""Officers' page about somebody on the waiting list who said that their times have changed."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import moment
from referrals.screening import eligibility
from sessions.models import Place, WaitingLink
from sessions.waiting_list import services as waiting_list


class WaitingPages(AdminPages[Place]):
    """A page of the place admin: of people who have no place yet."""

    def times_changed(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        said = WaitingLink.objects.select_related("referral__participant").filter(
            times_changed_at__isnull=False
        )
        link = cast(WaitingLink, get_object_or_404(said, pk=pk))
        person, reference = link.referral.participant, link.referral.reference
        if request.method == "POST":
            waiting_list.times_asked(link=link, by=user_of(request), now=timezone.now())
            told = f"Saved that you asked {person} ({reference}) for their times."
            self.message_user(request, told, messages.SUCCESS)
            return redirect("admin:index")
        return self.show(
            request,
            "place/times_changed",
            f"Ask {person} for their times",
            referral=link.referral,
            eligibility=eligibility.of([link.referral_id]),
            person=person,
            open=link.times_asked_at is None,
            said=link.times_changed_at and moment(link.times_changed_at),
        )
