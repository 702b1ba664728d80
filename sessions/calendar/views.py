"""The officers' page of the calendar, by week or by month."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from core.dates import LONDON
from sessions.calendar import periods, services


def calendar(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("cohort_sessions.view_session"):
        raise PermissionDenied
    now, problem = timezone.now(), ""
    today = now.astimezone(LONDON).date()
    try:
        period = periods.asked_for(request.GET, today)
    except periods.NoSuchDate as refused:
        problem, period = str(refused), periods.around(today, "week")
    # Changing from week to month stays where one looks; today, if one looks at today.
    about = today if period.first <= today <= period.last else period.first
    return TemplateResponse(
        request,
        "admin/cohort_sessions/calendar/calendar.html",
        {
            **admin.site.each_context(request),
            "title": f"Calendar: {period.title}",
            "period": period,
            "current": periods.around(today, period.view),
            "views": [(view, periods.around(about, view).query) for view in periods.VIEWS],
            "calendar": services.read(period, now=now),
            "typed": request.GET.get("day", "")[:40] if problem else about.isoformat(),
            "problem": problem,
            "errors": bool(problem),
            "most": services.MOST,
        },
    )
