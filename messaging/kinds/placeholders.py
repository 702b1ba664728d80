"""What may stand in an officer's words for what differs from message to message: `{first_name}`, and nothing cleverer.

No template language: a placeholder is a brace, a name of small letters and underscores, and a brace. Values are put in
once, so a person called "{link}" stays one. Where words depend on the facts ("You have told us that you cannot come"),
the whole sentence is one placeholder, and its words are the service's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template

NAMED = re.compile(r"\{([a-z][a-z_]*)\}")


@dataclass(frozen=True)
class Placeholder:
    """One name that a kind's words may use. `template`: the file that words it from the facts, else the fact itself.

    Without a `required` one a message would be useless: there would be no way to answer it.
    """

    name: str
    means: str
    required: bool = False
    template: str = ""

    def value(self, context: Mapping[str, object]) -> str:
        """What it stands for in one message."""
        if self.template:
            return _file(self.template).render(Context(dict(context), autoescape=False)).strip()
        return str(context[self.name])


# Every kind may name these. `value` finds them among the settings, not among the facts of a message.
SERVICE = (
    Placeholder("service_name", "the name of this service"),
    Placeholder("organisation", "who runs the service"),
    Placeholder("phone", "our phone number", required=True),
)
FIRST_NAME = Placeholder("first_name", "the person’s preferred name")
LINK = Placeholder("link", "the link to the person’s page, on its own line", required=True)


@lru_cache(maxsize=200)  # looking a file up takes longer than filling it in
def _file(template: str) -> Template:
    return get_template(template).template


def about_service() -> dict[str, str]:
    """The values of `SERVICE`."""
    return {
        "service_name": settings.SERVICE_NAME,
        "organisation": settings.ORG_NAME,
        "phone": settings.SERVICE_PHONE,
    }


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with each value put in once; an empty one takes the space beside it along. Raises KeyError."""
    for name in {name for name in NAMED.findall(words) if not values[name]}:
        words = re.sub(rf"^\{{{name}\}} +| *\{{{name}\}}", "", words, flags=re.MULTILINE)
    return NAMED.sub(lambda match: values[match[1]], words)
