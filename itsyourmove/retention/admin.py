"""Where officers see how long things are kept, and confirm that the words of old messages are deleted."""

from datetime import datetime

from django.contrib import admin, messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import ServiceAdmin
from core.dates import day
from core.work_queue import Panel, Row
from itsyourmove.models import Disposal, DisposalQuerySet
from itsyourmove.retention import services as retention


@admin.register(Disposal)
class DisposalAdmin(ServiceAdmin):
    """One page that shows, and one that asks before anything is deleted. No stock form."""

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        confirmed = Disposal.objects.confirmed().select_related("confirmed_by")
        context = {
            "title": "How long things are kept",
            "classes": retention.CLASSES,
            "proposed": Disposal.objects.proposed().order_by("pk"),
            "records": cache.get(retention.RECORDS_COUNTED),
            "confirmed": confirmed.order_by("-confirmed_at", "-pk")[:50],
        }
        return self._page(request, "list.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Ask, and on a press confirm."""
        disposal = self.get_object(request, object_id)
        if disposal is None:
            raise Http404
        back = reverse("admin:itsyourmove_disposal_changelist")
        if request.method == "POST":
            try:
                if request.POST.get("as_of") != disposal.as_of.isoformat() and not disposal.confirmed_at:
                    raise retention.CountedAnew
                retention.confirm(disposal=disposal, by=user_of(request), now=timezone.now())
            except retention.CountedAnew as refusal:
                messages.error(request, str(refusal))
                return redirect(request.path)
            except retention.NothingToConfirm as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, "Confirmed. The text will be deleted within 2 hours.")
            return redirect(back)
        if disposal.confirmed_at or not disposal.count:
            return redirect(back)
        return self._page(
            request,
            "confirm.html",
            {"title": _what(disposal), "disposal": disposal, "as_of": disposal.as_of.isoformat()},
        )

    def _page(self, request: HttpRequest, template: str, context: dict) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/itsyourmove/disposal/{template}", shared | context)


def _what(disposal: Disposal) -> str:
    number = f"{disposal.count:,} messages" if disposal.count > 1 else "1 message"
    which = "about people" if disposal.kind == Disposal.Kind.PERSON_TEXTS else "about accounts"
    return f"Delete the text of {number} {which}"


def _row(disposal: Disposal, now: datetime) -> Row:
    oldest = f"The oldest is from {day(disposal.oldest)}" if disposal.oldest else ""
    return Row(
        label=_what(disposal),
        url=reverse("admin:itsyourmove_disposal_change", args=[disposal.pk]),
        detail=oldest,
    )


def _find(now: datetime) -> DisposalQuerySet:
    return Disposal.objects.proposed().order_by("pk")


PANEL = Panel(
    name="past_their_time",
    title="Old message text to delete",
    order=95,
    find=_find,
    row=_row,
    url="admin:itsyourmove_disposal_changelist",
    empty="Nothing to confirm.",
)
