"""The officers' admin: its home is the work queue, its door is the same as everyone's."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from core import work_queue
from design import search_cookie
from participants.display import on_today
from participants.models import Participant
from participants.needs import services as needs
from referrals import references
from referrals.models import Referral
from sessions.calendar.views import calendar

LINES_SHOWN, ROWS_AT_ONCE = 12, 100  # under a heading of Today, and on a page of its own
# Panels whose rows are read; a reason of those below is its title alone: 16 queries a page at most, the day's first
# visit too.
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
            path("today/<slug:slug>/", self.admin_view(self.heading_page), name="heading"),
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
        """What there is to do, one line a person or group, under five headings. Urgent is never cut."""
        now = timezone.now()
        every, capped = work_queue.lines(now)
        by_heading: dict[str, list[work_queue.Line]] = {heading: [] for heading in work_queue.HEADINGS}
        for line in every:
            by_heading[line.heading].append(line)
        shown = {
            heading: lines if heading == work_queue.WHOLE else lines[:LINES_SHOWN]
            for heading, lines in by_heading.items()
        }
        told = _told([line for lines in shown.values() for line in lines], now)
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "now": now,
            "headings": [
                {
                    "name": heading,
                    "slug": slugify(heading),
                    "lines": told[heading],
                    "count": f"{len(lines):,}{'+' if heading in capped else ''}",
                    "more": len(lines) > len(shown[heading]) or heading in capped,
                }
                for heading, lines in by_heading.items()
            ],
            "panels": [(panel.title, _list_of(panel)) for panel in work_queue.registered()],
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.index_template, context)

    def heading_page(self, request: HttpRequest, slug: str) -> HttpResponse:
        """All that stands under one heading, up to a hundred lines at once."""
        heading = next((name for name in work_queue.HEADINGS if slugify(name) == slug), None)
        if heading is None:
            raise Http404
        now = timezone.now()
        lines = [line for line in work_queue.lines(now)[0] if line.heading == heading]
        context = {
            **self.each_context(request),
            "title": heading,
            "lines": _told(lines[:ROWS_AT_ONCE], now)[heading],
            "more": len(lines) > ROWS_AT_ONCE,
        }
        return TemplateResponse(request, "admin/work_heading.html", context)

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
            "url": _list_of(panel) if panel.url else "",
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


@dataclass(frozen=True)
class TodayLine:
    """What the template shows of one line: who, why, whom to call, and what to do next."""

    label: str
    about: str  # the address of the person's page, else of what is to be done
    url: str
    do: str
    reasons: list[tuple[str, str, str]]  # in words, the urgency, and where it is done
    person: Participant | None  # whom to call about it
    needs: list[list[str]]  # of those whom it names
    also: tuple[tuple[str, str], ...] = ()  # what else is often done: the words and the address


def _told(lines: Sequence[work_queue.Line], now: datetime) -> dict[str, list[TodayLine]]:
    """These lines in words, by heading: one query for each of the first panels, and one for all the people."""
    worded = work_queue.word(lines, now, panels_read=OPENED)
    rows = [line.reasons[0].row for line in worded]
    people = on_today(
        {line.person for line in worded if line.person} | {pk for row in rows if row for pk in row.people}
    )
    found: dict[str, list[TodayLine]] = {heading: [] for heading in work_queue.HEADINGS}
    for line in worded:
        found[line.heading].append(_line(line, people))
    return found


def _line(line: work_queue.Line, people: Mapping[int, Participant]) -> TodayLine:
    panel, row = line.reasons[0].panel, line.reasons[0].row
    person = people.get(line.person) if line.person else None
    named = row.people if row else (line.person or 0,)
    why = list(dict.fromkeys(_why(each) for each in line.reasons))
    page = reverse("admin:participants_participant_change", args=[person.pk]) if person else ""
    if row:
        label, url, do = row.label, row.act or row.url, panel.do
    elif person:
        label, url, do = str(person), page, "Open their page"
    else:  # lines about no person, of a panel whose rows were not read
        label, do, why = panel.title, "Open the list", []
        url = _list_of(panel)
    rings = person and not person.is_silenced and any(each.panel.ring for each in line.reasons)
    flags = [people[pk].flags for pk in named if pk in people]
    # One session of a group is named on its line; what is done about another is a press further.
    also = next((each.row.also for each in line.reasons if each.row and each.row.also), ())
    return TodayLine(label, page or url, url, do, why, person if rings else None, flags, also)


def _why(reason: work_queue.Reason) -> tuple[str, str, str]:
    row = reason.row
    if row is None:
        return reason.panel.title, "", _list_of(reason.panel)
    # Of a group the label tells which session, or how many places.
    words = f"{reason.words} ({row.label})" if reason.panel.group else reason.words
    return words, row.urgency, row.act or row.url


def _list_of(panel: work_queue.Panel) -> str:
    return reverse(panel.url) + panel.query if panel.url else reverse("admin:work", args=[panel.name])


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
