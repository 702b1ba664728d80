"""What people said, and the notes to organisations: to be read. The one thing an officer does here is say "seen"."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.requests import user_of
from core.admin import ReadOnlyAdmin
from core.dates import day, moment
from outcomes.feedback import services
from outcomes.feedback.telephone_admin import ByTelephone
from outcomes.models import Feedback, Letter
from participants import record_access
from participants.contact_details import spoken_phone
from participants.display import NamesApart, display_name
from participants.models import Participant
from referrals.models import Referral

ANSWERS = ("enjoyed", "effort", "pain_since", "part_of_group", "for_instructor")


def referral_link(referral: Referral) -> str:
    page = reverse("admin:referrals_referral_change", args=[referral.pk])
    return format_html('<a href="{}">{}</a>', page, f"{referral.participant} ({referral.reference})")


class LookFilter(admin.SimpleListFilter):
    title = "pain still worse"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("unseen", "Not seen by an officer"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "unseen":
            return queryset.to_look_at()
        return queryset.worrying() if self.value() == "all" else queryset


@admin.register(Feedback)
class FeedbackAdmin(NamesApart, ByTelephone, ReadOnlyAdmin):
    list_per_page = 100
    list_display = ("person", "session_day", "pain", "enjoyed", "part_of_group", "given", "seen_on")
    list_select_related = (
        "attendance__place__participant",
        "attendance__place__referral",
        "attendance__session",
        "seen_by",
        "taken_by",
    )
    list_filter = (LookFilter,)
    # Not by name: a search stands in the address, and a name does not belong there.
    search_fields = ("attendance__place__referral__reference",)
    search_help_text = "referral reference"
    fields = ("referral", "session_day", *ANSWERS, "given", "taken", "seen_on", "form_version")
    readonly_fields = fields
    actions = ("seen",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        return super().get_queryset(request).prefetch_related("attendance__place__participant__needs")

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        # What nobody has seen yet begins with what has waited longest.
        return ("given_at", "pk") if request.GET.get("look") == "unseen" else ("-given_at", "-pk")

    def named_in(self, feedback: Feedback) -> tuple[Participant, str]:
        place = feedback.attendance.place
        return place.participant, place.referral.reference

    @admin.display(description="person")
    def person(self, feedback: Feedback) -> str:
        return display_name(feedback.attendance.place.participant)

    @admin.display(description="session")
    def session_day(self, feedback: Feedback) -> str:
        session = feedback.attendance.session
        return f"{session.number} of 10, {day(session.starts_at)}"

    @admin.display(description="pain since")
    def pain(self, feedback: Feedback) -> str:
        return feedback.get_pain_since_display() or "not answered"

    @admin.display(description="referral")
    def referral(self, feedback: Feedback) -> str:
        return referral_link(feedback.attendance.place.referral)

    @admin.display(description="given", ordering="given_at")
    def given(self, feedback: Feedback) -> str:
        return moment(feedback.given_at)

    @admin.display(description="recorded by")
    def taken(self, feedback: Feedback) -> str:
        if feedback.taken_by:
            return f"{feedback.taken_by}, by phone"
        return "The person, online"

    @admin.display(description="seen")
    def seen_on(self, feedback: Feedback) -> str:
        return f"{feedback.seen_by}, {moment(feedback.seen_at)}" if feedback.seen_at else "–"

    @admin.action(description="I have seen these answers", permissions=["view"])
    def seen(self, request: HttpRequest, queryset: QuerySet) -> None:
        now = timezone.now()
        seen = sum(services.mark_seen(feedback=each, by=user_of(request), now=now) for each in queryset)
        self.message_user(request, f"{seen} marked as seen.", messages.SUCCESS)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        context: dict[str, object] = {}
        if feedback := self.get_object(request, object_id):
            person = feedback.attendance.place.participant
            context = {"title": f"Feedback: {person}", "person": person, "phone": spoken_phone(person.phone)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def get_urls(self) -> list:
        lists = {"outcomes_feedback_changelist", "feedback_by_telephone"}
        return record_access.noted([*self.telephone_urls(), *super().get_urls()], lists=lists)


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_per_page = 100
    list_display = ("reference", "kind", "practice", "attendance", "written")
    list_select_related = ("status_change__referral__organisation",)
    list_filter = ("kind",)
    search_fields = ("status_change__referral__reference",)
    search_help_text = "referral reference"
    ordering = ("-written_at", "-pk")
    fields = ("referral", "kind", "practice", "attendance", "written")
    readonly_fields = fields

    @admin.display(description="referral")
    def reference(self, letter: Letter) -> str:
        return letter.status_change.referral.reference

    @admin.display(description="organisation")
    def practice(self, letter: Letter) -> str:
        return str(letter.status_change.referral.organisation)

    @admin.display(description="attended")
    def attendance(self, letter: Letter) -> str:
        return "–" if letter.attended is None else f"{letter.attended} of {letter.out_of}"

    @admin.display(description="referral")
    def referral(self, letter: Letter) -> str:
        return referral_link(letter.status_change.referral)

    @admin.display(description="written", ordering="written_at")
    def written(self, letter: Letter) -> str:
        return moment(letter.written_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        letter = self.get_object(request, object_id)
        title = f"Letter: {letter.get_kind_display().lower()}" if letter else ""
        context = {"title": title, "subtitle": None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)
