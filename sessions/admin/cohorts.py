"""Cohorts, on the officers' pages."""

from django.contrib import admin, messages
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from core.dates import day, moment
from participants import record_access
from sessions import statuses
from sessions.admin.cohort_overview import CohortPages
from sessions.admin_lists import Kept, OfPhase, OfProgramme
from sessions.cohorts.opening_admin import OpenPages
from sessions.cohorts.recruiting_admin import RecruitingPages
from sessions.cohorts.staffing_admin import HostPages
from sessions.cohorts.video_link_admin import VideoPages
from sessions.lifecycle.admin import LifePages
from sessions.models import Cohort
from sessions.proposals.admin import ProposalPages
from sessions.proposals.best_places_admin import BestPages


@admin.register(Cohort)
class CohortAdmin(
    CohortPages, OpenPages, RecruitingPages, HostPages, BestPages, ProposalPages, LifePages, VideoPages, Kept
):
    list_display = ("name", "programme", "phase", "status", "first_session", "next_session", "places")
    list_filter = ("status", OfProgramme, OfPhase)
    list_select_related = ("programme", "phase")
    search_fields = ("name",)
    search_help_text = "the name of the cohort"
    sortable_by = ()
    ordering = ("-opened_at", "-pk")
    actions = ("place_people_action",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        ahead = Q(sessions__starts_at__gt=timezone.now(), sessions__status__in=statuses.AHEAD)
        held = ~Q(sessions__status=statuses.SessionStatus.CANCELLED_BY_US)
        sessions = {
            "starts": Min("sessions__starts_at", filter=held),
            "meets": Min("sessions__starts_at", filter=ahead),
        }
        return super().get_queryset(request).annotate(**sessions)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        pages = [
            path("best/", wrap(self.best), name="cohort_sessions_cohort_best"),
            path("proposals/", wrap(self.proposals), name="cohort_sessions_cohort_proposals"),
            path("proposals/<int:pk>/", wrap(self.proposal), name="cohort_sessions_cohort_proposal"),
            path(
                "proposals/<int:pk>/approve/",
                wrap(self.proposal_approve),
                name="cohort_sessions_cohort_proposal_approve",
            ),
            path(
                "proposals/<int:pk>/move/<int:row>/",
                wrap(self.proposal_move),
                name="cohort_sessions_cohort_proposal_move",
            ),
            path("<int:pk>/hosts/", wrap(self.hosts), name="cohort_sessions_cohort_hosts"),
            path("<int:pk>/recruit/", wrap(self.recruit), name="cohort_sessions_cohort_recruit"),
            path("<int:pk>/place/", wrap(self.place_people), name="cohort_sessions_cohort_place"),
            path("<int:pk>/suits/", wrap(self.suits), name="cohort_sessions_cohort_suits"),
            path("<int:pk>/decide/", wrap(self.decide), name="cohort_sessions_cohort_decide"),
            path("<int:pk>/run/", wrap(self.run_anyway), name="cohort_sessions_cohort_run"),
            path("<int:pk>/cancel/", wrap(self.cancel), name="cohort_sessions_cohort_cancel"),
            path("<int:pk>/merge/", wrap(self.merge), name="cohort_sessions_cohort_merge"),
            path("<int:pk>/video/", wrap(self.video), name="cohort_sessions_cohort_video"),
        ]
        lists = {f"cohort_sessions_cohort_{name}" for name in ("changelist", "best", "place")}
        return record_access.noted([*pages, *super().get_urls()], lists=lists)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        return self.open_cohort(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        return self.cohort_page(request, object_id)

    @admin.display(description="first session")
    def first_session(self, cohort: Cohort) -> str:
        return day(cohort.starts) if cohort.starts else "–"

    @admin.display(description="next session")
    def next_session(self, cohort: Cohort) -> str:
        return moment(cohort.meets) if cohort.meets else "–"

    @admin.display(description="places taken")
    def places(self, cohort: Cohort) -> str:
        return f"{cohort.taken} of {cohort.capacity}"

    @admin.action(description="Place people in the chosen cohort", permissions=["change"])
    def place_people_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return redirect("admin:cohort_sessions_cohort_place", chosen[0].pk)
        self.message_user(request, "Choose one cohort to place people in.", messages.ERROR)
        return None
