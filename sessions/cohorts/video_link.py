"""The link of a cohort's video calls."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from core.errors import refusing
from sessions.external_urls import AddressRefused, host_of
from sessions.models import Cohort, PlanChange


class VideoAddressRefused(AddressRefused):
    """The address is not one of a video service that we know; it is never fetched to find out."""


def change_video_address(*, cohort: Cohort, join_url: str, by: User, now: datetime) -> Cohort:
    """Lead everybody to another video room from now on; that it changed is kept, the address itself in no history.

    No message holds the address, so nobody is written to. The same address again changes nothing. Raises
    VideoAddressRefused.
    """
    with refusing():
        cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
        address = video_address(join_url)
        if address != cohort.join_url:
            cohort.join_url = address
            cohort.save(update_fields=["join_url"])
            PlanChange.objects.create(cohort=cohort, kind=PlanChange.Kind.VIDEO, at=now, by=by)
    return cohort


def video_address(address: str) -> str:
    """The address as given, if it is https at a host of settings.VIDEO_HOSTS or below it; else VideoAddressRefused."""
    host = host_of(address, noun="video address", refusal=VideoAddressRefused)
    if not any(host == known or host.endswith(f".{known}") for known in settings.VIDEO_HOSTS):
        known = ", ".join(settings.VIDEO_HOSTS)
        raise VideoAddressRefused(f"Use a video address from one of our services: {known}.")
    return address
