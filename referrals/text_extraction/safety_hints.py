"""What a pasted text suggests for the safety lists: words to look at, never a tick.

Which words point at which item is the programme's own choice, needs clinical sign-off and is in the hazard log.
"""

import re
from collections.abc import Iterable

KEY, VERSION = "paste_hints", 2
# (list, item, words that point at it); a star stands for any beginning or ending. The words of the two stop lists have both
# wherever version 1 had them: it looked inside words, and none of what it found there may be lost ("parasuicide").
POINTERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("cauda_equina", "bladder", ("*cauda equina*", "*urinary retention*", "*urinary incontinence*", "incontinence of urine",
                                 "incontinent*", "cannot pass urine")),
    ("cauda_equina", "bowel", ("*faecal incontinence*", "*bowel incontinence*", "incontinence of faeces")),
    ("cauda_equina", "saddle", ("saddle anaesthesia", "saddle numbness", "perianal numbness")),
    ("cauda_equina", "legs", ("leg weakness", "weakness of legs", "foot drop")),
    ("contraindications", "angina", ("*angina*",)),
    ("contraindications", "blood_pressure", ("malignant hypertension", "accelerated hypertension", "severe hypertension",
                                             "uncontrolled hypertension", "poorly controlled hypertension",
                                             "hypertensive crisis", "hypertensive emergency")),
    ("contraindications", "arrhythmia", ("*arrhythmia*", "*atrial fibrillation*", "*atrial flutter*", "*tachycardia*", "svt*",
                                         "psvt")),
    ("contraindications", "heart_failure", ("*heart failure*", "*cardiac failure*", "*cardiomyopath*")),
    ("contraindications", "diabetes", ("unstable diabetes", "uncontrolled diabetes", "poorly controlled diabetes",
                                       "brittle diabetes", "ketoacidosis", "recurrent hypo*")),
    ("contraindications", "cardiac_event", ("*myocardial infarction*", "*heart attack*", "*acute coronary*", "stemi*", "nstemi*")),
    ("contraindications", "aortic_stenosis", ("*aortic stenos*",)),
    ("contraindications", "myocarditis", ("*myocarditis*", "*pericarditis*")),
    ("contraindications", "psychiatric", ("*psychosis*", "psychoses", "psychotic*", "*schizophreni*", "*bipolar*", "*suicid*",
                                          "mania", "hypomania")),
    ("contraindications", "pregnancy", ("*pregnan*", "*antenatal*")),
    ("red_flags", "cancer", ("cancer*", "carcinoma*", "malignancy", "malignant neoplasm*", "lymphoma", "leukaemia", "melanoma", "sarcoma", "myeloma",
                             "metasta*", "tumour*")),
    ("red_flags", "night_pain", ("night pain",)),
    ("red_flags", "weight_loss", ("unexplained weight loss", "unintentional weight loss")),
    ("red_flags", "immune", ("immunosuppress*", "immunocompromised", "methotrexate", "azathioprine", "mycophenolate",
                             "ciclosporin", "hiv")),
    ("red_flags", "drugs", ("intravenous drug*", "injecting drug*", "heroin")),
    ("conversation", "falls", ("fall", "falls", "fallen", "faller", "fell")),
    ("conversation", "osteoporosis", ("osteoporo*", "fragility fracture*")),
    ("conversation", "pregnancy", ("pregnan*", "antenatal", "postnatal", "postpartum")),
    ("conversation", "epilepsy", ("epilep*",)),
    ("conversation", "breathing", ("home oxygen", "oxygen at home", "long term oxygen", "ltot", "severe copd")),
    ("conversation", "insulin", ("*insulin*", "novorapid", "humalog", "lantus", "levemir", "tresiba", "humulin*", "novomix*")),
    ("conversation", "walking_aid", ("walking stick*", "walking aid*", "walking frame*", "zimmer*", "rollator*", "crutch*",
                                     "wheelchair*", "with a stick", "uses a stick")),
    ("conversation", "anticoagulant", ("warfarin", "apixaban", "rivaroxaban", "edoxaban", "dabigatran", "acenocoumarol",
                                       "anticoagula*", "heparin", "enoxaparin", "dalteparin")),
    ("conversation", "cognition", ("dementia", "alzheimer*", "cognitive impairment")),
)  # fmt: skip
# With these words around them, the ones above point at nothing.
NOT_POINTERS = ("cancer screen*", "insulin resistan*", "pregnancy test negative")
FIRST: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("cauda_equina", "bladder", ("cauda equina", "urinary retention", "urinary incontinence")),
    ("cauda_equina", "bowel", ("faecal incontinence", "bowel incontinence")),
    ("contraindications", "angina", ("angina",)),
    ("contraindications", "blood_pressure", ("hypertension", "high blood pressure")),
    ("contraindications", "arrhythmia", ("arrhythmia", "atrial fibrillation", "atrial flutter", "tachycardia")),
    ("contraindications", "heart_failure", ("heart failure", "cardiac failure", "cardiomyopathy")),
    ("contraindications", "diabetes", ("diabetes", "insulin", "metformin", "gliclazide")),
    ("contraindications", "cardiac_event", ("myocardial infarction", "heart attack", "acute coronary")),
    ("contraindications", "aortic_stenosis", ("aortic stenosis",)),
    ("contraindications", "myocarditis", ("myocarditis", "pericarditis")),
    ("contraindications", "psychiatric", ("psychosis", "schizophrenia", "bipolar", "suicid")),
    ("contraindications", "pregnancy", ("pregnan", "antenatal")),
)  # fmt: skip


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    each = []
    for word in words:
        begins, ends = "" if word.startswith("*") else r"\b", r"\w*" if word.endswith("*") else r"\b"
        each.append(f"{begins}{re.escape(word.strip('*'))}{ends}")
    return re.compile("|".join(each), re.IGNORECASE)


_PATTERNS = tuple((question_set, item, _pattern(words)) for question_set, item, words in POINTERS)
_NOT = _pattern(NOT_POINTERS)
# "Without" alone denies nothing: "cannot walk without crutches".
_DENIED = re.compile(
    r"\b(?:(?:no|nil|denies|denied|never had)(?: (?:any|recent|known|previous|past))?(?: (?:history|evidence|signs?) of)?|"
    r"without (?:any )?(?:history|evidence|signs?) of) $",
    re.IGNORECASE,
)
EMERGENCY = "cauda_equina"  # asked of the patient even where the text denies it


def pointed_at(lines: Iterable[str]) -> list[tuple[str, str, str]]:
    """(list, item, the pasted line) for each item, with the first line that points at it."""
    found: dict[tuple[str, str], str] = {}
    for line in lines:
        text = _NOT.sub(" ", line)
        for question_set, item, pattern in _PATTERNS:
            if (question_set, item) in found:
                continue
            for match in pattern.finditer(text):
                if question_set == EMERGENCY or not _DENIED.search(text[: match.start()]):
                    found[question_set, item] = line
                    break
    return [(question_set, item, line) for (question_set, item), line in found.items()]


def is_emergency(line: str) -> bool:
    """Has a word of an emergency in it, whoever the line speaks of."""
    return any(question_set == EMERGENCY and pattern.search(line) for question_set, _, pattern in _PATTERNS)
