"""What the lists of this app have in common, and how cohorts are narrowed."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.admin import BaseAdmin, ServiceAdmin
from sessions.models import Phase, Programme


class Kept(BaseAdmin):
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})


class OnlyByServices(Kept, ServiceAdmin):
    sortable_by = ()


class _Of(admin.SimpleListFilter):
    """Those of one row of another table; a number that is none of them narrows nothing."""

    parameter_name: str

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        known = {str(pk) for pk, _ in self.lookup_choices}
        chosen = self.value()
        return queryset.filter(**{self.parameter_name: chosen}) if chosen in known else queryset


class OfProgramme(_Of):
    title, parameter_name = "programme", "programme"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Programme.objects.order_by("name").values_list("pk", "name")]


class OfPhase(_Of):
    title, parameter_name = "pilot or phase", "phase"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return phases_in_words()


def phases_in_words() -> list[tuple[str, str]]:
    """Every pilot and phase with the programme that it is of."""
    phases = Phase.objects.select_related("programme").order_by("programme__name", "name", "pk")
    return [(str(phase.pk), f"{phase.programme}: {phase}") for phase in phases]
