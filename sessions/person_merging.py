"""What becomes of places and attendances when two rows of one person are merged (participants.merging.services)."""

from django.db.models import Exists, OuterRef

from core.dates import day
from participants.merging.services import MergePart
from participants.models import Participant
from sessions.models import Attendance, Place


def shows(person: Participant) -> list[str]:
    return [
        f"{place.cohort}: {place.get_state_display().lower()}, attended {place.attended} of {place.delivered}"
        for place in Place.objects.filter(participant=person)
        .select_related("cohort")
        .with_attendance()
        .order_by("pk")
    ]


def merge_effects(kept: Participant, gone: Participant) -> list[str]:
    places = Place.objects.filter(participant=gone).select_related("cohort").order_by("pk")
    return [f"The place in {place.cohort} is moved, with answers and attendance." for place in places]


def in_the_way(kept: Participant, gone: Participant) -> list[str]:
    """Nobody is in two sessions at once (constraint attendance_no_overlap)."""
    theirs = Attendance.objects.filter(
        participant=gone, expected=True, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    ours = Attendance.objects.filter(participant=kept, expected=True)
    clash = ours.filter(Exists(theirs)).order_by("starts_at").first()
    if clash is None:
        return []
    clash_on = f"Both had a session at the same time on {day(clash.starts_at)}, so they may be two people."
    return [f"{clash_on} If they are one person, correct the register or end one of the places first."]


PART = MergePart(
    title="Places", tables=(Place, Attendance), shows=shows, effects=merge_effects, in_the_way=in_the_way
)
