"""Small pieces of wording that fields and error messages share."""

import re
import unicodedata

LONGEST_SEARCH = 100
# Marks that reorder the text around them: in a name or a note they can make a page or a letter lie.
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters, lone surrogates, and private use: what a text means by these nobody else knows.
HIDDEN = ("Cc", "Cs", "Co")
WEB_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
NOT_A_NAME = "Enter the names again, without a web address or a hidden character"


def is_hidden(character: str) -> bool:
    """Whether no one can have meant to type this character; line ends and tabs are such too."""
    return unicodedata.category(character) in HIDDEN or character in REORDERING


def has_web_address(text: str) -> bool:
    """Whether a mail program would make a link of what begins here ("https://", "www."), in wide letters too."""
    return bool(WEB_ADDRESS.search(unicodedata.normalize("NFKC", text)))


def may_be_names(*texts: str) -> bool:
    """Whether each of these, where given, may be shown in an email as a name. Services check it."""
    return not any(has_web_address(text) or any(map(is_hidden, text)) for text in texts)


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
