"""Officers' page that makes another programme like one that is there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.admin import AdminPages
from design.fields import LineField
from design.forms import WayOutForm
from sessions.models import Programme
from sessions.programmes import cloning


class CloneForm(WayOutForm):
    submit = "Copy programme"

    name = LineField(label="Name of the new programme", max_length=100)


class ClonePages(AdminPages[Programme]):
    def clone(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        programme = self.find(request, pk)
        way_out = reverse("admin:cohort_sessions_programme_change", args=[programme.pk])
        form = CloneForm(request.POST if request.method == "POST" else None, way_out=way_out)
        if form.is_valid():
            with form.refusals("name"):
                clone = cloning.clone_programme(programme=programme, name=form.cleaned_data["name"])
                self.message_user(request, f"{clone} is ready, copied from {programme}.", messages.SUCCESS)
                return redirect("admin:cohort_sessions_programme_change", clone.pk)
        title = f"Copy {programme}"
        return self.show(request, "programme/clone", title, programme=programme, form=form)
