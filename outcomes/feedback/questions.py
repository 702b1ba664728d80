"""The five questions after a session, as versioned data in our own words (docs/domain.md 6.1).

Answers are stored with the version of the wording that was shown, so a change is a new version: write what each
sentence was into `outcomes.feedback.wordings`. A new version needs clinical sign-off (docs/domain.md 2.6).
"""

from dataclasses import dataclass

from outcomes.models import Feedback


@dataclass(frozen=True)
class QuestionWording:
    """What each question says; the codes of the answers are the columns' own."""

    version: int
    enjoyed: str
    enjoyed_hint: str
    effort: str
    effort_answers: dict[str, str]
    pain_since: str
    pain_answers: dict[str, str]
    part_of_group: str
    part_of_group_hint: str
    for_instructor: str
    for_instructor_hint: str
    still_worse: str  # said to everyone after answering: a plain link must not show what was answered
    emergency: str

    def read_aloud(self) -> list[dict[str, str]]:
        """The questions as an officer asks them on the telephone, each with its possible answers."""
        return [
            {"words": self.enjoyed, "answers": self.enjoyed_hint},
            {"words": self.effort, "answers": "; ".join(self.effort_answers.values())},
            {"words": self.pain_since, "answers": "; ".join(self.pain_answers.values())},
            {"words": self.part_of_group, "answers": self.part_of_group_hint},
            {"words": self.for_instructor, "answers": ""},
        ]


CURRENT = QuestionWording(
    version=3,
    enjoyed="How much did you enjoy the session?",
    enjoyed_hint="0 is not at all, 10 is very much",
    effort="How hard was the session for you?",
    effort_answers={
        Feedback.Effort.TOO_EASY: "Too easy",
        Feedback.Effort.ABOUT_RIGHT: "About right",
        Feedback.Effort.TOO_HARD: "Too hard",
    },
    pain_since="How has your pain been since the session?",
    pain_answers={
        Feedback.Pain.BETTER: "Better",
        Feedback.Pain.SAME: "The same",
        Feedback.Pain.WORSE_FOR_A_WHILE: "Worse for a while, then it settled",
        Feedback.Pain.STILL_WORSE: "Worse, and it is still worse",
    },
    part_of_group="How much did you feel part of the group?",
    part_of_group_hint="0 is not at all, 10 is completely",
    for_instructor="Is there anything else you would like to tell us?",
    for_instructor_hint="Project officers can read this. Your instructor cannot.",
    still_worse=(
        "If you told us that your pain got worse and is still worse, a project officer will read your answers "
        "on the next working day. They may call you. You can call us sooner, or speak to your GP practice or "
        "NHS 111."
    ),
    emergency=(
        "Call 999 or go to A&E now if you have any of these: chest pain; new trouble controlling your bladder or "
        "bowel; new numbness between your legs; new weakness in your legs."
    ),
)
KEY = "session_feedback"
