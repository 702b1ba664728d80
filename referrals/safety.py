"""The safety lists of a referral: versioned data, awaiting clinical sign-off (domain.md 4.2).

The conditions are sourced; what happens when one is ticked is the programme's own choice and is in the hazard log.
A change of wording is a new version: answers keep the words that were on the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

AWAITING_SIGN_OFF = "awaiting clinical sign-off"
NONE = "none"
NONE_WORDS = "None of these apply"

ALL_THREE = "Exercise referral guidance of Wales, Coventry and Hertfordshire"
WALES_COVENTRY = "Exercise referral guidance of Wales and Coventry"
HERTS = "Exercise referral guidance of Hertfordshire"
G_CARE = "G-care (Gloucestershire), red flags of back pain"


@dataclass(frozen=True)
class Item:
    code: str
    words: str
    source: str


@dataclass(frozen=True)
class Advice:
    """What a referrer reads when the list stops a referral."""

    title: str
    steps: tuple[str, ...]
    emergency: bool = False


@dataclass(frozen=True)
class QuestionSet:
    """One list that is asked as one question: none of these, or which."""

    code: str
    version: int
    noun: str
    title: str
    intro: str
    items: tuple[Item, ...]
    advice: Advice
    status: str = AWAITING_SIGN_OFF

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [*((item.code, item.words) for item in self.items), (NONE, NONE_WORDS)]

    def words_of(self, ticked: Sequence[str]) -> list[str]:
        """The items that were ticked, in the order of the list."""
        return [item.words for item in self.items if item.code in ticked]

    def wording(self) -> dict[str, object]:
        """The list as it stands on the page, to be kept beside the answer."""
        return {
            "title": self.title,
            "intro": self.intro,
            "items": [{"code": item.code, "words": item.words} for item in self.items],
            "none": NONE_WORDS,
            "status": self.status,
        }


EMERGENCY = QuestionSet(
    code="cauda_equina",
    version=1,
    noun="emergency signs",
    title="Does the person have any of these emergency signs?",
    intro="Tick each one that is new or getting worse.",
    items=(
        Item("bladder", "Loss of bladder control: cannot pass urine, or leaks it", G_CARE),
        Item("bowel", "Loss of bowel control", G_CARE),
        Item("saddle", "Numbness or tingling between the legs or around the back passage", G_CARE),
        Item("legs", "Severe or increasing leg weakness, or a change in how they walk", G_CARE),
    ),
    advice=Advice(
        title="Stop: this person needs emergency care now",
        steps=(
            "Call 999, or send the person to A&E straight away.",
            "Tell the clinician who is responsible for them now. Do not wait for an appointment.",
            "Say that these can be signs of cauda equina syndrome.",
        ),
        emergency=True,
    ),
)

ABSOLUTE = QuestionSet(
    code="contraindications",
    version=1,
    noun="conditions",
    title="Does the person have any of these conditions?",
    intro="A clinician who knows the person should answer. If you are not that clinician, ask them first.",
    items=(
        Item("angina", "Unstable or uncontrolled angina", ALL_THREE),
        Item(
            "blood_pressure",
            "Resting blood pressure of 180 or more systolic, or 100 or more diastolic",
            ALL_THREE,
        ),
        Item("heart_rate", "Uncontrolled resting heart rate above 100", ALL_THREE),
        Item("arrhythmia", "New or uncontrolled arrhythmia", ALL_THREE),
        Item("pressure_drop", "Blood pressure that drops during exercise", ALL_THREE),
        Item("fever", "An illness with fever now", ALL_THREE),
        Item("heart_failure", "Acute or unstable heart failure", WALES_COVENTRY),
        Item("diabetes", "Unstable diabetes", WALES_COVENTRY),
        Item(
            "cardiac_event", "Recent heart attack or other cardiac event, or a significant ECG change", HERTS
        ),
        Item("aortic_stenosis", "Severe aortic stenosis with symptoms", HERTS),
        Item("myocarditis", "Acute myocarditis or pericarditis", HERTS),
        Item("psychiatric", "Acute, uncontrolled psychiatric illness", HERTS),
        # The source says "pain on exertion"; in a programme for pain that is read as chest pain.
        Item("exertion", "Chest pain, dizziness or too much breathlessness on exertion", HERTS),
        Item("pregnancy", "First 12 weeks of pregnancy", "Exercise referral guidance of Ceredigion"),
        Item("other", "Any other unstable or uncontrolled condition", HERTS),
    ),
    advice=Advice(
        title="This person cannot be referred at the moment",
        steps=(
            "Physical activity may not be safe for them while this applies.",
            "Ask the clinician who is responsible for them to assess it.",
            "Refer again when that clinician agrees that it is under control.",
        ),
    ),
)

# In the order in which they are asked: the emergency first.
QUESTION_SETS = (EMERGENCY, ABSOLUTE)


@dataclass(frozen=True)
class Stop:
    """A list that stopped a referral, and what was ticked in it."""

    question_set: QuestionSet
    ticked: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return self.question_set.words_of(self.ticked)


def stops(answers: Mapping[str, Sequence[str]]) -> list[Stop]:
    """Every list with something other than "none of these" ticked, the emergency first."""
    return [Stop(asked, tuple(answers[asked.code])) for asked in QUESTION_SETS if answers.get(asked.code)]


def sign_off() -> str:
    """Which version of the lists is asked, and that nobody has signed it off yet."""
    versions = sorted({asked.version for asked in QUESTION_SETS})
    return f"Safety questions, version {' and '.join(map(str, versions))}: {AWAITING_SIGN_OFF}."
