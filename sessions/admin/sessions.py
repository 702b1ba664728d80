"""Sessions, on the officers' pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from core.dates import clock, day, moment
from participants import record_access
from sessions.admin_lists import OnlyByServices
from sessions.attendance.admin import SessionPages
from sessions.attendance.work_queue import WEEK
from sessions.models import Session
from sessions.schedule_changes.admin import ChangePages


class When(admin.SimpleListFilter):
    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("week", "In the next 7 days"), ("register", "Registers to complete")]

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
    search_help_text = "the name of the group"
    actions = None

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        # Work to come, and work overdue, begins with the earliest; a look back begins with the latest.
        return ("starts_at", "pk") if request.GET.get("when") else ("-starts_at", "-pk")

    def get_urls(self) -> list:
        pages = [
            self.page_at("<int:pk>/register/", self.register, "register"),
            self.page_at("<int:pk>/rejoin/<int:attendance>/", self.rejoin, "rejoin"),
            self.page_at("<int:pk>/move/", self.move, "move"),
            self.page_at("<int:pk>/cancel/", self.cancel, "cancel"),
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
