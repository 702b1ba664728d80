"""The officers' pages for answers that people give on the telephone: the same questions, written down by an officer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.clinical_sign_off.services import require_signed_off
from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import day, moment
from outcomes.feedback import services as feedback
from outcomes.feedback.forms import FeedbackForm
from outcomes.feedback.questions import KEY
from outcomes.models import Feedback, FormLink
from participants.display import display_name, tell_apart


class ByTelephone(AdminPages[Feedback]):
    """Two pages: whom to ask, and the questions for one of them."""

    def telephone_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("by-telephone/", wrap(self.whom_to_ask), name="feedback_by_telephone"),
            path("by-telephone/<int:pk>/", wrap(self.ask), name="feedback_ask"),
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
