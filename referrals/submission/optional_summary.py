"""The optional page's answers as people read them."""

from participants.contact_details import spoken_phone
from participants.languages import LANGUAGES
from participants.models import EthnicCategory, Goal, Readiness
from participants.readiness import questions
from participants.readiness.from_referral import Extra


def optional_summary(extra: Extra) -> list[tuple[str, str]]:
    """Label and value of each thing that was told; nothing for what was left empty."""
    ready, ring = extra.readiness, extra.emergency
    language = str(ready.get("language_words") or dict(LANGUAGES).get(str(ready.get("language", "")), ""))
    rows = [
        ("Language", language),
        ("Interpreter needed", _yes_no(ready.get("interpreter_needed"))),
        ("Can join", questions.in_words(extra.times)),
        ("Joins with", Readiness.Device(str(ready["device"])).label if "device" in ready else ""),
        ("Camera", _yes_no(ready.get("camera"))),
        ("What matters to them", extra.goal_words and f"“{extra.goal_words}”"),
        ("Mostly about", Goal.Domain(extra.goal_domain).label if extra.goal_domain else ""),
        ("Emergency contact", f"{ring['name']}, {spoken_phone(str(ring['phone']))}" if ring else ""),
        ("Relationship", str(ring.get("relation", ""))),
        ("Patient agreed we can call", _yes_no(ring.get("consent"))),
        (
            "Ethnic group",
            EthnicCategory(str(extra.equality["ethnic_category"])).label if extra.equality else "",
        ),
    ]
    return [(label, str(value)) for label, value in rows if value]


def _yes_no(value: object) -> str:
    return {True: "Yes", False: "No"}.get(value, "") if isinstance(value, bool) else ""
