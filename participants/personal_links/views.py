"""Pages for the holder of a personal link (docs/domain.md 8.5): not kept, not indexed, and no word to anybody else."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from participants.models import Participant
from participants.personal_links.links import L, LinkQuerySet

Page = Callable[[HttpRequest, L, datetime], HttpResponse]


def closed_page(request: HttpRequest, person: Participant) -> HttpResponse:
    """For whoever follows a link of somebody to whom nothing is sent; it names and greets nobody."""
    context = {"please_call": person.died_at is None}
    return render(request, "participants/personal_links/closed.html", context, status=410)


def holder_of(
    links: Callable[[], LinkQuerySet[L]], *, closed: str
) -> Callable[[Page[L]], Callable[[HttpRequest, str], HttpResponse]]:
    """Make a view of `page(request, link, now)` for the holder of a live link; `closed` is the template for others.

    `links` gives the links to look in, with what the page needs.
    """

    def decorate(page: Page[L]) -> Callable[[HttpRequest, str], HttpResponse]:
        @require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
        @wraps(page)
        def view(request: HttpRequest, token: str) -> HttpResponse:
            now = timezone.now()
            link = links().find(token)
            if link is not None and link.holder.is_silenced:
                response = closed_page(request, link.holder)
            elif link is None or not link.is_live(now):
                # The words are the same whether the address never was or is over: they tell a stranger nothing.
                response = render(request, closed, status=404 if link is None else 410)
            else:
                response = page(request, link, now)
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
            response["Referrer-Policy"] = "same-origin"
            return response

        return view

    return decorate
