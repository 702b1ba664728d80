"""What a person may need of a cohort before they can join it, and what a cohort may therefore provide.

Which preferences bind is our own choice, still to be confirmed by the programme: a group of women or of men only is
kept to; a younger or an older group is a wish, which nobody waits for. A camera may be off in every cohort.
"""

from collections.abc import Iterable

from django.db import models

from participants.models import Preference


class Provided(models.TextChoices):
    """Codes of participants.needs.services.PICKLIST that somebody on the call must serve, and of Preference."""

    BSL = "bsl", "British Sign Language interpreter"
    LIPSPEAKER = "lipspeaker", "Lipspeaker"
    SPEECH_TO_TEXT = "speech_to_text", "Speech to text reporter"
    WOMEN = "women", "Women only"
    MEN = "men", "Men only"


BINDING = frozenset({Preference.WOMEN, Preference.MEN})


def needed(needs: Iterable[str], preferences: Iterable[str] | None) -> frozenset[str]:
    """What of a person's open needs and preferences a cohort must provide."""
    served = frozenset(needs) & frozenset(Provided.values)
    return served | (frozenset(preferences or ()) & BINDING)
