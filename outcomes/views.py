"""The participant's page of five questions, reached from the link in their message (domain.md 4.8, plain strength).

A plain link shows first name, date and time and nothing that was answered. Looking changes nothing, whatever the
method; a press of the button does.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from design.dates import clock, day, moment
from outcomes import services
from outcomes.forms import FeedbackForm
from outcomes.models import Feedback, FormLink
from outcomes.questions import CURRENT


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    link = FormLink.objects.select_related("attendance__place__participant").find(token)
    if link is None or not link.is_live(now):
        return _closed(request, link)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.record_feedback(
                attendance=link.attendance, answers=services.Answers(**form.cleaned_data), now=now
            )
        except services.FeedbackClosed:
            return _closed(request, link)
        return redirect("outcomes:thanks", token=token)
    answered = Feedback.objects.filter(attendance=link.attendance).exists()
    return _page(request, "outcomes/feedback.html", link, form=form, answered=answered)


@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    link = FormLink.objects.select_related("attendance__place__participant").find(token)
    if link is None or not link.is_live(timezone.now()):
        return _closed(request, link)
    return _page(request, "outcomes/thanks.html", link, wording=CURRENT)


def _page(request: HttpRequest, template: str, link: FormLink, **context: object) -> HttpResponse:
    attendance = link.attendance
    about = {
        "first_name": attendance.place.participant.first_name,
        "day": day(attendance.starts_at),
        "hours": f"{clock(attendance.starts_at)} to {clock(attendance.ends_at)} UK time",
        "until": moment(link.expires_at),
        "token": link.token,
    }
    return _unkept(render(request, template, about | context))


def _closed(request: HttpRequest, link: FormLink | None) -> HttpResponse:
    # The same words whether the address was never ours or has closed: it tells a stranger nothing.
    return _unkept(render(request, "outcomes/closed.html", status=404 if link is None else 410))


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
