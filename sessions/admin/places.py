"""Places, on the officers' pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from core.dates import day
from participants import record_access
from participants.display import NamesApart, display_name
from participants.models import Participant
from sessions.admin_lists import OnlyByServices
from sessions.lifecycle.admin import MovePages
from sessions.models import Place
from sessions.places.ending_admin import PlacePages
from sessions.places.offers_admin import OfferPages
from sessions.waiting_list.admin import WaitingPages

NEXT_STEPS: dict[str, tuple[str, str]] = {
    Place.State.TAKEN: ("end", "End place"),
    Place.State.HELD: ("offer", "Record answer"),
}


class Ending(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("to_be_ended", "To close"), *Place.State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "to_be_ended":
            return queryset.to_be_ended()
        return queryset.filter(state=self.value()) if self.value() in Place.State.values else queryset


@admin.register(Place)
class PlaceAdmin(NamesApart, PlacePages, OfferPages, WaitingPages, MovePages, OnlyByServices):
    list_display = ("person", "reference", "cohort", "state", "came", "placed", "next_step")
    list_filter = (Ending,)
    list_select_related = ("participant", "referral", "cohort")
    # Not by name: a search stands in the address, and a name does not belong there.
    search_fields = ("=referral__reference",)
    search_help_text = "referral reference"
    ordering = ("-placed_at", "-pk")
    actions = None

    def get_urls(self) -> list:
        pages = [
            self.page_at("<int:pk>/end/", self.end, "end"),
            self.page_at("<int:pk>/move/", self.move, "move"),
            self.page_at("<int:pk>/offer/", self.offer_page, "offer"),
            self.page_at("waiting/<int:pk>/", self.times_changed, "times_changed"),
            self.page_at("<int:pk>/follow-up/", self.follow_up, "follow_up"),
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
        """A name leads to the person; what may be done with the place stands beside it."""
        return redirect("admin:participants_participant_change", self.find(request, object_id).participant_id)

    def named_in(self, place: Place) -> tuple[Participant, None]:
        return place.participant, None

    @admin.display(description="person")
    def person(self, place: Place) -> str:
        return display_name(place.participant)

    @admin.display(description="reference")
    def reference(self, place: Place) -> str:
        return place.referral.reference

    @admin.display(description="attended")
    def came(self, place: Place) -> str:
        return f"{place.attended} of {place.delivered}"

    @admin.display(description="placed")
    def placed(self, place: Place) -> str:
        return day(place.placed_at)

    @admin.display(description="next step")
    def next_step(self, place: Place) -> str:
        page, words = NEXT_STEPS.get(place.state, ("", ""))
        if not page:
            return "–"
        address = reverse(f"admin:cohort_sessions_place_{page}", args=[place.pk])
        told = '<a href="{}">{}<span class="visually-hidden">: {}</span></a>'
        return format_html(told, address, words, place.participant)
