"""Officers' pages about one person: what is known before they join, a form for each noun, and the test call."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from design.forms import refusals_told
from participants.models import Participant
from participants.readiness import emergency_contact, equality, goals, summary, tech_checks
from participants.readiness import services as readiness
from participants.readiness.forms import ReadinessForm, TimesForm
from participants.readiness.personal_forms import EmergencyForm, EqualityForm, GoalForm
from participants.readiness.tech_check_forms import BookForm, RecordCallForm
from participants.record_form import RecordForm

READY = "participants_participant_ready"


@dataclass(frozen=True)
class Asked:
    """One page that asks, and the service that keeps it."""

    title: str
    form: type[RecordForm]
    keep: Callable[..., object]


ASKED = {
    "readiness": Asked("What they join with, and how", ReadinessForm, readiness.save),
    "times": Asked("When they can join", TimesForm, readiness.change_times),
    "goal": Asked("What matters to them", GoalForm, goals.save),
    "emergency": Asked("Emergency contact", EmergencyForm, emergency_contact.save),
    "equality": Asked("Equality", EqualityForm, equality.save),
}


class ReadyPages(AdminPages[Participant]):
    def ready_urls(self) -> list:
        return [
            self.page_at("<int:pk>/ready/", self.ready_view, "ready"),
            *(
                self.page_at(f"<int:pk>/ready/{name}/", partial(self.asked_view, name=name), name)
                for name in ASKED
            ),
            self.page_at("<int:pk>/test-call/", self.book_view, "book_call"),
            self.page_at("<int:pk>/test-call/<int:check>/", self.record_view, "record_call"),
        ]

    def ready_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.find(request, pk)
        calls = person.tech_checks.select_related("officer", "done_by").order_by("-booked_at", "-pk")
        return self.show(
            request,
            "participant/ready",
            f"Readiness checklist: {person}",
            person=person,
            tab="readiness",
            tab_title="Readiness",
            gaps=summary.gaps(person),
            sections=summary.sections(person),
            not_known=summary.NOT_KNOWN,
            calls=[(call, summary.call_in_words(call)) for call in calls],
            open_call=next((call for call in calls if call.done_at is None), None),
            worked=any(call.worked for call in calls),
        )

    def asked_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        person, asked = self.find(request, pk), ASKED[name]
        page = reverse(f"admin:{READY}", args=[pk])
        if request.method != "POST":
            return self._ask(request, person, asked.title, asked.form.about(person, way_out=page))
        form = asked.form(request.POST, way_out=page)
        if not form.is_valid():
            return self._ask(request, person, asked.title, form)
        try:
            asked.keep(person=person, by=request.user, now=timezone.now(), **form.facts())
        except emergency_contact.ContactChanged as refusal:
            form.look_again(str(refusal), saved=refusal.saved)
            return self._ask(request, person, asked.title, form)
        self.message_user(request, f"Saved: {asked.title.lower()}.")
        return redirect(page)

    def book_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person, now = self.find(request, pk), timezone.now()
        form = BookForm(
            request.POST if request.method == "POST" else None,
            way_out=reverse(f"admin:{READY}", args=[pk]),
            now=now,
            by=user_of(request),
            open_check=person.tech_checks.open().first(),
        )
        if form.is_valid():
            with form.refusals("on"):
                tech_checks.book(person=person, by=user_of(request), now=now, **form.facts())
                self.message_user(request, "Test call booked.")
                return redirect(f"admin:{READY}", pk)
        return self._ask(request, person, "Book a test call", form)

    def record_view(self, request: HttpRequest, pk: int, check: int) -> HttpResponse:
        person = self.find(request, pk)
        call = get_object_or_404(person.tech_checks.all(), pk=check)
        form = RecordCallForm(
            request.POST if request.method == "POST" else None,
            way_out=reverse(f"admin:{READY}", args=[pk]),
        )
        if form.is_valid():
            with refusals_told(request):
                tech_checks.record(check=call, by=user_of(request), now=timezone.now(), **form.cleaned_data)
                self.message_user(request, "Test call saved.")
            return redirect(f"admin:{READY}", pk)
        return self._ask(request, person, "How did the test call go?", form)

    def _ask(self, request: HttpRequest, person: Participant, title: str, form: BaseForm) -> HttpResponse:
        return self.show(
            request, "participant/ask", f"{title}: {person}", person=person, step=title, form=form
        )
