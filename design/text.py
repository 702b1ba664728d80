"""Small pieces of wording that fields and error messages share."""

import re

LONGEST_SEARCH = 100


def searched_for(typed: str) -> str:
    """What was typed into a search box, fit to look for: one line of at most 100 characters, none of them hidden.

    A NUL byte would be refused by PostgreSQL, and a search is kept: each later look at the list would fail.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in typed).split())[:LONGEST_SEARCH]


def in_sentence(label: str) -> str:
    """Give a label the form it has in the middle of a sentence: "Given name" becomes "given name", "NHS number" stays."""
    first, *rest = str(label).split(" ", 1)
    if re.fullmatch(r"[A-Z][a-z’'-]*", first):
        first = first.lower()
    return " ".join([first, *rest])


def at_start(noun: str) -> str:
    """Give a noun the form it has at the start of a sentence."""
    return noun[:1].upper() + noun[1:]


def listed(words: list[str]) -> str:
    """Join words as people say them: "day", "day and year", "day, month and year"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 session", "3 sessions"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
