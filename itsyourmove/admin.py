"""The officers' admin: its home is the work queue, its door is the same as everyone's."""

import re
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from design import panels
from participants import needs

ROWS_SHOWN = 8
UNUSED = ("view_on_site", "password_change", "password_change_done")
ROW = re.compile(r"[0-9]{1,18}")  # every table of ours is numbered


class OfficeSite(AdminSite):
    site_title = site_header = settings.SERVICE_NAME
    index_title = "Work queue"
    enable_nav_sidebar = False
    index_template = "admin/work_queue.html"

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """Somebody signed in without the right role is told so at once; everybody else may use the one door."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            _refuse_impossible_action(request)
            return guarded(request, *args, **kwargs)

        return inner

    def get_urls(self) -> list:
        """Without the stock pages that nothing here leads to: we have no passwords, and no pages "on site"."""
        return [page for page in super().get_urls() if getattr(page, "name", "") not in UNUSED]

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one door for everybody; whoever is signed in is sent on to what they asked for."""
        wanted = request.GET.get("next") or reverse("admin:index")
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return redirect("sign_out")

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        now = timezone.now()
        loaded = [(panel, *panel.load(now, ROWS_SHOWN)) for panel in panels.registered()]
        flags = needs.flags_of({person for _, _, rows in loaded for row in rows for person in row.people})
        shown = []
        for panel, count, rows in loaded:
            url = reverse(panel.url) + panel.query if panel.url else ""
            shown.append(
                {
                    "panel": panel,
                    "count": count,
                    "rows": [(row, [flags[pk] for pk in row.people if pk in flags]) for row in rows],
                    "url": url,
                    "more": count > len(rows),
                    "urgent": any(row.urgency == "red" for row in rows),
                }
            )
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "panels": shown,
            "app_list": self.get_app_list(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.index_template, context)


def _refuse_impossible_action(request: HttpRequest) -> None:
    """The stock action forms would stumble over rows without a number, or a button that is not on the page."""
    if not all(ROW.fullmatch(chosen) for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
        raise BadRequest("a chosen row has no number")
    pressed = request.POST.get("index", "0")
    if not ROW.fullmatch(pressed) or int(pressed) >= max(1, len(request.POST.getlist("action"))):
        raise BadRequest("no such button")
