"""What a pasted text points at: both what must be looked at, and what must not be said."""

import pytest

from referrals import safety
from referrals.text_extraction import sentences_about_the_patient
from referrals.text_extraction.safety_hints import FIRST, POINTERS, pointed_at


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


# What version 2 leaves out on purpose, and what it asks elsewhere.
NO_LONGER = {"hypertension", "high blood pressure", "diabetes", "metformin", "gliclazide"}
ELSEWHERE = {"insulin": "conversation:insulin"}


@pytest.mark.parametrize("form", ["{}", "{}s", "{}al pain", "para{}", "brady{}s"])
def test_nothing_that_version_1_found_is_lost(form):
    for question_set, item, words in FIRST:
        for word in set(words) - NO_LONGER:
            said = points(f"Name: Hester Marlowe\nDOB: 12/03/1951\n\nProblems\n{form.format(word)}\n")
            assert ELSEWHERE.get(word, f"{question_set}:{item}") in said, form.format(word)


@pytest.mark.parametrize("word", sorted(NO_LONGER))
def test_what_was_left_out_on_purpose_stays_out(word):
    assert points(f"Problems\n{word.capitalize()}\n") == set()


@pytest.mark.parametrize("line", ["Systemic sclerosis", "Romanian speaker", "Befallen by worry"])
def test_a_short_word_inside_another_is_no_hint(line):
    assert points(f"Problems\n{line}\n") == set()


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Her husband has noticed she is incontinent.", {"cauda_equina:bladder"}),
        ("Her mother had urinary retention.", {"cauda_equina:bladder"}),  # asked, whoever's it is
        ("Family history: foot drop", {"cauda_equina:legs"}),
        ("Carer: Ann Other\nFaecal incontinence noted", {"cauda_equina:bowel"}),
        ("Her mother died and she is now suicidal.", {"contraindications:psychiatric"}),
        ("Her daughter has bought crutches.", {"conversation:walking_aid"}),
        ("Her daughter had concerns about falls.", {"conversation:falls"}),
        ("Has angina, father had dementia.", {"contraindications:angina"}),
        ("Carer: Ann Other\nThe patient uses a walking stick", {"conversation:walking_aid"}),
        ("Her father had an MI and a heart attack.", set()),
        ("His mother has epilepsy.", set()),
        ("FH: angina", set()),
        ("Strong family history of dementia.", set()),
        ("Caring for her husband with dementia.", set()),
        ("Brother died last year of lymphoma.", set()),
        ("Cannot walk without crutches.", {"conversation:walking_aid"}),
        ("Unable to mobilise without zimmer.", {"conversation:walking_aid"}),
        ("Without any history of falls.", set()),
        ("Without urinary retention.", {"cauda_equina:bladder"}),
    ],
)
def test_a_sentence_about_a_relative_hides_nothing_of_the_patient(sentence, said):
    assert points(f"Name: Hester Marlowe\nDOB: 12/03/1951\n\n{sentence}\n") == said


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
