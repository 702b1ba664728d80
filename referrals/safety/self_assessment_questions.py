"""The participant's own questions: versioned data in our own words, signed off by a clinician (docs/domain.md 2.4, 2.6).

None of the wording is anybody else's questionnaire. "Not sure" always counts as yes. A change of wording is a new
version: answers keep the words that were on the page, and `earlier` has what each version said. No page ever says that somebody is fit to take part.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from referrals.safety.question_sets import Advice, Effect

CODE = "own"  # the list's name among the answers that are kept
KEY = "own_questions"  # and among the health texts
YES, NO, UNSURE = "yes", "no", "unsure"
REPLIES = [(YES, "Yes"), (NO, "No"), (UNSURE, "Not sure")]
WORDS = "words"  # the question that is answered in words


@dataclass(frozen=True)
class OwnQuestion:
    """One question. `number` is what officers and the hazard log call it; `short` is what officers read in a list."""

    code: str
    number: str
    words: str
    short: str
    effect: Effect


@dataclass(frozen=True)
class OwnList:
    """All of them, and what is said after each kind of answer."""

    version: int
    title: str
    intro: str
    questions: tuple[OwnQuestion, ...]  # answered yes, no or not sure
    anything_else: OwnQuestion  # answered in words, or not at all
    # By the strictest effect; None: nothing was raised. The title stands after the thanks, but for the emergency.
    said_after: Mapping[Effect | None, Advice]
    fever: str  # added when they are ill with a fever
    always: str  # at the end of every page but the emergency one

    def wording(self) -> dict[str, object]:
        """The questions as they stand on the page, to be kept beside the answers."""
        asked = (*self.questions, self.anything_else)
        return {
            "title": self.title,
            "intro": self.intro,
            "items": [{"code": each.code, "number": each.number, "words": each.words} for each in asked],
            "replies": dict(REPLIES),
        }

    def shorts(self, codes: Collection[str]) -> list[str]:
        """What was raised, in a few words each, for officers."""
        return [each.short for each in (*self.questions, self.anything_else) if each.code in codes]


OWN = OwnList(
    version=3,
    title="A few questions about your health",
    intro="They help us to look after you in the sessions. There are no wrong answers, and this page does not turn "
    "anyone away. If you are not sure, choose “Not sure”.",
    questions=(
        OwnQuestion(
            "chest",
            "D1",
            (
                "Do you get pain or tightness in your chest, or a very fast or uneven heartbeat? It may be when you "
                "rest or when you move about."
            ),
            "chest pain, tightness or heartbeat",
            Effect.HOLD,
        ),
        OwnQuestion(
            "faint",
            "D2",
            "In the last 12 months, have you fainted, blacked out, or been dizzy without knowing why?",
            "faint, blackout or dizziness",
            Effect.HOLD,
        ),
        OwnQuestion(
            "breath",
            "D3",
            "Do you get out of breath far more than you would expect?",
            "breathlessness",
            Effect.HOLD,
        ),
        OwnQuestion(
            "told",
            "D4",
            "Has a health professional told you not to exercise, or to do it only with someone watching over you?",
            "told not to exercise, or only supervised",
            Effect.RING,
        ),
        OwnQuestion(
            "numb",
            "D5",
            (
                "Do you have new numbness between your legs, new trouble with your bladder or bowels, or new weakness "
                "in your legs?"
            ),
            "new numbness, bladder, bowel or leg weakness",
            Effect.EMERGENCY,
        ),
        OwnQuestion(
            "fever", "D6", "Are you ill with a high temperature today?", "ill with a fever", Effect.NOT_TODAY
        ),
        OwnQuestion(
            "since",
            "D7",
            "Since you were referred to us, have you had an operation, a broken bone or a fall?",
            "operation, broken bone or fall since the referral",
            Effect.RING,
        ),
        OwnQuestion(
            "birth",
            "D8",
            "Are you pregnant, or have you given birth in the last 6 months?",
            "pregnant, or birth in the last 6 months",
            Effect.RING,
        ),
    ),
    anything_else=OwnQuestion(
        WORDS,
        "D9",
        "Is there anything else that we should know? (optional)",
        "something else to know",
        Effect.READ,
    ),
    said_after={
        Effect.EMERGENCY: Advice(
            title="Call 999 or go to A&E now",
            steps=(
                "Call 999, or ask someone to take you to A&E straight away. Do not drive yourself.",
                "Say what is new: numbness between your legs, bladder or bowel trouble, or weakness in your legs.",
                "Do not wait for an appointment, and do not wait for us to call.",
            ),
            emergency=True,
        ),
        Effect.HOLD: Advice(
            title="Someone from our team will call you",
            steps=(
                (
                    "A project officer will call you on the same working day. If we are closed, they will call on the "
                    "next working day."
                ),
                "Do not join a session before we have spoken to you.",
                (
                    "Call 999 if you have chest pain now that does not go away, if you faint, or if you cannot get your "
                    "breath."
                ),
            ),
        ),
        Effect.RING: Advice(
            title="Someone from our team will call you",
            steps=(
                "A project officer will read your answers and call you.",
                "You do not need to do anything until then.",
            ),
        ),
        Effect.READ: Advice(
            title="",
            steps=("A project officer will read what you wrote. They may call you about it.",),
        ),
        None: Advice(title="", steps=("We have saved your answers.",)),
    },
    fever="You told us that you are ill with a high temperature. Rest, and do not join a session until it is gone.",
    always="If your health changes, answer these questions again or call us. In an emergency, call 999.",
)
