"""Officers change the link of a cohort's video calls."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from design.fields import LineField
from design.forms import WayOutForm
from participants.record_form import said
from sessions.cohorts import video_link
from sessions.models import Cohort


class VideoPages(AdminPages[Cohort]):
    def video(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort = self.find(request, pk)
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[cohort.pk])
        form = VideoAddressForm(
            request.POST if request.method == "POST" else None,
            initial={"join_url": cohort.join_url},
            way_out=way_out,
        )
        if form.is_bound and form.is_valid():
            video_link.change_video_address(
                cohort=cohort, by=user_of(request), now=timezone.now(), **form.cleaned_data
            )
            self.message_user(request, f"Video room changed for {cohort}.", messages.SUCCESS)
            return redirect(way_out)
        title = f"Change the video room: {cohort}"
        return self.show(request, "cohort/video", title, cohort=cohort, form=form)


class VideoAddressForm(WayOutForm):
    submit = "Save address"

    join_url = LineField(
        label="Address of the video room",
        noun="the video address",
        max_length=500,
        help_text="Emails never contain it. Each person’s own page shows the button shortly before a session.",
    )

    def clean_join_url(self) -> str:
        return said(video_link.video_address, self.cleaned_data["join_url"])
