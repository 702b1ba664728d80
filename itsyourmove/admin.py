"""The officers' admin: its home is the work queue, its door is the same as everyone's."""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from core import work_queue
from participants.needs import services as needs

ROWS_SHOWN, ROWS_AT_ONCE = 8, 100  # on the queue, and on a panel's own page
# Panels with rows; those below tell their number: 16 queries a page at most, the day's first visit too.
OPENED = 6
UNUSED = ("view_on_site", "password_change", "password_change_done", "autocomplete")
ROW = re.compile(r"[0-9]{1,18}")  # every table of ours is numbered

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OfficeSite(AdminSite):
    site_title = site_header = settings.SERVICE_NAME
    index_title = "Today’s work"
    enable_nav_sidebar = False
    index_template = "admin/work_queue.html"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Somebody signed in without the right role is told so at once; everybody else may use the one door."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            _refuse_impossible_action(request)
            return guarded(request, *args, **kwargs)

        return cast(View, inner)

    def get_urls(self) -> list:
        """Without the stock pages that nothing here leads to: no passwords, pages "on site" or look-ups."""
        pages = [page for page in super().get_urls() if getattr(page, "name", "") not in UNUSED]
        return [path("panel/<slug:name>/", self.admin_view(self.panel_page), name="work"), *pages]

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one door for everybody; whoever is signed in is sent on to what they asked for."""
        wanted = request.GET.get("next") or reverse("admin:index")
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': wanted})}")

    def logout(  # type: ignore[override]  # Django answers with a page of its own, we with the way to ours
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return redirect("sign_out")

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> TemplateResponse:
        now = timezone.now()
        every = work_queue.registered()
        found = [panel.find(now) for panel in every]
        counts = work_queue.count(found)
        opened = [place for place, count in enumerate(counts) if count][:OPENED]
        rows = {place: every[place].rows(found[place], now, ROWS_SHOWN) for place in opened}
        flagged = _flagged(rows)
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "panels": [
                {
                    "panel": panel,
                    "count": _in_words(counts[place]),
                    "none": not counts[place],
                    "rows": flagged.get(place, ()),
                    "url": _list_of(panel)
                    or (reverse("admin:work", args=[panel.name]) if counts[place] else ""),
                    "more": counts[place] > len(rows.get(place, ())),
                    "urgent": any(row.urgency == "red" for row in rows.get(place, ())),
                }
                for place, panel in enumerate(every)
            ],
            "app_list": self.get_app_list(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.index_template, context)

    def panel_page(self, request: HttpRequest, name: str) -> HttpResponse:
        """One panel with all its rows, up to a hundred at once."""
        panel = next((each for each in work_queue.registered() if each.name == name), None)
        if panel is None:
            raise Http404
        count, rows = panel.load(timezone.now(), ROWS_AT_ONCE)
        context = {
            **self.each_context(request),
            "title": panel.title,
            "panel": panel,
            "count": _in_words(count),
            "rows": _flagged({0: rows})[0],
            "more": count > len(rows),
            "url": _list_of(panel),
        }
        return TemplateResponse(request, "admin/work_panel.html", context)


def _list_of(panel: work_queue.Panel) -> str:
    return reverse(panel.url) + panel.query if panel.url else ""


def _in_words(count: int) -> str:
    return f"{work_queue.COUNTED:,}+" if count > work_queue.COUNTED else f"{count:,}"


def _flagged(rows: dict[int, Sequence[work_queue.Row]]) -> dict[int, list[tuple[work_queue.Row, list]]]:
    """Each row with the needs of those whom it names, asked for at once."""
    flags = needs.flags_of({person for some in rows.values() for row in some for person in row.people})
    return {
        place: [(row, [flags[pk] for pk in row.people if pk in flags]) for row in some]
        for place, some in rows.items()
    }


def _refuse_impossible_action(request: HttpRequest) -> None:
    """The stock action forms would stumble over rows without a number, or a button that is not on the page."""
    if not all(ROW.fullmatch(chosen) for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
        raise BadRequest("a chosen row has no number")
    pressed = request.POST.get("index", "0")
    if not ROW.fullmatch(pressed) or int(pressed) >= max(1, len(request.POST.getlist("action"))):
        raise BadRequest("no such button")
