"""What people said, and the notes to practices: to be read. The one thing an officer does here is say "seen"."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from design.dates import day
from outcomes import services
from outcomes.by_telephone import ByTelephone
from outcomes.models import Feedback, Letter
from participants.contact import spoken_phone

ANSWERS = ("enjoyed", "effort", "pain_since", "part_of_group", "for_instructor")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only services write."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class LookFilter(admin.SimpleListFilter):
    title = "pain worse, and still worse"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("unseen", "Not yet seen by an officer"), ("all", "All of them")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "unseen":
            return queryset.to_look_at().order_by("given_at", "pk")
        return queryset.worrying() if self.value() == "all" else queryset


@admin.register(Feedback)
class FeedbackAdmin(ByTelephone, ReadOnlyAdmin):
    list_display = ("person", "session_day", "pain", "enjoyed", "part_of_group", "given_at", "seen_at")
    list_select_related = ("attendance__place__participant", "attendance__session", "seen_by", "taken_by")
    list_filter = (LookFilter,)
    # Not by name: a search stands in the address, and a name does not belong there.
    search_fields = ("attendance__place__referral__reference",)
    search_help_text = "Referral reference"
    ordering = ("-given_at", "-pk")
    fields = ("person", "session_day", *ANSWERS, "given_at", "taken_by", "form_version", "seen_at", "seen_by")
    readonly_fields = fields
    actions = ("seen",)

    @admin.display(description="person")
    def person(self, feedback: Feedback) -> str:
        return feedback.attendance.place.participant.full_name

    @admin.display(description="session")
    def session_day(self, feedback: Feedback) -> str:
        session = feedback.attendance.session
        return f"{session.number} of 10, {day(session.starts_at)}"

    @admin.display(description="pain since")
    def pain(self, feedback: Feedback) -> str:
        return feedback.get_pain_since_display() or "not answered"

    @admin.action(description="I have seen these answers", permissions=["view"])
    def seen(self, request: HttpRequest, queryset: QuerySet) -> None:
        now = timezone.now()
        seen = sum(services.mark_seen(feedback=feedback, by=request.user, now=now) for feedback in queryset)
        self.message_user(request, f"{seen} marked as seen.", messages.SUCCESS)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        feedback = self.get_object(request, object_id)
        person = feedback.attendance.place.participant if feedback else None
        context = (
            {
                "title": f"What {person} said",
                "phone": " or write to ".join(
                    filter(None, [person.phone and spoken_phone(person.phone), person.email])
                ),
            }
            if person
            else {}
        )
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def get_urls(self) -> list:
        seen = path(
            "<int:pk>/seen/", self.admin_site.admin_view(require_POST(self.mark_seen)), name="feedback_seen"
        )
        return [seen, *self.telephone_urls(), *super().get_urls()]

    def mark_seen(self, request: HttpRequest, pk: int) -> HttpResponse:
        feedback = get_object_or_404(Feedback, pk=pk)
        if services.mark_seen(feedback=feedback, by=request.user, now=timezone.now()):
            self.message_user(request, "Marked as seen by you.", messages.SUCCESS)
        return redirect(reverse("admin:outcomes_feedback_change", args=[pk]))


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_display = ("reference", "kind", "practice", "attendance", "written_at")
    list_select_related = ("status_change__referral__organisation",)
    list_filter = ("kind",)
    search_fields = ("status_change__referral__reference",)
    search_help_text = "Referral reference"
    ordering = ("-written_at", "-pk")
    fields = ("reference", "kind", "practice", "attendance", "written_at")
    readonly_fields = fields

    @admin.display(description="referral")
    def reference(self, letter: Letter) -> str:
        return letter.status_change.referral.reference

    @admin.display(description="practice")
    def practice(self, letter: Letter) -> str:
        return str(letter.status_change.referral.organisation)

    @admin.display(description="attended")
    def attendance(self, letter: Letter) -> str:
        return "" if letter.attended is None else f"{letter.attended} of {letter.out_of}"
