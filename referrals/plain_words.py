"""Names as people search for them: no accents, apostrophes, hyphens or capitals; the same in Python and in PostgreSQL.

The database's form is immutable, so that a column can be generated from it and indexed. (`unaccent` is not.)
"""

import re
import unicodedata

from django.db.models import Func, TextField

# Letters that no accent can be taken from, and the ways in which people type a hyphen.
ALIKE = {"łŁ": "l", "øØ": "o", "đĐðÐ": "d", "ħĦ": "h", "ıİ": "i", "-\u2010\u2011\u2012\u2013\u2014": " "}
APOSTROPHES = "'\u2018\u2019\u02bc\u02bb\u0060\u00b4\u2032\u2033"
LONGER = {"ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
FROM = "".join(ALIKE) + APOSTROPHES  # what stands beyond the end of TO is left out
TO = "".join(plain * len(letters) for letters, plain in ALIKE.items())
ACCENTS = "[\u0300-\u036f]"
_TABLE = str.maketrans(FROM, TO + "\0" * len(APOSTROPHES))


def plain(text: str) -> str:
    """ "Wójcik" and "wojcik", "O’Neill", "O'Neill" and "oneill" are one."""
    text = re.sub(ACCENTS, "", unicodedata.normalize("NFD", text)).translate(_TABLE).replace("\0", "")
    for letter, letters in LONGER.items():
        text = text.replace(letter, letters)
    return text.lower()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _template() -> str:
    made = f"regexp_replace(normalize(%(expressions)s, NFD), {_quoted(ACCENTS)}, '', 'g')"
    made = f"translate({made}, {_quoted(FROM)}, {_quoted(TO)})"
    for letter, letters in LONGER.items():
        made = f"replace({made}, {_quoted(letter)}, {_quoted(letters)})"
    return f"lower({made})"


class Plain(Func):
    """`plain` of a text in the database."""

    template = _template()
    arity = 1
    output_field = TextField()
