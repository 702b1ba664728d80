"""Officers' pages about proposals that are kept: asking for one, reading it, moving people in it, saying yes."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import moment
from core.errors import Refused
from design.fields import LineField, RadioField
from design.forms import DesignedForm, refusals_told
from participants.display import tell_apart
from referrals.screening import eligibility
from referrals.work_rows import waiting_in_words
from sessions.cohorts import meeting_times
from sessions.cohorts.meeting_times import times_in_words
from sessions.models import Cohort, Proposal, ProposedPlace
from sessions.proposals import approval, pool
from sessions.proposals import services as proposals

SHOWN, LIST = 200, 30  # people without a place; proposals
MOST_WEEKS = 104
BOXES = {"cohort": "cohorts", "how": "hows"}  # the ids of their questions on the pages
STATES = Proposal.State
PROVEN = {
    "flow": "No arrangement places more people.",
    "milp": "No arrangement places more people.",
    "time limit": "We ran out of time to check for a better arrangement. This one follows every rule.",
}


class PutForm(DesignedForm):
    """Where a person of a proposal is put instead, and why."""

    cohort = RadioField(label="Which group?")
    why = LineField(label="Why?", noun="the reason", max_length=500, required=False)

    def __init__(self, *args: object, among: Iterable[str], choose: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cohort"].choices = [(each, each) for each in (*among, "none")]
        self.fields["cohort"].error_messages = {"required": choose, "invalid_choice": choose}


class ApproveForm(DesignedForm):
    """What happens to the people of a proposal, and what was on the page that showed them."""

    CHOOSE = "Choose what we should do."

    how = RadioField(choices=Proposal.How.choices, missing=CHOOSE, error_messages={"invalid_choice": CHOOSE})
    seen = forms.CharField(required=False)


class ProposalPages(AdminPages[Cohort]):
    def proposals(self, request: HttpRequest) -> HttpResponse:
        """Ask for one; and those that there are."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        now, problem, about = timezone.now(), "", ""
        cohorts = list(pool.taking_people(now))
        ticked = {int(pk) for pk in request.POST.getlist("cohort") if re.fullmatch(r"[0-9]{1,18}", pk)}
        weeks = request.POST.get("weeks", "").strip()
        if request.method == "POST":
            try:
                proposal = self._ask_for(request, [each for each in cohorts if each.pk in ticked], weeks, now)
            except Refused as refused:
                problem = str(refused)
                about = "cohorts" if isinstance(refused, proposals.NoCohortChosen) else "weeks"
            else:
                return redirect("admin:cohort_sessions_cohort_proposal", proposal.pk)
        kept = Proposal.objects.newest_first().select_related("asked_by", "approved_by")
        kept = kept.annotate(placed=Count("rows", filter=Q(rows__cohort__isnull=False)))
        return self.show(
            request,
            "proposal/list",
            "Proposals",
            cohorts=[
                (
                    each,
                    times_in_words(meeting_times.times_of(each.sessions.all())),
                    each.capacity - each.taken,
                )
                for each in cohorts
            ],
            ticked=ticked if request.method == "POST" else {each.pk for each in cohorts},
            weeks=weeks,
            problem=problem,
            at=about,
            errors=bool(problem),
            kept=[(each, moment(each.asked_at)) for each in kept[:LIST]],
        )

    def _ask_for(self, request: HttpRequest, cohorts: list[Cohort], weeks: str, now: datetime) -> Proposal:
        if weeks and not (re.fullmatch(r"[0-9]{1,3}", weeks) and int(weeks) <= MOST_WEEKS):
            raise Refused(f"Enter a number of weeks from 0 to {MOST_WEEKS}.")
        return proposals.request_proposal(
            cohorts=cohorts, waited_weeks=int(weeks or 0), by=user_of(request), now=now
        )

    def proposal(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal, now = self._proposal(request, pk), timezone.now()
        if proposal.state not in (STATES.READY, STATES.APPROVED):
            abandoned = Proposal.objects.abandoned(now).filter(pk=proposal.pk).exists()
            return self.show(
                request,
                "proposal/waiting",
                "Making a proposal",
                proposal=proposal,
                failed=proposal.state == STATES.FAILED or abandoned,
            )
        rows = self._rows(proposal, now)
        moved = sum(row.cohort_id != row.proposed_id for row in rows)
        ready = proposal.state == STATES.READY
        found = pool.load_pool_of(proposal, now) if ready else None
        return self.show(
            request,
            "proposal/proposal",
            "A proposal",
            proposal=proposal,
            asked=moment(proposal.asked_at),
            approved=proposal.approved_at and moment(proposal.approved_at),
            ready=ready,
            # Of a proposal that is carried out, each row says what became of it.
            eligibility=_eligibility(rows) if ready else {},
            cards=_cards(rows),
            unplaced=[row for row in rows if row.cohort is None][:SHOWN],
            unplaced_count=sum(row.cohort is None for row in rows),
            placed=sum(row.cohort is not None for row in rows),
            # What was proven is proven of the proposal as it was made, and of no other.
            proven="" if moved else PROVEN.get(proposal.proof, ""),
            moved=moved,
            gap=(proposal.bound_people - proposal.people, proposal.bound_score - proposal.score),
            changed=proposals.changed_since(proposal, found) if found else [],
            small=settings.SMALL_NUMBER,
            unfinished=not ready and any(row.cohort and not row.outcome for row in rows),
            to_call=0 if ready else _to_call(rows),
        )

    def proposal_move(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """Put one person somewhere else: what it costs is shown before it is done."""
        proposal, now = self._proposal(request, pk), timezone.now()
        one = self._rows(proposal, now, pk=row)
        if not one:
            raise Http404
        found, known = pool.load_pool_of(proposal, now), _eligibility(one)
        barred = known[one[0].referral_id].bars
        # Whoever may not be placed can only be taken out.
        choices = {} if barred else {str(cohort.pk): cohort for cohort in found.cohorts.values()}
        choose = known[one[0].referral_id].why if barred else "Choose a group, or none."
        form = PutForm(request.POST if request.method == "POST" else None, among=choices, choose=choose)
        wanted = "" if "cohort" in form.errors else form["cohort"].value() or ""
        cohort = choices.get(wanted)
        same = (cohort and cohort.pk) == one[0].cohort_id
        if cohort is not None and not same and proposals.room_left(proposal, cohort) < 1:
            form.add_error("cohort", proposals.NoRoom.sentence)
        # A yes is to what was shown: whoever picked another cohort since sees first what that would mean.
        if form.is_valid() and form.data.get("step") == "confirm" and form.data.get("shown") == wanted:
            with form.refusals("cohort"):
                why = form.cleaned_data["why"]
                proposals.move(row=one[0], cohort=cohort, by=user_of(request), now=now, why=why)
                self.message_user(request, f"{one[0].referral.reference} is moved.", messages.SUCCESS)
                return redirect("admin:cohort_sessions_cohort_proposal", proposal.pk)
        return self.show(
            request,
            "proposal/move",
            f"Change group: {one[0].referral.participant}",
            proposal=proposal,
            row=one[0],
            eligibility=known,
            barred=barred,
            choices=[
                (pk, each, times_in_words(meeting_times.times_of(each.sessions.all())))
                for pk, each in choices.items()
            ],
            wanted=wanted,
            why=form["why"].value() or "",
            **_problem(form),
            before=proposals.worth(proposal),
            after=wanted and proposals.worth(proposal, instead={one[0].pk: cohort.pk if cohort else None}),
            broken=found.rules_broken(one[0].referral_id, cohort.pk) if cohort else [],
        )

    def proposal_approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everybody whom it concerns, what each will get, and what has changed since; then the yes."""
        proposal, now = self._proposal(request, pk), timezone.now()
        form = ApproveForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            with refusals_told(request):
                approval.approve(proposal=proposal, by=user_of(request), now=now, **form.cleaned_data)
                self.message_user(request, "Approved. We are doing this now.", messages.SUCCESS)
            return redirect("admin:cohort_sessions_cohort_proposal", proposal.pk)
        rows = [row for row in self._rows(proposal, now) if row.cohort]
        known = _eligibility(rows)
        return self.show(
            request,
            "proposal/approve",
            "Approve this proposal?",
            proposal=proposal,
            eligibility=known,
            barred=sum(
                any(bar.tag != eligibility.CALL_FIRST for bar in each.bars) for each in known.values()
            ),
            to_call=_to_call(rows),
            cards=_cards(rows),
            changed=proposals.changed_since(proposal, pool.load_pool_of(proposal, now)),
            hows=Proposal.How.choices,
            seen=approval.fingerprint(proposal),
            **_problem(form),
            ready=proposal.state == STATES.READY,
        )

    def _proposal(self, request: HttpRequest, pk: int) -> Proposal:
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = Proposal.objects.select_related("asked_by", "approved_by").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _rows(self, proposal: Proposal, now: datetime, **only: int) -> list[ProposedPlace]:
        rows = proposal.rows.filter(**only).select_related(
            "referral__participant__readiness", "cohort__programme", "proposed", "moved_by"
        )
        found = list(
            rows.prefetch_related(
                "referral__participant__needs", "referral__participant__availability", "cohort__sessions"
            ).order_by("position")
        )
        tell_apart((row.referral.participant, None) for row in found)
        for row in found:
            row.waited = _waited(row, now)
        return found


def _problem(form: DesignedForm) -> dict[str, Any]:
    """What these pages show at their top: the first problem, and the box that it is about."""
    for name, found in form.errors.items():
        return {"problem": found[0], "at": BOXES.get(name, name), "errors": True}
    return {"problem": "", "at": "", "errors": False}


def _eligibility(rows: list[ProposedPlace]) -> dict[int, eligibility.Eligibility]:
    return eligibility.of(row.referral_id for row in rows)


def _waited(row: ProposedPlace, now: datetime) -> str:
    """What the list of referrals says of everybody who waits: `referrals.work_rows.waiting_in_words`."""
    since = row.referral.opted_in_at
    row.referral.waiting_days = max(0, (now - since).days) if since else 0
    row.referral.long_wait = row.waited_long
    words = waiting_in_words(row.referral)
    return words[:1].lower() + words[1:]


def _to_call(rows: list[ProposedPlace]) -> int:
    """How many of these are offered or given nothing until we have called them, or a restore is confirmed."""
    to_do = ProposedPlace.objects.filter(pk__in=[row.pk for row in rows]).to_do()
    return to_do.filter(approval.CALL_FIRST).count()


def _cards(rows: list[ProposedPlace]) -> list[dict]:
    """Each cohort that receives somebody, with who and why in the one order; the fullest first."""
    by_cohort = defaultdict(list)
    for row in rows:
        if row.cohort:
            by_cohort[row.cohort].append(row)
    cards = [
        {
            "cohort": cohort,
            "when": times_in_words(meeting_times.times_of(cohort.sessions.all())),
            "rows": theirs,
            "room": cohort.capacity - cohort.taken,
            "too_few": cohort.taken + len(theirs) < cohort.programme.minimum_to_start,
        }
        for cohort, theirs in by_cohort.items()
    ]
    return sorted(cards, key=lambda card: (-len(card["rows"]), card["cohort"].pk))
