"""The letters of text messages (GSM 03.38). One other letter in a text makes each part hold 67 instead of 153."""

import unicodedata

from messaging.content.links import CLOSE, OPEN

BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
OF_TWO = set("^{}\\[~]|€")  # each counts as two
INSTEAD = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "\u00a0": " ",
    "\u202f": " ",
}


def fold(text: str) -> str:
    """The same words in those letters, as far as they go: quotes made straight, accents left off where there is none."""
    return "".join(_folded(character) for character in text)


def length(text: str) -> int:
    """What a text counts as: 160 fit into one, 306 into two. Raises ValueError for a letter that does not fit."""
    if strange := set(text) - BASIC - OF_TWO:
        raise ValueError(f"not in GSM 03.38: {sorted(strange)}")
    return sum(2 if character in OF_TWO else 1 for character in text)


def parts(text: str) -> int:
    """How many text messages it is paid for as: of 160 letters, or of 153 each; a letter beyond these makes it 70, or 67."""
    try:
        letters, alone, each = length(text), 160, 153
    except ValueError:
        letters, alone, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if letters <= alone else -(-letters // each)


def _folded(character: str) -> str:
    if character in BASIC or character in OF_TWO or character in (OPEN, CLOSE):
        return character
    if character in INSTEAD:
        return INSTEAD[character]
    plain = "".join(each for each in unicodedata.normalize("NFKD", character) if each in BASIC)
    return plain or character
