"""Cohorts, on the officers' pages."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html

from core.dates import moment
from participants import record_access
from sessions import statuses
from sessions.admin.cohort_overview import CohortPages
from sessions.admin_lists import Kept, OfPhase, OfProgramme
from sessions.cohorts.opening_admin import OpenPages
from sessions.cohorts.recruiting_admin import RecruitingPages
from sessions.cohorts.staffing import shortages
from sessions.cohorts.staffing_admin import HostPages
from sessions.cohorts.standing import places_in_words, status_in_words
from sessions.cohorts.video_link_admin import VideoPages
from sessions.lifecycle.admin import LifePages
from sessions.models import Cohort, Place, Session
from sessions.proposals.admin import ProposalPages
from sessions.proposals.best_places_admin import BestPages
from sessions.session_dates import SESSIONS_IN_COHORT


class Live(admin.SimpleListFilter):
    """Groups with sessions to come stand in the list; those that are over or cancelled only when they are asked for."""

    title, parameter_name = "when", "when"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("over", "Over or cancelled"), ("all", "All groups")]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        every, *others = super().choices(changelist)
        yield {**every, "display": "Now and to come"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all" or (self.value() is None and "status__exact" in request.GET):
            return queryset
        to_come = Session.objects.held().filter(cohort=OuterRef("pk"), ends_at__gt=timezone.now())
        live = Q(Exists(to_come), status__in=statuses.OPEN)
        return queryset.exclude(live) if self.value() == "over" else queryset.filter(live)


@admin.register(Cohort)
class CohortAdmin(
    CohortPages, OpenPages, RecruitingPages, HostPages, BestPages, ProposalPages, LifePages, VideoPages, Kept
):
    list_display = ("name", "programme", "standing", "next_session", "places", "missing")
    list_filter = (Live, "status", OfProgramme, OfPhase)
    list_select_related = ("programme", "lead", "second_host")
    search_fields = ("name",)
    search_help_text = "the name of the group"
    sortable_by = ()
    ordering = ("-opened_at", "-pk")
    actions = ("place_people_action",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        ahead = Q(sessions__starts_at__gt=timezone.now(), sessions__status__in=statuses.AHEAD)
        held = ~Q(sessions__status=statuses.SessionStatus.CANCELLED_BY_US)
        sessions = {
            "meets": Min("sessions__starts_at", filter=ahead),
            "meets_number": Min("sessions__number", filter=ahead),
            "last_day": Max("sessions__local_date", filter=held),
            "last_end": Max("sessions__ends_at", filter=held),
        }
        offers = Place.objects.filter(cohort=OuterRef("pk"), state=Place.State.HELD).order_by()
        offered = Coalesce(Subquery(offers.values("cohort").annotate(n=Count("pk")).values("n")), 0)
        return super().get_queryset(request).annotate(**sessions, offered=offered)

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

    @admin.display(description="status")
    def standing(self, cohort: Cohort) -> str:
        over = cohort.last_end is not None and cohort.last_end <= timezone.now()
        return status_in_words(cohort, over=over)

    @admin.display(description="next session")
    def next_session(self, cohort: Cohort) -> str:
        if not cohort.meets:
            return "–"
        return format_html(
            "Session {} of {}:<br>{}", cohort.meets_number, SESSIONS_IN_COHORT, moment(cohort.meets)
        )

    @admin.display(description="places")
    def places(self, cohort: Cohort) -> str:
        return places_in_words(cohort, cohort.offered)

    @admin.display(description="missing")
    def missing(self, cohort: Cohort) -> str:
        """Who hosts it, where somebody is missing; of groups that are over, nothing."""
        said = shortages(cohort, cohort.last_day) if cohort.meets and cohort.status in statuses.OPEN else []
        return ", ".join(said) or "–"

    @admin.action(description="Place people in the chosen group", permissions=["change"])
    def place_people_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return redirect("admin:cohort_sessions_cohort_place", chosen[0].pk)
        self.message_user(request, "Select one group to place people in.", messages.ERROR)
        return None
