"""Which GP practices are offered to whoever types part of one: their own area's first, then the nearest, twenty at most."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When

from accounts.models import Organisation, User

LEAST_LETTERS, MOST = 3, 20


@dataclass(frozen=True)
class Found:
    """`more`: there are others, which more letters would narrow."""

    practices: list[Organisation]
    more: bool


def practices(typed: str, *, near: User) -> Found:
    """Practices that match what was typed; fewer than three letters match none."""
    if len(typed) < LEAST_LETTERS:
        return Found([], more=False)
    own = list(Organisation.objects.for_user(near).values_list("geography", "postcode"))
    areas = {area for area, _ in own if area}
    districts = {postcode.split(" ")[0] for _, postcode in own if postcode}
    towns = {district.rstrip("0123456789") for district in districts}
    listed = (
        Organisation.objects.offered()
        .matching(typed)
        .annotate(
            far=Case(
                When(_begins(f"{district} " for district in districts), then=Value(0)),
                When(_begins(towns), then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            ),
            elsewhere=Case(
                When(geography__in=areas, then=Value(0)), default=Value(1), output_field=IntegerField()
            ),
        )
        .order_by("elsewhere", "far", "name", "ods_code")
    )
    found = list(listed[: MOST + 1])
    return Found(found[:MOST], more=len(found) > MOST)


def _begins(starts: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for start in sorted(starts):
        found |= Q(postcode__startswith=start)
    return found


def example() -> str:
    """A code that is found, for an error that shows one."""
    codes = Organisation.objects.offered().order_by("ods_code").values_list("ods_code", flat=True)
    return codes.first() or "L84003"


def closed(typed: str, code: str = "") -> Organisation | None:
    """The closed practice with this code or exactly this name."""
    named = Q(ods_code=code) if code else Q(name__iexact=typed)
    return (
        Organisation.objects.filter(named, kind=Organisation.Kind.GP_PRACTICE).exclude(ods_status="A").first()
    )


def at_its_address(gone: Organisation) -> Organisation | None:
    """The one open practice with the postcode of a closed one; None where there are several or none."""
    there = list(Organisation.objects.offered().filter(postcode=gone.postcode).exclude(postcode="")[:2])
    return there[0] if len(there) == 1 else None
