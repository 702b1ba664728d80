"""The words that stand before a value in what people paste, and whose value that is.

A label names a field of the patient, or somebody or something else: a value behind "Next of kin" or "Clinic date" is
read as nobody's, which keeps a carer's telephone and a letter's date out of a referral.
"""

import re

# Fields of the patient.
NAME, GIVEN, FAMILY = "name", "given_name", "family_name"
NHS, BORN, SEX = "nhs_number", "date_of_birth", "sex"
ADDRESS, POSTCODE, PHONE, EMAIL = "address", "postcode", "phones", "email"
MORE_ADDRESS = "more_address"  # a further line of it
PRACTICE, PRACTICE_CODE = "practice_name", "practice_code"
PROBLEMS, MEDICATION = "problems", "medication"
# Whose words follow: back to the patient, somebody else's, or a detail that nothing here wants.
PATIENT, OTHER, SKIP, SECTION = "patient", "other", "skip", "section"
KIN, SIGNED, DOUBT = "kin", "signed", "doubt"  # others whose own lines follow: a relative, whoever signs

SYNONYMS: dict[str, tuple[str, ...]] = {
    NAME: (
        "patient name", "name of patient", "patient's name", "patients name", "full name", "pt name", "name",
        "client name", "service user", "name of person",
    ),
    GIVEN: ("forename", "forenames", "forename(s)", "first name", "first names", "first name(s)", "given name",
            "given names", "given name(s)", "christian name", "firstname", "fore name"),
    FAMILY: ("surname", "family name", "last name", "lastname", "sur name"),
    NHS: ("nhs number", "nhs no", "nhs no.", "nhs num", "nhs num.", "nhs #", "nhs", "nhsno", "nhs id",
          "nhs identifier", "nhs number (verified)", "nhs number (traced)", "new nhs no", "new nhs number"),
    BORN: ("date of birth", "dob", "d.o.b.", "d.o.b", "d o b", "birth date", "birthdate", "born", "date of birth (age)",
           "dob (age)", "dob/age", "date of birth/age", "b."),
    SEX: ("sex", "gender", "sex at birth", "administrative gender", "gender identity", "sex/gender", "m/f"),
    ADDRESS: ("address", "home address", "patient address", "usual address", "current address", "addr", "residence",
              "residential address", "main address", "address line 1", "address 1", "correspondence address",
              "patient's address", "add"),
    MORE_ADDRESS: ("address line 2", "address line 3", "address line 4", "address line 5", "address 2", "address 3",
                   "address 4", "town", "city", "town/city", "county", "locality", "village", "street", "district",
                   "house name", "house number", "road"),
    POSTCODE: ("postcode", "post code", "postal code", "p/code", "pcode", "pc"),
    PHONE: (
        "mobile", "mobile tel", "mobile tel.", "mobile no", "mobile no.", "mobile number", "mobile phone",
        "mobile telephone", "mob", "mob.", "mob no", "tel", "tel.", "tel no", "tel no.", "tel (home)", "tel (mobile)",
        "tel (h)", "tel (m)", "tel (mob)", "tel home", "tel mobile", "telephone", "telephone no", "telephone number",
        "telephone (home)", "telephone (mobile)", "phone", "phone no", "phone number", "phone (home)",
        "phone (mobile)", "phone numbers", "telephone numbers", "home", "home tel", "home tel.", "home phone",
        "home telephone", "home no", "home number", "contact number", "contact numbers", "contact no", "contact tel",
        "contact telephone", "contact phone", "contact", "preferred contact number", "preferred number", "preferred phone", "preferred telephone",
        "landline", "cell", "cell phone", "work tel", "work phone", "work telephone", "work number", "work",
        "daytime tel", "evening tel", "best number", "t", "m", "h", "home:", "number to ring", "ph", "ring",
        "alternative number", "other number", "patient tel", "patient mobile", "patient telephone", "patient phone",
    ),
    EMAIL: ("email", "e-mail", "e mail", "email address", "e-mail address", "e mail address", "home email",
            "personal email", "patient email", "e"),
    PRACTICE: ("practice", "practice name", "registered practice", "gp practice", "gp surgery", "surgery",
               "registered at", "registered with", "registered gp practice", "registered surgery", "medical practice",
               "usual practice", "surgery name", "gp practice name", "registering practice", "practice/surgery",
               "organisation", "registered organisation"),
    PRACTICE_CODE: ("practice code", "ods code", "ods", "organisation code", "org code", "gp practice code",
                    "national practice code", "nacs code", "nacs", "practice ods code", "practice id", "surgery code",
                    "gp code (practice)", "practice ods"),
    PROBLEMS: ("active problems", "problems", "current problems", "problem list", "active problem list", "problem",
               "current problem list", "significant active", "significant active problems", "major active problems",
               "major problems", "main problems", "diagnoses", "diagnosis", "conditions", "long term conditions",
               "long-term conditions", "medical problems", "medical conditions", "active major problems",
               "active significant problems", "current diagnoses", "ongoing problems", "problems (active)",
               "problems - active", "active conditions", "active diagnoses", "active minor problems",
               "minor active problems", "health conditions", "active", "current conditions", "significant problems",
               "summary of active problems", "significant conditions", "key problems", "current issues"),
    MEDICATION: ("medication", "medications", "current medication", "current medications", "repeat medication",
                 "repeat medications", "current repeat medication", "current repeat medications", "repeats", "repeat",
                 "repeat templates", "current repeat templates", "acute medication", "acute medications", "acutes",
                 "acute", "current acutes", "current acute medication", "drugs", "current drugs", "meds",
                 "current meds", "rx", "drug history", "dh", "dhx", "active medication", "active medications",
                 "regular medication", "regular medications", "repeat medication list", "repeat drugs",
                 "current treatment", "prescriptions", "repeat prescriptions", "medication list", "medicines",
                 "current medicines", "prescribed medication", "drug list", "repeat meds", "repeat rx", "takes",
                 "current repeats", "acute meds", "acute drugs", "repeat masters", "medication - repeat", "medication - acute",
                 "regular meds", "regular medicines", "current prescriptions"),
    PATIENT: ("patient", "patient details", "patient demographics", "demographics", "patient information", "pt",
              "re", "regarding", "client", "about the patient", "patient summary", "personal details",
              "contact details", "patient contact details", "details", "demographic details", "patient record"),
    KIN: (
        "next of kin", "nok", "emergency contact", "emergency contacts", "carer", "carer details", "main carer",
        "mother", "father", "husband", "wife", "son", "daughter", "partner", "spouse", "guardian", "parent", "sister",
        "brother", "neighbour", "friend", "relative", "relationships", "contacts", "key contact", "informal carer",
        "nok name", "nok tel", "nok phone", "next of kin name", "next of kin tel", "next of kin phone",
        "next of kin telephone", "carer name", "carer tel", "carer phone", "emergency tel", "emergency phone",
        "emergency number", "contact name", "contact person", "next of kin details", "next-of-kin", "family contact",
        "nok mobile", "carer mobile", "carer's name", "carer's number", "husband's name", "wife's name",
        "ice contact", "power of attorney", "advocate", "emergency contact name", "emergency contact tel",
        "emergency contact phone", "emergency contact number", "relationship",
    ),
    SIGNED: ("yours sincerely", "yours faithfully", "kind regards", "best wishes", "regards", "many thanks", "signed",
             "warmest regards", "with thanks", "thanks", "thank you", "kindest regards", "with best wishes", "yours",
             "with kind regards", "warm regards", "yours truly", "best regards", "thanks in advance", "cheers"),
    OTHER: (

        "keyworker", "key worker", "social worker", "care coordinator", "interpreter",
        "gp", "usual gp", "registered gp", "named gp", "gp name", "gp details", "referring gp", "own gp", "usual dr",
        "named accountable gp", "accountable gp", "referrer", "referred by", "referring clinician", "clinician",
        "referrer details", "referring doctor", "referrer name", "consultant", "doctor", "physiotherapist", "physio",
        "author", "from", "to", "cc", "copy to", "copies to", "sent by", "user", "printed by", "entered by",
        "dictated by", "typed by", "seen by", "secretary", "switchboard", "reception", "receptionist", "specialist",
        "responsible clinician", "lead clinician", "hospital", "department", "clinic", "ward", "trust", "therapist",
        "registered doctor", "healthcare professional", "hcp", "pharmacy", "nominated pharmacy", "chemist",
        "practice details", "surgery details", "practice address", "surgery address", "practice tel",
        "practice telephone", "practice phone", "surgery tel", "surgery telephone", "surgery phone", "gp tel",
        "gp telephone", "gp phone", "gp address", "gp email", "practice email", "surgery email", "practice postcode",
        "practice contact", "direct line", "fax", "fax no", "fax number", "bleep", "ext", "extension", "referrer tel", "referrer email", "referrer phone", "reply to", "reply-to",
        "enquiries to",
        "named nurse", "practice nurse", "pcn", "ods name",
    ),
    SKIP: (
        "date", "letter date", "date of letter", "clinic date", "date of clinic", "date seen", "printed", "printed on",
        "print date", "report date", "date of report", "report generated", "appointment", "appointment date",
        "referral date", "date of referral", "date registered", "registered", "registration date", "date of death",
        "last seen", "review date", "sent", "subject", "received", "date printed", "date typed", "date dictated",
        "hospital number", "hospital no", "hospital no.", "hosp no", "hosp no.", "mrn", "unit number", "unit no",
        "ubrn", "our ref", "your ref", "ref", "ref no", "reference", "case number", "district number", "chi",
        "chi number", "h&c number", "patient id", "patient number", "emis number", "emis no", "system id", "pas no",
        "pas number", "local id", "crn", "record number", "title", "middle name", "middle names", "known as",
        "preferred name", "previous name", "previous surname", "maiden name", "alias", "likes to be called", "age",
        "ethnicity", "ethnic origin", "ethnic category", "religion", "marital status", "occupation", "language",
        "main language", "first language", "interpreter needed", "spoken language", "preferred language", "language spoken",
        "main spoken language", "preferred spoken language", "interpreter required", "interpreter needed?",
        "needs interpreter", "requires interpreter", "needs an interpreter", "date of consent", "consent date",
        "consent obtained", "consent given", "consent to referral", "date of agreement", "agreed on", "status", "registration status", "last updated",
        "current age", "calling name", "former surname", "hospital id", "hospital ref", "x number", "account number",
        "nhs net", "consent", "priority", "urgency", "last issued", "invoice", "preferred contact", "preferred method",
        "preferred contact method", "page", "version", "time", "start date", "end date", "allocated", "pronouns",
        "previous address", "previous postcode", "temporary address", "date of last review", "trace status",
        "registered since", "registered date", "patient type", "attachments", "importance", "name known by", "dod",
        "place of birth", "country of birth", "temporary phone", "no fixed abode", "access needs", "height", "weight",
    ),
    SECTION: (
        "past problems", "significant past", "significant past problems", "past medical history", "pmh", "pmhx",
        "inactive problems", "minor past", "minor past problems", "past history", "previous history", "fh",
        "previous problems", "past", "family history", "fhx", "allergies", "allergy", "drug allergies", "sensitivities",
        "allergies and adverse reactions", "adverse reactions", "social history", "sh", "examination", "o/e",
        "on examination", "investigations", "vitals", "values", "values and investigations", "immunisations",
        "vaccinations", "recalls", "consultations", "last consultations", "consultation", "plan", "reason for referral",
        "reason", "history", "test results", "results", "impression", "presenting complaint", "hpc", "observations",
        "alerts", "warnings", "risk", "notes", "additional information", "dear", "actions", "action", "comment",
        "comments", "note", "bp", "bmi", "smoking", "smoking status", "alcohol", "lifestyle", "recent values",
        "past medication", "previous medication", "discontinued medication", "stopped medication", "medication stopped",
        "past drugs", "expired medication", "medication issues", "recent encounters", "documents", "diary",
        "diary entries", "referrals", "encounters", "procedures", "operations", "surgical history", "health status",
        "inactive", "resolved problems", "resolved", "discontinued", "stopped", "medication history",
        "past acute medication", "expired acute medication", "background", "summary", "significant past history",
        "recommendation", "recommendations", "management plan", "advice", "request", "questions", "follow up",
        "last bp", "blood pressure", "pulse", "mental health", "obstetric history", "medical history", "goals",
        "family hx", "known allergies", "drug sensitivities", "mobility", "what matters", "message",
    ),
}  # fmt: skip

RELATIVES = (
    "wife|husband|spouse|partner|daughter|son|mother|mum|father|dad|parents?|sister|brother|niece|nephew|aunt|uncle|cousin|"
    "grand(?:son|daughter|mother|father|child)|neighbour|friend|carer|guardian|[a-z]+-in-law|next of kin|next-of-kin|nok|"
    "emergency contact|relative|family"
)
# Words beside a number, email or address that make it somebody else's.
SOMEBODY = re.compile(
    rf"\b(?:{RELATIVES}|surgery|practice|gp|dr|doctor|hospital|reception|clinic|ward|secretary|consultant|nurse|"
    r"physio(?:therapist)?|pharmacy|social worker|support worker|key ?worker|care home|warden|landlord|advocate|interpreter|"
    r"colleague|quer(?:y|ies)|enquir(?:y|ies)|me|my|us|our(?! (?:patient|lady|gentleman)))(?:'s)?\b",
    re.IGNORECASE,
)

# Words that say how or when to use a number; another word with a capital may say whose it is.
ABOUT_NUMBERS = {
    "home", "mobile", "mob", "work", "tel", "telephone", "phone", "landline", "number", "numbers", "preferred", "pref", "main",
    "best", "day", "daytime", "evening", "evenings", "morning", "mornings", "afternoon", "afternoons", "text", "texts", "call",
    "calls", "ring", "only", "please", "leave", "voicemail", "and", "or", "after", "before", "until", "patient", "own",
    "confirmed", "verified", "current", "new", "no", "ok", "yes", "is", "on", "at", "by", "to", "can", "be", "reached",
    "contacted", "email", "her", "his", "their", "him", "them", "she", "he", "they", "the",
}  # fmt: skip
_WORD = re.compile(r"\b[^\W\d_][\w'-]+")


def words(text: str) -> set[str]:
    """The words of two letters and more, in small letters."""
    return {word.lower() for word in _WORD.findall(text)}


MEANING = {words: field for field, all_words in SYNONYMS.items() for words in all_words}
# Letters this short mean a telephone only beside a colon, and at the start or after a gap.
_WORDS = "|".join(
    re.escape(words).replace(r"\ ", " ")
    for words in sorted(MEANING, key=len, reverse=True)
)  # fmt: skip
# A label with its mark: "Surname:", "NHS No -", "DOB =" at the start of a line or after a gap, comma or bracket.
MARKED = re.compile(
    rf"(?:^|(?<=[\s,;|(\[>*•.]))(?P<label>{_WORDS})[ \t]*\.?[ \t]*"
    r"(?:\((?P<aside>[^()\n]{1,18})\)[ \t]*)?(?P<mark>:[-–—]?|=|\||[ \t][-–—](?=[ \t])|[-–—](?=[ \t]))",
    re.IGNORECASE,
)
# Labels that say what follows even without a mark: "DOB 12/03/1956", "NHS No 999 000 0018".
_STRONG = ("date of birth", "dob", "d.o.b.", "d.o.b", "born", "nhs number", "nhs no", "nhs no.", "nhs num", "nhs",
           "tel", "tel.", "tel no", "telephone", "mobile", "mob", "mobile no", "phone", "home tel", "email", "e-mail",
           "gender", "sex", "usual gp", "postcode", "hospital number", "hospital no", "hosp no", "mrn", "mobile tel",
           "practice code", "fax", "unit number", "mobile number", "phone number", "telephone number",
           "contact number", "landline", "home", "work", "home telephone", "mobile telephone", "work tel", "home phone", "emergency contact", "next of kin", "registered gp", "nok",
           "ods code", "registered with", "registered at", "named gp")  # fmt: skip
BARE = re.compile(
    r"(?:^|(?<=[\s,;|(\[>*•.]))(?P<label>"
    + "|".join(re.escape(w).replace(r"\ ", " ") for w in sorted(_STRONG, key=len, reverse=True))
    + r")(?P<aside>)(?:[ \t]+is|[ \t]+on|[ \t]+number)?(?=[ \t]+\S|[0-9])(?P<mark>)",
    re.IGNORECASE,
)
# "Thanks Jo": what follows is whoever's who signs.
SIGNS = re.compile(
    r"(?i:(?:many |with )?thanks|thank you|(?:kind(?:est)? |best |warm(?:est)? )?regards|(?:with )?best wishes|cheers|"
    r"yours (?:sincerely|faithfully|truly))[,.!]? +(?:[A-Z][\w'-]*\.? ?){1,3}"
)
# A heading alone on its line, with or without a count: "Active Problems (3)".
HEADING = re.compile(rf"(?P<label>{_WORDS})[ \t]*(?:\([^()]{{0,40}}\))?[ \t]*:?[ \t]*", re.IGNORECASE)


def meaning(label: str) -> str:
    """The field that a label names, whatever its capitals and spaces."""
    return MEANING[" ".join(label.lower().split())]


# The head of a table of problems or drugs: "Date  Problem  Status".
TABLE_HEAD = re.compile(
    r"^(?:drug|medication|medicine|date|problem|description|onset|name|dosage|dose|quantity|qty|start|status|code|"
    r"last issued?|issued|term|significance|condition|directions|instructions|review|usage|type|since|recorded)"
    r"(?:[ \t|,/]+(?:drug|medication|medicine|date|problem|description|onset|name|dosage|dose|quantity|qty|start|"
    r"status|code|last|issued?|term|significance|condition|directions|instructions|review|usage|type|since|recorded|"
    r"and|number|of|issues))*$",
    re.IGNORECASE,
)
