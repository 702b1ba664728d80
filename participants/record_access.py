"""Writing down who looked at whose record: one insert for each page, with ids and never values."""

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import datetime
from functools import wraps

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone

from accounts.models import User
from participants.models import Participant, RecordAccess

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


def noted(patterns: list[URLPattern], *, lists: Container[str] = ()) -> list[URLPattern]:
    """The same pages of an admin, each of which records whom it showed; `lists` are the names of those that do not."""
    for pattern in patterns:
        if pattern.name not in lists:
            pattern.callback = _noted(pattern.callback)
    return patterns


def _noted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page names the people in its context, or what is theirs: a referral, a place, a message."""

    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and response.status_code == 200:
            # What the template read is in memory by then, so finding whose it was costs no query.
            response.add_post_render_callback(lambda _: _note_shown(request, response.context_data or {}))
        return response

    return page


def _note_shown(request: HttpRequest, context: dict[str, object]) -> None:
    people, now = set(_shown(value for name, value in context.items() if name != "cl")), timezone.now()
    if not request.user.is_authenticated:
        return
    referral = context.get("referral")
    if isinstance(referral, models.Model):
        note_people(by=request.user, people=_of(referral), now=now, referral_id=referral.pk)
        people -= set(_of(referral))
    note_people(by=request.user, people=sorted(people), now=now)


def _shown(values: Iterable[object], depth: int = 3) -> Iterator[int]:
    """The numbers of the people among these, of whose rows these are, and of those in lists of them."""
    for value in values:
        if isinstance(value, models.Model):
            yield from _of(value)
        elif depth and isinstance(value, list | tuple | dict):
            yield from _shown(value.values() if isinstance(value, dict) else value, depth - 1)


def _of(row: models.Model) -> Iterator[int]:
    if isinstance(row, Participant):
        yield row.pk
    elif number := getattr(row, "participant_id", None):
        yield number
    else:
        for name in ("place", "referral", "message", "attendance"):
            if isinstance(inner := row._state.fields_cache.get(name), models.Model):
                yield from _of(inner)
