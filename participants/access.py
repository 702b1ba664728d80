"""Writing down who looked at whose record: one insert for each page, with ids and never values."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from accounts.models import User
from participants.models import RecordAccess

Action = RecordAccess.Action


def note_people(
    *,
    by: User,
    people: Iterable[int],
    now: datetime,
    action: str = Action.OPENED,
    referral_id: int | None = None,
) -> None:
    """`by` opened, printed or exported something about these people."""
    RecordAccess.objects.bulk_create(
        RecordAccess(at=now, by=by, action=action, participant_id=person, referral_id=referral_id)
        for person in people
    )


def note_search(*, by: User, found: int, now: datetime) -> None:
    """`by` searched for people; `found` is how many the list holds."""
    RecordAccess.objects.create(at=now, by=by, action=Action.SEARCHED, found=found)


def noted(patterns: list[URLPattern]) -> list[URLPattern]:
    """The same pages of an admin, each of which writes down whom it showed."""
    for pattern in patterns:
        pattern.callback = _noted(pattern.callback)
    return patterns


def _noted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What a page shows is in its context: `person`, `referral`, or two rows that may be one (`kept`, `gone`)."""

    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        shown = getattr(response, "context_data", None) or {}
        if response.status_code == 200 and request.user.is_authenticated:
            referral = shown.get("referral")
            people = [shown.get(name) for name in ("person", "kept", "gone")]
            keys = {person.pk for person in people if person is not None}
            if referral is not None:
                keys.add(referral.participant_id)
            if keys:
                note_people(
                    by=request.user,
                    people=sorted(keys),
                    now=timezone.now(),
                    referral_id=referral.pk if referral is not None else None,
                )
        return response

    return page
