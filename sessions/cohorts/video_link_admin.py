"""Officers change the link of a cohort's video calls."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from design.fields import LineField
from design.forms import WayOutForm
from sessions.admin_pages import OfficePages
from sessions.cohorts import video_link
from sessions.cohorts.video_link import VideoAddressRefused, video_address
from sessions.models import Cohort


class VideoPages(OfficePages[Cohort]):
    """Pages of the cohort admin."""

    def video(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort = self.find(request, pk)
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[cohort.pk])
        form = VideoAddressForm(
            request.POST if request.method == "POST" else None,
            initial={"join_url": cohort.join_url},
            way_out=way_out,
        )
        if form.is_bound and form.is_valid():
            facts = {"join_url": form.cleaned_data["join_url"], "by": request.user, "now": timezone.now()}
            video_link.change_video_address(cohort=cohort, **facts)
            self.message_user(request, f"The video room of {cohort} is changed.", messages.SUCCESS)
            return redirect(way_out)
        title = f"Another video room for {cohort}"
        return self.show(request, "cohort/video", title, cohort=cohort, form=form, errors=form.errors)


class VideoAddressForm(WayOutForm):
    """Another address of a cohort's video room."""

    submit = "Save the address"

    join_url = LineField(
        label="Address of the video room",
        noun="the video address",
        max_length=500,
        help_text="It is never in a mail: each person’s own page shows it, from shortly before a session.",
    )

    def clean_join_url(self) -> str:
        try:
            return video_address(self.cleaned_data["join_url"])
        except VideoAddressRefused as refused:
            raise ValidationError(str(refused)) from None
