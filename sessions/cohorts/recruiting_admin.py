"""Officers' page that lets a planned cohort take people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import span
from design.forms import refusals_told
from sessions.cohorts import recruiting
from sessions.models import Cohort


class RecruitingPages(AdminPages[Cohort]):
    def recruit(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort = self.find(request, pk)
        if request.method == "POST":
            with refusals_told(request):
                recruiting.start_recruiting(cohort=cohort, by=user_of(request), now=timezone.now())
                self.message_user(request, f"{cohort} is open for placements.", messages.SUCCESS)
            return redirect("admin:cohort_sessions_cohort_change", cohort.pk)
        first = cohort.sessions.held().order_by("starts_at").first()
        return self.show(
            request,
            "cohort/recruit",
            f"Open {cohort} for placements?",
            cohort=cohort,
            first=first and span(first.starts_at, first.ends_at),
        )
