"""What a reader should find in a text that a layout has written."""

from collections.abc import Callable

from devtools.pasting.people import Pasted, Scene

Layout = Callable[[Scene], Pasted]
NAME = "given_name family_name"
REACHED = "address postcode landline mobile email"
LISTS = "problems medication"
FIELDS = (
    "given_name", "family_name", "preferred_name", "nhs_number", "date_of_birth", "sex", "address", "postcode", "phones",
    "email", "practice_code", "practice_name", "language", "interpreter", "agreed_on", "problems", "medication",
)  # fmt: skip


def pasted(scene: Scene, text: str, written: str, *, mixed: bool = False) -> Pasted:
    """The text with the truth of the fields that it states; `written` names them, with "landline" and "mobile" apart.

    A title states the sex.
    """
    patient, stated = scene.patient, set(written.split())
    phones = {"landline": patient.landline, "mobile": patient.mobile}
    known: dict[str, object] = {
        "given_name": patient.given, "family_name": patient.family, "preferred_name": scene.preferred,
        "nhs_number": patient.nhs, "date_of_birth": patient.born.isoformat(), "sex": patient.sex.lower(),
        "address": patient.address, "postcode": patient.postcode, "email": patient.email,
        "practice_code": scene.code, "practice_name": scene.practice, "language": scene.language,
        "interpreter": scene.interpreter, "agreed_on": scene.agreed_on.isoformat(), "problems": scene.problems,
        "medication": scene.drugs,
        "phones": {f"+44{number[1:].replace(' ', '')}" for name, number in phones.items() if name in stated},
    }  # fmt: skip
    if stated & set(phones):
        stated.add("phones")
    if unknown := stated - set(known) - set(phones):
        raise ValueError(f"no such fields: {unknown}")
    return Pasted(text, {name: known[name] if name in stated else None for name in FIELDS}, mixed)
