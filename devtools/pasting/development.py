"""The layouts by which the reader is improved."""

from devtools.pasting.people import TODAY, Pasted, Person, Scene
from devtools.pasting.truth import LISTS, NAME, REACHED, pasted


def emis_summary(s: Scene) -> Pasted:
    """A summary in the manner of EMIS, with the surgery's number and address in its header."""
    p, kin = s.patient, s.person()
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name practice_code {LISTS}"
    lines = [
        f"{p.reversed}    Born {s.day(p.born)} ({p.age}y)    Gender {p.sex}    NHS No. {s.nhs(p)}",
        f"Usual GP: {s.doctor()}",
        "",
        f"{s.practice} ({s.code})",
        f"1 High Street, Gloucester, GL1 1AA   Tel: {s.landline()}",
        "",
        f"Home Address: {p.street}, {p.town}, {p.postcode}",
        f"Home Tel: {p.landline}   Mobile: {p.mobile}",
        f"Email: {p.email}",
    ]
    if s.chance(0.4):
        lines += [f"Main Language: {s.language}   Interpreter required: {'Yes' if s.interpreter else 'No'}"]
        written += " language interpreter"
    if s.chance(0.5):
        lines += ["", f"Next of Kin: {kin.reversed}", f"Relationship: {s.relation()}", f"Tel: {kin.landline}"]
    lines += ["", "Active Problems", *(f"{s.day(p.born.replace(year=2014))}   {each}" for each in s.problems)]
    lines += ["", "Current Repeat Medication", *(f"{each}   Last issued {s.day(TODAY)}" for each in s.drugs)]
    if s.chance(0.4):
        lines += ["", f"Consent to referral obtained on {s.day(s.agreed_on)}"]
        written += " agreed_on"
    if s.chance(0.4):
        lines += ["", f"Printed by {s.person().name} on {s.day(TODAY)}"]
    return pasted(s, "\n".join(lines), written)


def surgery_header(s: Scene) -> Pasted:
    """The surgery's letterhead directly above the patient's labels, without a gap."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name {LISTS}"
    lines = [
        f"{s.practice}, 1 High Street, Gloucester GL1 1AA",
        f"Tel: {s.landline()}  Email: {s.code.lower()}@nhs.net",
        f"Patient: {s.named(p)}",
        f"Date of Birth: {s.day(p.born)}   NHS Number: {s.nhs(p)}",
        f"Address: {p.street}, {p.town}, {p.postcode}",
        f"Home: {p.landline}",
        f"Mobile: {p.mobile}",
        f"Email: {p.email}",
        "",
        f"Problems: {'; '.join(s.problems)}",
        f"Medication: {'; '.join(s.drugs)}",
    ]
    if s.chance(0.5):
        lines += [
            "",
            "Past problems",
            "1987 Appendicectomy",
            "Family history",
            "Father died of heart attack aged 60",
        ]
    return pasted(s, "\n".join(lines), written)


def systmone_summary(s: Scene) -> Pasted:
    """Label, tab, value, in the manner of SystmOne."""
    p, kin = s.patient, s.person()
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name practice_code {LISTS}"
    rows = [("Surname", p.family), ("First name(s)", p.given), ("Title", p.title)]
    if s.chance(0.5):
        rows.append(("Known as", s.preferred))
        written += " preferred_name"
    rows += [("Date of birth", s.day(p.born)), ("NHS number", s.nhs(p)), ("Gender", p.sex)]
    rows += [("Address", f"{p.street}, {p.town}"), ("Postcode", p.postcode)]
    if s.chance(0.4):
        old = s.person()
        rows += [("Previous address", f"{old.street}, {old.town}"), ("Previous postcode", old.postcode)]
    rows += [("Home tel", p.landline), ("Mobile tel", p.mobile), ("Email", p.email)]
    if s.chance(0.5):
        rows.append(("Spoken language", s.language))
        written += " language"
    if s.chance(0.4):
        rows.append(("Interpreter required", "Yes" if s.interpreter else "No"))
        written += " interpreter"
    if s.chance(0.4):
        rows.append(("Date of consent", s.day(s.agreed_on)))
        written += " agreed_on"
    rows += [("Registered GP", s.doctor()), ("Practice", s.practice), ("Practice code", s.code)]
    if s.chance(0.5):
        rows += [("Next of kin", f"{kin.name} ({s.relation()})"), ("Tel", kin.mobile)]
    lines = [f"{label}:\t{value}" for label, value in rows]
    lines += ["", "Current problems", *s.problems, "", "Repeat medication", *s.drugs]
    return pasted(s, "\n".join(lines), written)


def vision_summary(s: Scene) -> Pasted:
    """A banner and columns parted by spaces, in the manner of Vision."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name practice_code {LISTS}"
    rows = [
        ("Patient Name", p.reversed, "NHS Number", s.nhs(p)),
        ("Date of Birth", s.day(p.born), "Sex", p.sex[0]),
        ("Address", f"{p.street}, {p.town}", "Registered GP", s.doctor()),
        ("Postcode", p.postcode, "", ""),
        ("Telephone (home)", p.landline, "", ""),
        ("Telephone (mobile)", p.mobile, "", ""),
        ("E-mail", p.email, "", ""),
        ("Practice", f"{s.practice} ({s.code})", "", ""),
    ]
    lines = ["Patient Summary".ljust(50) + f"Printed: {s.day(TODAY)}", ""]
    lines += [f"{a + ':':<20}{b:<60}{c + ':' if c else '':<16}{d}".rstrip() for a, b, c, d in rows]
    lines += ["", "Problem".ljust(40) + "Date", *(f"{each:<40}2016" for each in s.problems)]
    lines += ["", "Repeat Masters", *s.drugs] if s.chance(0.3) else ["", "Repeats", *s.drugs]
    return pasted(s, "\n".join(lines), written)


def docman_cover(s: Scene) -> Pasted:
    """A scanned letter with its cover in the manner of Docman."""
    p, kin = s.patient, s.person()
    written = f"{NAME} nhs_number date_of_birth sex {REACHED}"
    lines = [
        f"Patient: {s.named(p)}",
        f"NHS No: {s.nhs(p)}   DOB: {s.day(p.born)}",
        f"Event date: {s.day(s.agreed_on)}",
        f"Sender: {s.person().name}, Severn Valley Hospital",
        f"Workflow: {s.person().name} - for information",
        "",
        f"Address: {p.street}, {p.town}, {p.postcode}",
        f"Home tel: {p.landline}",
        f"Mobile: {p.mobile}",
        f"Email: {p.email}",
        "",
        "Dear Doctor",
        f"This patient was seen with {'her' if p.female else 'his'} {s.relation()} {kin.name} ({kin.mobile}).",
        "Their previous GP was at Lydney; their late wife died at home in 2019.",
        "",
        "Yours faithfully",
        s.doctor(),
        s.role(),
        f"Tel: {s.landline()}",
    ]
    return pasted(s, "\n".join(lines), written)


def clinic_letter(s: Scene) -> Pasted:
    """A letter of a clinic about the patient to their doctor."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name {LISTS}"
    lines = [
        "Northgate Hospital",
        "Department of Rheumatology",
        f"Great Western Road, Gloucester GL1 3NN   Tel: {s.landline()}",
        "",
        f"Date: {s.day(s.agreed_on)}",
        "Our ref: AB/123456",
        "",
        s.doctor(),
        s.practice,
        "1 High Street",
        "Gloucester",
        "GL1 1AA",
        "",
        f"Dear {s.doctor()}",
        "",
        f"Re: {s.named(p)}, DOB: {s.day(p.born)}, NHS No: {s.nhs(p)}",
        f"{p.street}, {p.town}, {p.postcode}",
        f"Tel {p.landline} / {p.mobile}",
        f"Email: {p.email}",
        "",
        "Diagnoses:",
        *(f"{number}. {each}" for number, each in enumerate(s.problems, 1)),
        "",
        "Medication:",
        *(f"- {each}" for each in s.drugs),
        "",
        "I saw them in clinic and would suggest supervised activity.",
    ]
    if s.chance(0.5):
        lines.append(f"{s.relation().capitalize()}: {s.person().name}, {s.landline()}")
    lines += [
        "",
        "Yours sincerely",
        s.doctor(),
        s.role(),
        f"Direct line: {s.landline()}",
        f"{s.person().mobile}",
    ]
    return pasted(s, "\n".join(lines), written)


def forwarded_mail(s: Scene) -> Pasted:
    """A mail that forwards another, with two signatures and the patient's details in the middle."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex mobile email"
    lines = [
        "Hi, please see below. Thanks",
        s.person().name,
        s.role(),
        f"Tel: {s.landline()}",
        "",
        "---------- Forwarded message ----------",
        f"From: {s.person().name} <{s.person().email}>",
        f"Date: {s.day(s.agreed_on)}",
        "Subject: Referral",
        "",
        "Dear team",
        "",
        "Please could you see this patient:",
        f"Name: {s.named(p)}",
        f"Date of birth: {s.day(p.born)}",
        f"NHS number: {s.nhs(p)}",
        f"Mobile: {p.mobile}",
        f"Email: {p.email}",
    ]
    if s.chance(0.5):
        kin = s.person()
        lines.append(f"Her {s.relation()} is {kin.name}, {kin.mobile}.")
    if s.chance(0.5):
        lines.append(f"They agreed to the referral on {s.day(s.agreed_on)}.")
        written += " agreed_on"
    lines += ["", "Best wishes", s.person().name, s.role(), s.practice, s.landline()]
    return pasted(s, "\n".join(lines), written + " practice_name")


def browser_table(s: Scene) -> Pasted:
    """Cells copied from a page: label and value in turn, each on its own line, or four to a row."""
    p, kin = s.patient, s.person()
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name"
    cells = [("First name", p.given), ("Last name", p.family), ("Date of birth", s.day(p.born)),
             ("NHS number", s.nhs(p)), ("Sex", p.sex), ("Address", f"{p.street}, {p.town}"), ("Postcode", p.postcode),
             ("Home phone", p.landline), ("Mobile phone", p.mobile), ("Email", p.email), ("GP practice", s.practice)]  # fmt: skip
    if s.chance(0.4):
        cells.insert(2, ("Preferred name", s.preferred))
        written += " preferred_name"
    if s.chance(0.4):
        cells += [("Language", s.language), ("Interpreter needed", "Yes" if s.interpreter else "No")]
        written += " language interpreter"
    if s.chance(0.5):
        cells += [("Emergency contact", kin.name), ("Emergency phone", kin.mobile)]
    style = s.draw.randrange(3)
    if style == 0:
        text = "\n".join(f"{label}\t{value}" for label, value in cells)
    elif style == 1:
        text = "\n".join(f"| {label} | {value} |" for label, value in cells)
    else:
        text = "\n".join(f"{label}\n{value}" for label, value in cells)
    return pasted(s, text, written)


def csv_lines(s: Scene) -> Pasted:
    """A line of headings and one of values, with commas; at times with a second patient."""
    letters = s.draw.choice((1, 6))
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex postcode mobile email"

    def row(one: Person) -> list[str]:
        return [
            one.family,
            one.given,
            s.day(one.born),
            one.nhs,
            one.sex[:letters],
            one.postcode,
            one.mobile,
            one.email,
        ]

    heads = ["Surname", "Forename", "DOB", "NHS Number", "Gender", "Postcode", "Mobile", "Email"]
    mark = s.draw.choice((",", ";", "\t", " | "))
    quoted = s.chance(0.4)
    mixed = s.chance(0.2)
    rows = [heads, row(p), *([row(s.person())] if mixed else [])]
    if s.chance(0.4):
        kin = s.person()
        rows[0] += ["Next of kin", "Next of kin tel"]
        for each in rows[1:]:
            each += [kin.name, kin.mobile]
    quoted = quoted and mark in ",;"
    text = "\n".join(mark.join(f'"{cell}"' if quoted else cell for cell in each) for each in rows)
    return pasted(s, text, written, mixed=mixed)


def all_capitals(s: Scene) -> Pasted:
    """Typed in capitals, labels and values on the same line."""
    p = s.patient
    written = f"{NAME} nhs_number date_of_birth sex {REACHED} practice_name"
    lines = [
        f"PATIENT NAME: {p.titled}   DOB: {s.day(p.born)}   NHS NO: {s.nhs(p)}",
        f"ADDRESS: {p.street}, {p.town}, {p.postcode}",
        f"HOME TEL: {p.landline}   MOBILE: {p.mobile}   EMAIL: {p.email}",
        f"GP SURGERY: {s.practice}",
        f"SURGERY TEL: {s.landline()}",
    ]
    if s.chance(0.5):
        kin = s.person()
        lines.append(f"NOK: {kin.name} ({s.relation()}) {kin.mobile}")
    if s.chance(0.5):
        lines.append(f"PATIENT CONSENTED TO REFERRAL ON {s.day(s.agreed_on)}")
        written += " agreed_on"
    result = pasted(s, "\n".join(lines).upper(), written)
    result.truth["email"] = p.email.upper()
    return result


def hl7_message(s: Scene) -> Pasted:
    """Segments with strokes, in the manner of HL7 version 2: the patient, next of kin, doctor, practice."""
    p, kin = s.patient, s.person()
    street = p.street.split(", ")
    written = f"{NAME} nhs_number date_of_birth sex {REACHED}"
    lines = [
        f"MSH|^~\\&|REFER|{s.code}|MOVE|PROG|20261201091400||REF^I12|{s.draw.randrange(10**6)}|P|2.4",
        f"PRD|RP|{s.person().family}^{s.person().given}^^^Dr|1 High Street^^Gloucester^^GL1 1AA||{s.landline()}",
        (
            f"PID|1||{p.nhs}^^^NHS^NH||{p.family}^{p.given}^^^{p.title}||{p.born:%Y%m%d}|{p.sex[0]}|||"
            f"{street[0]}^{', '.join(street[1:])}^{p.town}^Gloucestershire^{p.postcode}||{p.landline}^PRN^PH~{p.mobile}^PRN^CP~^NET^^{p.email}"
        ),
    ]
    if s.chance(0.6):
        lines.append(
            f"NK1|1|{kin.family}^{kin.given}|{s.relation()}|{kin.street}^^{kin.town}^^{kin.postcode}|{kin.mobile}"
        )
    lines.append(f"PV1|1|O|||||{s.doctor()}")
    result = pasted(s, "\n".join(lines), written)
    result.truth["address"] = [
        *street[:1],
        *([", ".join(street[1:])] if street[1:] else []),
        p.town,
        "Gloucestershire",
    ]
    return result


def free_note(s: Scene) -> Pasted:
    """A hurried note in sentences."""
    p, kin = s.patient, s.person()
    written = f"{NAME} nhs_number date_of_birth sex mobile"
    her = "her" if p.female else "his"
    lines = [
        f"Referring {p.titled}, DOB {s.day(p.born)}, NHS {s.nhs(p)}.",
        f"{her.capitalize()} mobile is {p.mobile}.",
    ]
    if s.chance(0.5):
        lines.append(
            f"{her.capitalize()} {s.relation()} {kin.name} is on {kin.mobile} and would like to hear."
        )
    if s.chance(0.5):
        lines.append(f"{'Widowed' if s.chance(0.5) else 'Bereaved'}: {her} {s.relation()} died in March.")
    if s.chance(0.4):
        lines.append(f"Speaks {s.language}, needs an interpreter.")
        written += " language"
        s.interpreter = True
        written += " interpreter"
    if s.chance(0.4):
        lines.append(f"Moved here from {kin.street}, {kin.town}, {kin.postcode}.")
    if s.chance(0.5):
        lines.append(f"{'She' if p.female else 'He'} agreed to be referred on {s.day(s.agreed_on)}.")
        written += " agreed_on"
    lines += ["", "Thanks", s.person().name, s.role(), s.landline()]
    return pasted(s, "\n".join(lines), written)


LAYOUTS = {
    each.__name__: each
    for each in (emis_summary, surgery_header, systmone_summary, vision_summary, docman_cover, clinic_letter,
                 forwarded_mail, browser_table, csv_lines, all_capitals, hl7_message, free_note)
}  # fmt: skip
