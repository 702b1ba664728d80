"""Where officers triage: the list of referrals, one referral with its story, and the buttons that decide."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode

from accounts.requests import user_of
from core.admin import ServiceAdmin
from core.dates import day
from design import search_cookie
from participants import record_access
from participants.display import NamesApart, display_name
from participants.merging import matching
from participants.models import Participant
from referrals.ages import urgency, waited_in_words, working_days
from referrals.clinician_link.admin import ClinicianPage, clinician_shown
from referrals.correspondence import services as correspondence
from referrals.deaths.admin import CorrectionPage, death_shown, was_recorded
from referrals.models import Referral
from referrals.screening.admin import safety_shown
from referrals.search import FILTERS
from referrals.self_assessment.telephone_admin import OwnAnswersByTelephone, own_shown
from referrals.spreadsheets.admin import SpreadsheetAdmin  # noqa: F401
from referrals.statuses import Status
from referrals.summary import about_person, about_referral, told_differently
from referrals.tracking import status_timeline
from referrals.triage.actions import DECISIONS, Decision, open_decisions
from referrals.triage.contact_attempts import still_missing
from referrals.weekly_digest.admin import DigestStopAdmin  # noqa: F401 - registered with the rest of this room's pages
from referrals.work_rows import in_waiting_order, waiting_in_words

TRIAGE, WAITING, FOUND, EVERYTHING = "triage", "waiting", "found", "all"
POSSIBLE_DUPLICATES = 5


class ReferralFilter(admin.SimpleListFilter):
    """Which referrals: those to decide on, unless another group was chosen."""

    title = "which referrals"
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        groups = [(code, group.label) for code, group in FILTERS.items() if code not in ("received", WAITING)]
        found = [(FOUND, "Search results")] if search_cookie.recall(request) else []
        return [(TRIAGE, "To review"), (WAITING, "Waiting list"), *groups, (EVERYTHING, "All"), *found]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for code, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: code}, ["p"])
            yield {"selected": self.shown == code, "query_string": query, "display": label}

    @property
    def shown(self) -> str:
        return self.value() or TRIAGE

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.shown == TRIAGE:
            return queryset.to_triage()
        if self.shown == WAITING:
            return in_waiting_order(queryset.waiting(), timezone.now())
        if self.shown == FOUND:
            return queryset.found_by(search_cookie.recall(request)).newest_first()
        if self.shown in FILTERS:
            return queryset.in_group(FILTERS[self.shown].statuses).newest_first()
        return queryset.newest_first()


@admin.register(Referral)
class ReferralAdmin(NamesApart, OwnAnswersByTelephone, CorrectionPage, ClinicianPage, ServiceAdmin):
    list_filter = [ReferralFilter]
    list_display_links = ["person"]
    list_max_show_all = 200
    sortable_by = []
    actions = None

    COLUMNS = {
        TRIAGE: ["person", "age", "reference", "organisation", "received"],
        WAITING: ["person", "wait", "reference", "organisation", "said_yes"],
    }

    # --- The list ------------------------------------------------------------------------------------------

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        shown = request.GET.get(ReferralFilter.parameter_name, TRIAGE)
        return tuple(self.COLUMNS.get(shown, ("person", "standing", "reference", "organisation", "received")))

    def named_in(self, referral: Referral) -> tuple[Participant, None]:
        return referral.participant, None

    @admin.display(description="person")
    def person(self, referral: Referral) -> str:
        return display_name(referral.participant)

    @admin.display(description="received")
    def received(self, referral: Referral) -> str:
        return day(referral.submitted_at)

    @admin.display(description="waiting for review")
    def age(self, referral: Referral) -> str:
        waited = working_days(referral.submitted_at, timezone.now())
        return status_badge(waited_in_words(waited), urgency(waited))

    @admin.display(description="agreed")
    def said_yes(self, referral: Referral) -> str:
        return day(referral.opted_in_at)

    @admin.display(description="waiting")
    def wait(self, referral: Referral) -> str:
        return status_badge(waiting_in_words(referral), "red" if referral.long_wait else "")

    @admin.display(description="status")
    def standing(self, referral: Referral) -> str:
        return status_badge(referral.outcome.label, status_timeline.BADGES.get(referral.outcome, ""))

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if request.method == "POST":
            if not self.has_view_permission(request):
                raise PermissionDenied
            onward = redirect("admin:referrals_referral_changelist")
            searched = search_cookie.remember(request, onward)
            onward["Location"] += f"?{urlencode({ReferralFilter.parameter_name: FOUND}) if searched else ''}"
            return onward
        context = {"title": "Referrals", "searched": search_cookie.recall(request), **(extra_context or {})}
        response = super().changelist_view(request, context)
        # Nonsense in the address is sent back to the plain list, and there is no page.
        shown = response.context_data if isinstance(response, TemplateResponse) else None
        if shown:
            changelist = shown["cl"]
            shown["groups"] = [
                group for spec in changelist.filter_specs for group in spec.choices(changelist)
            ]
            if context["searched"] and request.GET.get(ReferralFilter.parameter_name) == FOUND:
                record_access.note_search(
                    by=user_of(request), found=changelist.result_count, now=timezone.now()
                )
        return response

    # --- One referral --------------------------------------------------------------------------------------

    def get_urls(self) -> list:
        pages = [
            path(
                f"<str:object_id>/{name}/",
                self.admin_site.admin_view(self.decision_view),
                {"name": name},
                name=f"referrals_referral_{name}",
            )
            for name in DECISIONS
        ] + [
            self.page_at("<str:object_id>/notes-read/", self.notes_view, "notes_read"),
            *self.correction_urls(),
            *self.own_answers_urls(),
            *self.clinician_urls(),
            *super().get_urls(),
        ]
        return record_access.noted(pages)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        referral: Referral = self.find(request, object_id)
        person = referral.participant
        changes = referral.status_changes.select_related("by").order_by("at", "pk")
        differences = person.differences.open().select_related("organisation").order_by("reported_at", "pk")
        waited = working_days(referral.submitted_at, timezone.now())
        safety = safety_shown(referral)
        context = {
            "title": f"{person} – referral {referral.reference}",
            "person": person,
            "possible_duplicates": matching.looking_like(person)[:POSSIBLE_DUPLICATES],
            "about_person": about_person(person),
            "about_referral": about_referral(referral),
            **self._choices(referral),
            **self._contact(referral),
            "steps": status_timeline.steps(changes),
            **safety,
            **own_shown(referral),
            **clinician_shown(safety["asked_clinician"], safety["answers"]),
            "differences": told_differently(differences),
            **death_shown(referral, timezone.now()),
            "age": waited_in_words(waited) if referral.status == Status.SUBMITTED else "",
            "age_urgency": urgency(waited),
        }
        return self._page(request, "referral.html", referral, context)

    def decision_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        referral: Referral = self.find(request, object_id)
        decision = DECISIONS[name]
        page = reverse("admin:referrals_referral_change", args=[referral.pk])
        now = timezone.now()
        form = decision.form(request.POST or None, referral=referral, now=now, way_out=page)
        context = {
            "title": f"{decision.title}: {referral.participant}",
            "decision": decision,
            "form": form,
            "person": referral.participant,
            **decision.shown(referral, user_of(request), now),
        }
        if form.step != "change" and form.is_valid():
            if decision.check and form.step != "confirm":
                context["typed"] = form.kept()
                return self._page(request, f"{decision.check}.html", referral, context)
            with form.refusals():
                decision.service(referral=referral, by=user_of(request), now=now, **form.facts())
                self.message_user(request, outcome(decision, referral))
                return redirect(page if decision.stays else "admin:referrals_referral_changelist")
        return self._page(request, f"{decision.page}.html", referral, context | {"errors": form.errors})

    def notes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The officer has read what the practice wrote."""
        referral: Referral = self.find(request, object_id)
        if request.method == "POST":
            correspondence.mark_seen(referral=referral, by=user_of(request), now=timezone.now())
        return redirect("admin:referrals_referral_change", referral.pk)

    def _choices(self, referral: Referral) -> dict:
        """Buttons for what is useful now. Declining is one while there is a decision to take, and never the only one."""
        decisions = open_decisions(referral)
        usual = [each for each in decisions if each.usual]
        if not any(each.goes_on for each in usual):
            usual = []
        return {"decisions": usual, "other_decisions": [each for each in decisions if each not in usual]}

    def _contact(self, referral: Referral) -> dict:
        notes = list(referral.notes.select_related("by").order_by("at", "pk"))
        return {
            "notes": notes,
            "unseen": any(not note.from_office and note.seen_at is None for note in notes),
            "attempts": referral.contact_attempts.select_related("by").order_by("-at", "-pk"),
            "still_missing": still_missing(referral, timezone.now())
            if referral.status == Status.CONTACTING
            else [],
        }

    def _page(self, request: HttpRequest, template: str, referral: Referral, context: dict) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "referral": referral}
        return TemplateResponse(request, f"admin/referrals/referral/{template}", shared | context)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("participant__practice", "organisation", "submitted_by", "imported__spreadsheet")
            .prefetch_related("participant__needs")
            .annotate(death_was_recorded=was_recorded())
        )


def outcome(decision: Decision, referral: Referral) -> str:
    """What was done; and for somebody who waits from now on, the way to what has to be asked next."""
    if referral.status != Status.WAITING or decision.stays:
        return decision.told(referral)
    ready = reverse("admin:participants_participant_ready", args=[referral.participant_id])
    return format_html('{} <a href="{}">Readiness checklist</a>', decision.told(referral), ready)


def status_badge(words: str, colour: str) -> str:
    """Words in a coloured frame; the words say it all."""
    return format_html(
        '<span class="app-badge{}">{}</span>', f" app-badge--{colour}" if colour else "", words
    )
