"""Reference numbers that can be read out over the telephone: IYM-XXXX-XXX."""

import re
import secrets

# No vowel (no words), and of letters and digits that look alike at most one: 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V W.
ALPHABET = "3479CDFGHJKMNPQRTXY"
PREFIX = "IYM"
LEAST_PART = 3  # letters: fewer are in too many references


def random_reference() -> str:
    """A new reference out of some 890 million; the database says whether it is free."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return f"{PREFIX}-{drawn[:4]}-{drawn[4:]}"


def recognise(typed: str) -> str:
    """The reference in what somebody typed, with or without dashes and capitals; empty if it is none."""
    letters = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    found = re.fullmatch(rf"{PREFIX}([{ALPHABET}]{{4}})([{ALPHABET}]{{3}})", letters)
    return f"{PREFIX}-{found[1]}-{found[2]}" if found else ""


def parts(typed: str) -> list[str]:
    """How a reference may hold this part of one: with the dash that was left out in each place; none for other words."""
    letters = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    whole = letters.startswith(PREFIX)
    part = letters.removeprefix(PREFIX)
    if len(part) < (1 if whole else LEAST_PART) or not re.fullmatch(f"[{ALPHABET}]{{1,7}}", part):
        return [typed.strip().upper()] if whole else []
    begins = f"{PREFIX}-" if whole else ""
    cut = range(4, 5) if whole else range(max(1, len(part) - 3), min(4, len(part) - 1) + 1)
    with_dash = [f"{begins}{part[:at]}-{part[at:]}" for at in cut if at < len(part)]
    return [begins + part, *with_dash] if len(part) <= 4 else with_dash


def begins(typed: str) -> bool:
    """Whether this is a reference, or how one begins."""
    return bool(recognise(typed)) or typed.strip().upper().startswith(PREFIX)
