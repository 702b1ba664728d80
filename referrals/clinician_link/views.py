"""The page behind a clinician's link: a code by email, two facts of the record, then the questions (docs/adr/0031).

Looking changes nothing, whatever follows the link. Until the code is right the page says nothing about the patient;
until the two facts are, no more than initials and the year of birth.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.clinical_sign_off.services import require_signed_off
from core.dates import day
from design import signed_cookies
from referrals import health_texts, safety
from referrals.clinician_link import services
from referrals.clinician_link.forms import ANSWERS, CODE, MATCH, ClinicianAnswersForm, CodeForm, MatchForm
from referrals.models import ClinicianLink, Referral
from referrals.screening import services as screening

PROVEN_FOR = 60 * 60  # seconds since the last look
ASK = "ask"
Page = Callable[[HttpRequest, ClinicianLink, datetime], HttpResponse]


def for_holder(page: Page) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view of a live link that is not closed: not kept, not indexed; the same words for all others."""

    @require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
    @wraps(page)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        rows = ClinicianLink.objects.select_related(
            "confirmation__asked_by",
            "confirmation__referral__participant",
            "confirmation__referral__organisation",
            "confirmation__referral__submitted_by",
        )
        link = rows.find(token)
        if link is None or not link.is_live(now) or link.closed_at is not None:
            response = _closed(request, status=404 if link is None else 410)
        else:
            try:
                response = page(request, link, now)
            except (services.NotOpen, screening.AlreadyConfirmed):
                response = _closed(request, status=410)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "same-origin"
        return response

    return view


@for_holder
def page(request: HttpRequest, link: ClinicianLink, now: datetime) -> HttpResponse:
    """What comes next for this browser: the code, the two facts or the questions."""
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if not _has_proven(request, link, CODE):
        return _code(request, link, now, step)
    if not _has_proven(request, link, MATCH):
        return _remember(_match(request, link, now, step), link, CODE)
    return _remember(_remember(_questions(request, link, now, step), link, CODE), link, MATCH)


def _code(request: HttpRequest, link: ClinicianLink, now: datetime, step: str) -> HttpResponse:
    form = CodeForm(request.POST if step == CODE else None)
    kept = carried(request)
    refused = ""
    if step == ASK:
        try:
            services.send_code(link=link, now=now)
            if not kept:
                return redirect(request.path)
            link.refresh_from_db()
        except services.ManyCodes as refusal:
            refused = str(refusal)
    if form.is_bound and form.is_valid():
        if services.is_code(link=link, typed=form.cleaned_data["code"], now=now):
            onward = _match(request, link, now, "") if kept else redirect(request.path)
            return _remember(onward, link, CODE)
        form.add_error(
            "code", "Enter the code from the most recent email. After 3 wrong codes, ask for a new one"
        )
    sent = form.is_bound or _has_code(link, now)
    return _show(request, "code", link, form=form, refused=refused, sent=sent, carried=kept)


def _match(request: HttpRequest, link: ClinicianLink, now: datetime, step: str) -> HttpResponse:
    form, mismatch = MatchForm(request.POST if step == MATCH else None, now=now), False
    kept = carried(request)
    if form.is_bound and form.is_valid():
        if services.is_match(link=link, now=now, **form.cleaned_data):
            onward = _questions(request, link, now, ANSWERS) if kept else redirect(request.path)
            return _remember(onward, link, MATCH)
        link.refresh_from_db(fields=["closed_at"])
        if link.closed_at is not None:
            raise services.NotOpen
        # Boxes that are empty again: which of the two was wrong is not to be told from the page.
        form, mismatch = MatchForm(now=now), True
    patient = _in_short(link)
    return _show(request, "match", link, form=form, mismatch=mismatch, patient=patient, carried=kept)


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """The answers that were being sent when the hour ran out: kept in the page, and sent when it is open again."""
    ours = ("csrfmiddlewaretoken", "step", "code", "last_name", "date_of_birth")
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not name.startswith(ours)
    ]


def _questions(request: HttpRequest, link: ClinicianLink, now: datetime, step: str) -> HttpResponse:
    require_signed_off(*health_texts.LISTS, now=now)
    referral = link.confirmation.referral
    left = screening.unanswered_lists(referral)
    typed = request.POST if step == ANSWERS else None
    form = ClinicianAnswersForm(typed, left=left, initial={"name": link.confirmation.name})
    if form.is_bound and form.is_valid():
        with form.refusals():
            led = services.answer(
                link=link, answers=form.answers(), assessed=form.assessed(), now=now, **form.said()
            )
            # Shown by the press itself: nothing stands between an emergency and the words.
            return _show(request, "done", link, stops=led.stops)
    hints = safety.hinted(referral.hints)
    return _show(request, "questions", link, form=form, patient=_in_short(link), hints=hints)


def _in_short(link: ClinicianLink) -> str:
    """All that the page says of the patient: "A.O., born 1958"."""
    told: Referral = link.confirmation.referral
    initials = "".join(f"{name[0]}." for name in (told.told_given_name, told.told_family_name) if name)
    return f"{initials}, born {told.told_date_of_birth.year}" if told.told_date_of_birth else initials


def _has_code(link: ClinicianLink, now: datetime) -> bool:
    return bool(link.code_hash) and link.code_expires_at is not None and now < link.code_expires_at


def _show(request: HttpRequest, name: str, link: ClinicianLink, **context: object) -> HttpResponse:
    asked = link.confirmation
    about = {
        "asked": asked,
        "referral": asked.referral,
        "sent_on": day(asked.referral.submitted_at),
        "until": day(link.expires_at),
    }
    return render(request, f"referrals/clinician_link/{name}.html", about | context)


def _closed(request: HttpRequest, *, status: int) -> HttpResponse:
    """The words are the same whether the address never was, is over or was closed: they tell a stranger nothing."""
    return render(request, "referrals/clinician_link/closed.html", status=status)


def _cookie(link: ClinicianLink, what: str) -> str:
    return f"clinician_{what}_{link.pk}"


def _has_proven(request: HttpRequest, link: ClinicianLink, what: str) -> bool:
    kept = signed_cookies.read_cookie(request, _cookie(link, what), max_age=PROVEN_FOR)
    return kept == f"{what}:{link.digest}"


def _remember(response: HttpResponse, link: ClinicianLink, what: str) -> HttpResponse:
    signed_cookies.set_cookie(response, _cookie(link, what), f"{what}:{link.digest}", max_age=PROVEN_FOR)
    return response
