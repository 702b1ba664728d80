"""Officers' page about who leads a cohort."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import day
from design.fields import SelectField
from participants.record_form import RecordForm
from sessions.cohorts import staffing
from sessions.models import Cohort, Instructor


def hosts_to_choose(*now: int | None) -> list[tuple[str, str]]:
    """Who can be given cohorts, and who already has this one."""
    found = Instructor.objects.filter(Q(active=True) | Q(pk__in=[pk for pk in now if pk])).order_by(
        "name", "pk"
    )
    return [("", "Not chosen yet"), *((str(host.pk), _in_words(host)) for host in found)]


def _in_words(host: Instructor) -> str:
    until = f", until {day(host.qualified_until)}" if host.qualified_until else ""
    return f"{host} ({host.qualification}{until})"


class HostsForm(RecordForm):
    lead = SelectField(label="Lead", noun="the lead", required=False)
    second = SelectField(
        label="Second host",
        noun="the second host",
        required=False,
        help_text="Watches the screens while the lead teaches.",
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "second"):
            self.fields[name].choices = choices


class HostPages(AdminPages[Cohort]):
    def hosts(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort = self.find(request, pk)
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[cohort.pk])
        choices = hosts_to_choose(cohort.lead_id, cohort.second_host_id)
        if request.method == "POST":
            form = HostsForm(request.POST, way_out=way_out, choices=choices)
            if form.is_valid():
                with form.refusals():
                    self._staff(request, cohort, form)
                    return redirect(way_out)
        else:
            known = {"lead": str(cohort.lead_id or ""), "second": str(cohort.second_host_id or "")}
            form = HostsForm.of(known, way_out=way_out, choices=choices)
        return self.show(request, "cohort/hosts", f"Hosts: {cohort}", cohort=cohort, form=form)

    def _staff(self, request: HttpRequest, cohort: Cohort, form: HostsForm) -> None:
        hosts = {"lead": cohort.lead, "second": cohort.second_host}
        for name in form.changed():
            hosts[name] = Instructor.objects.filter(pk=form.cleaned_data[name] or None).first()
        staffing.staff(cohort=cohort, **hosts, by=user_of(request), now=timezone.now())
        self.message_user(request, f"Saved for {cohort}.")
