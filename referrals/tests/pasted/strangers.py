"""Lines below the patient's own that give another person's number, email or address: none of them is the patient's."""

# Below these, none of the lines of STRANGERS is certain.
PATIENT = "Name: Hester Marlowe\nDOB: 12/03/1951\nNHS Number: 999 000 0018\n"
HOME = "01632 960111"  # the patient's
HOME_LINE = f"Home tel: {HOME}\n"
_REACHED = "Mobile: 07700 900124\nEmail: a.other@mail.example\n"

# By name: lines that hold no detail of the patient.
STRANGERS = {
    **{
        label: f"{label}: Jo Brown\n{_REACHED}"
        for label in (
            "Usual GP", "Referred by", "Social worker", "From", "GP", "Consultant", "Physio", "Interpreter", "Completed by",
            "POA", "Representative", "Alternative contact", "Key holder", "Lives with", "Proxy", "Allocated",
            "Preferred contact", "Warden",
        )
    },
    "a label without a name": f"Referrer:\nWork mobile: 07700 900124\n{_REACHED}",
    "a label, then a gap": f"Referred by: Jo Brown\n\n{_REACHED}",
    "an unknown label, then a gap": f"Key holder: Jo Brown\n\nHome tel: 07700 900124\n{_REACHED}",
    "an unknown heading": f"Key holder\n{_REACHED}",
    "an unknown heading, then a gap": f"Key holder\n\nHome tel: 07700 900124\n{_REACHED}",
    "a home number of an unknown label": f"Key holder: Jo Brown\nHome tel: 07700 900124\n{_REACHED}",
    "thanks in a sentence": f"Many thanks for seeing this lady.\nJo Brown\n{_REACHED}",
    "ICE": "ICE: Mary 07700 900124\nEmail: a.other@mail.example\n",
    "a name alone": f"Susan Marlowe\n{_REACHED}",
    "a given name alone": f"Susan\n{_REACHED}",
    "a name like a street": f"Susan Hill\n{_REACHED}",
    "a name alone, then an address": f"Susan Marlowe\n4 Park Road\nStroud\nGL5 3CC\n{_REACHED}",
    "a name below a sentence": f"Key safe by the door.\nSusan Marlowe\n{_REACHED}",
    "a sentence": "Please speak to Peter on mobile 07700 900124\nEmail: a.other@mail.example\n",
    "a sentence below": "Mobile: 07700 900124\nthis is her daughter Susan's number\n",
    "a name in a sentence below": "Mobile: 07700 900124\nThis number is Susan's\n",
    "a name behind the number": "Mobile: 07700 900124 (Susan)\nEmail: a.other@mail.example\n",
    "a name further behind the number": "Mobile: 07700 900124 ask for Susan\nEmail: a.other@mail.example\n",
    "a relative in brackets": "Mobile (daughter): 07700 900124\nEmail: a.other@mail.example\n",
    "an unknown label on the same line": f"Sex: F Proxy: Susan Marlowe {_REACHED}",
    "an unknown label with a date of birth": f"Proxy: Susan Marlowe\nSex: F\n{_REACHED}",
    "a name below the number": "Mobile: 07700 900124\n(Susan)\n",
    "a name in small letters behind the number": "Mobile: 07700 900124 susan\n",
    "a name in front of the number": "Contact number\nSusan 07700 900124\n",
    "a name behind the email": "Email: a.other@mail.example (Susan)\n",
    "a sentence below the email": "Email: a.other@mail.example\nthis is Susan's\n",
    "where a person lives": "Susan lives at 4 Park Road, Stroud, GL5 3CC\n",
    "a note below": "Mobile: 07700 900124\nNotes: this is her daughter's number\n",
    "a name in brackets": f"Home tel (Susan): 07700 900124\n{_REACHED}",
    "a heading of contacts": f"Main contact\n{_REACHED}",
    "contact details of a name": f"Contact details: Susan Marlowe\n{_REACHED}",
    "a second patient": f"Patient: Susan Other\n{_REACHED}",
    "her husband": f"Mr Marlowe\n{_REACHED}",
    "a language through a person": f"Language: English, speaks via Susan\n{_REACHED}",
    "a name behind the date of birth": f"DOB: 12/03/1951 Susan Marlowe {_REACHED}",
    "care of": f"Sex: Female c/o Susan Marlowe\n{_REACHED}",
    "a sender's phone": f"Sent from my iPhone\n{_REACHED}",
    "below an allergy": "Allergies: nil\nHome tel: 07700 900124\n",
    "notes": f"Notes: please speak to Peter\nHome tel: 07700 900124\n{_REACHED}",
}  # fmt: skip
