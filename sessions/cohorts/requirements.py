"""What a person may need of a cohort before they can join it, and what a cohort may therefore provide.

Which preferences bind is our own choice, still to be confirmed by the programme: a group of women or of men only is
kept to; a younger or an older group is a wish, which nobody waits for. A camera may be off in every cohort.
"""

from collections.abc import Iterable, Mapping

from core.errors import Refused, refusing
from participants.models import Level, Preference
from sessions.models import Cohort
from sessions.models.cohort import Provided

BINDING = frozenset({Preference.WOMEN, Preference.MEN})


def needed(needs: Iterable[str], preferences: Iterable[str] | None) -> frozenset[str]:
    """What of a person's open needs and preferences a cohort must provide."""
    return (frozenset(needs) & frozenset(Provided.values)) | (frozenset(preferences or ()) & BINDING)


SUITING = ("levels", "provides", "language")


class NoLevel(Refused):
    sentence = "Nothing changed. Select at least one activity level."


def suit(*, cohort: Cohort, changes: Mapping[str, object]) -> Cohort:
    """Say whom this cohort suits: `changes` names any of `SUITING`, and what it does not name stays as it is.

    Nobody who has a place loses it. History keeps who changed it and when. Raises NoLevel; KeyError for another name.
    """
    if strange := set(changes) - set(SUITING):
        raise KeyError(", ".join(sorted(strange)))
    with refusing({"cohort_levels_of_the_list": NoLevel}):
        cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
        for name, value in changes.items():
            setattr(cohort, name, value)
        cohort.save(update_fields=list(changes))
    return cohort


def suits_in_words(cohort: Cohort) -> str:
    """Whom it suits and what it provides."""
    levels = [label for code, label in Level.choices if code in cohort.levels]
    provides = [label for code, label in Provided.choices if code in cohort.provides]
    said = [f"For {', '.join(levels).lower()}." if len(levels) < len(Level) else "For every activity level."]
    said += [f"Provides: {', '.join(provides)}."] if provides else []
    said += [f"Held in {cohort.get_language_display()}."] if cohort.language else []
    return " ".join(said)
