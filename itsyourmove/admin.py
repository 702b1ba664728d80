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
from django.views.decorators.http import require_POST

from core import work_queue
from design import search_cookie
from participants.models import Participant
from participants.needs import services as needs
from referrals import references
from referrals.models import Referral
from sessions.calendar.views import calendar

ROWS_SHOWN, ROWS_AT_ONCE = 8, 100  # on the queue, and on a panel's own page
# Panels with rows; those below tell their number: 16 queries a page at most, the day's first visit too.
OPENED = 6
UNUSED = ("view_on_site", "password_change", "password_change_done", "autocomplete")
# What is on the menu of every office page: its name, whose page, and what of it.
MENU = [
    ("Today", "index", ""),
    ("Referrals", "referrals_referral_changelist", ""),
    ("Waiting list", "referrals_referral_changelist", "?show=waiting"),
    ("Groups", "cohort_sessions_cohort_changelist", ""),
    ("Calendar", "calendar", ""),
    ("People", "participants_participant_changelist", ""),
    ("Messages", "messaging_message_changelist", ""),
    ("Settings", "settings", ""),
]
ROW = re.compile(r"[0-9]{1,18}")  # every table of ours is numbered

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OfficeSite(AdminSite):
    site_title = site_header = settings.SERVICE_NAME
    index_title = "Today"
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
        return [
            path("panel/<slug:name>/", self.admin_view(self.panel_page), name="work"),
            path("find/", self.admin_view(require_POST(self.find)), name="find"),
            path("settings/", self.admin_view(self.settings_page), name="settings"),
            path("calendar/", self.admin_view(calendar), name="calendar"),
            *pages,
        ]

    def each_context(self, request: HttpRequest) -> dict:
        """With the menu: each entry's name and address, and which of them the page belongs to."""
        addresses = [reverse(f"admin:{page}") + query for _, page, query in MENU]
        here = _entry_of(request.get_full_path(), addresses)
        names = [name for name, *_ in MENU]
        menu = [(*entry, place == here) for place, entry in enumerate(zip(names, addresses, strict=True))]
        return {**super().each_context(request), "menu": menu}

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
        """What there is to do, under five headings; a panel without work is a word at the end of its heading."""
        now = timezone.now()
        every = work_queue.registered()
        found = [panel.find(now) for panel in every]
        counts = dict(zip((panel.name for panel in every), work_queue.count(found), strict=True))
        opened = [place for place, panel in enumerate(every) if counts[panel.name]][:OPENED]
        rows = {place: every[place].rows(found[place], now, ROWS_SHOWN) for place in opened}
        flagged = {every[place].name: some for place, some in _flagged(rows).items()}
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "now": now,
            "headings": [
                {
                    "name": heading,
                    "work": [_card(each, counts, flagged) for each in panels if counts[each.name]],
                    "calm": [(each.title, _list_of(each)) for each in panels if not counts[each.name]],
                }
                for heading, panels in work_queue.under_headings().items()
            ],
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.index_template, context)

    def settings_page(self, request: HttpRequest) -> TemplateResponse:
        """Every list there is, the rarely needed ones too."""
        context = {**self.each_context(request), "title": "Settings", "app_list": self.get_app_list(request)}
        return TemplateResponse(request, "admin/settings.html", context)

    def find(self, request: HttpRequest) -> HttpResponse:
        """What was typed into the search of any page: a reference among referrals, all else among people."""
        about = Referral if references.begins(request.POST.get(search_cookie.SEARCH, "")) else Participant
        found = reverse(f"admin:{about._meta.app_label}_{about._meta.model_name}_changelist")
        onward = redirect(found)
        if search_cookie.remember(request, onward, found):
            onward["Location"] += "?show=found"
        return onward

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


def _entry_of(address: str, entries: Sequence[str]) -> int | None:
    """The entry whose address begins this one, the longest of them; the first entry has its own page only."""
    inside = [
        place
        for place, entry in enumerate(entries)
        if address == entry or (place and address.startswith(entry))
    ]
    return max(inside, key=lambda place: len(entries[place]), default=None)


def _card(panel: work_queue.Panel, counts: dict[str, int], flagged: dict[str, list]) -> dict[str, object]:
    """What the template shows of a panel with work: its first rows, or its number alone."""
    rows = flagged.get(panel.name, [])
    return {
        "panel": panel,
        "count": _in_words(counts[panel.name]),
        "rows": rows,
        "url": _list_of(panel) or reverse("admin:work", args=[panel.name]),
        "more": counts[panel.name] > len(rows),
        "urgent": any(row.urgency == "red" for row, _ in rows),
    }


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
