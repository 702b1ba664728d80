"""The health texts of a referral, for the clinician who signs them (accounts.clinical_sign_off)."""

from accounts.clinical_sign_off.health_texts import HealthText, written_out
from referrals import safety
from referrals.guidance import content as guidance
from referrals.safety import routing, self_assessment_questions
from referrals.text_extraction import safety_hints

# What is gone by where the lists, and where the person's own questions, are asked and routed.
LISTS = (*(asked.key for asked in safety.QUESTION_SETS), safety.RECEPTION.key, routing.KEY)
OWN = (self_assessment_questions.KEY, routing.KEY)

TEXTS = (
    *(
        HealthText(
            asked.key,
            asked.version,
            f"Safety list: {asked.noun}",
            written_out({"list": asked, "answers": asked.answers}),
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
    HealthText(
        self_assessment_questions.KEY,
        safety.OWN.version,
        "The person’s own questions",
        written_out({"list": safety.OWN, "replies": self_assessment_questions.REPLIES}),
    ),
    HealthText(
        guidance.TALK_KEY,
        guidance.VERSION,
        "How to talk about the programme",
        written_out(
            {
                "about": guidance.ABOUT,
                "suits": guidance.SUITS,
                "not now": guidance.NOT_NOW,
                "talk": guidance.TALK,
                "instead": guidance.INSTEAD,
                "after": guidance.AFTER,
            }
        ),
    ),
    HealthText(
        guidance.LEAFLET_KEY,
        guidance.VERSION,
        "The leaflet",
        written_out(
            {
                "title": guidance.LEAFLET_TITLE,
                "leaflet": guidance.LEAFLET,
                "easy read": guidance.EASY_READ,
            }
        ),
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
