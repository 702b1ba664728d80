"""The voice of docs/words.md, as far as a machine can hear it: words that we do not use, and how hard a text is to read.

A text shorter than 100 words gives no fair reading age; a person reads those: `manage.py words`.
"""

import re
from collections.abc import Iterable

import pytest
import textstat

from accounts.clinical_sign_off import health_texts
from devtools import sentences
from messaging.content import rendering
from messaging.kinds import registry as kinds
from tests.test_access import TABLE, office_addresses, world  # noqa: F401 - a fixture

FEWEST_WORDS = 100
PERSON, EVERYONE_ELSE = 9, 11  # reading ages in years, which are grades and five
# Names that the reader knows, or sees once: a hard word that cannot be said otherwise is no hard sentence.
EXCEPTED = re.compile(
    r"\b(programme|physical activity|accessibility|communication|organisation|practice|referral)s?\b|https?://\S+"
)
PEOPLE = re.compile(r"\b(person|people|everybody|somebody|expected)\b")
# What we never write, and what we write instead (docs/words.md).
NEVER = {
    r"somebody|whoever|nobody": "someone, anyone who, no one",
    r"rung|ring(s|ing)? (us|them|you|him|her|on|the person|the patient)": "call, phone",
    r"telephone": "phone",
    r"hears? (for|from us)": "gets emails, contact preference",
    r"put in front|in front of us": "recorded",
    r"is kept(?! (here only|for as long))": "we keep",
    r"lately|meanwhile|at the moment": "recently, until then, now",
    r"(given|family) names?": "first name, last name",
}
# What health texts said in earlier versions; the routing table, which keeps its version; names of standard codes; what we
# read and do not say; SQL.
NOT_OURS = (
    "outcomes/feedback/wordings.py",
    "participants/needs/services.py",
    "referrals/guidance/earlier.py",
    "referrals/safety/earlier.py",
    "referrals/safety/routing.py",
    "referrals/text_extraction/labels.py",
    "sessions/models/triggers.py",
)
# What someone reads who thinks of taking part, or who is not happy.
FOR_PEOPLE = ("home", "ten_weeks", "is_it_safe", "taking_part", "contact", "notices", "cookies", "complaints")
PERSONAL = ("sessions:", "offers:", "waiting:", "outcomes:", "own_safety:", "optional:", "letter_code")


def reading_age(said: Iterable[str]) -> float | None:
    """In years: Flesch and Kincaid's grade and five. None for a text that is too short to say."""
    text = "\n".join(each if each[-1] in ".?!" else f"{each}." for each in said)
    text = EXCEPTED.sub("name", text).replace("; ", ". ")  # a list is read item by item
    return textstat.flesch_kincaid_grade(text) + 5 if len(text.split()) >= FEWEST_WORDS else None


def lines_of(mail: str) -> list[str]:
    """A mail's sentences: a paragraph each, and each line of a list."""
    paragraphs = [part.split("\n") for part in re.split(r"\n\s*\n", mail.strip())]
    return [line.strip() for lines in paragraphs for line in lines if line.strip()]


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in kinds.registered()])
def test_mails_are_easy_to_read(kind):
    most = PERSON if PEOPLE.search(kind.to) and not kind.template.startswith("accounts/") else EVERYONE_ELSE
    for sample in kind.samples():
        age = reading_age(lines_of(rendering.render(kind, sample).text))
        assert age is None or age <= most


def said_on(page: str) -> list[str]:
    """What stands there as sentences; names of conditions and standard codes in lists are not ours to reword."""
    main = re.search(r"<main.*</main>|<div id=\"content\".*</div>", page, re.DOTALL)
    said = [text for _, text in sentences.in_template(main[0] if main else page, html=True)]
    return [text for text in said if text[-1] in ".?!"]


def never() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b({words})\b" for words in NEVER), re.IGNORECASE)


def test_health_texts_use_our_words_from_their_newest_version_on():
    texts = [text for text in health_texts.registered() if text.key != "safety_routing"]
    assert len(texts) > 8
    assert [(text.key, found) for text in texts for found in never().findall(text.text)] == []


@pytest.mark.parametrize(
    ("key", "most"),
    [
        ("own_questions", PERSON),
        ("guidance_leaflet", PERSON),
        ("is_it_safe", PERSON),
        ("session_feedback", PERSON),
        ("guidance_talk", EVERYONE_ELSE),
    ],
)
def test_health_texts_are_easy_to_read(key, most):
    lines = [re.sub(r"^[- ]*([a-z_]+: )?", "", line) for line in health_texts.named(key).text.split("\n")]
    age = reading_age(line.strip("“”") for line in lines if line.endswith((".", "?", "!", "”")))
    assert age
    assert age <= most


def test_nothing_is_said_in_words_that_we_do_not_use():
    said = [each for each in sentences.all_of_them() if not each.file.startswith(NOT_OURS)]
    assert len(said) > 3000
    assert [str(each) for each in said if never().search(each.text) and "/management/" not in each.file] == []


def test_pages_are_easy_to_read(world):  # noqa: F811
    hard = {}
    clients = {role: world.client(role) for role in ("nobody", "receptionist", "lead", "administrator")}
    pages = {name: world.address(name) for name in TABLE if name != "sign_out"}
    for name, address in (pages | {each: each for each in office_addresses(world)}).items():
        for client in clients.values():
            answer = client.get(address)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                age = reading_age(said_on(answer.content.decode()))
                if age and age > (
                    PERSON if name in FOR_PEOPLE or name.startswith(PERSONAL) else EVERYONE_ELSE
                ):
                    hard[name] = round(age, 1)
                break
    assert hard == {}
