"""Layouts as clinical systems, letters and mails have them. Two of them are messy on purpose.

`{{...}}` are details of the patient; everybody else in them is somebody whose details must not be taken.
"""

BANNER = """\
{FAMILY}, {given} ({title})     Born {dmy_dashes} ({age}y)     Gender {Sex}     NHS No. {nhs_spaced}
Usual GP: PATEL, Anil (Dr)

{practice} ({code})
1 High Street, Gloucester, GL1 1AA   Tel: 01452 960100

Home Address: {street}, {town}, {postcode}
Home Tel: {landline}   Mobile: {mobile}
Email: {email}

Active Problems
12-Mar-2015   {problem1}
2019          {problem2}
Significant Past
1987 Appendicectomy

Current Repeat Medication
{drug1}   Last issued 02-Nov-2026
{drug2}   Last issued 02-Nov-2026

Allergies
No known allergies
"""
KEY_VALUE = """\
Surname:\t{family}
Forename(s):\t{given} Robin
Title:\t{title}
Date of Birth:\t{dmy}
NHS Number:\t{nhs_spaced}
Sex:\t{S}
Address:\t{street}
\t{town}
\t{postcode}
Telephone (Home):\t{landline}
Mobile Tel:\t{mobile_abroad}
E-mail:\t{email}
Registered GP:\tDr P Green
Practice:\t{practice}
Practice Code:\t{code}
Next of Kin:\tAnn Other (wife)
Tel:\t07700 900777
Current problems: {problem1}; {problem2}
Repeat Medication:
{drug1}
{drug2}
"""
LETTER = """\
Northgate Hospital
Department of Rheumatology
Great Western Road, Gloucester GL1 3NN
Tel: 0300 496 2222

Date: 3 November 2026
Our ref: AB/123456

Dr A Sample
{practice}
1 High Street
Gloucester
GL1 1AA

Dear Dr Sample

Re: {title} {given} {FAMILY}, DOB {dmy}, NHS No: {nhs}
{street}, {town}, {postcode}
Tel {landline} / {mobile}
Email: {email}
Gender: {Sex}

Diagnoses:
1. {problem1}
2. {problem2}
Medication:
- {drug1}
- {drug2}

I reviewed this patient in clinic on 2 November 2026 and would suggest supervised activity.

Yours sincerely

Dr B Other
Consultant Rheumatologist
Direct line: 0300 496 3333
b.other@nhs.net
Practice code {code}
"""
MAIL = """\
From: Reception <reception@nhs.net>
Sent: 20 November 2026 09:12
To: move@example.org
Subject: referral please

Hi
Please could you refer {title} {given} {family} (dob {dmy_dots}, {Sex}, NHS {nhs_spaced}). \
The address is {street}, {town} {postcode} and the mobile is {mobile}, tel {landline}, email {email}. \
The daughter is on 07700 900999.
Problems: {problem1}, {problem2}
Meds: {drug1}; {drug2}
Thanks
Jo
{practice} ({code})
01452 960100
"""
LABEL_ABOVE = """\
Patient Details
Name
{title} {given} {FAMILY}
Date of Birth
{dmy_words} ({age} y)
NHS Number
{nhs_spaced}
Gender
{Sex}
Usual Address
{street}
{town}
{postcode}
Home Telephone
{landline}
Mobile Telephone
{mobile}
Email Address
{email}

GP Practice
{practice}
ODS Code
{code}

Emergency Contact
Mary Other
07700 900888

Active Problems
{problem1}
{problem2}

Repeat Medication
{drug1}
{drug2}
"""
SHOUTED = """\
NAME: {FAMILY}, {given} ({title})   DOB: {dmy_dots}   AGE: {age}   SEX: {S}   NHS: {nhs_dashes}   HOSP NO: 1234567890
ADDR: {street}, {town}, {postcode}   TEL: {landline} (H) {mobile} (M)   EMAIL: {email}
NOK: PETER OTHER (BROTHER) 07700 900888
GP: DR K OWEN   PRACTICE: {practice}   ODS: {code}   PRACTICE TEL: 01684 496200
PROBLEMS: {problem1}; {problem2}
MEDS: {drug1}; {drug2}
"""
CLEAN = {"banner": BANNER, "key-value": KEY_VALUE, "letter": LETTER, "label-above": LABEL_ABOVE}
MESSY = {"mail": MAIL, "shouted": SHOUTED}
LAYOUTS = CLEAN | MESSY
