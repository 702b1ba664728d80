"""Officers' page on which a cohort is opened: asked, looked at, confirmed."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import day, span
from core.errors import Refused
from sessions.cohorts import opening
from sessions.cohorts.opening_form import OpenCohortForm
from sessions.cohorts.requirements import suits_in_words
from sessions.models import Cohort
from sessions.session_dates import ImpossibleTime


class OpenPages(AdminPages[Cohort]):
    def open_cohort(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        now, step = timezone.now(), request.POST.get("step", "")
        way_out = reverse("admin:cohort_sessions_cohort_changelist")
        blank = partial(OpenCohortForm, now=now, way_out=way_out)
        if request.method != "POST" or step == "change":
            like = request.GET.get("like") if step != "change" else None
            if like is not None:
                return self._asked(
                    request, OpenCohortForm.another(self.find(request, like), now=now, way_out=way_out)
                )
            return self._asked(request, blank(request.POST if step == "change" else None))
        form = blank(request.POST)
        if not form.is_valid():
            return self._asked(request, form)
        if step == "confirm" and request.POST.get("looked_at", "") == form.looked_at:
            try:
                cohort = opening.open_cohort(**form.facts(), by=user_of(request), now=now)
            except (Refused, ImpossibleTime) as refused:
                form.add_error(getattr(refused, "field", None), str(refused))
                return self._asked(request, form)
            self.message_user(request, f"{cohort} is open, with 10 sessions.", messages.SUCCESS)
            return redirect("admin:cohort_sessions_cohort_change", cohort.pk)
        return self._preview(request, form, changed=step == "confirm")

    def _asked(self, request: HttpRequest, form: OpenCohortForm) -> HttpResponse:
        like = form["like"].value()
        return self.show(request, "cohort/open", "Open a group", form=form, like=like)

    def _preview(self, request: HttpRequest, form: OpenCohortForm, *, changed: bool) -> HttpResponse:
        """The ten dates; `changed`: others than those that were on the page from which this cohort was to be opened."""
        facts = form.facts()
        return self.show(
            request,
            "cohort/preview",
            "Check the 10 dates",
            facts=facts,
            suits=suits_in_words(facts["like"]) if facts["like"] else "",
            places=facts["capacity"] or facts["programme"].capacity,
            slots=[(slot.number, span(slot.starts_at, slot.ends_at)) for slot in form.slots],
            notes=form.notes,
            changed=changed,
            holidays=[(each.isoformat(), day(each), name, ticked) for each, name, ticked in form.holidays],
            looked_at=form.looked_at,
            kept=[(name, value) for name, value in form.kept() if name != "leave_out"],
        )
