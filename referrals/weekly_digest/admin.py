"""Where officers see which organisations want no weekly summary, stop it for one, and let it go out again."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin_forms import OrganisationCodeField
from accounts.requests import user_of
from core.admin import BaseAdmin
from core.dates import moment
from referrals.models import DigestStop
from referrals.weekly_digest import services as weekly_digest


class StopForm(forms.ModelForm):
    organisation = OrganisationCodeField()

    class Meta:
        model = DigestStop
        fields = ["organisation"]


@admin.register(DigestStop)
class DigestStopAdmin(BaseAdmin):
    """One row for each organisation that wants none now."""

    form = StopForm
    list_display = ["organisation", "stopped", "stopped_by"]
    list_select_related = ["organisation", "stopped_by"]
    list_display_links = None
    ordering = ["organisation__name", "pk"]
    sortable_by = []
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DigestStop]:
        return super().get_queryset(request).filter(ended_at__isnull=True)

    def has_change_permission(self, request: HttpRequest, obj: DigestStop | None = None) -> bool:
        return False

    @admin.display(description="stopped")
    def stopped(self, stop: DigestStop) -> str:
        return moment(stop.stopped_at)

    def save_model(self, request: HttpRequest, obj: DigestStop, form: StopForm, change: bool) -> None:
        stop = weekly_digest.stop_digest(
            organisation=obj.organisation, by=user_of(request), now=timezone.now()
        )
        obj.__dict__.update(stop.__dict__)  # the admin goes on with its own copy

    @admin.action(description="Restart the weekly summary", permissions=["add"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[DigestStop]) -> None:
        for stop in queryset.select_related("organisation"):
            weekly_digest.start_again(organisation=stop.organisation, by=user_of(request), now=timezone.now())
        messages.success(request, "We will send them the next weekly summary.")
