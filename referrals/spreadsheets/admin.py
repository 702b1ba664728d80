"""Officers' pages of a spreadsheet: upload, match the columns, look at the check, add, and how far it is."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from core.admin import BaseAdmin
from core.dates import moment
from core.errors import Refused
from design.forms import refusals_told
from participants import record_access
from referrals.models import Spreadsheet
from referrals.spreadsheets import columns, exporting, services
from referrals.spreadsheets.checking import ADD, LEAVE, NOTE
from referrals.spreadsheets.forms import ColumnsForm, ExportForm, UploadForm

LIST = "admin:referrals_spreadsheet_changelist"
ROWS_SHOWN = 100
GROUPS = {LEAVE: "Left out", NOTE: "Details to note", ADD: "To add"}
State = Spreadsheet.State


@admin.register(Spreadsheet)
class SpreadsheetAdmin(BaseAdmin):
    list_display = ["uploaded", "source", "who", "state", "to_add", "by"]
    list_select_related = ["by"]
    ordering = ["-pk"]
    sortable_by = ()
    actions = None

    @admin.display(description="uploaded")
    def uploaded(self, sheet: Spreadsheet) -> str:
        return moment(sheet.uploaded_at)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content", "verdicts")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Spreadsheets", **(extra_context or {})})

    def get_urls(self) -> list:
        return [
            self.page_at("export/<str:label>/", self.export_view, "export"),
            self.page_at("<int:pk>/columns/", self.columns_view, "columns"),
            self.page_at("<int:pk>/rows/<int:row>/", require_POST(self.someone_else_view), "someone_else"),
            self.page_at("<int:pk>/press/", require_POST(self.press_view), "press"),
            self.page_at("<int:pk>/forget/", require_POST(self.forget_view), "forget"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """The upload."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        way_out = reverse("admin:participants_participant_changelist")
        form = UploadForm(way_out=way_out)
        if request.method == "POST":
            # What is larger than a form of ours can be is let go by unread (settings.FILE_UPLOAD_HANDLERS).
            form = UploadForm(
                request.POST,
                request.FILES,
                way_out=way_out,
                too_large="file" not in request.FILES and _is_large(request),
            )
            if form.is_valid():
                facts = {
                    name: form.cleaned_data[name]
                    for name in ("who", "organisation", "source", "lawful_basis")
                }
                file = form.cleaned_data["file"]
                with form.refusals("file"):
                    sheet = services.receive(
                        data=file.read(), name=file.name, by=user_of(request), now=timezone.now(), **facts
                    )
                    return redirect("admin:referrals_spreadsheet_columns", sheet.pk)
        return self.show(request, "spreadsheet/upload", "Import a spreadsheet", form=form)

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        sheet = self.find(request, pk)
        page = reverse("admin:referrals_spreadsheet_change", args=[pk])
        try:
            headings, rows = services.contents(sheet)
        except Refused:
            return redirect(page)
        about: dict[str, Any] = {"headings": headings, "example": rows[0][1], "way_out": reverse(LIST)}
        known = sheet.columns or columns.guess(headings)
        form = ColumnsForm(initial={code: str(place) for code, place in known.items()}, **about)
        if request.method == "POST":
            form = ColumnsForm(request.POST, **about)
            if form.is_valid():
                with form.refusals():
                    services.match(sheet=sheet, chosen=form.chosen(), by=user_of(request), now=timezone.now())
                    return redirect(page)
        title = "Which column is which?"
        return self.show(request, "spreadsheet/columns", title, form=form, sheet=sheet, rows=len(rows))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """The check, how far the adding is, or what came of it."""
        sheet: Spreadsheet = self.find(request, object_id)
        if sheet.state == State.RECEIVED:
            return redirect("admin:referrals_spreadsheet_columns", sheet.pk)
        if sheet.state != State.CHECKED:
            title = "Adding people" if sheet.state == State.ASKED else "Spreadsheet"
            result = self.show(request, "spreadsheet/result", title, sheet=sheet)
            if sheet.state == State.ASKED:
                result["Refresh"] = "3"  # how far it is, without a script
            return result
        found = services.verdicts(sheet)
        shown = request.GET.get("show", "")
        shown = shown if shown in GROUPS else next((kind for kind in GROUPS if _of(found, kind)), ADD)
        page = Paginator(_of(found, shown), ROWS_SHOWN).get_page(request.GET.get("p"))
        people = sorted({each.person for each in page if each.person})
        record_access.note_people(by=user_of(request), people=people, now=timezone.now())
        groups = [(kind, label, len(_of(found, kind)), kind == shown) for kind, label in GROUPS.items()]
        return self.show(
            request,
            "spreadsheet/check",
            "Check before you add",
            sheet=sheet,
            groups=groups,
            shown=shown,
            rows=page,
        )

    def export_view(self, request: HttpRequest, label: str) -> HttpResponse | StreamingHttpResponse:
        """A list of the office as it is shown, once an officer has said why."""
        model_admin = exporting.admin_of(self.admin_site, label)
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        shown = model_admin.get_changelist_instance(request)
        form = ExportForm(request.POST or None, way_out=exporting.address_of(request, label))
        if form.is_valid():
            return exporting.export(
                changelist=shown,
                label=label,
                reason=form.cleaned_data["reason"],
                query=request.GET.urlencode(),
                by=user_of(request),
                now=timezone.now(),
            )
        name = str(model_admin.opts.verbose_name_plural)
        return self.show(request, "spreadsheet/export", f"Export this list: {name}", form=form)

    def press_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        with refusals_told(request):
            services.press(sheet=self.find(request, pk), by=user_of(request), now=timezone.now())
        return redirect("admin:referrals_spreadsheet_change", pk)

    def someone_else_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        with refusals_told(request):
            services.someone_else(
                sheet=self.find(request, pk), row=row, by=user_of(request), now=timezone.now()
            )
            self.message_user(request, f"Row {row} is now with the people to add.", messages.SUCCESS)
        return redirect("admin:referrals_spreadsheet_change", pk)

    def forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        with refusals_told(request):
            services.delete(sheet=self.find(request, pk))
            self.message_user(request, "Deleted. No one was added.", messages.SUCCESS)
        return redirect(LIST)


def _of(found: list, kind: str) -> list:
    return [each for each in found if each.kind == kind]


def _is_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.SPREADSHEET_MAX_BYTES
