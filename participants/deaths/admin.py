"""The officers' page after a death was recorded by mistake: that somebody has spoken to the person or their practice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from design.fields import LongTextField, RadioField
from design.forms import WayOutForm
from participants.deaths import services as deaths
from participants.models import Participant, RecordedDeath


class SpokenAfterDeathForm(WayOutForm):
    submit = "Record this and start messages again"

    spoken_with = RadioField(
        label="Who did you speak to?",
        choices=RecordedDeath.SpokenWith.choices,
        missing="Select who you spoke to",
    )
    note = LongTextField(
        label="What was said?",
        noun="what was said",
        missing="Enter what was said",
        help_text="Keep it short. The person can ask to read this.",
        max_length=500,
    )


class DeathPages(AdminPages[Participant]):
    def death_urls(self) -> list:
        return [self.page_at("<int:pk>/spoken/", self.spoken_view, "spoken")]

    def spoken_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.find(request, pk)
        page = "admin:participants_participant_change"
        if person.messages_paused_at is None:
            self.message_user(request, f"Nothing to record: messages to {person} are not paused.")
            return redirect(page, pk)
        form = SpokenAfterDeathForm(
            request.POST if request.method == "POST" else None, way_out=reverse(page, args=[pk])
        )
        if form.is_bound and form.is_valid():
            deaths.spoken(person=person, by=user_of(request), now=timezone.now(), **form.cleaned_data)
            self.message_user(
                request,
                f"Recorded. We can send messages to {person} again. We will not send the cancelled ones.",
            )
            return redirect(page, pk)
        title = f"Have you spoken to {person} or their practice?"
        death = deaths.latest(person)
        return self.show(request, "participant/spoken", title, person=person, form=form, death=death)
