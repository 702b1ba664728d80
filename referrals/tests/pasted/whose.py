"""Texts that hold other people's numbers, emails and addresses beside the patient's: every name and number is made up.

The patient is always Hester Marlowe; what is hers stands in HERS, and any other number, email or postcode in a text is
somebody else's.
"""

HERS = {
    "phones": {"+441632960111", "+447700900222", "+441632960112"},  # home, mobile, work
    "email": {"hester.marlowe@example.com"},
    "postcode": {"GL5 2AB"},
    "address": {"7 Mill Lane", "Stroud"},
}

# By name: the text, and which of HERS must be read and taken from it.
TEXTS: dict[str, tuple[str, str]] = {}


def _add(name: str, reads: str, text: str) -> None:
    TEXTS[name] = (text, reads)


_add(
    "EMIS, the surgery's lines above the patient's without a gap",
    "phones",
    """\
Summary printed 20-Nov-2026
Riverbank Surgery
12 High Street, Stroud, GL5 1AA
Tel: 01632 960200   Fax: 01632 960201
Email: riverbank@surgery.example
MARLOWE, Hester (Mrs)   Born 12-Mar-1951 (75y)   Gender Female   NHS No. 999 000 0018
Usual GP: WARD, Fiona (Dr)
Home: 01632 960111   Mobile: 07700 900222   Work: 01632 960112
""",
)
_add(
    "EMIS, the surgery on one line below the patient",
    "phones email",
    """\
MARLOWE, Hester (Mrs)     Born 12-Mar-1951 (75y)     Gender Female     NHS No. 999 000 0018
Usual GP: WARD, Fiona (Dr)
Riverbank Surgery, 12 High Street, Stroud, GL5 1AA   Tel: 01632 960200
Home Tel: 01632 960111   Mobile Tel: 07700 900222
Email: hester.marlowe@example.com

Active Problems
2015  Fibromyalgia
""",
)
_add(
    "EMIS, without colons",
    "phones",
    """\
Riverbank Surgery
12 High Street, Stroud, GL5 1AA
Tel 01632 960200

Mrs Hester MARLOWE   DOB 12-Mar-1951   NHS 999 000 0018
Home 01632 960111  Mobile 07700 900222
""",
)
_add(
    "a building that nobody would know for a surgery",
    "phones",
    """\
Riverbank House
12 High Street
Stroud GL5 1AA
Tel: 01632 960200
Email: hello@riverbank.example

Patient: Mrs Hester Marlowe
DOB: 12/03/1951
NHS number: 999 000 0018
Mobile: 07700 900222
""",
)
_add(
    "letterhead, body, signature with a comma",
    "phones email postcode address",
    """\
Northgate Hospital NHS Foundation Trust
Pain Clinic, Great Western Road, Gloucester GL1 3NN
Tel: 01632 960300
Email: pain.clinic@northgate.example

Consultant's secretary: 01632 960301
Secretary's email: jo.brown@northgate.example

Dear Dr Ward

Re: Mrs Hester Marlowe, DOB 12/03/1951, NHS No 999 000 0018
7 Mill Lane, Stroud, GL5 2AB
Tel 01632 960111 / 07700 900222
Email: hester.marlowe@example.com

Thank you for referring this patient. Her daughter lives at 4 Park Road, Stroud, GL5 3CC.

Kind regards,

Dr A Smith
The Surgery
Tel: 01632 960303, mobile: 07700 900303
a.smith@northgate.example
""",
)
_add(
    "letter whose surgery stands below the patient's line",
    "",
    """\
Re: Mrs Hester Marlowe, DOB 12/03/1951, NHS No 999 000 0018

Riverbank Surgery
12 High Street
Stroud
GL5 1AA
01632 960200

Please see this lady with back pain.
""",
)
_add(
    "next of kin, carer and emergency contact",
    "phones",
    """\
Name: Hester Marlowe
Date of birth: 12/03/1951
NHS number: 999 000 0018
Home tel: 01632 960111
Mob: 07700 900222
Next of kin: Tom Marlowe (husband)
Mobile: 07700 900401
Email: tom@example.net

Carer: Jane Bell
4 Park Road, Stroud, GL5 3CC
Home tel: 01632 960402

Emergency contact

Mobile: 07700 900403
Home address: 5 Park Road, Stroud, GL5 3CD
""",
)
_add(
    "relatives on the patient's own lines",
    "phones",
    """\
Name: Hester Marlowe   DOB: 12/03/1951   NHS: 999 000 0018
Mobile: 07700 900222 Emergency contact: Tom Marlowe 07700 900401
Mobile (daughter): 07700 900402
Tel (surgery): 01632 960200
Daughter's email: kate@example.net
Niece's mobile: 07700 900403
Contact: Jane Bell 07700 900404
Tel: 07700 900405 (Tom)
""",
)
_add(
    "SystmOne, with relationships in a table",
    "phones email postcode address",
    """\
Patient Details
Name:\tMrs Hester Marlowe
Date of Birth:\t12 Mar 1951
NHS Number:\t999 000 0018
Home Address:\t7 Mill Lane, Stroud, GL5 2AB
Home Telephone:\t01632 960111
Mobile Telephone:\t07700 900222
Work Telephone:\t01632 960112
Email:\thester.marlowe@example.com

Relationships
Name\tTelephone\tRelationship
Kate Marlowe\t07700 900402\tDaughter

Registered Practice: Riverbank Surgery, Tel: 01632 960200
Practice Address: 12 High Street, Stroud, GL5 1AA
Postcode: GL5 1AA
""",
)
_add(
    "two columns, the surgery on the right",
    "",
    """\
Patient: Hester Marlowe          Riverbank Surgery
DOB: 12/03/1951                  12 High Street
NHS: 999 000 0018                Stroud
Address: 7 Mill Lane             GL5 1AA
Tel: 01632 960111                Tel: 01632 960200
""",
)
_add(
    "mail with a signature",
    "phones",
    """\
From: Jo Brown <jo@riverbank.example>
Subject: referral

Hello, please see Mrs Hester Marlowe, dob 12/03/1951, nhs 999 000 0018, mobile 07700 900222.
Her daughter's mobile is 07700 900402. My mobile is 07700 900555, or ring me on 01632 960201.

Best wishes,
Jo Brown
Riverbank Surgery
Tel: 01632 960200
Email: jo.brown@riverbank.example
""",
)
_add(
    "mail whose sender signs without a greeting",
    "phones",
    """\
Please could you see
Hester Marlowe
DOB 12/03/1951
NHS 999 000 0018
Home: 01632 960111  Mobile: 07700 900222

Jo Brown, Social Prescriber
Mobile: 07700 900555
Email: jo.brown@riverbank.example
""",
)
_add(
    "a table with the practice as a row",
    "phones email",
    """\
Name | DOB | NHS number | Mobile | Email
Hester Marlowe | 12/03/1951 | 999 000 0018 | 07700 900222 | hester.marlowe@example.com

Practice | Riverbank Surgery
Address | 12 High Street, Stroud, GL5 1AA
Tel | 01632 960200
Email | desk@riverbank.example
""",
)
_add(
    "telephone (home), and the practice on the same line",
    "phones",
    """\
Surname: Marlowe
Forename: Hester
DOB: 12/03/1951
Telephone (home): 01632 960111
Telephone (mobile): 07700 900222
Practice: Riverbank Surgery Tel: 01632 960200
""",
)
_add(
    "footer below the lists",
    "phones",
    """\
Name: Hester Marlowe
DOB: 12/03/1951
Tel: 07700 900222

Active problems:
Fibromyalgia

Page 1 of 1
Tel: 01632 960200
Email: desk@riverbank.example
Postcode: GL5 1AA
""",
)
_add(
    "the surgery's mail among the patient's lines",
    "phones",
    """\
Name: Hester Marlowe
DOB: 12/03/1951
Mobile: 07700 900222
Email: reception@riverbank-surgery.example
""",
)
_add(
    "no gaps at all",
    "phones postcode address",
    """\
Riverbank Surgery
12 High Street
Stroud
GL5 1AA
Tel: 01632 960200
Email: office@riverbank.example
Patient: Hester Marlowe
DOB: 12/03/1951
NHS: 999 000 0018
Address: 7 Mill Lane, Stroud, GL5 2AB
Tel: 01632 960111
Next of kin: Tom Marlowe 07700 900401
Kind regards,
Dr Fiona Ward
01632 960202
f.ward@riverbank.example
""",
)
_add(
    "her daughter's lines below a sentence that names her",
    "",
    """\
Name: Hester Marlowe DOB: 12/03/1951 NHS: 999 000 0018
Please contact her via her daughter
Mobile: 07700 900403
Email: kate@example.net
""",
)
_add(
    "numbers for questions",
    "phones",
    """\
Re: Hester Marlowe, DOB 12/03/1951, NHS 999 000 0018, mobile 07700 900222
Or through her son Tom on 07700 900401.
For queries call 01632 960200 or email anna@example.org
""",
)
_add(
    "a signature on the next line",
    "phones",
    """\
Please refer Hester Marlowe DOB 12/03/1951 NHS 999 000 0018 mobile 07700 900222
Thanks Jo
Tel 01632 960200
Mobile 07700 900555
""",
)
_add(
    "a doctor's and a colleague's name below the patient's numbers",
    "phones",
    """\
Name: Hester Marlowe
DOB: 12/03/1951
Tel: 01632 960111
Dr Fiona Ward
Tel: 01632 960200
Mobile: 07700 900333

Name: Hester Marlowe
Mobile: 07700 900222
Jo Brown
Tel: 01632 960201
Email: jo@riverbank.example
""",
)
_add(
    "a relative's street below the patient's name",
    "",
    """\
Name: Hester Marlowe
NHS: 999 000 0018
Next of kin: Tom Marlowe
4 Park Road
Stroud GL5 3CC
""",
)
_add(
    "a second contact, named like a patient",
    "phones",
    """\
Name: Hester Marlowe
DOB: 12/03/1951
Tel: 01632 960111

Name: Tom Marlowe
Tel: 07700 900401
Mobile: 07700 900402
Relationship: husband
""",
)
_add(
    "the patient's details in lines of their own, then the practice's",
    "phones email postcode address",
    """\
Name: Hester Marlowe
DOB: 12/03/1951
NHS: 999 000 0018

Contact details
Address: 7 Mill Lane, Stroud, GL5 2AB
Tel: 01632 960111
Mobile: 07700 900222
Email: hester.marlowe@example.com

GP details
Dr F Ward
Riverbank Surgery
12 High Street, Stroud, GL5 1AA
Tel: 01632 960200
Email: ward@gp.example
""",
)
_add(
    "a next of kin with labels of their own",
    "phones",
    """\
Name: Hester Marlowe
NHS number: 999 000 0018
Mobile: 07700 900222

Next of kin
First name: Tom
Surname: Marlowe
Gender: Male
Mobile: 07700 900401
Address: 4 Park Road, Stroud, GL5 3CC

Emergency contact

First name: Kate
Surname: Marlowe
Date of birth: 01/02/1975
Mobile: 07700 900402
Home address: 5 Park Road, Stroud, GL5 3CD

Referrer details
First name: Jo
Surname: Brown
Mobile: 07700 900555
Email: jo@riverbank.example
""",
)
