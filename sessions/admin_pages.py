"""What every page of officers about a cohort, a session or a place has in common."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from referrals.screening import eligibility
from sessions.models import Place

Row = TypeVar("Row", bound=Model)


class OfficePages(Generic[Row]):
    """What every one of our pages in the admin needs, for the table whose rows `find` gives."""

    admin_site: admin.AdminSite

    def show(
        self, request: HttpRequest, template: str, title: str, status: int = 200, **context: object
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(
            request, f"admin/cohort_sessions/{template}.html", shared | context, status=status
        )

    def find(self, request: HttpRequest, pk: int | str) -> Row:
        """`BaseAdmin.find`, which knows here what it finds."""
        return super().find(request, pk)


def of_places(places: Iterable[Place]) -> dict[int, eligibility.Eligibility]:
    """Whether the people of these places may be placed, by the number of the referral."""
    return eligibility.of(place.referral_id for place in places)
