"""A reason as one plain sentence. Every word that officers read about a placing stands here."""

from collections.abc import Callable, Iterable

from sessions.allocation import reasons
from sessions.allocation.problem import Code
from sessions.allocation.reasons import Reason

Name = Callable[
    [str, Code], str
]  # what a code of this sort (person, cohort, slot, level, need, language) is called

_PLAIN = {
    reasons.NO_SLOT: "no group at times they can attend",
    reasons.AVOIDED: "they have already left or declined the groups that fit",
    reasons.ALREADY_FULL: "every group that fits is already full",
    reasons.FULL_LONGER: "every group that fits is full, with people who waited longer",
    reasons.FULL_BEFORE: "every group that fits is full, with people who come first by waiting time and priority",
    reasons.NO_BETTER: "including them would place fewer people or people with less priority",
    reasons.NOT_TRIED: "we ran out of time before finding a place",
}


def by_code(sort: str, code: Code) -> str:
    """The code itself, where it has no other name."""
    return str(code)


def sentence(reason: Reason, *, name: Name = by_code) -> str:
    """The reason in words, with codes named by `name`."""
    facts, code = reason.facts, reason.code
    if code in _PLAIN:
        return _PLAIN[code]
    where = f"{name('cohort', facts['cohort'])} on {name('slot', facts['slot'])}" if "cohort" in facts else ""
    match code:
        case reasons.PLACED:
            return f"placed in {where}: {_waited(facts['days'])}{_extra(facts, name)}"
        case reasons.NO_LEVEL:
            return f"no group at times they can attend is for {name('level', facts['level'])}"
        case reasons.NO_NEED:
            needs = _listed(name("need", need) for need in facts["needs"])
            return f"no group at their times and level provides {needs}"
        case reasons.NO_LANGUAGE:
            return f"no group that otherwise fits is held in {name('language', facts['language'])}"
        case reasons.NOT_TOGETHER:
            others = _listed(name("person", other) for other in facts["together"])
            return f"no group fits everyone who must be placed together, with {others}"
        case reasons.TOO_MANY_TOGETHER:
            return (
                f"no group that fits has {facts['number']} places left for people who must be placed together"
            )
        case reasons.NEEDS_MORE:
            more = "one more person" if facts["more"] == 1 else f"{facts['more']} more people"
            return f"{where} would run with {more}"
        case reasons.NO_HOURS:
            return f"{where} could open, but there are not enough hours left"
        case reasons.NEVER_ENOUGH:
            return f"{where} fits, but has fewer places left than it needs to reach its minimum"
        case reasons.FULL:
            more = (
                ", and including them would place fewer people or people with less priority"
                if facts["proven"]
                else ""
            )
            return f"every group that fits and can run is full{more}"
    raise KeyError(code)


def _waited(days: int) -> str:
    number, unit = (days // 7, "week") if days >= 7 else (days, "day")
    return f"waited {number} {unit}{'' if number == 1 else 's'}"


def _extra(facts: dict, name: Name) -> str:
    more = " (long wait)" if facts["long"] else ""
    if facts["priority"]:
        more += f", priority {facts['priority']}"
    if facts["together"]:
        more += ", together with " + _listed(name("person", other) for other in facts["together"])
    return more


def _listed(words: Iterable[str]) -> str:
    *first, last = list(words)
    return f"{', '.join(first)} and {last}" if first else last
