"""Closing an organisation and opening it again, on the officers' pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.organisations import services as organisations
from accounts.requests import user_of
from core.admin import BaseAdmin
from design.fields import LineField
from design.forms import WayOutForm


class CloseForm(WayOutForm):
    submit, submit_kind, leave = "Close it", "warning", "Go back"

    reason = LineField(
        label="Why does it refer no more?",
        noun="why it refers no more",
        help_text="Officers read this. For example: merged with another practice.",
        max_length=300,
    )


class OpenForm(WayOutForm):
    submit, leave = "Open it again", "Go back"


class ClosingPages(BaseAdmin):
    """One page that closes an open organisation and opens a closed one."""

    change_form_template = "admin/accounts/organisation/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        return [self.page_at("<int:pk>/closing/", self.closing_view, "closing"), *super().get_urls()]

    def closing_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation: Organisation = self.find(request, pk)
        page = reverse("admin:accounts_organisation_change", args=[organisation.pk])
        closed = organisation.refers_no_more_since is not None
        form = (OpenForm if closed else CloseForm)(
            request.POST if request.method == "POST" else None, way_out=page
        )
        if form.is_valid():
            with form.refusals():
                self.message_user(request, self._decide(organisation, closed, form.cleaned_data, request))
                return redirect(page)
        title = f"{'Open again' if closed else 'Close'}: {organisation}"
        return self.show(
            request, "organisation/closing", title, organisation=organisation, closed=closed, form=form
        )

    @staticmethod
    def _decide(organisation: Organisation, closed: bool, answers: dict, request: HttpRequest) -> str:
        by, now = user_of(request), timezone.now()
        if closed:
            organisations.open_again(organisation=organisation, by=by, now=now)
            return f"{organisation} may refer again. Invite someone there as its lead."
        ended = organisations.close(organisation=organisation, reason=answers["reason"], by=by, now=now)
        people = "1 person" if ended == 1 else f"{ended} people"
        return f"{organisation} refers no more. The access of {people} has ended."
