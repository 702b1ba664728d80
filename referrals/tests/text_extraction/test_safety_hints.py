"""What a pasted text points at: both what must be looked at, and what must not be said."""

import pytest

from referrals import safety
from referrals.text_extraction import sentences_about_the_patient
from referrals.text_extraction.safety_hints import POINTERS, pointed_at


def points(text: str) -> set[str]:
    return {f"{where}:{item}" for where, item, _ in pointed_at(sentences_about_the_patient(text))}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Essential hypertension", set()),
        ("Malignant hypertension", {"contraindications:blood_pressure"}),
        ("T2DM on insulin", {"conversation:insulin"}),
        ("Type 2 diabetes mellitus", set()),
        ("Metformin 500mg tablets", set()),
        ("Poorly controlled diabetes", {"contraindications:diabetes"}),
        ("Carcinoma in situ of breast", {"red_flags:cancer"}),
        ("Bowel cancer screening normal", set()),
        ("Walks with a stick", {"conversation:walking_aid"}),
        ("Uses a walking stick", {"conversation:walking_aid"}),
        ("Had a fall in May", {"conversation:falls"}),
        ("No history of falls", set()),
        ("Warfarin 3mg tablets", {"conversation:anticoagulant"}),
        ("Atrial fibrillation", {"contraindications:arrhythmia"}),
        ("Mother died of lymphoma", set()),
        ("No urinary retention", {"cauda_equina:bladder"}),  # an emergency sign is asked about, denied or not
    ],
)
def test_a_line_points_at(line, said):
    assert points(f"Name: Hester Marlowe\nDOB: 12/03/1951\n\nProblems\n{line}\n") == said


def test_the_past_and_the_social_history_count_and_the_family_does_not():
    text = "Name: Ada Bell\n\nPast problems\n2014 Carcinoma of breast\n\nSocial history\nUses a walking stick\n\nFamily history\nDementia"
    assert points(text) == {"red_flags:cancer", "conversation:walking_aid"}


def test_a_sentence_as_long_as_a_letter_is_looked_at_to_its_end():
    for length in range(140, 420, 7):
        assert points(f"Name: Ada Bell\n\nPlan\n{'and ' * (length // 4)}now uses a walking stick") == {
            "conversation:walking_aid"
        }


def test_every_pointer_is_of_a_list_that_is_asked():
    codes = {(asked.code, item.code) for asked in safety.QUESTION_SETS for item in asked.items}
    assert {(where, item) for where, item, _ in POINTERS} <= codes
