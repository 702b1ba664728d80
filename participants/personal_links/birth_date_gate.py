"""Pages behind a personal link and the date of birth: for whatever shows or changes personal data (docs/domain.md 8.5).

Until the date is right the page says nothing about anybody. Then a signed cookie, for this link alone, opens it for
half an hour after the last look. Looking changes nothing, whatever the method.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from crispy_forms.helper import FormHelper
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property

from core.dates import LONDON, moment
from design import signed_cookies
from design.fields import PartsDateField
from design.forms import DesignedForm
from participants.models import Participant
from participants.personal_links import birth_date_check
from participants.personal_links.links import L, Link, LinkQuerySet
from participants.personal_links.views import Page, holder_of

PROVEN_FOR = 30 * 60  # seconds since the last look
ASKED = "proof_date"


class BirthDateForm(DesignedForm):
    """The one question of the gate. Its box has a name of its own, so that it never hides one of the page behind."""

    proof_date = PartsDateField(
        label="What is your date of birth?",
        noun="your date of birth",
        help_text="For example, 27 3 1958",
        autocomplete="bday",
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[ASKED].latest = now.astimezone(LONDON).year

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False  # the template's form also carries what was about to be sent
        helper.layout = self.layout()
        return helper


def behind_birth_date(
    *, links: Callable[[], LinkQuerySet[L]], person: Callable[[L], Participant], closed: str
) -> Callable[[Page[L]], Callable[[HttpRequest, str], HttpResponse]]:
    """Make a view of `page(request, link, now)`: for the holder of a live link who knows the date of birth.

    `links` gives the links to look in, with what the page needs; `person` whose date of birth it is; `closed` is the
    template for a link that is over or never was. What somebody was sending when the half hour ran out is kept in
    the page, and sent when the date is right.
    """

    def decorate(page: Page[L]) -> Callable[[HttpRequest, str], HttpResponse]:
        @holder_of(links, closed=closed)
        @wraps(page)
        def view(request: HttpRequest, link: L, now: datetime) -> HttpResponse:
            if _is_proven(request, link):
                return _remember(request, link, page(request, link, now))
            return _ask(request, link, person(link), page, now)

        return view

    return decorate


def _ask(request: HttpRequest, link: L, whose: Participant, page: Page[L], now: datetime) -> HttpResponse:
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(ASKED)
    ]
    typed = request.method == "POST" and any(name.startswith(ASKED) for name in request.POST)
    form = BirthDateForm(request.POST if typed else None, now=now)
    mismatch, shut_until = False, None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data[ASKED]
        if birth_date_check.is_theirs(participant=whose, purpose=link.PURPOSE, given=given, now=now):
            opened = page(request, link, now) if carried else redirect(request.path)
            return _remember(request, link, opened)
        # The same page for a wrong date and for a right one while it is shut: neither can be told from the other.
        mismatch = True
        shut_until = birth_date_check.shut_until(participant=whose, purpose=link.PURPOSE, now=now)
        form = BirthDateForm(now=now)
    context = {"form": form, "carried": carried, "mismatch": mismatch, "tries": birth_date_check.WRONG_TRIES}
    context["shut_until"] = moment(shut_until) if shut_until else ""
    return render(request, "participants/personal_links/birth_date.html", context)


def _cookie(link: Link) -> str:
    return f"proof_{link.PURPOSE}_{link.pk}"


def _is_proven(request: HttpRequest, link: Link) -> bool:
    return signed_cookies.read_cookie(request, _cookie(link), max_age=PROVEN_FOR) == str(link.digest)


def _remember(request: HttpRequest, link: Link, response: HttpResponse) -> HttpResponse:
    signed_cookies.set_cookie(response, _cookie(link), str(link.digest), max_age=PROVEN_FOR)
    return response
