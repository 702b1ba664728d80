"""An organisation's own referrals: see how each is going, write to the office about it, take one back."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from core.admin import CappedPaginator
from design import search_cookie
from participants import record_access
from referrals import hold_display, status_changes
from referrals.access import for_members, own
from referrals.correspondence import better_contact
from referrals.correspondence import services as correspondence
from referrals.correspondence.forms import AnswerForm
from referrals.decision_form import DecisionForm
from referrals.guidance.waiting_times_view import wait
from referrals.models import Referral, ReferralDraft, ReferralQuerySet
from referrals.screening import clinician_requests
from referrals.search import FILTERS
from referrals.statuses import ENDED, HAS_PLACE, TRANSITIONS, Status
from referrals.summary import CONTACT, as_sent
from referrals.tracking import inbox, sent_answers, status_timeline
from referrals.triage import closures
from referrals.triage import services as triage
from referrals.triage.forms import ErrorForm, WithdrawForm

PAGE_SIZE = 50
SHOWN_FIRST = 5  # of what waits for the organisation, above the list
OVER = (Status.ENTERED_IN_ERROR, Status.DIED)  # nothing more is said about these here


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def referral_list(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        response = redirect("referrals:list")
        search_cookie.remember(request, response)
        return response
    searched, now = search_cookie.recall(request), timezone.now()
    chosen = request.GET.get("show", "")
    if chosen not in FILTERS and chosen not in inbox.LABELS:
        chosen = ""
    waiting = inbox.of(request.user, now=now)
    found = Referral.objects.for_member(request.user).found_by_sender(searched)
    mine = request.GET.get("mine") == "1"
    if mine:
        found = found.filter(submitted_by=request.user)
    counts = _counts(found, waiting, sent_by=request.user.pk if mine else None, searched=bool(searched))
    if chosen in FILTERS:
        found = found.in_group(FILTERS[chosen].statuses)
    rows = hold_display.noted(inbox.answered(found.with_attendance_told()))
    if chosen in inbox.LABELS:
        rows = inbox.narrowed(inbox.wanting(rows, user=request.user, now=now), chosen)
    rows = clinician_requests.noted(rows).newest_first().select_related("organisation")
    paginator = CappedPaginator(rows, PAGE_SIZE)
    if (number := counts.get(chosen)) is not None:
        paginator.count = number
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    if searched:
        record_access.note_search(by=request.user, found=page.paginator.count, now=now)
    return render(
        request,
        "referrals/tracking/list.html",
        {
            "inbox": waiting if not (searched or chosen or mine) and page.number == 1 else None,
            "shown_first": SHOWN_FIRST,
            "drafts": ReferralDraft.objects.of(request.user),
            "page": page,
            "searched": searched,
            "chosen": chosen,
            "mine": mine,
            "filters": [
                (code, label, counts[code])
                for code, label in {
                    **{code: label for code, label in inbox.LABELS.items() if getattr(waiting, code)},
                    **{code: each.label for code, each in FILTERS.items()},
                }.items()
            ],
            "all_count": counts[""],
            "wait": wait(),
            "to_confirm": waiting.to_answer,
        },
    )


def _counts(
    found: ReferralQuerySet, waiting: inbox.Inbox, *, sent_by: int | None, searched: bool
) -> dict[str, int | None]:
    """How many referrals each filter shows, "" for all of them; None where that is not counted."""
    by_outcome: Counter[str] = Counter()
    for status, ended_as, number in (
        found.order_by().values_list("status", "ended_as").annotate(number=Count("pk"))
    ):
        by_outcome[ended_as or status] += number
    counts: dict[str, int | None] = {
        code: sum(by_outcome[status] for status in group.statuses if status != Status.CLOSED)
        for code, group in FILTERS.items()
    }
    for code, rows in ((inbox.REPLY, waiting.reply), (inbox.HOLD, waiting.hold)):
        these = [row for row in rows if sent_by in (None, row.submitted_by_id)]
        counts[code] = None if searched else len(these)
    return {**counts, "": by_outcome.total()}


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """One referral, and the notes about it: a POST is a note from the practice."""
    referral = own(request, reference)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        correspondence.answer(
            referral=referral, by=request.user, now=timezone.now(), words=form.cleaned_data["words"]
        )
        messages.success(request, "We have sent your note to the project officers.")
        return redirect("referrals:detail", reference=referral.reference)
    now = timezone.now()
    changes = referral.status_changes.select_related("by").order_by("at", "pk")
    holds = list(referral.holds.order_by("put_on_at", "pk")) if referral.was_held else []
    asked = clinician_requests.asked_about(referral)
    sought = (
        referral.status in better_contact.STILL_SOUGHT
        and better_contact.asked_about(now).filter(pk=referral.pk).exists()
    )
    wanted = sought or referral.status == Status.INFO_REQUESTED
    context = {
        "referral": referral,
        "steps": status_timeline.for_practice(
            changes,
            holds,
            referral.confirmations.select_related("confirmed_by").order_by("asked_at", "pk"),
            no_place=bool(referral.on_hold_since or referral.held_elsewhere),
        ),
        "sent": as_sent(referral),
        "contact": CONTACT,
        "safety_answers": sent_answers.shown(referral, to=request.user),
        "may_correct": better_contact.may_correct(referral),
        "notes": referral.notes.select_related("by").order_by("at", "pk"),
        "form": form if referral.status not in OVER else None,
        "asked": asked,
        "asked_told": clinician_requests.asked_before(asked, now=now) if asked else "",
        "asked_me": asked is not None and asked.account == request.user.pk,
        "hold": hold_display.shown(referral, holds, to=request.user, asked=wanted),
        "next": _next(referral, left_to_clinician=asked is not None),
        "may_withdraw": Status.WITHDRAWN in TRANSITIONS.get(referral.status, ())
        and referral.status not in HAS_PLACE,
        "sought": sought,
    }
    return render(request, "referrals/tracking/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    return _end(request, reference, WithdrawForm, triage.withdraw, "withdraw", "is withdrawn")


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def error(request: SignedInRequest, reference: str) -> HttpResponse:
    """Only before the person has a place: after that an officer looks first."""
    done = "is marked as entered in error"
    service = partial(closures.entered_in_error, with_place=False)
    return _end(request, reference, ErrorForm, service, "error", done)


def _end(
    request: SignedInRequest,
    reference: str,
    asked: type[DecisionForm],
    service: Callable[..., object],
    template: str,
    done: str,
) -> HttpResponse:
    referral = own(request, reference)
    page = reverse("referrals:detail", args=[referral.reference])
    now = timezone.now()
    form = asked(request.POST or None, referral=referral, now=now, way_out=page)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if referral.status in ENDED:
                raise status_changes.MoveNotAllowed(referral.status, Status.WITHDRAWN)
            service(referral=referral, by=request.user, now=now, **form.facts())
            messages.success(request, f"Referral {referral.reference} {done}.")
            return redirect(page)
    context = {"form": form, "referral": referral, "back_url": page}
    return render(request, f"referrals/tracking/{template}.html", context)


def _next(referral: Referral, *, left_to_clinician: bool) -> str:
    """What comes next, unless something stops it: then only a question to the practice still stands."""
    if referral.participant.died_at:
        return status_timeline.NEXT.get(Status.DIED, "") if referral.status == Status.DIED else ""
    if referral.status == Status.CLOSED and referral.outcome == Status.UNREACHABLE:
        return ""  # nothing is tried any more
    words = status_timeline.NEXT.get(referral.outcome, "")
    if referral.status == Status.INFO_REQUESTED:
        return words
    if referral.on_hold_since or hold_display.label(referral) == hold_display.ELSEWHERE:
        return ""
    if referral.held_elsewhere:
        return f"{hold_display.ELSEWHERE}."
    return "" if left_to_clinician and referral.status in (Status.WAITING, Status.OFFERED) else words
