"""Cohorts, on the officers' pages."""

from django.contrib import admin, messages
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
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
        pages = [
            self.page_at("best/", self.best, "best"),
            self.page_at("proposals/", self.proposals, "proposals"),
            self.page_at("proposals/<int:pk>/", self.proposal, "proposal"),
            self.page_at("proposals/<int:pk>/approve/", self.proposal_approve, "proposal_approve"),
            self.page_at("proposals/<int:pk>/move/<int:row>/", self.proposal_move, "proposal_move"),
            self.page_at("<int:pk>/hosts/", self.hosts, "hosts"),
            self.page_at("<int:pk>/recruit/", self.recruit, "recruit"),
            self.page_at("<int:pk>/place/", self.place_people, "place"),
            self.page_at("<int:pk>/suits/", self.suits, "suits"),
            self.page_at("<int:pk>/decide/", self.decide, "decide"),
            self.page_at("<int:pk>/run/", self.run_anyway, "run"),
            self.page_at("<int:pk>/cancel/", self.cancel, "cancel"),
            self.page_at("<int:pk>/merge/", self.merge, "merge"),
            self.page_at("<int:pk>/video/", self.video, "video"),
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
        self.message_user(request, "Select one cohort to place people in.", messages.ERROR)
        return None
