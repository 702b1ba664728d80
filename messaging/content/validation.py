"""Whether words may be sent: what an officer writes is looked over before it is kept (docs/domain.md 8.4)."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from core.text import listed
from messaging.content import gsm
from messaging.content.links import CLOSE, OPEN
from messaging.kinds.placeholders import NAMED, Placeholder

LONGEST_SUBJECT = 80  # letters: telephones cut longer ones
# Others see a subject on a locked telephone.
HEALTH = re.compile(
    r"\bpain|\bhealth|\bill\b|\billness|diagnos|medic|patient|exercis|clinic|symptom", re.IGNORECASE
)
# A mail is read on another day than it was written. In other languages that is for the translator to mind.
RELATIVE = re.compile(
    r"\b(today|tomorrow|yesterday|tonight|this (?:morning|afternoon|evening|week))\b", re.IGNORECASE
)
INSIDE_WORDS = "\u200c\u200d"  # in emoji, and in Persian
MOST_PARTS = 3  # text messages that one is paid for as
ANY_SUBJECT = "Subject"  # a text message has none
Faults = dict[str, list[str]]  # sentences, by the field that they are about


class Unfit(ValueError):
    """The words may not be sent; `faults` has sentences by field."""

    def __init__(self, faults: Faults) -> None:
        super().__init__("words that may not be sent")
        self.faults = faults


def faults_of(subject: str, text: str) -> Faults:
    """What is wrong with words that hold no placeholders."""
    found: Faults = {"subject": [], "text": []}
    if not subject.strip():
        found["subject"].append("Enter the subject")
    if not text.strip():
        found["text"].append("Enter the message")
    if "\n" in subject or "\r" in subject:
        found["subject"].append("The subject must be one line")
    for name, words in (("subject", subject), ("text", text)):
        if any(map(_hidden, words)):
            found[name].append("Remove the hidden characters. Paste the words as plain text")
        if word := RELATIVE.search(words):
            found[name].append(f"Give the day instead of “{word[0]}”. People might read it on another day")
    if word := HEALTH.search(subject):
        found["subject"].append(f"Take “{word[0]}” out of the subject. Others can see it on a locked phone")
    if len(subject) > LONGEST_SUBJECT:
        found["subject"].append(_too_long(len(subject)))
    return {name: sentences for name, sentences in found.items() if sentences}


def faults_in(
    subject: str, text: str, placeholders: Sequence[Placeholder], filled: Iterable[Mapping[str, str]]
) -> Faults:
    """What is wrong with words that hold placeholders; `filled` are the values of a few made-up messages."""
    found = faults_of(subject, text)
    for name, words in (("subject", subject), ("text", text)):
        sentences = [*_braces(words), *_unknown(words, placeholders)]
        if sentences:
            found[name] = [*found.get(name, []), *sentences]
    used = set(NAMED.findall(text))
    if missing := [f"{{{each.name}}}" for each in placeholders if each.required and each.name not in used]:
        found["text"] = [*found.get("text", []), f"Include {listed(missing)}"]
    if not found:
        longest = max((len(NAMED.sub(lambda m, v=values: v[m[1]], subject)) for values in filled), default=0)
        if longest > LONGEST_SUBJECT:
            found["subject"] = [_too_long(longest)]
    return found


def parts_of(text: str, filled: Iterable[Mapping[str, str]]) -> int:
    """As how many text messages the longest of these is paid for."""
    filled_in = (NAMED.sub(lambda m, v=values: v[m[1]], text) for values in filled)
    return max((gsm.parts(gsm.fold(words)) for words in filled_in), default=0)


def faults_in_text(
    text: str, placeholders: Sequence[Placeholder], filled: Iterable[Mapping[str, str]]
) -> Faults:
    """What is wrong with the words of a text message; `filled` are the values of a few made-up ones."""
    found = faults_in(ANY_SUBJECT, text, placeholders, ()).get("text", [])
    if word := HEALTH.search(text):
        found.append(f"Take “{word[0]}” out. Others might read the phone")
    if not found:
        most = parts_of(text, filled)
        if most > MOST_PARTS:
            found.append(f"Make it shorter. It can take {most} text messages, and the limit is {MOST_PARTS}")
    return {"text": found} if found else {}


def _too_long(letters: int) -> str:
    return f"Make the subject shorter. It can be {letters} characters, and the limit is {LONGEST_SUBJECT}"


def _braces(words: str) -> list[str]:
    """Braces that belong to no placeholder, with the lines that they stand on."""
    left = NAMED.sub("", words)
    lines = [str(n) for n, line in enumerate(left.split("\n"), 1) if "{" in line or "}" in line]
    if not lines:
        return []
    return [
        f"Write a placeholder in small letters between single braces, like {{phone}}. Check line{'s' if len(lines) > 1 else ''} {listed(lines)}"
    ]


def _unknown(words: str, placeholders: Sequence[Placeholder]) -> list[str]:
    known = [each.name for each in placeholders]
    sentences = []
    for name in dict.fromkeys(NAMED.findall(words)):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            sentences.append(
                f"This message has no {{{name}}}" + (f". Did you mean {{{near[0]}}}" if near else "")
            )
    return sentences


def _hidden(character: str) -> bool:
    """Control characters, direction marks, lone surrogates, and the marks around our own links."""
    if character in "\n\t" or character in INSIDE_WORDS:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") or character in (OPEN, CLOSE)
