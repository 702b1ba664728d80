"""Cohorts, sessions and places in the admin: lean lists, and pages that call services."""

from django.contrib import admin, messages
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from core.dates import clock, day, moment
from participants import record_access
from participants.display import NamesApart, named
from participants.models import Participant
from sessions import programme_admin, states
from sessions.listing import Kept, OfPhase, OfProgramme, OnlyByServices
from sessions.models import Cohort, Place, Session
from sessions.office import CohortPages
from sessions.office_best import BestPages
from sessions.office_changes import ChangePages, VideoPages
from sessions.office_hosts import HostPages
from sessions.office_life import LifePages, MovePages
from sessions.office_offer import OfferPages
from sessions.office_open import OpenPages
from sessions.office_proposals import ProposalPages
from sessions.office_recruiting import RecruitingPages
from sessions.office_register import PlacePages, SessionPages
from sessions.office_waiting import WaitingPages
from sessions.work import WEEK

__all__ = ["programme_admin"]  # found by the admin in here


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
        ahead = Q(sessions__starts_at__gt=timezone.now(), sessions__status__in=states.AHEAD)
        held = ~Q(sessions__status=states.SessionStatus.CANCELLED_BY_US)
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


class When(admin.SimpleListFilter):
    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("week", "In the next seven days"), ("register", "Registers to fill in")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        if self.value() == "week":
            return queryset.between(now, now + WEEK)
        if self.value() == "register":
            return queryset.register_due(now)
        return queryset


@admin.register(Session)
class SessionAdmin(SessionPages, ChangePages, OnlyByServices):
    list_display = ("when", "cohort", "number", "status", "register_saved")
    list_filter = (When, "status")
    list_select_related = ("cohort", "register_saved_by")
    search_fields = ("cohort__name",)
    search_help_text = "the name of the cohort"
    actions = None

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        # Work to come, and work overdue, begins with the earliest; a look back begins with the latest.
        return ("starts_at", "pk") if request.GET.get("when") else ("-starts_at", "-pk")

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        pages = [
            path("<int:pk>/register/", wrap(self.register), name="cohort_sessions_session_register"),
            path(
                "<int:pk>/rejoin/<int:attendance>/", wrap(self.rejoin), name="cohort_sessions_session_rejoin"
            ),
            path("<int:pk>/move/", wrap(self.move), name="cohort_sessions_session_move"),
            path("<int:pk>/cancel/", wrap(self.cancel), name="cohort_sessions_session_cancel"),
        ]
        return record_access.noted([*pages, *super().get_urls()])

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("cohort__programme", "register_saved_by")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        return redirect("admin:cohort_sessions_session_register", self.find(request, object_id).pk)

    @admin.display(description="when")
    def when(self, session: Session) -> str:
        return f"{day(session.starts_at)}, {clock(session.starts_at)}"

    @admin.display(description="register")
    def register_saved(self, session: Session) -> str:
        if session.register_saved_at is None:
            return "–"
        return f"{session.register_saved_by}, {moment(session.register_saved_at)}"


class Ending(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("to_be_ended", "To be ended by an officer"), *Place.State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "to_be_ended":
            return queryset.to_be_ended()
        return queryset.filter(state=self.value()) if self.value() in Place.State.values else queryset


@admin.register(Place)
class PlaceAdmin(NamesApart, PlacePages, OfferPages, WaitingPages, MovePages, OnlyByServices):
    list_display = ("person", "reference", "cohort", "state", "came", "placed")
    list_filter = (Ending,)
    list_select_related = ("participant", "referral", "cohort")
    # Not by name: a search stands in the address, and a name does not belong there.
    search_fields = ("=referral__reference",)
    search_help_text = "referral reference"
    ordering = ("-placed_at", "-pk")
    actions = None

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        pages = [
            path("<int:pk>/end/", wrap(self.end), name="cohort_sessions_place_end"),
            path("<int:pk>/move/", wrap(self.move), name="cohort_sessions_place_move"),
            path("<int:pk>/offer/", wrap(self.offer_page), name="cohort_sessions_place_offer"),
            path("waiting/<int:pk>/", wrap(self.times_changed), name="cohort_sessions_place_times_changed"),
            path("<int:pk>/follow-up/", wrap(self.follow_up), name="cohort_sessions_place_follow_up"),
        ]
        return record_access.noted([*pages, *super().get_urls()], lists={"cohort_sessions_place_changelist"})

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("participant", "referral", "cohort")
            .prefetch_related("participant__needs")
            .with_attendance()
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        place = self.find(request, object_id)
        if place.state == Place.State.TAKEN:
            return redirect("admin:cohort_sessions_place_end", place.pk)
        if place.state == Place.State.HELD:
            return redirect("admin:cohort_sessions_place_offer", place.pk)
        return redirect("admin:cohort_sessions_cohort_change", place.cohort_id)

    def named_in(self, place: Place) -> tuple[Participant, None]:
        return place.participant, None

    @admin.display(description="person")
    def person(self, place: Place) -> str:
        return named(place.participant)

    @admin.display(description="reference")
    def reference(self, place: Place) -> str:
        return place.referral.reference

    @admin.display(description="attended")
    def came(self, place: Place) -> str:
        return f"{place.attended} of {place.delivered}"

    @admin.display(description="placed")
    def placed(self, place: Place) -> str:
        return day(place.placed_at)
