"""A message of HL7 version 2: what its segments say, as lines that are read like any other.

The segments of others (the doctor, the practice that sends, a next of kin) are left out: nothing of theirs is asked.
"""

import re

from referrals.text_extraction import contact_details

_SEGMENT = re.compile(r"^[> \t]*(?P<name>[A-Z][A-Z0-9]{2})\|")
_NAMES = ("PID", "DG1")


def plain(lines: list[str]) -> list[str]:
    """The lines, with each segment of a message written out as "label: value"; other text stands as it is."""
    if not any(_is(line, "PID") for line in lines):
        return lines
    shown: list[str] = []
    for line in lines:
        if _is(line, "PID"):
            shown += ["", *_patient(_fields(line)), ""]
        elif _is(line, "DG1"):
            fields = _fields(line)
            named = _part(fields, 4, 0) or _part(fields, 3, 1)
            shown += [f"Problem: {named}"] if named else []
        elif not _SEGMENT.match(line):
            shown.append(line)
    return shown


def _is(line: str, name: str) -> bool:
    match = _SEGMENT.match(line)
    return match is not None and match["name"] == name


def _fields(line: str) -> list[str]:
    return line[line.index("|") - 3 :].split("|")


def _part(fields: list[str], number: int, part: int) -> str:
    """A component of the first value of a field."""
    value = fields[number] if number < len(fields) else ""
    parts = value.split("~")[0].split("^")
    return parts[part].strip() if part < len(parts) else ""


def _patient(fields: list[str]) -> list[str]:
    numbers = [each.split("^") for number in (2, 3) for each in _at(fields, number).split("~")]
    nhs = next((parts[0] for parts in numbers if re.search(r"^(?:NHS|NH)$", " ".join(parts[1:]).strip()) or
                {"NHS", "NH"} & set(parts[1:])), "")  # fmt: skip
    born = re.match(r"([0-9]{4})([0-9]{2})([0-9]{2})", _at(fields, 7))
    home = [part.strip() for part in _at(fields, 11).split("~")[0].split("^")]
    code = next((at for at, part in enumerate(home) if contact_details.POSTCODE.fullmatch(part)), len(home))
    found = [
        ("NHS number", nhs),
        ("Surname", _part(fields, 5, 0)),
        ("Forename", _part(fields, 5, 1)),
        ("Title", _part(fields, 5, 4)),
        ("Date of birth", "/".join(reversed(born.groups())) if born else ""),
        ("Sex", _at(fields, 8) if _at(fields, 8) in ("M", "F") else ""),
        ("Address", ", ".join(part for part in home[:code] if part)),
        ("Postcode", home[code] if code < len(home) else ""),
        *_reached(f"{_at(fields, 13)}~{_at(fields, 14)}"),
        ("Language", _part(fields, 15, 1)),
    ]
    return [f"{label}: {value}" for label, value in found if value]


def _at(fields: list[str], number: int) -> str:
    return fields[number].strip() if number < len(fields) else ""


def _reached(value: str) -> list[tuple[str, str]]:
    """Telephones and the email address of the patient; "PRN" is a number of the home, "CP" a mobile."""
    found = []
    for each in value.split("~"):
        parts = each.split("^")
        mail = next((part for part in parts if "@" in part), "")
        if mail:
            found.append(("Email", mail))
        elif parts[0].strip():
            found.append(("Mobile" if "CP" in parts else "Tel", parts[0].strip()))
    return found
