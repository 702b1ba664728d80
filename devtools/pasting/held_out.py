"""The layouts kept apart while the reader is improved: only their total is looked at (docs/pasting.md)."""

from devtools.pasting.people import Pasted, Scene
from devtools.pasting.truth import LISTS, NAME, REACHED, pasted


def record_printout(s: Scene) -> Pasted:
    """A printout of a record in the manner of EMIS Web: a header of the surgery, a banner, then headings."""
    p, kin = s.patient, s.person()
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name {LISTS}"
    lines = [
        s.practice,
        f"{s.person().street}, Gloucester, GL1 1AA",
        f"Telephone: {s.landline()}    Fax: {s.landline()}",
        "",
        "Patient record summary",
        f"{p.reversed}",
        f"Date of Birth: {s.day(p.born)} ({p.age}y)   Gender: {p.sex}   NHS Number: {s.nhs(p)}",
        f"Address: {p.street}, {p.town}, {p.postcode}",
        f"Home: {p.landline}   Mobile: {p.mobile}",
        f"Email: {p.email}",
        f"Usual GP: {s.doctor()}",
        f"Registered practice: {s.practice}",
    ]
    if s.chance(0.5):
        lines += [f"Next of kin: {kin.name} ({s.relation()})", f"Mobile: {kin.mobile}"]
    if s.chance(0.4):
        lines += [f"Main language: {s.language}", f"Interpreter needed: {'Yes' if s.interpreter else 'No'}"]
        written += " language interpreter"
    lines += ["", "Active problems", *(f"{s.day(p.born.replace(year=2015))}  {each}" for each in s.problems)]
    lines += [
        "Significant past",
        "1994  Hysterectomy",
        "",
        "Repeat medication",
        *s.drugs,
        "",
        "Allergies",
        "None known",
    ]
    if s.chance(0.3):
        lines += [
            "",
            "Consultations",
            f"{s.day(p.born.replace(year=2025))}  {s.doctor()}  Husband died last year.",
        ]
    return pasted(s, "\n".join(lines), written)


def template_letter(s: Scene) -> Pasted:
    """A referral letter merged from a template in the manner of SystmOne: labels in two columns."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name practice_code {LISTS}"
    lines = [
        "Private and confidential",
        f"Date of referral: {s.day(s.agreed_on)}",
        "",
        "Referred by",
        f"{s.doctor()}, GP Partner",
        f"{s.practice} ({s.code})",
        f"Tel: {s.landline()}",
        f"Email: {s.code.lower()}.admin@nhs.net",
        "",
        "Patient details",
        f"Title: {p.title}",
        f"Forename(s): {p.given}",
        f"Surname: {p.family}",
    ]
    if s.chance(0.4):
        lines.append(f"Preferred name: {s.preferred}")
        written += " preferred_name"
    lines += [
        f"Date of birth: {s.day(p.born)}",
        f"NHS number: {s.nhs(p)}",
        f"Gender: {p.sex}",
        f"Address: {p.street}",
        p.town,
        p.postcode,
        f"Home telephone: {p.landline}",
        f"Mobile: {p.mobile}",
        f"Email address: {p.email}",
        f"GP practice: {s.practice}",
        f"Practice code: {s.code}",
    ]
    if s.chance(0.3):
        old = s.person()
        lines.append(f"Previous address: {old.street}, {old.town}, {old.postcode}")
    if s.chance(0.5):
        lines.append(f"Consent to referral given: {s.day(s.agreed_on)}")
        written += " agreed_on"
    lines += ["", f"Problems: {'; '.join(s.problems)}", "", "Medication:", *(f"- {each}" for each in s.drugs)]
    lines += ["", "Yours sincerely", "", s.doctor(), s.role(), f"Direct line: {s.landline()}"]
    return pasted(s, "\n".join(lines), written)


def portal_rows(s: Scene) -> Pasted:
    """A row copied from a table in a browser: headings above, cells below, with a colleague's list around it."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex postcode mobile"
    heads = ["Surname", "Forename", "Date of birth", "NHS number", "Gender", "Postcode", "Mobile"]
    cells = [p.family, p.given, s.day(p.born), s.nhs(p), p.sex[0], p.postcode, p.mobile]
    if s.chance(0.5):
        heads.append("Email")
        cells.append(p.email)
        written += " email"
    lines = ["\t".join(heads), "\t".join(cells)]
    mixed = s.chance(0.15)
    if mixed:
        other = s.person()
        row = [
            other.family,
            other.given,
            s.day(other.born),
            s.nhs(other),
            other.sex[0],
            other.postcode,
            other.mobile,
        ]
        lines.append("\t".join([*row, other.email][: len(heads)]))
    if s.chance(0.5):
        lines += ["", f"Referrer: {s.doctor()}", f"Tel: {s.landline()}", f"Surgery: {s.practice}"]
        written += " practice_name"
    return pasted(s, "\n".join(lines), written, mixed=mixed)


def mail_thread(s: Scene) -> Pasted:
    """A mail that answers another: who writes, who wrote, quoted lines, two signatures."""
    p, kin = s.patient, s.person()
    written = f"{NAME} nhs_number date_of_birth sex mobile"
    surgery = s.landline()
    lines = [
        f"From: {s.person().name} <{s.code.lower()}@nhs.net>",
        f"Sent: {s.day(s.agreed_on)} 09:14",
        "To: Programme team <team@example.org>",
        "Subject: RE: New referral",
        "",
        "Hello,",
        "",
        "Details as you asked.",
        "",
        f"Patient: {p.titled}",
        f"DOB: {s.day(p.born)}",
        f"NHS: {s.nhs(p)}",
    ]
    if s.chance(0.5):
        lines += [f"Address: {p.street}, {p.town} {p.postcode}"]
        written += " address postcode"
    lines += [f"Mobile: {p.mobile}"]
    if s.chance(0.5):
        lines += [f"Her {s.relation()} {kin.given} ({kin.mobile}) helps with the computer."]
    if s.chance(0.5):
        lines += ["", f"Problems: {', '.join(s.problems)}"]
        written += " problems"
    lines += ["", "Kind regards", s.person().name, s.role(), s.practice, f"Tel: {surgery}", "", "> -----Original message-----",
              "> From: Programme team <team@example.org>", "> Please send the patient's date of birth and NHS number.",
              f"> Phone us on {s.landline()}"]  # fmt: skip
    written += " practice_name"
    return pasted(s, "\n".join(lines), written)


def discharge_copy(s: Scene) -> Pasted:
    """A hospital's letter filed in the manner of Docman: a cover with the workflow, then the letter."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth address postcode problems medication"
    lines = [
        f"Document received: {s.day(s.agreed_on)}    Workflow: for action",
        f"Filed by: {s.person().name}",
        "",
        "Severn Valley Hospital",
        "Pain Management Department",
        f"Tel: {s.landline()}",
        "",
        f"Our ref: SV/{p.nhs[-5:]}",
        f"Clinic date: {s.day(s.agreed_on)}",
        "",
        s.doctor(),
        s.practice,
        "1 High Street, Gloucester, GL1 1AA",
        "",
        "Dear colleague",
        "",
        f"Re: {p.title} {p.given} {p.family.upper()}   DOB: {s.day(p.born)}   NHS No: {s.nhs(p)}",
        f"{p.street}, {p.town}, {p.postcode}",
        "",
        "Diagnoses",
        *(f"{number}. {each}" for number, each in enumerate(s.problems, 1)),
        "",
        "Current medication",
        *s.drugs,
        "",
        f"Thank you for referring this {p.age}-year-old {'lady' if p.female else 'gentleman'}.",
    ]
    if s.chance(0.5):
        kin = s.person()
        lines.append(f"Brought by {s.relation()} {kin.name}, who can be reached on {kin.mobile}.")
    if s.chance(0.3):
        lines.append("Family history: mother died of a stroke at 71.")
    lines += [
        "",
        "Yours sincerely",
        "",
        s.doctor(),
        "Consultant in Pain Medicine",
        f"Secretary: {s.landline()}",
    ]
    return pasted(s, "\n".join(lines), f"{written} sex practice_name")


def form_in_capitals(s: Scene) -> Pasted:
    """A form typed in capitals, one label a line."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name"
    lines = [
        "REFERRAL FORM",
        f"NAME: {p.name}",
        f"D.O.B: {s.day(p.born)}",
        f"SEX: {p.sex}",
        f"NHS NO: {s.nhs(p)}",
        f"ADDRESS: {p.street}, {p.town}",
        f"POSTCODE: {p.postcode}",
        f"TEL: {p.landline}",
        f"MOB: {p.mobile}",
        f"EMAIL: {p.email}",
        f"SURGERY: {s.practice}",
        f"GP: {s.doctor()}",
        f"GP TEL: {s.landline()}",
    ]
    if s.chance(0.4):
        lines.append(f"LANGUAGE: {s.language}")
        written += " language"
    if s.chance(0.5):
        kin = s.person()
        lines += [f"EMERGENCY CONTACT: {kin.name}", f"RELATIONSHIP: {s.relation()}", f"TEL: {kin.mobile}"]
    lines += [f"REFERRED BY: {s.person().name}", f"DATE: {s.day(s.agreed_on)}"]
    result = pasted(s, "\n".join(lines).upper(), written)
    result.truth["email"] = p.email.upper()
    return result


LAYOUTS = {
    each.__name__: each
    for each in (record_printout, template_letter, portal_rows, mail_thread, discharge_copy, form_in_capitals)
}
