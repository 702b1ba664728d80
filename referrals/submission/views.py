"""Sending a referral: a few pages kept in a draft, a last look at the answers, and the page that says it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clinical_sign_off.services import NO_REFERRALS, NotSignedOff, require_signed_off
from accounts.organisations import practice_lookup
from accounts.requests import SignedInRequest
from core.text import searched_for
from messaging.models import Message
from messaging.outbox import email_status
from referrals import hold_display, safety
from referrals.access import for_members, own
from referrals.guidance.waiting_times_view import wait
from referrals.models import Referral, ReferralDraft, ReferralQuerySet
from referrals.screening import clinician_requests
from referrals.screening.services import count_stops
from referrals.submission import drafts
from referrals.submission import forms as submission_forms
from referrals.submission import services as submission
from referrals.submission.draft_views import rescued, save

# Pages of before, which a bookmark or a tab left open may still name.
JOINED = {"person": "patient", "contact": "patient", "agreement": "consent"}
WHO = "patient"  # the page that says who it is
SEEN = "seen_alike"  # in the draft: references of open referrals that were looked at and gone past
WHO_IT_IS = (
    "given_name",
    "family_name",
    "date_of_birth_day",
    "date_of_birth_month",
    "date_of_birth_year",
    "postcode",
    "nhs_number",
)


@require_GET
@for_members
def new(request: SignedInRequest) -> HttpResponse:
    """A key of its own for each new referral, so that two tabs are two drafts; nothing is written yet."""
    require_signed_off(now=timezone.now(), heading=NO_REFERRALS)
    return redirect("referrals:page", uuid4(), next(iter(submission_forms.PAGES)))


@require_http_methods(["GET", "HEAD", "POST"])
@rescued
@for_members
def page(request: SignedInRequest, key: UUID, name: str) -> HttpResponse:
    """One page of the form. With `?check` a saved page leads back to the answers; with `?mend` it shows its errors."""
    if name in JOINED:
        return redirect("referrals:page", key, JOINED[name])
    if name not in submission_forms.EVERY:
        raise Http404
    asked, user, now = submission_forms.EVERY[name], request.user, timezone.now()
    typed = _typed(request, key)
    if typed is None:
        return _sent_already(request, key)
    _taking_referrals(request, key)
    if request.method != "POST":
        show = asked.judged if "mend" in request.GET else asked.refilled
        return _ask(request, key, show(typed, user=user, now=now), typed)
    if "save" in request.POST or "back" in request.POST:
        draft = save(request, request.user, key)
        if "back" in request.POST and draft:
            return redirect("referrals:page", draft.key, name)
        if draft:
            messages.success(request, f"We have saved your answers for {settings.DRAFT_DAYS} days.")
        return redirect("referrals:list")
    form = asked(request.POST, typed=typed, user=user, now=now)
    if stops := form.stops():
        others = {box: values for box, values in typed.items() if not asked.asks(box)}
        whole = others | dict(asked.own(dict(request.POST.lists())).lists())
        return _stop(request, key, stops, whole, page=name)
    draft = save(request, request.user, key)
    if not form.is_valid():
        return _mend(request, key, form, typed, draft)
    if draft is None:
        return _sent_already(request, key)
    if name == WHO and any(typed.get(box) != draft.typed.get(box) for box in WHO_IT_IS):
        _note_seen(draft, [], now)  # who was looked at looked like somebody else
    if name == WHO and _unseen(_alike(draft, form.cleaned_data), draft):
        address = reverse("referrals:alike", args=[draft.key])
        return redirect(f"{address}?check" if "check" in request.GET else address)
    return _onward(request, draft, name)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def alike(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Asked as soon as page 1 says who it is: open referrals that look like the same person. A press goes on.

    The draft remembers which were seen, so that sending asks only about others.
    """
    draft = ReferralDraft.objects.of(request.user).filter(key=key).first()
    if draft is None:
        return _sent_already(request, key)
    now = timezone.now()
    person = submission_forms.PAGES[WHO].judged(draft.typed, user=request.user, now=now)
    if not person.is_valid():
        return redirect("referrals:page", key, WHO)
    found = _alike(draft, person.cleaned_data)
    if request.method == "POST":
        shown = request.POST.getlist("seen")  # one that was sent meanwhile was not
        seen = [*draft.typed.get(SEEN, []), *(each for each in _unseen(found, draft) if each in shown)]
        _note_seen(draft, seen, now)
    if _unseen(found, draft):
        back = reverse("referrals:page", args=[key, WHO])
        context = {"found": _shown(found), "back": f"{back}?check" if "check" in request.GET else back}
        return render(request, "referrals/submission/alike.html", context)
    return _onward(request, draft, WHO)


@require_http_methods(["GET", "HEAD", "POST"])
@rescued
@for_members
def check(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Every answer once more, then send. What is missing or no longer right leads to its page."""
    draft = ReferralDraft.objects.of(request.user).filter(key=key).first()
    if draft is None:
        return _sent_already(request, key)
    _taking_referrals(request, key)
    now = timezone.now()
    pages = submission_forms.judged(draft.typed, user=request.user, now=now)
    for name, form in pages.items():
        if not form.is_valid():
            address = reverse("referrals:page", args=[key, name])
            return redirect(f"{address}?mend" if form.data else address)
    if request.method != "POST":
        rows = submission_forms.shown(pages)
        more = set(submission_forms.OPTIONAL) - {name for name, *_ in rows}
        last = [name for name in pages if name in submission_forms.PAGES][-1]
        context = {"key": key, "rows": rows, "more": more, "last": last}
        return render(request, "referrals/submission/check.html", context)
    told = submission_forms.facts(pages)
    if stops := safety.stops(told["answers"]):
        return _stop(request, key, stops, draft.typed, page="safety" if "safety" in pages else "consent")
    alike = _alike(draft, told)
    if _unseen(alike, draft) and "again" not in request.POST:
        context = {"found": _shown(alike), "back": reverse("referrals:check", args=[key]), "sending": True}
        return render(request, "referrals/submission/alike.html", context)
    try:
        referral = submission.submit(
            submission_key=key,
            by=request.user,
            now=now,
            although=_references(alike),
            hints=draft.typed.get("suggested", []),
            **told,
        )
    except submission.ReferralRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("referrals:check", key)
    drafts.forget(key=key, user=request.user)
    return redirect("referrals:done", reference=referral.reference)


@require_GET
@for_members
def done(request: SignedInRequest, reference: str) -> HttpResponse:
    referral = own(request, reference)
    now = timezone.now()
    asked = clinician_requests.asked_about(referral)
    receipts = Message.objects.about("referral", referral.pk).filter(kind="referral_receipt")
    context = {
        "referral": referral,
        "receipt": email_status.said(
            receipts, whom=f"a confirmation to {referral.submitted_by.email}", now=now
        ),
        "asked": asked,
        "asked_told": clinician_requests.asked_before(asked, now=now) if asked else "",
    }
    return render(request, "referrals/submission/done.html", context)


@require_GET
@never_cache
@login_required
def practices(request: SignedInRequest) -> JsonResponse:
    """GP practices that match what was typed, the nearest first; `more` where there are others."""
    found = practice_lookup.practices(searched_for(request.GET.get("q", "")), near=request.user)
    listed = [
        {"code": place.ods_code, "name": place.name, "town": place.town, "postcode": place.postcode}
        for place in found.practices
    ]
    return JsonResponse({"practices": listed, "more": found.more})


def _taking_referrals(request: SignedInRequest, key: UUID) -> None:
    """Raises NotSignedOff while the health texts are not signed off; what was typed is in the draft by then."""
    try:
        require_signed_off(now=timezone.now(), heading=NO_REFERRALS)
    except NotSignedOff:
        if request.method == "POST" and save(request, request.user, key):
            messages.success(request, f"We have saved your answers for {settings.DRAFT_DAYS} days.")
        raise


def _typed(request: SignedInRequest, key: UUID) -> dict | None:
    """What this person typed into this draft so far; None when the referral was sent already."""
    draft = ReferralDraft.objects.of(request.user).filter(key=key).first()
    if draft is not None:
        return draft.typed
    sent = Referral.objects.filter(submission_key=key, submitted_by=request.user)
    return None if sent.exists() else {}


def _sent_already(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A second press, or the way back from a referral that is sent: to the page that says so."""
    mine = Referral.objects.for_member(request.user).filter(submitted_by=request.user)
    return redirect("referrals:done", reference=get_object_or_404(mine, submission_key=key).reference)


def _onward(request: SignedInRequest, draft: ReferralDraft, name: str) -> HttpResponse:
    """The page after this one, or the last look at the answers."""
    way = submission_forms.on_the_way(draft.typed, user=request.user, now=timezone.now())
    if "check" not in request.GET and name in way[:-1]:
        return redirect("referrals:page", draft.key, way[way.index(name) + 1])
    return redirect("referrals:check", draft.key)


def _alike(draft: ReferralDraft, told: Mapping[str, Any]) -> ReferralQuerySet:
    asked = ("given_name", "family_name", "date_of_birth", "postcode", "nhs_number")
    facts = {name: told[name] for name in asked}
    return submission.possible_duplicates(user=draft.user, submission_key=draft.key, **facts)


def _references(alike: ReferralQuerySet) -> list[str]:
    return [each.reference for each in alike[: submission.MOST_ALIKE]]


def _unseen(alike: ReferralQuerySet, draft: ReferralDraft) -> list[str]:
    return [each for each in _references(alike) if each not in draft.typed.get(SEEN, [])]


def _note_seen(draft: ReferralDraft, seen: list[str], now: datetime) -> None:
    drafts.save(
        key=draft.key,
        user=draft.user,
        now=now,
        keep_days=settings.DRAFT_DAYS,
        typed={SEEN: seen},
        replacing=SEEN.__eq__,
    )
    draft.typed[SEEN] = seen


def _shown(alike: ReferralQuerySet) -> ReferralQuerySet:
    return hold_display.noted(alike)[: submission.MOST_ALIKE]


def _mend(
    request: SignedInRequest,
    key: UUID,
    form: submission_forms.Page,
    typed: submission_forms.Typed,
    draft: ReferralDraft | None,
) -> HttpResponse:
    """The errors by a GET, so that the browser's Back comes through this page and does not ask to send it again.

    Not where the draft could not keep it as it was typed (a line far too long): that page is the answer itself.
    """
    kept = {box: values for box, values in form.own(draft.typed if draft else {}).lists() if any(values)}
    sent = {box: values for box, values in form.own(dict(request.POST.lists())).lists() if any(values)}
    if kept != sent:
        return _ask(request, key, form, typed)
    address = reverse("referrals:page", args=[draft.key if draft else key, form.name])
    return redirect(f"{address}?mend{'&check' if 'check' in request.GET else ''}")


def _ask(
    request: SignedInRequest, key: UUID, form: submission_forms.Page, typed: submission_forms.Typed
) -> HttpResponse:
    names = submission_forms.on_the_way(typed, user=request.user, now=timezone.now())
    number = names.index(form.name) + 1 if form.name in names else 0  # 0: an optional page has none
    address = reverse("referrals:page", args=[key, form.name])
    form.action = f"{address}?check" if "check" in request.GET else address
    if "practice" in form.fields:
        form.fields["practice"].widget.attrs["data-practice-lookup"] = reverse("referrals:practices")
    back = (
        reverse("referrals:page", args=[key, names[number - 2]]) if number > 1 else reverse("referrals:list")
    )
    context = {
        "form": form,
        "number": number,
        "pages": len(names),
        "minimum_age": settings.MINIMUM_AGE,
        "back_url": reverse("referrals:check", args=[key]) if "check" in request.GET or not number else back,
        "first": number == 1 and not typed,
        "wait": wait() if number == 1 else None,
        "suggested": submission_forms.suggested(typed) if form.name in ("consent", "safety") else [],
    }
    return render(request, "referrals/submission/page.html", context)


def _stop(
    request: SignedInRequest,
    key: UUID,
    stops: list[safety.Stop],
    typed: submission_forms.Typed,
    *,
    page: str,
) -> HttpResponse:
    """A safety list stops the referral: nothing about the person is kept, only that it was stopped, and where."""
    drafts.forget(key=key, user=request.user)
    person = submission_forms.PAGES["patient"].judged(typed, user=request.user, now=timezone.now())
    person.is_valid()
    place = person.cleaned_data.get("organisation")
    count_stops(stops=stops, organisation=place, by=request.user, now=timezone.now())
    boxes = [
        (name, value) for name, values in typed.items() for value in values if submission_forms.asked(name)
    ]
    context = {"stops": stops, "key": key, "page": page, "typed": boxes}
    return render(request, "referrals/submission/stop.html", context)
