"""The engine: from a problem to who is placed where, with what proves it."""

from dataclasses import dataclass

from sessions.allocation import assignment, checks, cohort_selection
from sessions.allocation.equivalence_classes import Types, made
from sessions.allocation.min_cost_flow import flow
from sessions.allocation.problem import Code, Problem, in_order

FLOW, MILP, TIME_LIMIT = "flow", "milp", "time limit"
SECONDS = 60.0  # our goal: the best for 10,000 people is proven within so many


class NotSound(Exception):
    """The engine made something that its own checks refuse: a fault in the engine, never in the problem."""


@dataclass(frozen=True)
class Proposal:
    """Who is placed where, and how good that is.

    Bounds are what could be reached at most: `bound_people` with as many long waiters, `bound_score` with as many people
    too. With the proof "flow" or "milp" they are what was reached. `solver_seconds` is the solver's own count.
    """

    problem: Problem
    placed: dict[Code, Code]  # cohort by person, in the order of the people's ids
    long_waiters: int
    people: int
    score: int
    bound_long_waiters: int
    bound_people: int
    bound_score: int
    proof: str
    solver_seconds: float

    @property
    def opened(self) -> list[Code]:
        """Candidates that receive somebody."""
        used = set(self.placed.values())
        return in_order([one.id for one in self.problem.cohorts if one.candidate and one.id in used])


def solve(problem: Problem, *, seconds: float = SECONDS, counting_only: bool = False) -> Proposal:
    """The best placing: most long waiters, then most people, then the largest score; ties by longest wait, then id.

    The same problem gives the same answer, in whatever order it is written down. `seconds` limits the solver where whole
    cohorts have to be decided on; what it then could not prove is told by the bounds. `counting_only` leaves the score out.
    """
    types = made(problem)
    if not types.apart and (placed := _as_flow(types)) is not None:
        if not checks.best_without_minimum(problem, placed, types.ordered):
            raise NotSound("a better placing exists")
        return _proposal(problem, placed, FLOW)
    aims: tuple[str, ...] = cohort_selection.AIMS[:2] if counting_only else cohort_selection.AIMS
    if not counting_only and len(problem.people) <= cohort_selection.MOST_FOR_TIES:
        aims += cohort_selection.TIES
    placing, seated = _whole(types, aims, seconds, {})
    if seated is None:  # groups that fit in number but do not pack: every cohort is looked at on its own
        known = {aim: reached.bound for aim, reached in placing.reached.items()}
        used = placing.seconds
        placing, seated = _whole(made(problem, alike=False), aims, max(seconds - used, seconds / 4), known)
        placing.seconds += used
    if seated is None:
        raise NotSound("the cohorts that run do not hold who comes")
    return _proposal(problem, seated, MILP, placing)


def _as_flow(types: Types) -> assignment.Placed | None:
    """The placing as if there were no minimum and no budget, if it turns out to keep them."""
    coming = flow(types, types.places)
    chosen = assignment.running(types, [len(people) for people in coming])
    return None if chosen is None else assignment.seated(chosen, [[] for _ in chosen], coming)


def _whole(
    types: Types, aims: tuple[str, ...], seconds: float, known: dict[str, int]
) -> tuple[cohort_selection.Placing, assignment.Placed | None]:
    placing = cohort_selection.place(types, aims=aims, seconds=seconds, at_most=known)
    # The solver says how many each kind takes; who they are is the flow's to say, ties included.
    return placing, assignment.seated(placing.chosen, placing.groups, flow(types, placing.coming))


def _proposal(
    problem: Problem, placed: dict[Code, Code], proof: str, placing: cohort_selection.Placing | None = None
) -> Proposal:
    if wrong := checks.faults(problem, placed):
        raise NotSound(wrong[0])
    people = [person for person in problem.people if person.id in placed]
    long = sum(problem.is_long(person) for person in people)
    score = sum(person.score for person in people)
    values = bounds = (long, len(people), score)
    if placing is not None:
        most = [placing.reached[aim].bound if aim in placing.reached else 0 for aim in cohort_selection.AIMS]
        bounds = (max(long, most[0]), max(len(people), most[1]), max(score, most[2]))
        if bounds != values:
            proof = TIME_LIMIT
    ordered = {code: placed[code] for code in in_order(list(placed))}
    return Proposal(
        problem,
        ordered,
        long,
        len(people),
        score,
        *bounds,
        proof=proof,
        solver_seconds=placing.seconds if placing else 0.0,
    )
