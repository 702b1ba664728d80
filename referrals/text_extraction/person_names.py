"""A person's name as clinical systems and letters write it."""

import re

TITLES = {
    "mr", "mrs", "miss", "ms", "mx", "dr", "prof", "professor", "rev", "revd", "reverend", "sir", "lady", "dame",
    "lord", "master", "fr", "father", "sister", "sr", "capt", "captain", "major", "col", "mstr", "miss/ms",
}  # fmt: skip
# Small words that belong to the family name behind them.
PARTICLES = {"ap", "ab", "ferch", "van", "von", "der", "den", "de", "la", "le", "du", "da", "dos", "del", "di", "bin",
             "ibn", "al", "el", "ter", "ten", "st", "st.", "mac", "mc", "o'", "y", "e"}  # fmt: skip
# Middle names that are hardly ever family names.
_ONLY_GIVEN = {
    "ann", "anne", "mary", "elizabeth", "jane", "louise", "marie", "margaret", "jean", "joan", "patricia", "catherine",
    "katherine", "kathleen", "ruth", "susan", "christine", "helen", "barbara", "dorothy", "sarah", "emma", "lucy",
    "caroline", "claire", "victoria", "alice", "eileen", "sheila", "maureen", "irene", "edith", "ethel", "christopher",
    "michael", "stephen", "peter", "andrew", "nicholas", "jonathan", "timothy", "matthew",
}  # fmt: skip
_LETTER = r"[^\W\d_]"
_WORD = rf"(?:{_LETTER}['.]?)+(?:['-](?:{_LETTER})+)*'?\.?"
WORD = re.compile(_WORD)
_NOT_NAMES = {
    "born", "male", "female", "dob", "nhs", "number", "no", "unknown", "tel", "patient", "the", "and", "re", "dear",
    "not", "recorded", "given", "known", "road", "street", "avenue", "lane", "close", "surgery", "hospital", "clinic",
    "centre", "practice", "date", "years", "year", "old", "confidential", "of", "n/a", "none", "see", "above", "your",
    "our", "this", "that", "with", "for", "referral", "pain", "details", "summary", "record", "report", "department",
    "referring", "refer", "regarding", "about", "reviewed", "seen", "seeing", "letter", "programme", "service", "team", "please", "thank", "hello", "hi", "you", "her", "his", "physiotherapy",
}  # fmt: skip

_STREETS = {"road", "street", "avenue", "lane", "close"}  # are family names, too


def split_name(text: str) -> tuple[str, str, bool] | None:
    """(given name, family name, sure) of "SMITH, John (Mr)", "Mr John SMITH" or "John Smith"; None when it is no name.

    All that stands before the family name is the given name ("Abdul Karim"). Unsure when which is which is a guess.
    """
    text = re.sub(
        r"\((?:known as|nee|née|formerly|likes|prefers|pref)[^)]*\)", " ", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\b(?:known as|nee|née|formerly|aka)\b.*", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"[\"“”][^\"“”]{1,30}[\"“”]|'[^' ]{2,20}'(?= )", " ", text)  # a nickname
    text = re.sub(r"\(([^)]*)\)", lambda m: f" {m[1]} " if _only_titles(m[1]) else " ", text)
    text, titled = text.strip(" \t,;:.-|*_"), bool(has_title(text))
    if not text or len(text) > 80 or re.search(r"[0-9@/\\<>{}=]", text):
        return None
    if "," in text:
        family, _, given = text.partition(",")
        givens = _words(given.replace(",", " "))
        families = _words(family)
        if not givens or not families or len(families) > 4 or len(givens) > 4:
            return None
        if _foreign(givens) or _foreign(families, titled=titled):
            return None
        return _joined(givens), _joined(families), True
    words = _words(text)
    if not 2 <= len(words) <= 6 or _foreign(words[:-1]) or _foreign(words[-1:], titled=titled):
        return None
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(words):
        # "John SMITH" and "SMITH John": the one in capitals is the family name.
        if words[0].isupper() and len(words[0]) > 1:
            others = (
                i for i, word in enumerate(words) if not word.isupper() and word.lower() not in PARTICLES
            )
            split = next(others, 0)
            if not split:  # nothing but particles beside the capitals: no name that anybody could be sure of
                return None
            return _joined(words[split:]), _joined(words[:split]), True
        first = next(i for i, word in enumerate(words) if word.isupper() and len(word) > 1)
        while first > 1 and words[first - 1].lower() in PARTICLES:
            first -= 1
        return _joined(words[:first]), _joined(words[first:]), True
    start = next((i for i, word in enumerate(words[1:], 1) if word.lower() in PARTICLES), len(words) - 1)
    # Three plain words may be a middle name or a double family name: the last word is the usual answer, not a sure one,
    # unless the middle is a given name that hardly any family has, or the last begins as only family names do.
    sure = start == 1
    sure = sure or all(word.lower() in _ONLY_GIVEN for word in words[1:start])
    sure = sure or len(words) == 3 and bool(re.match(r"O'[A-Z]|Ma?c[A-Z]", words[-1]))
    return _joined(words[:start]), _joined(words[start:]), sure


def one(text: str) -> str:
    """A given or family name that stands alone behind its label, without title and brackets."""
    text = re.sub(r"\([^)]*\)", " ", text)
    words = _words(text.strip(" \t,;:.|*_"))
    if not 1 <= len(words) <= 4 or _foreign(words, titled=True) or re.search(r"[0-9@]", text):
        return ""
    return _joined(words)


def has_title(text: str) -> str:
    """The title in a name, or ""."""
    return next((word for word in re.findall(r"[A-Za-z]+", text) if word.lower() in TITLES), "")


def _only_titles(text: str) -> bool:
    return all(word.lower().strip(".") in TITLES for word in text.split())


def _words(text: str) -> list[str]:
    words = [
        word.strip(".,") if len(word) > 2 and word.lower() != "st." else word.strip(",")
        for word in text.split()
    ]
    return [word for word in words if word and word.lower().strip(".") not in TITLES]


def _foreign(words: list[str], *, titled: bool = False) -> bool:
    """True for words that are in no name; behind a title or a label, "Street" is one."""
    not_names = _NOT_NAMES - _STREETS if titled else _NOT_NAMES
    return any(not WORD.fullmatch(word) or word.lower() in not_names for word in words)


def _joined(words: list[str]) -> str:
    return " ".join(_cased(word) for word in words)


def _cased(word: str) -> str:
    """MCDONALD and smith as people write them; a name in mixed capitals stands as it is."""
    if len(word) < 2:
        return word.upper()
    if not (word.isupper() or word.islower()):
        return word
    if word.lower() in PARTICLES and word.lower() not in ("st", "st."):
        return word.lower()
    word = re.sub(rf"{_LETTER}+", lambda m: m[0].capitalize(), word)
    return re.sub(r"^(Mc)([a-z])", lambda m: m[1] + m[2].upper(), word)
