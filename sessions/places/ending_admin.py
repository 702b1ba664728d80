"""Officers end a place."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.admin import AdminPages
from design.fields import LongTextField, RadioField, SelectField
from design.forms import WayOutForm
from referrals.statuses import Reason, Status
from sessions.models import Place
from sessions.places import placement


class EndPlaceForm(WayOutForm):
    """How a place ended, with words for the organisation."""

    submit, submit_kind = "End place", "warning"

    ending = RadioField(label="How did it end?", missing="Select how it ended")
    reason = SelectField(
        label="Reason",
        noun="a reason",
        required=False,
        help_text="If the person has died, record this on their referral’s page.",
    )
    words = LongTextField(
        label="Message to the organisation (optional)",
        noun="the message to the organisation",
        required=False,
        help_text="The practice will see this exactly as written.",
    )

    # A death is recorded on the referral's page, which ends the place and stops every message.
    NOT_OF_ENDINGS = (Reason.OUTSIDE_AREA, Reason.AGE, Reason.PAIN_UNDER_3_MONTHS, Reason.DIED)

    def __init__(self, *args: Any, place: Place, below: Place | None, **kwargs: Any) -> None:
        """`below` is the place as `finished_below_target` finds it, or None."""
        super().__init__(*args, **kwargs)
        self.below = below
        self.fields["ending"].choices = list(endings(place, below))
        self.fields["reason"].choices = [("", "Choose a reason")] + [
            choice for choice in Reason.choices if choice[0] not in self.NOT_OF_ENDINGS
        ]
        if below:
            self.fields["reason"].label = "Reason (optional if they finished)"
        if len(self.fields["ending"].choices) == 1:
            self.initial.setdefault("ending", self.fields["ending"].choices[0][0])

    def clean(self) -> dict:
        reason, ending = self.cleaned_data.get("reason"), self.cleaned_data.get("ending")
        # While nothing is chosen, a reason that may turn out to be optional is not asked for.
        if reason == "" and ending != Status.FINISHED_BELOW_TARGET and (ending or not self.below):
            self.add_error("reason", "Select a reason")
        if reason == Reason.OTHER and not self.cleaned_data.get("words"):
            self.add_error("words", "Enter the other reason")
        return self.cleaned_data


def endings(place: Place, below: Place | None) -> Iterator[tuple[str, str]]:
    """The endings that fit where the person stands (docs/domain.md 5.7)."""
    if below:
        count = f"{below.attended} of {below.delivered}"
        yield (
            Status.FINISHED_BELOW_TARGET,
            f"Finished: all their sessions are over, and they attended {count}",
        )
        yield Status.LEFT_EARLY, "Left early: they told us that they were leaving before the last session"
    elif place.referral.status == Status.ACTIVE:
        yield Status.LEFT_EARLY, "Left early: attended a session, then stopped"
    else:
        yield Status.WITHDRAWN, "Withdrawn: no longer wants the place"
        yield Status.NOT_PARTICIPATING, "Did not start: had a place but never attended"


class PlacePages(AdminPages[Place]):
    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        place = self.find(request, pk)
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[place.cohort_id])
        if place.state == Place.State.HELD:
            return redirect("admin:cohort_sessions_place_offer", place.pk)
        if place.state != Place.State.TAKEN:
            self.message_user(request, "This place has already ended.", messages.WARNING)
            return redirect(way_out)
        below = Place.objects.finished_below_target().filter(pk=place.pk).first()
        data = request.POST if request.method == "POST" else None
        form = EndPlaceForm(data, place=place, below=below, way_out=way_out)
        if form.is_valid():
            with form.refusals():
                self._end(request, place, form)
                return redirect(way_out)
        attended, delivered = placement.attended_count(place)
        return self.show(
            request,
            "place/end",
            f"End place: {place.participant}",
            place=place,
            form=form,
            attended=attended,
            delivered=delivered,
            target=below and place.cohort.programme.target(delivered),
        )

    def _end(self, request: HttpRequest, place: Place, form: EndPlaceForm) -> None:
        ending = form.cleaned_data["ending"]
        facts = {"reason": form.cleaned_data["reason"], "words": form.cleaned_data["words"]}
        facts |= {"place": place, "by": request.user, "now": timezone.now()}
        if ending == Status.WITHDRAWN:
            placement.withdraw(**facts)
        else:
            placement.end_place(to=ending, **facts)
        told = f"{place.participant} ({place.referral.reference}): {Status(ending).label}. We will tell the organisation."
        self.message_user(request, told, messages.SUCCESS)
