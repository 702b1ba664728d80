"""The referrer's pages: send a referral, see how it is going, take it back."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from design.text import searched_for
from referrals import safety, services, timeline
from referrals.decisions import WithdrawForm
from referrals.forms import ReferralForm
from referrals.models import Referral
from referrals.search import FILTERS
from referrals.statuses import HAS_PLACE, TRANSITIONS, Status

PAGE_SIZE = 50
LEAST_LETTERS, MOST_PRACTICES = 3, 20
SEARCH = "referral_search"  # in the log-in session: a name does not belong in an address


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for people who work for an organisation that refers; nothing of it stays on a shared computer."""

    @wraps(view)
    @never_cache
    @login_required
    def guarded(request: HttpRequest, **kwargs) -> HttpResponse:
        if not Organisation.objects.for_user(request.user).exists():
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        return _ask(request, ReferralForm(user=request.user, now=now))
    if "back" in request.POST:
        return _ask(request, ReferralForm.refilled(request.POST, user=request.user, now=now))
    form = ReferralForm(request.POST, user=request.user, now=now)
    stops = form.stops()
    if stops:
        place = form.cleaned_data.get("organisation")
        services.record_stops(stops=stops, organisation=place, by=request.user, now=now)
        return render(
            request,
            "referrals/stop.html",
            {"stops": stops, "typed": form.typed(), "sign_off": safety.sign_off()},
        )
    if form.is_valid():
        try:
            referral = services.submit(by=request.user, now=now, **form.facts())
        except services.ReferralRefused as refusal:
            form.use_new_key()
            form.add_error(None, str(refusal))
        else:
            return redirect("referrals:done", reference=referral.reference)
    return _ask(request, form)


def _ask(request: HttpRequest, form: ReferralForm) -> HttpResponse:
    form.fields["practice"].widget.attrs["data-practice-lookup"] = reverse("referrals:practices")
    return render(request, "referrals/new.html", {"form": form, "minimum_age": settings.MINIMUM_AGE})


@require_GET
@for_members
def done(request: HttpRequest, reference: str) -> HttpResponse:
    return render(request, "referrals/done.html", {"referral": _own(request, reference)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def referral_list(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        request.session[SEARCH] = searched_for(request.POST.get("search", ""))
        return redirect("referrals:list")
    searched = request.session.get(SEARCH, "")
    chosen = request.GET.get("show", "")
    if chosen not in FILTERS:
        chosen = ""
    found = Referral.objects.for_member(request.user).found_by(searched)
    if chosen:
        found = found.filter(status__in=FILTERS[chosen].statuses)
    rows = found.newest_first().select_related("participant", "organisation")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "referrals/list.html",
        {"page": page, "searched": searched, "chosen": chosen, "filters": FILTERS},
    )


@require_GET
@for_members
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    referral = _own(request, reference)
    changes = referral.status_changes.select_related("by").order_by("at", "pk")
    context = {
        "referral": referral,
        "steps": timeline.steps(changes),
        "next": timeline.NEXT.get(Status(referral.status), ""),
        "may_withdraw": _may_withdraw(referral),
    }
    return render(request, "referrals/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    referral = _own(request, reference)
    page = reverse("referrals:detail", args=[referral.reference])
    now = timezone.now()
    form = WithdrawForm(request.POST or None, referral=referral, now=now, way_out=page)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(referral=referral, by=request.user, now=now, **form.facts())
        except services.MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Referral {referral.reference} is withdrawn.")
            return redirect(page)
    return render(request, "referrals/withdraw.html", {"form": form, "referral": referral, "back_url": page})


@require_GET
@never_cache
@login_required
def practices(request: HttpRequest) -> JsonResponse:
    """GP practices that match what was typed, at most 20; fewer than three letters match none."""
    typed = searched_for(request.GET.get("q", ""))
    found = Organisation.objects.none()
    if len(typed) >= LEAST_LETTERS:
        found = Organisation.objects.offered().matching(typed).order_by("name", "ods_code")[:MOST_PRACTICES]
    return JsonResponse({"practices": [{"code": place.ods_code, "name": place.name} for place in found]})


def _own(request: HttpRequest, reference: str) -> Referral:
    mine = Referral.objects.for_member(request.user)
    return get_object_or_404(
        mine.select_related("participant__practice", "organisation", "submitted_by"), reference=reference
    )


def _may_withdraw(referral: Referral) -> bool:
    return Status.WITHDRAWN in TRANSITIONS.get(referral.status, ()) and referral.status not in HAS_PLACE
