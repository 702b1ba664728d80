"""The health texts of a referral, for the clinician who signs them (accounts.clinical_sign_off)."""

from accounts.clinical_sign_off.health_texts import HealthText, as_before, written_out
from referrals import safety
from referrals.guidance import content as guidance
from referrals.guidance import earlier as said_before
from referrals.safety import earlier, routing, self_assessment_questions
from referrals.text_extraction import safety_hints

# What is gone by where the lists, and where the person's own questions, are asked and routed.
LISTS = (*(asked.key for asked in safety.QUESTION_SETS), safety.RECEPTION.key, routing.KEY)
OWN = (self_assessment_questions.KEY, routing.KEY)


def _of_list(asked: safety.QuestionSet, answers: list[tuple[str, str]], *before: HealthText) -> HealthText:
    said = written_out({"list": asked, "answers": answers})
    return HealthText(asked.key, asked.version, f"Safety list: {asked.noun}", said, before)


def _of_own(asked: self_assessment_questions.OwnList, *before: HealthText) -> HealthText:
    said = written_out({"list": asked, "replies": self_assessment_questions.REPLIES})
    return HealthText(
        self_assessment_questions.KEY, asked.version, "The person’s own questions", said, before
    )


def _of_guidance(
    key: str, version: int, title: str, parts: dict[str, object], *was: dict[str, str]
) -> HealthText:
    """With the versions before it; `was` has what each of them said, the nearest first."""
    before = [_of_guidance(key, version - 1, title, as_before(parts, was[0]), *was[1:])] if was else []
    return HealthText(
        key,
        version,
        title,
        written_out(parts),
        tuple(each for text in before for each in (text, *text.earlier)),
    )


TEXTS = (
    *(
        _of_list(
            asked,
            asked.answers,
            *(
                _of_list(was, [(code, earlier.ANSWERS.get(words, words)) for code, words in was.answers])
                for was in earlier.LISTS[asked.code]
            ),
        )
        for asked in safety.QUESTION_SETS
    ),
    HealthText(
        routing.KEY,
        routing.VERSION,
        "What each safety answer does",
        written_out(
            {
                "answers": routing.TABLE,
                "strictest first": routing.STRICTEST_FIRST,
                "own changed": routing.OWN_CHANGED,
                "own missing": routing.OWN_MISSING,
                "unanswered": routing.UNANSWERED,
                "clinician stop": routing.CLINICIAN_STOP,
                "not asked": routing.NOT_ASKED_RULE,
            }
        ),
    ),
    HealthText(
        safety.RECEPTION.key,
        safety.RECEPTION.version,
        "Emergency signs: what a receptionist asks, and what a clinician reads",
        written_out({"question": safety.RECEPTION, "clinician": safety.PHONE_NOW}),
    ),
    _of_own(safety.OWN, *map(_of_own, earlier.OWN_LISTS)),
    _of_guidance(
        guidance.TALK_KEY,
        guidance.TALK_VERSION,
        "How to talk about the programme",
        {
            "about": guidance.ABOUT,
            "suits": guidance.SUITS,
            "not now": guidance.NOT_NOW,
            "talk": guidance.TALK,
            "instead": guidance.INSTEAD,
            "after": guidance.AFTER,
        },
        said_before.TALK_1,
    ),
    _of_guidance(
        guidance.LEAFLET_KEY,
        guidance.LEAFLET_VERSION,
        "The leaflet",
        {
            "title": guidance.LEAFLET_TITLE,
            "leaflet": guidance.LEAFLET,
            "easy read": guidance.EASY_READ,
        },
        said_before.LEAFLET_1,
    ),
    HealthText(
        safety_hints.KEY,
        safety_hints.VERSION,
        "Words in a pasted text that point at a safety list",
        written_out({"words": safety_hints.POINTERS, "not these": safety_hints.NOT_POINTERS}),
        earlier=(
            HealthText(
                safety_hints.KEY,
                1,
                "Words in a pasted text that point at a safety list",
                written_out(safety_hints.FIRST),
            ),
        ),
    ),
)
