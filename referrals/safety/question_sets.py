"""The safety lists of a referral: versioned data, signed off by a clinician (docs/domain.md 2.3, 2.6).

The conditions are sourced; what happens when one is ticked is the programme's own choice and is in the hazard log.
A change of wording is a new version: answers keep the words that were on the page, and `earlier` has what each list
said before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NONE = "none"
NONE_WORDS = "None of these apply"
SOME = "some"
SOME_WORDS = "One or more of these apply"
NOT_CLINICIAN = "not_clinician"
NOT_CLINICIAN_WORDS = "I am not the clinician. A clinician needs to answer"
UNSURE = "unsure"  # said of the emergency signs by a receptionist; counts as yes
NOT_ASKED = "not_asked"  # the emergency signs, where the patient was not there to be asked
LEFT_OPEN = (NOT_CLINICIAN, NOT_ASKED)

ALL_THREE = "Exercise referral guidance of Wales, Coventry and Hertfordshire"
WALES_COVENTRY = "Exercise referral guidance of Wales and Coventry"
HERTS = "Exercise referral guidance of Hertfordshire"
G_CARE = "G-care (Gloucestershire), red flags of back pain"


class Effect(StrEnum):
    """What an answer does; each needs clinical sign-off (docs/domain.md 2.3). None of them declines anybody."""

    STOP = "stop"  # no referral is made; advice is shown
    ASSESSED = "assessed"  # goes on, once a clinician is said to have assessed it
    CALL = "call"  # goes on, and an officer speaks with the person first

    # What the person's own answers do (referrals/safety/self_assessment_questions.py), the strictest first.
    EMERGENCY = "emergency"  # "999 or A&E now", and all that a hold does
    HOLD = "hold"  # no place until an officer has decided; the referrer is told
    RING = "ring"  # an officer rings before they join
    READ = "read"  # an officer reads it, and rings where that is needed
    NOT_TODAY = "not_today"  # kept; asked again before they join


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
    effect: Effect
    advice: Advice | None = None  # for lists that stop
    anybody: bool = False  # may be answered by somebody who is no clinician

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(item.code, item.words) for item in self.items]

    @property
    def key(self) -> str:
        """Its name among the health texts (accounts.clinical_sign_off)."""
        return f"safety_{self.code}"

    @property
    def is_emergency(self) -> bool:
        return self.advice is not None and self.advice.emergency

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What may be said to the whole list."""
        asks = [] if self.anybody else [(NOT_CLINICIAN, NOT_CLINICIAN_WORDS)]
        return [(NONE, NONE_WORDS), (SOME, SOME_WORDS), *asks]

    def words_of(self, ticked: Sequence[str]) -> list[str]:
        """The items that were ticked, in the order of the list."""
        plain = [words for code, words in RECEPTION.answers if code in ticked and code != NONE]
        return [item.words for item in self.items if item.code in ticked] or plain

    def wording(self) -> dict[str, object]:
        """The list as it stands on the page, to be kept beside the answer."""
        return {
            "title": self.title,
            "intro": self.intro,
            "items": [{"code": item.code, "words": item.words} for item in self.items],
            "none": NONE_WORDS,
            "effect": self.effect.value,
        }


EMERGENCY = QuestionSet(
    code="cauda_equina",
    version=3,
    effect=Effect.STOP,
    anybody=True,  # nobody who is asked the list waits for a clinician's answer about an emergency
    noun="emergency signs",
    title="Does the patient have any of these emergency signs?",
    intro="Tick any sign that is new or getting worse.",
    items=(
        Item("bladder", "Loss of bladder control: cannot pass urine, or leaks it", G_CARE),
        Item("bowel", "Loss of bowel control", G_CARE),
        Item("saddle", "Numbness or tingling between the legs or around the back passage", G_CARE),
        Item("legs", "Severe or increasing leg weakness, or a change in how they walk", G_CARE),
    ),
    advice=Advice(
        title="Stop: this patient needs emergency care now",
        steps=(
            "Call 999, or send the patient to A&E straight away.",
            "Tell the clinician who is responsible for them now. Do not wait for an appointment.",
            "Say that these can be signs of cauda equina syndrome.",
        ),
        emergency=True,
    ),
)

ABSOLUTE = QuestionSet(
    code="contraindications",
    version=3,
    effect=Effect.STOP,
    noun="conditions",
    title="Does the patient have any of these conditions?",
    intro="A clinician who knows the patient should answer. If you are not that clinician, say so in your answer.",
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
        title="You cannot refer this patient now",
        steps=(
            "Physical activity may not be safe for them while this applies.",
            "Ask the clinician who is responsible for them to assess it.",
            "Refer again when that clinician agrees that it is under control.",
        ),
    ),
)

RED_FLAGS = QuestionSet(
    code="red_flags",
    version=2,
    effect=Effect.ASSESSED,
    noun="red flags",
    title="Does the patient have any of these red flags?",
    intro="Tick every red flag, even if it is known and has been looked into.",
    # "No improvement after one month" is in the source and is left out: it is true of everybody who is referred here.
    items=(
        Item("new_pain", "New pain in someone aged over 50 or under 20", G_CARE),
        Item("cancer", "A history of cancer", G_CARE),
        Item("night_pain", "Persistent night pain that no position relieves", G_CARE),
        Item("deformity", "Structural deformity", G_CARE),
        Item("many_sites", "Pain at multiple sites that has not been explained", G_CARE),
        Item("weight_loss", "Unexplained weight loss", G_CARE),
        Item("fever", "Fever, chills or rigors", G_CARE),
        Item("immune", "Immunosuppression", G_CARE),
        Item("drugs", "Intravenous drug misuse", G_CARE),
        Item("infection", "A recent infection, or a penetrating wound", G_CARE),
        Item(
            "trauma",
            "Sudden onset after a major injury, or a minor one with osteoporosis or steroids",
            G_CARE,
        ),
        Item("central_pain", "Severe central pain that lying down relieves", G_CARE),
    ),
)

OFFICER_LIST = "The programme's own list, after Oxford's referral criteria for pain management"

CONVERSATION = QuestionSet(
    code="conversation",
    version=2,
    effect=Effect.CALL,
    noun="points to discuss",
    title="Do any of these apply? They do not stop the referral",
    intro="A project officer will speak to the patient first, so that the sessions suit them.",
    items=(
        Item("falls", "A fall in the last year", OFFICER_LIST),
        Item("osteoporosis", "Osteoporosis", OFFICER_LIST),
        Item("pregnancy", "Pregnant, or gave birth recently", OFFICER_LIST),
        Item("surgery", "Surgery in the last 12 weeks", OFFICER_LIST),
        Item("epilepsy", "Epilepsy", OFFICER_LIST),
        Item("breathing", "Oxygen at home, or severe COPD", OFFICER_LIST),
        Item("insulin", "Insulin", OFFICER_LIST),
        Item("walking_aid", "A walking aid", OFFICER_LIST),
        Item("anticoagulant", "An anticoagulant", OFFICER_LIST),
        Item("distress", "Severe distress", OFFICER_LIST),
        Item("cognition", "Cognitive impairment", OFFICER_LIST),
        Item("alone", "No one else at home during the sessions", OFFICER_LIST),
        Item("space", "No safe space to move at home", OFFICER_LIST),
        Item("video", "Cannot use video calls", OFFICER_LIST),
    ),
)


@dataclass(frozen=True)
class ReceptionQuestion:
    """What a receptionist is asked in place of the emergency list: one plain question, with the patient there."""

    version: int
    present: str
    present_hint: str
    title: str
    answers: tuple[tuple[str, str], ...]
    items: tuple[Item, ...] = EMERGENCY.items
    key: str = "safety_reception"


RECEPTION = ReceptionQuestion(
    version=1,
    present="Is the patient with you or on the phone?",
    present_hint="If not, we ask the patient and the clinician ourselves.",
    title="Ask the patient: do you have any of these, new or getting worse?",
    answers=((NONE, "No"), (SOME, "Yes"), (UNSURE, "They are not sure")),
)
# What the clinician reads who ticks an emergency sign later: the patient is not there.
PHONE_NOW = Advice(
    title="Phone the patient now",
    steps=(
        "Tell them to call 999 or go to A&E now.",
        "If they do not answer, try their other numbers and their emergency contact. Then call 999 yourself.",
        "Say that these can be signs of cauda equina syndrome.",
    ),
    emergency=True,
)

# In the order in which they are asked: the emergency first.
QUESTION_SETS = (EMERGENCY, ABSOLUTE, RED_FLAGS, CONVERSATION)
BY_CODE = {asked.code: asked for asked in QUESTION_SETS}


def hinted(codes: Sequence[str]) -> list[str]:
    """The items, in words, that a pasted text pointed at; each code is "list:item". To look at, never a tick."""
    words = {f"{asked.code}:{item.code}": item.words for asked in QUESTION_SETS for item in asked.items}
    return [words[code] for code in codes if code in words]
