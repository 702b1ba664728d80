"""Reference numbers that can be read out over the telephone: IYM-XXXX-XXX."""

import re
import secrets

# No vowel (no words), and of letters and digits that look alike at most one: 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V W.
ALPHABET = "3479CDFGHJKMNPQRTXY"
PREFIX = "IYM"


def random_reference() -> str:
    """A new reference out of some 890 million; the database says whether it is free."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return f"{PREFIX}-{drawn[:4]}-{drawn[4:]}"


def recognise(typed: str) -> str:
    """The reference in what somebody typed, with or without dashes and capitals; empty if it is none."""
    letters = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    found = re.fullmatch(rf"{PREFIX}([{ALPHABET}]{{4}})([{ALPHABET}]{{3}})", letters)
    return f"{PREFIX}-{found[1]}-{found[2]}" if found else ""


def begins(typed: str) -> bool:
    """Whether this is a reference, or how one begins."""
    return bool(recognise(typed)) or typed.strip().upper().startswith(PREFIX)
