"""A yes to a proposal, and what becomes of it: each place is offered or given, and decided again at that moment.

Approving claims the proposal once. Each person has a transaction of their own, in the one order; a worker that dies
leaves the rest for the next sweep.
"""

import hashlib
import logging
from collections import Counter
from datetime import datetime
from typing import cast

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from core.errors import Busy, ChangedMeanwhile, Refused, refusing
from participants.restores import call_first
from sessions.models import Cohort, Proposal, ProposedPlace
from sessions.places import offers, placement
from sessions.proposals import pool
from sessions.proposals.services import NotReady

log = logging.getLogger(__name__)
State, Outcome = Proposal.State, ProposedPlace.Outcome
CALL_FIRST = call_first.being_checked("referral__participant")
CHANGED = (
    "Nothing changed. A colleague has moved people in this proposal since you opened it. Check it again."
)


def approve(*, proposal: Proposal, how: str, by: User, now: datetime, seen: str | None = None) -> Proposal:
    """Say yes, once: `carry_out` then offers or gives the places. Raises NotReady when somebody was quicker.

    `seen` is the `fingerprint` of what was on the page: raises ChangedMeanwhile where it is another now.
    """
    with refusing():
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if proposal.state != State.READY:
            raise NotReady
        if seen not in (None, fingerprint(proposal)):
            raise ChangedMeanwhile(CHANGED)
        proposal.state, proposal.how = State.APPROVED, Proposal.How(how)
        proposal.approved_at, proposal.approved_by = now, by
        proposal.save(update_fields=["state", "how", "approved_at", "approved_by"])
    return proposal


def fingerprint(proposal: Proposal) -> str:
    """What was on the page that somebody said yes to: who is where. It changes with every move."""
    rows = proposal.rows.order_by("pk").values_list("pk", "cohort_id")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def carry_out(*, proposal: Proposal, now: datetime) -> Counter[str]:
    """Offer or give each place of an approved proposal that has no outcome yet, in the one order; how many of each.

    Who no longer fits is told, not offered blindly, unless an officer put them there. Whom we must call after a restore
    waits for the call, or until the restore is confirmed. May run twice or beside itself.
    """
    found = pool.load_pool_of(proposal, now)
    outcomes: Counter[str] = Counter()
    waiting = proposal.rows.to_do().exclude(CALL_FIRST).order_by("position")
    for pk in list(waiting.values_list("pk", flat=True)):
        outcomes[_carry_out(pk, proposal, found, now)] += 1
    del outcomes[Outcome.NONE]
    return outcomes


def carry_out_approved(*, now: datetime) -> int:
    """Go on with every approved proposal that a worker left unfinished; how many rows were settled."""
    to_do = ProposedPlace.objects.filter(proposal=OuterRef("pk")).to_do().exclude(CALL_FIRST)
    unfinished = Proposal.objects.filter(Exists(to_do), state=State.APPROVED)
    done = 0
    for proposal in unfinished.select_related("approved_by").order_by("approved_at"):
        done += sum(carry_out(proposal=proposal, now=now).values())
    return done


def _carry_out(pk: int, proposal: Proposal, found: pool.Pool, now: datetime) -> str:
    try:
        with transaction.atomic():
            rows = ProposedPlace.objects.select_for_update(of=("self",), skip_locked=True)
            row = rows.select_related("referral", "cohort").filter(pk=pk, outcome="").first()
            if row is None or row.cohort is None:
                return Outcome.NONE
            row.outcome, row.outcome_words = _try(row, row.cohort, proposal, found, now)
            row.save(update_fields=["outcome", "outcome_words"])
            return row.outcome
    except SoftTimeLimitExceeded:
        raise  # the worker's time is over: the next sweep goes on
    except Busy:
        return Outcome.NONE  # somebody changes the cohort at this moment: the next sweep tries again
    except Exception:
        # One faulty row must not keep the others waiting. Which one it was stands on the page, nothing in the log.
        log.exception("a row of a proposal could not be carried out")
        words = "Something went wrong. Place this person yourself."
        ProposedPlace.objects.filter(pk=pk, outcome="").update(outcome=Outcome.REFUSED, outcome_words=words)
        return Outcome.REFUSED


def _try(
    row: ProposedPlace, cohort: Cohort, proposal: Proposal, found: pool.Pool, now: datetime
) -> tuple[str, str]:
    if row.moved_by_id is None and (broken := found.rules_broken(row.referral_id, cohort.pk)):
        return Outcome.REFUSED, " ".join(broken)[:500]
    by = cast(User, proposal.approved_by)
    try:
        if proposal.how == Proposal.How.OFFER:
            offers.offer(referral=row.referral, cohort=cohort, by=by, now=now)
            return Outcome.OFFERED, ""
        placement.place(referral=row.referral, cohort=cohort, by=by, now=now)
        return Outcome.PLACED, ""
    except Busy:
        raise
    except Refused as refused:
        return Outcome.REFUSED, str(refused)[:500]
