"""Lists in the admin that stay quick however long the table has grown, and whatever stands in the address."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property

COUNTED = 10_000  # numbered pages end here; further down each page leads to the next (OLDER)
OLDER = "after"
Row = TypeVar("Row", bound=Model)


class CappedPaginator(Paginator):
    """Counts no further than ten thousand; counting a million rows takes longer than showing a page of them."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()

    def _get_page(self, rows: QuerySet, number: int, paginator: Paginator) -> Page:
        """The database first finds which rows these are; only those are joined to what is shown beside them."""
        return super()._get_page(self.object_list.filter(pk__in=rows.values("pk")), number, paginator)


class NewestFirst(ChangeList):
    """A list that is newest first: behind its numbered pages every page leads on to the rows after its last.

    Skipping 900,000 rows to show 50 reads them all; beginning after one that is named reads 50.
    """

    def get_filters_params(self, params: dict | None = None) -> dict:
        return {name: value for name, value in super().get_filters_params(params).items() if name != OLDER}

    def get_query_string(self, new_params: dict | None = None, remove: Iterable[str] | None = None) -> str:
        """Another group, like another search, begins at its own first page."""
        gone = list(remove or [])
        return super().get_query_string(new_params, [*gone, *([OLDER] if "p" in gone else [])])

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet:
        queryset = super().get_queryset(request, exclude_parameters)
        named = request.GET.get(OLDER, "")
        there = re.fullmatch(r"[0-9]{1,18}", named)
        last = self.root_queryset.prefetch_related(None).filter(pk=named).first() if there else None
        return after(queryset, last) if last else queryset

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.counted_all = self.result_count < COUNTED
        self.older = ""
        if not self.counted_all and self.result_list and can_go_on(self.queryset):
            self.older = self.get_query_string({OLDER: self.result_list[-1].pk}, ["p"])


def can_go_on(queryset: QuerySet) -> bool:
    """Newest first, by one column at most before the key."""
    *columns, key = _order(queryset)
    return key == "-pk" and len(columns) < 2 and all(name.startswith("-") for name in columns)


def after(queryset: QuerySet, last: object) -> QuerySet:
    """The rows of a newest-first list that follow `last`; an index on its order finds the place."""
    if not can_go_on(queryset):
        return queryset
    *columns, _ = _order(queryset)
    if not columns:
        return queryset.filter(pk__lt=last.pk)
    name = columns[0].removeprefix("-")
    here = getattr(last, name)
    return queryset.filter(Q(**{f"{name}__lt": here}) | Q(pk__lt=last.pk), **{f"{name}__lte": here})


def _order(queryset: QuerySet) -> list[str]:
    """By what a list is ordered; the admin says some of it twice."""
    return list(dict.fromkeys(map(str, queryset.query.order_by))) or [""]


class OwnFilters:
    """A list in the admin that is narrowed by its own filters alone.

    Django's own rule lets an address ask any column anything (`?name__regex=(`): some of it PostgreSQL refuses, which
    is a 500, and some of it runs for minutes. Anything but a filter of the list is a 400 here.
    """

    # Query parameters by which links from other pages may narrow the list.
    linked_by: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return NewestFirst

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        own = {getattr(each, "parameter_name", each) for each in self.get_list_filter(request)}
        return lookup in self.linked_by or lookup.removesuffix("__exact") in own


class AdminPages(Generic[Row]):
    """Pages of our own beside those of Django's admin; a mixin says whose rows `find` gives."""

    admin_site: admin.AdminSite

    def page_at(self, route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
        """The address of one of these pages: guarded like Django's own, and named after the table."""
        guarded = self.admin_site.admin_view(view)
        return path(route, guarded, name=f"{self.opts.app_label}_{self.opts.model_name}_{name}")

    def find(self, request: HttpRequest, pk: int | str) -> Row:
        """The row of this number, for people who may change it; anything else is "not found"."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        return found

    def show(
        self, request: HttpRequest, template: str, title: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        """A template of this app's admin; a `form` brings its errors."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        if "form" in context:
            shared["errors"] = context["form"].errors
        name = f"admin/{self.opts.app_label}/{template}.html"
        return TemplateResponse(request, name, shared | context, status=status)


class BaseAdmin(OwnFilters, AdminPages[Any], admin.ModelAdmin):
    """Every list of ours: fifty rows a page, counted no further than ten thousand, and nothing deleted by hand."""

    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the whole table for each filter

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Django looks for a field without a name where the address ends in `?_to_field=`."""
        return super().get_object(request, object_id, from_field or None)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ServiceAdmin(BaseAdmin):
    """Rows that services write; the pages here call them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class ReadOnlyAdmin(ServiceAdmin):
    """Rows that are read here and changed nowhere."""

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
