"""What pasted problems and drugs suggest for the safety lists: words to look at, never a tick.

Which words point at which item is the programme's own choice, needs clinical sign-off and is in the hazard log.
"""

from collections.abc import Iterable

KEY, VERSION = "paste_hints", 1
# (list, item, words in a problem or drug that point at it)
POINTERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
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


def pointed_at(lines: Iterable[str]) -> list[tuple[str, str, str]]:
    """(list, item, the pasted line) for each line that holds a pointing word."""
    return [
        (question_set, item, line)
        for line in lines
        for question_set, item, words in POINTERS
        if any(word in line.casefold() for word in words)
    ]
