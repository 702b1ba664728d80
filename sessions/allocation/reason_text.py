"""A reason as one plain sentence. Every word that officers read about a placing stands here."""

from collections.abc import Callable, Iterable

from sessions.allocation import reasons
from sessions.allocation.problem import Code
from sessions.allocation.reasons import Reason

Name = Callable[
    [str, Code], str
]  # what a code of this sort (person, cohort, slot, level, need, language) is called

_PLAIN = {
    reasons.NO_SLOT: "no cohort on the times you can make",
    reasons.AVOIDED: "the cohorts that fit are ones to be avoided",
    reasons.ALREADY_FULL: "every cohort that fits is already full",
    reasons.FULL_LONGER: "every cohort that fits is full, with people who waited longer",
    reasons.FULL_BEFORE: "every cohort that fits is full, with people who come before in the order of waiting and priority",
    reasons.NO_BETTER: "no placing with this person in it would be better",
    reasons.NOT_TRIED: "the time ended before a place was found",
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
            return f"no cohort on the times you can make is for {name('level', facts['level'])}"
        case reasons.NO_NEED:
            needs = _listed(name("need", need) for need in facts["needs"])
            return f"of the cohorts on the times you can make and for your level, none provides {needs}"
        case reasons.NO_LANGUAGE:
            return f"of the cohorts that fit otherwise, none is held in {name('language', facts['language'])}"
        case reasons.NOT_TOGETHER:
            others = _listed(name("person", other) for other in facts["together"])
            return f"no cohort fits everybody who is to be placed together, with {others}"
        case reasons.TOO_MANY_TOGETHER:
            return f"no cohort that fits has {facts['number']} places left for those who are to be placed together"
        case reasons.NEEDS_MORE:
            more = "one more person" if facts["more"] == 1 else f"{facts['more']} more people"
            return f"{where} would run with {more}"
        case reasons.NO_HOURS:
            return f"{where} could be opened, but the hours left do not allow it"
        case reasons.NEVER_ENOUGH:
            return f"{where} fits, but has fewer places left than it needs to reach its minimum"
        case reasons.FULL:
            more = ", and no placing with this person in it would be better" if facts["proven"] else ""
            return f"every cohort that fits and can run is full{more}"
    raise KeyError(code)


def _waited(days: int) -> str:
    number, unit = (days // 7, "week") if days >= 7 else (days, "day")
    return f"waited {number} {unit}{'' if number == 1 else 's'}"


def _extra(facts: dict, name: Name) -> str:
    more = ", in the first rank" if facts["long"] else ""
    if facts["priority"]:
        more += f", priority {facts['priority']}"
    if facts["together"]:
        more += ", together with " + _listed(name("person", other) for other in facts["together"])
    return more


def _listed(words: Iterable[str]) -> str:
    *first, last = list(words)
    return f"{', '.join(first)} and {last}" if first else last
