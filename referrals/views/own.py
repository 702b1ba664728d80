"""An organisation's own referrals: see how each is going, take one back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from design.text import searched_for
from referrals import services, timeline
from referrals.decisions import WithdrawForm
from referrals.models import Referral, ReferralDraft
from referrals.search import FILTERS
from referrals.statuses import HAS_PLACE, TRANSITIONS, Status
from referrals.views.door import for_members, own

PAGE_SIZE = 50
SEARCH = "referral_search"  # in the log-in session: a name does not belong in an address


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
    mine = request.GET.get("mine") == "1"
    if mine:
        found = found.filter(submitted_by=request.user)
    if chosen:
        found = found.filter(status__in=FILTERS[chosen].statuses)
    rows = found.newest_first().select_related("participant", "organisation")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "referrals/list.html",
        {
            "drafts": ReferralDraft.objects.of(request.user),
            "page": page,
            "searched": searched,
            "chosen": chosen,
            "mine": mine,
            "filters": FILTERS,
        },
    )


@require_GET
@for_members
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    referral = own(request, reference)
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
    referral = own(request, reference)
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


def _may_withdraw(referral: Referral) -> bool:
    return Status.WITHDRAWN in TRANSITIONS.get(referral.status, ()) and referral.status not in HAS_PLACE
