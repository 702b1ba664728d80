"""The wait as the referrers' pages show it: counted at most four times an hour, for everybody at once."""

from contextlib import suppress

from django.core.cache import cache
from django.utils import timezone

from accounts.throttle_cache import CacheNotWritable
from referrals.guidance import waiting_times

KEY, SECONDS = "referrals:capacity", 15 * 60


def wait() -> waiting_times.Capacity:
    """How long people wait now; the same for every organisation, so one count serves all of them."""
    counted = cache.get(KEY)
    if counted is None:
        counted = waiting_times.count(now=timezone.now())
        with suppress(CacheNotWritable):  # the next request counts again
            cache.set(KEY, counted, SECONDS)
    return counted
