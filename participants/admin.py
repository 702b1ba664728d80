"""Where officers look people up and mend their details."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.requests import user_of
from core.admin import ServiceAdmin
from core.dates import birth_date, day, moment
from design import search_cookie
from design.forms import pressed, refusals_told
from participants import change_history, contact_details, person_page, record_access
from participants.contact_log.admin import ContactPages
from participants.deaths import services as deaths
from participants.deaths.admin import DeathPages
from participants.display import NamesApart, display_name
from participants.identity import labels, services
from participants.identity.forms import NeedsForm, PersonForm
from participants.merging import matching as likeness
from participants.merging.admin import MergingPages
from participants.models import Participant, ReportedDifference
from participants.needs import services as needs
from participants.personal_links import birth_date_check
from participants.readiness.admin import ReadyPages
from participants.restores.admin import RestorePages
from participants.restores.safety_facts_admin import SafetyFactPages
from participants.search import people_matching
from participants.welcome_call.admin import WelcomeCallPages

POSSIBLE_DUPLICATES = 5


class ParticipantFilter(admin.SimpleListFilter):
    """Which people: the newest, those told differently, or those that a search found."""

    title = "people"
    parameter_name = "show"
    DIFFERENT, FOUND = "different", "found"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        found = [(self.FOUND, "Search results")] if search_cookie.recall(request) else []
        return [(self.DIFFERENT, "A later referral gave different details"), *found]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == self.DIFFERENT:
            return queryset.filter(told_differently=True, died_at__isnull=True)
        if self.value() == self.FOUND:
            return queryset.filter(people_matching(search_cookie.recall(request)))
        return queryset


@admin.register(Participant)
class ParticipantAdmin(
    NamesApart,
    ReadyPages,
    WelcomeCallPages,
    ContactPages,
    DeathPages,
    MergingPages,
    RestorePages,
    SafetyFactPages,
    ServiceAdmin,  # people come with their referral
):
    form = PersonForm
    change_form_template = "admin/participants/participant/details.html"
    list_display = ["person", "born", "number", "lives", "practice", "different"]
    list_filter = [ParticipantFilter]
    list_select_related = ["practice"]
    ordering = ["-pk"]
    sortable_by = []
    actions = None
    show_facets = admin.ShowFacets.NEVER
    fieldsets = [
        (None, {"fields": ["given_name", "family_name", "preferred_name", "date_of_birth", "nhs_number"]}),
        (
            "Contact details",
            {"fields": ["email", "phone", "preferred_contact", "message_safe", "postcode", "postal_address"]},
        ),
        ("GP practice", {"fields": ["practice_code"]}),
        ("On record", {"fields": ["added", "address", "home", "deprivation"]}),
    ]
    readonly_fields = ["added", "address", "home", "deprivation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        differences = ReportedDifference.objects.open().filter(participant=OuterRef("pk"))
        people = super().get_queryset(request).standing().prefetch_related("needs")
        return people.annotate(told_differently=Exists(differences))

    def named_in(self, person: Participant) -> tuple[Participant, str]:
        return person, ""

    @admin.display(description="full name")
    def person(self, person: Participant) -> str:
        return display_name(person)

    @admin.display(description="born")
    def born(self, person: Participant) -> str:
        return birth_date(person.date_of_birth)

    @admin.display(description="NHS number")
    def number(self, person: Participant) -> str:
        return person.spaced_nhs_number or "–"

    @admin.display(description="conflicting details")
    def different(self, person: Participant) -> str:
        return "Yes: choose which is right" if person.told_differently and not person.died_at else ""

    @admin.display(description="added")
    def added(self, person: Participant) -> str:
        return f"{moment(person.added_at)}{', a made-up person' if person.synthetic else ''}"

    @admin.display(description="email address")
    def address(self, person: Participant) -> str:
        if person.email_bad_at:
            return (
                f"Email came back on {day(person.email_bad_at)}. We send nothing there until you correct it"
            )
        return "Nothing has come back" if person.email else "None"

    @admin.display(description="address for letters")
    def home(self, person: Participant) -> str:
        if person.postal_bad_at:
            return (
                f"A letter came back on {day(person.postal_bad_at)}. Post nothing there until you correct it"
            )
        return "Nothing has come back" if person.postal_address else "None"

    @admin.display(description="postcode")
    def lives(self, person: Participant) -> str:
        return person.spoken_postcode

    @admin.display(description="deprivation where they live")
    def deprivation(self, person: Participant) -> str:
        """The decile by postcode, 1 for the most deprived tenth, with its edition and day."""
        if person.deprivation_decile is None:
            return "Not known: the postcode is not in our list"
        return (
            f"Decile {person.deprivation_decile} of 10, where 1 is the most deprived tenth"
            f" ({person.deprivation_edition}, looked up {day(person.deprivation_at)})"
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if request.method == "POST":
            if not self.has_view_permission(request):
                raise PermissionDenied
            onward = redirect("admin:participants_participant_changelist")
            if search_cookie.remember(request, onward):
                onward["Location"] += f"?{ParticipantFilter.parameter_name}={ParticipantFilter.FOUND}"
            return onward
        context = {"title": "People", "searched": search_cookie.recall(request), **(extra_context or {})}
        response = super().changelist_view(request, context)
        shown = request.GET.get(ParticipantFilter.parameter_name)
        looked_for = context["searched"] and shown == ParticipantFilter.FOUND
        if looked_for and isinstance(response, TemplateResponse) and response.context_data:
            found = response.context_data["cl"].result_count
            record_access.note_search(by=user_of(request), found=found, now=timezone.now())
        return response

    def get_urls(self) -> list:
        settle, open_links = require_POST(self.settle_view), require_POST(self.open_links_view)
        pages = [
            self.page_at("<int:pk>/differences/<int:difference>/", settle, "settle"),
            self.page_at("<int:pk>/needs/", self.needs_view, "needs"),
            self.page_at("<int:pk>/details/", self.details_view, "details"),
            *(
                self.page_at(f"<int:pk>/{tab}/", partial(self.part_view, tab=tab), tab)
                for tab in person_page.OF_PARTS
            ),
            self.page_at("<int:pk>/open-links/", open_links, "open_links"),
            *self.ready_urls(),
            *self.welcome_call_urls(),
            *self.contact_urls(),
            *self.death_urls(),
            *self.restore_urls(),
            *self.safety_fact_urls(),
            *self.merging_urls(),
            *super().get_urls(),
        ]
        return record_access.noted(pages)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Where this person is and what next; a row that was merged leads to the one it went into."""
        person = None if self.get_object(request, object_id) else self._merged_row(request, object_id)
        if person:
            self.message_user(
                request, "This person was entered twice. The records are now merged.", messages.WARNING
            )
            return redirect("admin:participants_participant_change", person.merged_into_id)
        found = self.find(request, object_id)
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET"])
        until = None if found.died_at else birth_date_check.locked_until(found, timezone.now())
        return self.show(
            request,
            "participant/person",
            found.full_name,
            person=found,
            differences=[] if found.died_at else open_differences(found),
            possible_duplicates=likeness.looking_like(found)[:POSSIBLE_DUPLICATES],
            death=deaths.latest(found),
            locked_until=moment(until) if until else "",
            details=self._known(found),
        )

    def _known(self, person: Participant) -> list[tuple[str, str]]:
        """What is recorded of a person beside what their header shows."""
        home = [person.postal_address, self.lives(person), self.home(person) if person.postal_bad_at else ""]
        email = [person.email or "Not given", self.address(person) if person.email_bad_at else ""]
        return [
            ("Preferred name", person.first_name),
            ("Phone", contact_details.spoken_phone(person.phone) if person.phone else "Not given"),
            ("Email", "\n".join(filter(None, email))),
            ("Contact preference", person.get_preferred_contact_display()),
            ("Safe to leave a message", "Yes" if person.message_safe else "No"),
            ("Address", "\n".join(filter(None, home))),
            ("GP practice", str(person.practice)),
            ("Added", self.added(person)),
        ]

    def part_view(self, request: HttpRequest, pk: int, tab: str) -> HttpResponse:
        """A tab that is nothing but what the rooms show on it."""
        person, (title, _) = self.find(request, pk), person_page.TABS[tab]
        return self.show(
            request, "participant/record", f"{title}: {person}", person=person, tab=tab, tab_title=title
        )

    def details_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form of the record."""
        return super().change_view(request, str(pk))

    def render_change_form(
        self, request: HttpRequest, context: dict, *args: Any, obj: Participant | None = None, **kwargs: Any
    ) -> HttpResponse:
        context |= {"title": f"Change details: {obj}", "subtitle": None}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def response_post_save_change(self, request: HttpRequest, obj: Participant) -> HttpResponseRedirect:
        return redirect("admin:participants_participant_change", obj.pk)

    def save_model(self, request: HttpRequest, obj: Participant, form: PersonForm, change: bool) -> None:
        services.mend(person=obj, changes=form.changes(), by=user_of(request), now=timezone.now())

    def log_change(  # type: ignore[override]  # it writes no LogEntry to give back
        self, request: HttpRequest, obj: Participant, message: object
    ) -> None:
        """Django's own log would keep the person's name; the row's history keeps who and when without it."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        if person is None:
            raise Http404
        if not self.has_view_permission(request, person):
            raise PermissionDenied
        return self.show(
            request,
            "participant/history",
            f"History of {person}",
            person=person,
            tab="history",
            tab_title="History",
            changes=change_history.changes(person),
            merged=change_history.merged_into(person),
            decided=change_history.decided(person),
            looks=change_history.looks(person),
            most_looks=change_history.LOOKS,
        )

    def needs_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.find(request, pk)
        page = reverse("admin:participants_participant_change", args=[pk])
        form = (
            NeedsForm(request.POST, way_out=page)
            if request.method == "POST"
            else NeedsForm.of_person(person, way_out=page)
        )
        if request.POST.get("step") == "unchanged" and person.needs_asked_at:
            needs.confirm(person=person, by=user_of(request), now=timezone.now())
            self.message_user(request, f"Saved: {person}’s needs have not changed.")
            return redirect(page)
        if form.is_bound and form.is_valid():
            needs.save(
                person=person, codes=form.codes(), shown=form.shown(), by=user_of(request), now=timezone.now()
            )
            self.message_user(request, f"{person}’s needs are saved.")
            return redirect(page)
        return self.show(request, "participant/needs", f"Needs of {person}", person=person, form=form)

    def open_links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.find(request, pk)
        if birth_date_check.open_again(participant=person, by=user_of(request), now=timezone.now()):
            self.message_user(request, f"Unlocked: {person} can enter their date of birth again.")
        else:
            self.message_user(request, "This person’s personal links are not locked.", messages.WARNING)
        return redirect("admin:participants_participant_change", pk)

    def settle_view(self, request: HttpRequest, pk: int, difference: int) -> HttpResponse:
        found = get_object_or_404(self.find(request, pk).differences, pk=difference)
        with refusals_told(request):
            take = pressed(request, "take", ["new", "ours"]) == "new"
            services.settle_difference(difference=found, take=take, by=user_of(request), now=timezone.now())
            self.message_user(request, "Changed to the new value." if take else "Kept our value.")
        return redirect("admin:participants_participant_change", pk)


def open_differences(person: Participant) -> list[dict[str, object]]:
    """The open differences of a person, as the page shows them side by side."""
    found = person.differences.open().select_related("organisation", "reported_by")
    return [
        {
            "pk": difference.pk,
            "label": labels.field_label(difference.field),
            "ours": readable(difference.field, services.written(getattr(person, difference.field)))
            or "nothing",
            "theirs": readable(difference.field, difference.value),
            "by": f"{difference.reported_by}, {difference.organisation}",
            "at": moment(difference.reported_at),
        }
        for difference in found.order_by("reported_at", "pk")
    ]


def readable(field: str, value: str) -> str:
    if field == "phone" and value:
        return contact_details.spoken_phone(value)
    if field == "practice" and value:
        return str(Organisation.objects.filter(ods_code=value).first() or value)
    return value
