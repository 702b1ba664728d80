"""The participant's page of five questions, reached by the plain link in their message (docs/domain.md 8.5).

A plain link shows first name, date and time and nothing that was answered. Looking changes nothing, whatever the
method; a press of the button does.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.clinical_sign_off.services import require_signed_off
from core.dates import clock, day, moment
from outcomes.feedback import services
from outcomes.feedback.forms import FeedbackForm
from outcomes.feedback.questions import CURRENT, KEY
from outcomes.models import Feedback, FormLink
from participants.personal_links.views import holder_of

personal = holder_of(
    lambda: FormLink.objects.select_related("attendance__place__participant"),
    closed="outcomes/feedback/closed.html",
)


@personal
def feedback(request: HttpRequest, link: FormLink, now: datetime) -> HttpResponse:
    require_signed_off(KEY, now=now)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.record_feedback(
                attendance=link.attendance, answers=services.Answers(**form.cleaned_data), now=now
            )
        except services.FeedbackClosed:
            return render(request, "outcomes/feedback/closed.html", status=410)
        return redirect("outcomes:thanks", token=link.token)
    answered = Feedback.objects.filter(attendance=link.attendance).exists()
    return _page(request, "outcomes/feedback/feedback.html", link, form=form, answered=answered)


@require_safe
@personal
def thanks(request: HttpRequest, link: FormLink, now: datetime) -> HttpResponse:
    require_signed_off(KEY, now=now)
    return _page(request, "outcomes/feedback/thanks.html", link, wording=CURRENT)


def _page(request: HttpRequest, template: str, link: FormLink, **context: object) -> HttpResponse:
    attendance = link.attendance
    about = {
        "first_name": attendance.place.participant.first_name,
        "day": day(attendance.starts_at),
        "hours": f"{clock(attendance.starts_at)} to {clock(attendance.ends_at)}",
        "until": moment(link.expires_at),
        "token": link.token,
    }
    return render(request, template, about | context)
