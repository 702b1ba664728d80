"""What "Is it safe for me?" says: a health text, which a clinician signs off (accounts.clinical_sign_off).

A change of wording is a new version. It makes no promise and clears no one: it says what is asked, by whom, and whom
to ask. What to do in an emergency, and about soreness, are the leaflet's own words (`referrals.guidance.content`).
"""

from accounts.clinical_sign_off.health_texts import HealthText, written_out
from referrals.guidance.content import Section

KEY, VERSION = "is_it_safe", 1

BEFORE = Section(
    "Before you start",
    (
        "A health professional who knows you answers some questions about your health.",
        "We ask you some questions too.",
        "If an answer needs a closer look, we talk to you or your practice first.",
    ),
    listed=True,
)
SESSIONS = Section(
    "In each session",
    (
        "An instructor leads the group.",
        "You can sit down or stand.",
        "You go at your own pace. You can stop or rest when you like.",
        "After each session, we ask how it was.",
    ),
    listed=True,
)
NOT_SURE = Section(
    "If you are not sure",
    (
        (
            "This page cannot tell you if the sessions are safe for you. Speak to your GP practice, or to the health "
            "professional who knows you."
        ),
        "If your health changes, tell them and tell us. You can call us on {phone}.",
    ),
)

TEXT = HealthText(
    KEY,
    VERSION,
    "The page “Is it safe for me?”",
    written_out({"before": BEFORE, "sessions": SESSIONS, "not sure": NOT_SURE}),
)
