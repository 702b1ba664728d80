"""Lists in the admin that stay quick however long the table has grown, and whatever stands in the address."""

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property

COUNTED = 10_000  # nobody pages further: they filter or search


class CappedPaginator(Paginator):
    """Counts no further than ten thousand; counting a million rows takes longer than showing a page of them."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()


class OwnFilters:
    """A list in the admin that is narrowed by its own filters alone.

    Django's own rule lets an address ask any column anything (`?name__regex=(`): some of it PostgreSQL refuses, which
    is a 500, and some of it runs for minutes. Anything but a filter of the list is a 400 here.
    """

    linked_by: tuple[
        str, ...
    ] = ()  # what links from other pages narrow the list by, as it stands in the address

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        own = {getattr(each, "parameter_name", each) for each in self.get_list_filter(request)}
        return lookup in self.linked_by or lookup.removesuffix("__exact") in own
