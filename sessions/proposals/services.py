"""Proposals that are kept: asked for, made by a worker, and changed by officers with a reason.

A worker takes the next one with SKIP LOCKED, so that two do no harm; one whose worker died is told as failed. What
becomes of it after the yes is `sessions.proposals.approval`.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import User
from core.errors import ReasonMissing, Refused, refusing
from referrals.screening import eligibility
from sessions import allocation
from sessions.allocation.problem import first_to_be_placed_first
from sessions.models import Cohort, Proposal, ProposedPlace
from sessions.places.common import NotSafeYet
from sessions.proposals import explanations, pool

SECONDS = 60.0  # that the solver may take: allocation.solver
MORE_SECONDS = 30.0  # for what one more cohort would do
State = Proposal.State


class NoCohortChosen(Refused):
    sentence = "Choose at least one group that is open for placements."


class NotReady(Refused):
    sentence = "Nothing changed. This proposal can no longer be changed or approved. Reload the page."


class WhyMissing(ReasonMissing):
    sentence, field = "Enter a reason. We keep it with the proposal.", "why"


class NoMove(Refused):
    sentence = "They are already there. Choose another group, or “None”."


class NoRoom(Refused):
    sentence = "This group has no free place left in this proposal. Take someone out of it first."


def request_proposal(*, cohorts: list[Cohort], waited_weeks: int, by: User, now: datetime) -> Proposal:
    """Ask for a proposal over these cohorts and everybody who waited at least so many weeks. A worker makes it."""
    if not cohorts:
        raise NoCohortChosen
    return Proposal.objects.create(
        asked_at=now,
        asked_by=by,
        cohorts=sorted(cohort.pk for cohort in cohorts),
        waited_weeks=waited_weeks,
        progress="Waiting to start",
    )


def make_asked(*, now: datetime, most: int = 100) -> int:
    """Make proposals that were asked for, the longest first; how many. Those of a dead worker fail.

    One at a time in the whole service, so that no more than one worker is kept from sending messages.
    """
    Proposal.objects.abandoned(now).update(
        state=State.FAILED, settled_at=now, progress="It took too long. Ask for it again."
    )
    made = 0
    while made < most and (proposal := _claim(now)):
        try:
            _make(proposal, now)
        except Exception:
            Proposal.objects.filter(pk=proposal.pk, state=State.WORKING).update(
                state=State.FAILED, settled_at=now, progress="Something went wrong. Ask for it again."
            )
            raise
        made += 1
    return made


def _claim(now: datetime) -> Proposal | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('proposal'))")
        if not cursor.fetchone()[0] or Proposal.objects.filter(state=State.WORKING).exists():
            return None
        asked = Proposal.objects.select_for_update(skip_locked=True).filter(state=State.ASKED)
        proposal = asked.order_by("asked_at", "pk").first()
        if proposal is not None:
            proposal.state, proposal.started_at = State.WORKING, now
            proposal.progress = "Reading the waiting list"
            proposal.save(update_fields=["state", "started_at", "progress"])
    return proposal


def _make(proposal: Proposal, now: datetime) -> None:
    began = time.monotonic()
    found = pool.load_pool_of(proposal, now)
    _say(proposal, f"Finding places for {len(found.people)} people")
    solved = allocation.solve(found.problem, seconds=SECONDS)
    _say(proposal, "Checking what another group would add")
    changes = allocation.best_changes(solved, seconds=MORE_SECONDS)
    first_come = allocation.first_come_first_served(found.problem)
    with transaction.atomic():
        kept = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if kept.state != State.WORKING:
            return  # it was given up meanwhile
        ProposedPlace.objects.bulk_create(_rows(kept, found, solved), batch_size=500)
        kept.seconds = time.monotonic() - began
        kept.state, kept.progress = State.READY, ""
        kept.settled_at = now + timedelta(seconds=kept.seconds)
        kept.considered, kept.first_come = len(found.people), len(first_come)
        kept.people, kept.score, kept.proof = solved.people, solved.score, solved.proof
        kept.bound_people, kept.bound_score = solved.bound_people, solved.bound_score
        kept.told = explanations.proposal_record(found, solved, first_come, changes, now=now)
        kept.save()


def _say(proposal: Proposal, progress: str) -> None:
    Proposal.objects.filter(pk=proposal.pk, state=State.WORKING).update(progress=progress)


def _rows(proposal: Proposal, found: pool.Pool, solved: allocation.Proposal) -> list[ProposedPlace]:
    why = {
        reason.person: allocation.sentence(reason, name=explanations.names(found))
        for reason in allocation.explained(solved)
    }
    return [
        ProposedPlace(
            proposal=proposal,
            referral_id=person.id,
            position=position,
            waited_long=found.problem.is_long(person),
            score=person.score,
            cohort_id=solved.placed.get(person.id),
            proposed_id=solved.placed.get(person.id),
            reason=why[person.id][:500],
        )
        for position, person in enumerate(first_to_be_placed_first(found.problem))
    ]


# --- What officers make of it -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """What an arrangement is worth, by the aims of the engine in their order."""

    long_waiters: int
    people: int
    score: int


def worth(proposal: Proposal, *, instead: dict[int, int | None] | None = None) -> Cost:
    """The proposal as it stands, or with these rows in other cohorts (by number; None: nowhere)."""
    rows = proposal.rows.values_list("pk", "cohort_id", "waited_long", "score")
    placed = [
        (long, score) for pk, cohort, long, score in rows if (instead or {}).get(pk, cohort) is not None
    ]
    return Cost(sum(long for long, _ in placed), len(placed), sum(score for _, score in placed))


def move(*, row: ProposedPlace, cohort: Cohort | None, by: User, now: datetime, why: str) -> ProposedPlace:
    """Put a person of a proposal into another cohort, or into none.

    Raises NotReady, ReasonMissing, NoMove, NoRoom, or NotSafeYet for a cohort where they may not be placed.
    """
    if not why.strip():
        raise WhyMissing
    with refusing():
        proposal = Proposal.objects.select_for_update().get(pk=row.proposal_id)
        if proposal.state != State.READY:
            raise NotReady
        rows = ProposedPlace.objects.select_for_update(of=("self",)).select_related("referral")
        row = rows.get(pk=row.pk)
        if (cohort and cohort.pk) == row.cohort_id:
            raise NoMove
        if cohort is not None:
            if blockers := eligibility.blockers(row.referral):
                raise NotSafeYet(" ".join(blockers))
            cohort.refresh_from_db()
            if room_left(proposal, cohort) < 1:
                raise NoRoom
        row.cohort, row.moved_at, row.moved_by, row.moved_why = cohort, now, by, why.strip()[:500]
        row.save(update_fields=["cohort", "moved_at", "moved_by", "moved_why"])
    return row


def room_left(proposal: Proposal, cohort: Cohort) -> int:
    """Free places of the cohort now, less those that this proposal gives."""
    return cohort.capacity - cohort.taken - proposal.rows.filter(cohort=cohort).count()


def changed_since(proposal: Proposal, found: pool.Pool) -> list[str]:
    """What of the world is different from when this proposal was made, in sentences; nothing where nothing is."""
    before, free = set(proposal.told.get("people", [])), proposal.told.get("free", {})
    said = []
    if gone := before - set(found.people):
        said.append(_count(len(gone), "is", "are") + " no longer able to be placed.")
    if come := set(found.people) - before:
        said.append(
            _count(len(come), "has", "have") + " joined the list since. This proposal does not include them."
        )
    now_free = {str(one.id): one.free for one in found.problem.cohorts}
    names = dict(Cohort.objects.filter(pk__in=proposal.cohorts).values_list("pk", "name"))
    for number, places_free in free.items():
        left = now_free.get(number, 0)
        if left != places_free:
            room = "1 free place" if left == 1 else f"{left} free places"
            said.append(f"{names[int(number)]} has {room} now; it had {places_free}.")
    return said


def _count(number: int, one: str, many: str) -> str:
    return f"1 person {one}" if number == 1 else f"{number} people {many}"
