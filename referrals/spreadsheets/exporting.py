"""An office list as it is shown, as CSV: formula-safe, streamed, and with a record of who took whose details and why."""

import csv
import html
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import User
from participants import record_access
from referrals.models import ListExport

# The lists that can be exported, and the column that says whose row it is.
PERSON_OF = {
    "participants.participant": "pk",
    "referrals.referral": "participant_id",
    "cohort_sessions.cohort": "",
}
CHUNK = 500
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet program would run a cell that begins so


def admin_of(site: AdminSite, label: str) -> ModelAdmin:
    """The admin whose list this is. Raises Http404 for a list that is not exported."""
    for model, model_admin in site._registry.items():
        if label in PERSON_OF and model._meta.label_lower == label:
            return model_admin
    raise Http404


def address_of(request: HttpRequest, label: str) -> str:
    """The list itself, with its filter."""
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")
    return f"{address}?{request.GET.urlencode()}" if request.GET else address


def export(
    *, changelist: ChangeList, label: str, reason: str, query: str, by: User, now: datetime
) -> StreamingHttpResponse:
    """Every row of this list, not only the page shown. What leaves is written down before it leaves."""
    rows = changelist.queryset
    ListExport.objects.create(
        at=now, by=by, list=f"{label}?{query}"[:100], reason=reason, rows=rows.order_by().count()
    )
    names = [str(name) for name in changelist.list_display if name != "action_checkbox"]
    lines = _lines(changelist.model_admin, names, rows, PERSON_OF[label], by, now)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{label.rpartition(".")[2]}-list.csv"'
    return response


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(
    model_admin: ModelAdmin, names: Sequence[str], rows: Any, person: str, by: User, now: datetime
) -> Iterator[str]:
    writer = csv.writer(_Line())
    headings = [str(label_for_field(name, model_admin.model, model_admin)) for name in names]
    yield "\ufeff" + writer.writerow([safe(heading) for heading in headings])
    for chunk in _chunks(rows):
        if person:
            people = sorted({getattr(row, person) for row in chunk})
            record_access.note_people(by=by, people=people, now=now, action=record_access.Action.EXPORTED)
        for row in chunk:
            yield writer.writerow([safe(_cell(name, row, model_admin)) for name in names])


def _chunks(rows: Any) -> Iterator[tuple[Model, ...]]:
    left = iter(rows.iterator(chunk_size=CHUNK))
    while chunk := tuple(islice(left, CHUNK)):
        yield chunk


def _cell(name: str, row: Model, model_admin: ModelAdmin) -> str:
    """What the list shows there, as text."""
    try:
        column, _, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return ""
    if column is not None and getattr(column, "choices", None):
        value = getattr(row, f"get_{column.name}_display")()
    elif column is not None and column.is_relation:
        value = getattr(row, column.name)
    return "" if value is None else " ".join(html.unescape(strip_tags(str(value))).split())


def safe(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
