"""Pages as the fuzzer reads them, and what it types into their forms."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import quote

from tests import hostile


@dataclass
class Form:
    action: str
    fields: dict[str, list[tuple[str, list[str]]]] = field(
        default_factory=dict
    )  # name: (kind, values) of each


class Page(HTMLParser):
    """The forms of a page that are sent by POST, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.inside: Form | None = None
        self.options: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "a":
            self.links.append(said.get("href", ""))
        if tag == "form":
            self.inside = Form(said.get("action", ""))
            self.links.append(self.inside.action)
            if said.get("method", "").lower() == "post":
                self.forms.append(self.inside)
        if tag == "option" and self.options is not None:
            self.options.append(said.get("value", ""))
        if self.inside and said.get("name") and tag in ("input", "select", "textarea", "button"):
            kind = said.get("type", "text") if tag == "input" else tag
            values = [said["value"]] if "value" in said else []
            self.inside.fields.setdefault(said["name"], []).append((kind, values))
            self.options = values if tag == "select" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None


# What a text box takes, by what its name says.
FITTING = [
    ("email", ["ada@home.example"]),
    ("nhs", ["9990000018", "999 000 0018", ""]),
    ("phone", ["07700 900123", "01632 960 001"]),
    ("postcode", ["ZZ99 9ZZ", "GL1 2AB"]),
    ("_day", ["1", "14", "27"]),
    ("_month", ["3", "11", "12"]),
    ("_year", ["1958", "2026", "2027"]),
    ("date", ["2026-12-01", "1/12/2026", "14/3/1958"]),
    ("_on", ["2026-12-07", "7/12/2026"]),
    ("_at_0", ["2026-12-01", "1/12/2026"]),
    ("time", ["18:00", "9:30am"]),
    ("_at", ["2026-12-01 18:00", "18:00"]),
    ("url", ["https://zoom.us/j/99912345678"]),
    ("practice", ["Riverbank Surgery (Z99001)", "Z99002"]),
    ("code", ["ABCD-EFGH", "123456"]),
    ("TOTAL_FORMS", ["1", "3"]),
    ("INITIAL_FORMS", ["0", "1"]),
]


def fitting(draw: Random, name: str) -> str:
    for part, values in FITTING:
        if part in name:
            return draw.choice(values)
    return draw.choice(["Ada", "3", "10", "Told on the telephone.", "A line\nand another", "yes", ""])


def filled(draw: Random, form: Form) -> list[tuple[str, str]]:
    """The form as somebody fills it who means well."""
    sent = []
    buttons = [
        (name, values)
        for name, found in form.fields.items()
        for kind, values in found
        if kind in ("submit", "button")
    ]
    for name, found in form.fields.items():
        kind = found[0][0]
        choices = [value for _, values in found for value in values]
        if kind in ("submit", "button"):
            continue
        if kind == "hidden":
            sent += [(name, value) for value in choices]
        elif kind == "radio" or (kind == "select" and choices):
            sent.append((name, draw.choice(choices or ["on"])))
        elif kind == "checkbox":
            sent += [(name, value) for value in choices or ["on"] if draw.random() < 0.5]
        elif choices and choices[0] and draw.random() < 0.7:
            sent.append((name, choices[0]))
        else:
            sent.append((name, fitting(draw, name)))
    if buttons:
        name, values = draw.choice(buttons)
        sent.append((name, (values or [""])[0]))
    return sent


def spoiled(draw: Random, sent: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same with some of it hostile: mostly one or two boxes, so that the rest gets past the form."""
    sent = list(sent)
    how_many = draw.choice([0, 1, 1, 1, 2, 2, 3, len(sent)])
    for at in draw.sample(range(len(sent)), min(how_many, len(sent))):
        sent[at] = (sent[at][0], hostile.text(draw))
    for name, value in list(sent):
        if name.endswith("_FORMS") and draw.random() < 0.3:
            sent.append((name, draw.choice(["1000000000", "-1", "x", "1001", hostile.HUGE])))
        if draw.random() < 0.03:
            sent.append((name, draw.choice([value, hostile.text(draw)])))
    if sent and draw.random() < 0.1:
        sent.pop(draw.randrange(len(sent)))
    if draw.random() < 0.15:
        extra = draw.choice(
            ["status", "staff_role", "is_superuser", "id", "pk", "organisation", "next", "action", "_save", "_selected_action",
             "select_across", "index", "post", "referral", "step", "a\0b", "_continue", "_popup", "_to_field", hostile.text(draw)[:200]]
        )  # fmt: skip
        sent.append((extra, draw.choice([hostile.text(draw), "1", "administrator", "//evil.example/"])))
    return sent


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def as_header(text: str) -> str:
    """As gunicorn hands a header on: bytes read as Latin-1, without what it refuses by itself."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "surrogatepass").decode("latin-1")
    return re.sub(r"[\0\r\n]", "", text)
