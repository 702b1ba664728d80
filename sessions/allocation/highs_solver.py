"""HiGHS, asked so that it answers alike each time: one thread, one seed, and only its own clock."""

import math
from typing import Any, NamedTuple

import highspy
import numpy

_NEAR = 1e-5


class _Quiet(highspy.Highs):
    def enableCallbacks(self) -> None:
        """None are wanted, and setting them up prints a greeting."""
        self.silent()


class Answer(NamedTuple):
    columns: list[float]
    value: float
    bound: float
    seconds: float


def solve(model: Any, goal: list[tuple[int, float]], *, seconds: float, start: list[float]) -> Answer:
    """The largest value of `goal` within the rows; every column of the answer is a whole number.

    `start` is feasible, and the answer if the time ends before a better one is found.
    """
    wanted = numpy.array(model.whole)
    used, bound, columns = 0.0, math.inf, numpy.array(start)
    for helped in (True, False):
        solver = _solver(model, goal, wanted, max(seconds - used, 1.0) if used else seconds)
        if helped:
            first = highspy.HighsSolution()
            first.col_value = start
            solver.setSolution(first)
        solver.run()
        used += solver.getRunTime()
        bound = min(bound, _bound(solver))
        found = numpy.array(solver.getSolution().col_value) if _has(solver) else columns
        if _worth(found, goal) >= _worth(columns, goal):
            columns = found
        # HiGHS 1.16 may hand back a given start that presolve has improved on, and tell the better value beside it.
        if not _has(solver) or abs(_worth(found, goal) - solver.getInfo().objective_function_value) < 0.5:
            break
    if _off(columns):
        # Between whole numbers of cohorts the rest is a flow, so a corner of it is whole; a heuristic may not end in one.
        held = numpy.where(wanted, numpy.round(columns), numpy.nan)
        for exact in (False, True):
            again = _solver(model, goal, numpy.full(len(wanted), exact), max(seconds - used, 1.0), held)
            again.setOptionValue("presolve", "off")
            again.run()
            used += again.getRunTime()
            if _has(again) and not _off(numpy.array(again.getSolution().col_value)):
                columns = numpy.array(again.getSolution().col_value)
                break
        else:
            columns = numpy.array(start)
    columns = numpy.round(columns)
    return Answer(columns.tolist(), _worth(columns, goal), bound, used)


def _worth(columns: Any, goal: list[tuple[int, float]]) -> float:
    return float(sum(columns[column] * factor for column, factor in goal))


def _solver(model: Any, goal: Any, whole: Any, seconds: float, held: Any = None) -> Any:
    solver = _Quiet()
    options: dict[str, str | int | float] = {
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "time_limit": float(seconds),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.5,  # every goal is a whole number
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    lower, upper = numpy.array(model.lower, float), numpy.array(model.upper, float)
    if held is not None:
        lower, upper = (
            numpy.where(numpy.isnan(held), lower, held),
            numpy.where(numpy.isnan(held), upper, held),
        )
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = len(upper), len(model.rows)
    problem.sense_ = highspy.ObjSense.kMaximize
    cost = numpy.zeros(len(upper))
    for column, factor in goal:
        cost[column] = factor
    problem.col_cost_, problem.col_lower_, problem.col_upper_ = cost, lower, upper
    infinity = highspy.kHighsInf
    problem.row_lower_ = numpy.clip([row[0] for row in model.rows], -infinity, infinity)
    problem.row_upper_ = numpy.clip([row[1] for row in model.rows], -infinity, infinity)
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = numpy.cumsum([0, *(len(row[2]) for row in model.rows)])
    problem.a_matrix_.index_ = numpy.array([column for row in model.rows for column in row[2]], int)
    problem.a_matrix_.value_ = numpy.array([factor for row in model.rows for factor in row[3]], float)
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    problem.integrality_ = [kinds[bool(one)] for one in whole]
    solver.passModel(problem)
    return solver


def _bound(solver: Any) -> float:
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        return solver.getInfo().objective_function_value
    return solver.getInfo().mip_dual_bound


def _has(solver: Any) -> bool:
    return solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible


def _off(columns: Any) -> bool:
    return bool(numpy.abs(columns - numpy.round(columns)).max(initial=0) > _NEAR)
