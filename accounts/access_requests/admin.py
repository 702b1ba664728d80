"""Where officers decide who may refer."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.access_requests import services as access_requests
from accounts.access_requests.forms import ApproveForm, DeclineRequestForm
from accounts.models import Interest, Membership, Organisation
from accounts.requests import user_of
from core.admin import ServiceAdmin
from core.dates import day, moment

ALIKE_SHOWN = 10


@admin.register(Interest)
class InterestAdmin(ServiceAdmin):
    list_display = ["organisation_name", "kind", "standing", "received"]
    list_filter = ["state"]
    ordering = ["-sent_at", "-pk"]
    sortable_by = []
    actions = None

    @admin.display(description="state")
    def standing(self, interest: Interest) -> str:
        return interest.get_state_display()

    @admin.display(description="received")
    def received(self, interest: Interest) -> str:
        return day(interest.sent_at)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/approve/", wrap(self.approve_view), name="accounts_interest_approve"),
            path("<int:pk>/decline/", wrap(self.decline_view), name="accounts_interest_decline"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        interest: Interest = self.find(request, object_id)
        rows = [
            ("Organisation", interest.organisation_name),
            ("Kind", interest.get_kind_display()),
            ("ODS code", interest.ods_code or "None"),
            ("Name", interest.name),
            ("Profession", interest.get_profession_display()),
            ("Email", interest.email),
            ("Telephone", interest.phone),
            ("Why", interest.why),
            ("Received", moment(interest.sent_at)),
        ]
        if interest.decided_by and interest.decided_at:
            rows.append(
                (interest.get_state_display(), f"{moment(interest.decided_at)}, {interest.decided_by}")
            )
        if interest.organisation:
            rows.append(("Refers for", str(interest.organisation)))
        return self._page(request, "interest.html", interest, {"rows": rows, "open": not interest.decided_by})

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        interest: Interest = self.find(request, pk)
        known = {"code": interest.ods_code}
        if not interest.ods_code:
            known |= {"name": interest.organisation_name, "kind": interest.kind}
        page = reverse("admin:accounts_interest_change", args=[interest.pk])
        form = ApproveForm(request.POST or None, initial=known, way_out=page)
        if request.method == "POST" and form.is_valid():
            answers = form.cleaned_data
            with form.refusals():
                organisation = access_requests.approve(
                    interest=interest,
                    organisation=answers["code"],
                    name=answers["name"],
                    kind=answers["kind"],
                    by=user_of(request),
                    now=timezone.now(),
                )
                self.message_user(
                    request,
                    f"{interest.name} may refer for {organisation}. We will email them an invitation.",
                )
                return redirect("admin:accounts_interest_changelist")
        alike = Organisation.objects.matching(interest.ods_code or interest.organisation_name).order_by(
            "name", "pk"
        )
        leads = Membership.objects.leads().select_related("user")
        context = {
            "form": form,
            "alike": [
                (place, ", ".join(str(lead.user) for lead in leads.filter(organisation=place)))
                for place in alike[:ALIKE_SHOWN]
            ],
            "does": "Approve",
        }
        return self._page(request, "decide.html", interest, context)

    def decline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        interest: Interest = self.find(request, pk)
        page = reverse("admin:accounts_interest_change", args=[interest.pk])
        form = DeclineRequestForm(request.POST or None, way_out=page)
        if request.method == "POST" and form.is_valid():
            with form.refusals():
                access_requests.decline(
                    interest=interest, by=user_of(request), now=timezone.now(), **form.cleaned_data
                )
                self.message_user(request, f"We’ll email your message to {interest.name}.")
                return redirect("admin:accounts_interest_changelist")
        return self._page(request, "decide.html", interest, {"form": form, "does": "Decline request"})

    def _page(self, request: HttpRequest, template: str, interest: Interest, context: dict) -> HttpResponse:
        title = f"{context['does']}: {interest}" if "does" in context else str(interest)
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "interest": interest,
            "title": title,
        }
        return TemplateResponse(request, f"admin/accounts/interest/{template}", shared | context)
