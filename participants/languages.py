"""The languages that people here are asked about: a short part of ISO 639, and "another".

Codes have two letters (ISO 639-1) where there are two, else three (ISO 639-3). Which languages stand here is our own
choice, still to be confirmed by the programme; any other is kept in words.
"""

ENGLISH, ANOTHER = "en", "other"
RIGHT_TO_LEFT = frozenset(("ar", "fa", "ku", "ps", "ur"))  # as they are most often written here
LANGUAGES = (
    (ENGLISH, "English"),
    ("sq", "Albanian"),
    ("ar", "Arabic"),
    ("bn", "Bengali or Sylheti"),
    ("bfi", "British Sign Language"),
    ("bg", "Bulgarian"),
    ("yue", "Cantonese"),
    ("cs", "Czech"),
    ("fa", "Farsi or Dari"),
    ("fr", "French"),
    ("gu", "Gujarati"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("it", "Italian"),
    ("ku", "Kurdish"),
    ("lt", "Lithuanian"),
    ("cmn", "Mandarin"),
    ("ne", "Nepali"),
    ("ps", "Pashto"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pa", "Punjabi"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("so", "Somali"),
    ("es", "Spanish"),
    ("ta", "Tamil"),
    ("ti", "Tigrinya"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("cy", "Welsh"),
    (ANOTHER, "Another language"),
)


def tag(code: str) -> str:
    """The language as mails and pages name it (BCP 47): English is British here."""
    return "en-GB" if code == ENGLISH else code
