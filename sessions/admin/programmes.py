"""Programmes, their pilots and phases, and the instructors in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest

from core.dates import day
from participants import contact_details
from sessions.admin_lists import Kept, OfProgramme
from sessions.models import Instructor, Phase, Programme
from sessions.programmes.cloning_admin import ClonePages
from sessions.programmes.session_content_admin import ContentPages
from sessions.reminder_settings.admin import MessageTimePages


@admin.register(Programme)
class ProgrammeAdmin(ContentPages, MessageTimePages, ClonePages, Kept):
    list_display = ("name", "capacity", "session_minutes", "completion_percent")
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "capacity", "minimum_to_start", "session_minutes", "completion_percent"),
                "description": "These numbers are drafts. "
                "Agree each with the partnership before you use them for real people.",
            },
        ),
        (
            "Offering places",
            {
                "fields": (
                    "hold_hours",
                    "hold_ends_hours",
                    "expiries_to_officer",
                    "undo_hours",
                    "call_working_days",
                )
            },
        ),
        ("Minimum size and hosts", {"fields": ("decide_days", "people_per_host")}),
        (
            "Joining by video",
            {
                "fields": ("join_opens_minutes", "join_closes_minutes"),
                "description": "These times are for joining for the first time. "
                "People who joined in time can join again until the session ends.",
            },
        ),
        (
            "Answers",
            {"fields": ("answers_close_minutes", "late_answer_minutes")},
        ),
    )

    def get_urls(self) -> list:
        return [
            self.page_at("<int:pk>/clone/", self.clone, "clone"),
            self.page_at("<int:pk>/content/", self.contents, "contents"),
            self.page_at("<int:pk>/content/<int:number>/", self.content, "content"),
            self.page_at("<int:pk>/messages/", self.message_times, "message_times"),
            self.page_at("<int:pk>/messages/<str:kind>/", self.message_time, "message_time"),
        ] + super().get_urls()


@admin.register(Phase)
class PhaseAdmin(Kept):
    """A cohort's phase is of the cohort's programme, so a phase stays with the programme that it was made for."""

    list_display = ("name", "kind", "programme")
    list_filter = (OfProgramme,)
    list_select_related = ("programme",)
    ordering = ("programme__name", "name", "pk")
    fields = ("programme", "kind", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Phase | None = None) -> tuple[str, ...]:
        return ("programme",) if obj else ()

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        asked = super().formfield_for_dbfield(db_field, request, **kwargs)
        if asked and db_field.name == "programme":  # chosen here, not changed here
            for allowed in ("can_add_related", "can_change_related", "can_view_related"):
                setattr(asked.widget, allowed, False)
        return asked


class InstructorForm(forms.ModelForm):
    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        try:
            return contact_details.parse_phone(typed) if typed else ""
        except contact_details.NotAPhoneNumber as wrong:
            raise forms.ValidationError(str(wrong)) from None


@admin.register(Instructor)
class InstructorAdmin(Kept):
    """Not searched for by name: a search stands in the address, and a name does not belong there."""

    form = InstructorForm
    list_display = ("name", "phone_number", "email", "qualification", "valid_until", "active")
    list_filter = ("active",)
    ordering = ("name", "pk")
    fields = ("name", "phone", "email", "qualification", "qualified_until", "active")

    @admin.display(description="phone number")
    def phone_number(self, instructor: Instructor) -> str:
        return contact_details.spoken_phone(instructor.phone) if instructor.phone else "–"

    @admin.display(description="valid until", ordering="qualified_until")
    def valid_until(self, instructor: Instructor) -> str:
        return day(instructor.qualified_until) if instructor.qualified_until else "–"
