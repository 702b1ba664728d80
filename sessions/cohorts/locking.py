"""Whoever changes a cohort locks it first, always in the order of their numbers."""

from collections.abc import Iterable

from sessions.models import Cohort


def lock_cohort(pk: int) -> Cohort:
    """The cohort as it stands, held until the transaction ends. Lock order everywhere: cohort, place, referral."""
    return Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("programme").get(pk=pk)


def lock_cohorts(pks: Iterable[int]) -> dict[int, Cohort]:
    """Several cohorts, locked in the order of their numbers, by number."""
    return {pk: lock_cohort(pk) for pk in sorted(set(pks))}
