"""The officers' pages for answers that people give on the telephone: the same questions, written down by an officer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.clinical_sign_off.services import require_signed_off
from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import day, moment
from design.fields import LongTextField
from design.forms import WayOutForm
from outcomes.feedback import services as feedback
from outcomes.feedback.forms import FeedbackForm
from outcomes.feedback.questions import KEY
from outcomes.models import Feedback, FormLink
from participants.display import display_name, tell_apart


class SeenToForm(WayOutForm):
    """What came of a worrying answer; it is kept in the contact history."""

    words = LongTextField(
        label="What did you do?",
        noun="what you did",
        missing="Enter what you did",
        help_text="For example: called, pain is better. The person can ask to read this.",
        max_length=400,
    )


class ByTelephone(AdminPages[Feedback]):
    """Three pages: whom to ask, the questions for one of them, and what was done about an answer."""

    def telephone_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("by-telephone/", wrap(self.whom_to_ask), name="feedback_by_telephone"),
            path("by-telephone/<int:pk>/", wrap(self.ask), name="feedback_ask"),
            path("<int:pk>/seen/", wrap(self.seen_to), name="feedback_seen"),
        ]

    def whom_to_ask(self, request: HttpRequest) -> HttpResponse:
        links = FormLink.objects.by_telephone(timezone.now()).order_by("expires_at", "pk")
        links = links.prefetch_related("attendance__place__participant__needs")
        tell_apart(
            (place.participant, place.referral.reference)
            for place in (link.attendance.place for link in links)
        )
        rows = [
            {
                "pk": link.attendance_id,
                "person": display_name(link.attendance.place.participant),
                "session": day(link.attendance.starts_at),
                "until": moment(link.expires_at),
            }
            for link in links
        ]
        return self.show(request, "feedback/whom_to_ask", "Record answers by phone", rows=rows)

    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        now = timezone.now()
        link = FormLink.objects.by_telephone(now).filter(attendance=pk).first()
        if link is None:
            raise Http404
        require_signed_off(KEY, now=now)
        person = link.attendance.place.participant
        form = FeedbackForm(request.POST if request.method == "POST" else None)
        form.submit = "Save answers"
        if form.is_bound and form.is_valid():
            answers = feedback.Answers(**form.cleaned_data)
            feedback.record_feedback(
                attendance=link.attendance, answers=answers, now=now, taken_by=user_of(request)
            )
            self.message_user(request, f"{person}’s answers saved.")
            return redirect("admin:feedback_by_telephone")
        title = f"{person}: session of {day(link.attendance.starts_at)}"
        return self.show(request, "feedback/ask", title, person=person, form=form)

    def seen_to(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(Feedback, pk=pk)
        page = reverse("admin:outcomes_feedback_change", args=[pk])
        if not Feedback.objects.to_look_at().filter(pk=pk).exists():
            self.message_user(request, "Nothing to record: an officer has seen to these answers.")
            return redirect(page)
        form = SeenToForm(request.POST if request.method == "POST" else None, way_out=page)
        if form.is_bound and form.is_valid():
            words = form.cleaned_data["words"]
            feedback.mark_seen(feedback=found, by=user_of(request), now=timezone.now(), words=words)
            self.message_user(request, "Saved, and marked as seen by you.")
            return redirect(page)
        person = found.attendance.place.participant
        title = f"Pain still worse: {person}"
        return self.show(request, "feedback/seen_to", title, person=person, form=form)
