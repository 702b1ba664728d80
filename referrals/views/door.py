"""Who may use the referrer's pages, and whose referral it is."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import Organisation
from participants import access
from referrals import on_hold
from referrals.models import Referral


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for people who work for an organisation that refers; nothing of it stays on a shared computer."""

    @wraps(view)
    @never_cache
    @login_required
    def guarded(request: HttpRequest, **kwargs) -> HttpResponse:
        if not Organisation.objects.for_user(request.user).exists():
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


def own(request: HttpRequest, reference: str) -> Referral:
    """This referral, if one of the person's own organisations sent it; else 404. The look is noted."""
    mine = on_hold.noted(Referral.objects.for_member(request.user).with_attendance_told())
    found = get_object_or_404(
        mine.select_related("participant", "organisation", "submitted_by"), reference=reference
    )
    looked_at(request, found)
    return found


def looked_at(request: HttpRequest, referral: Referral) -> None:
    """This person has opened a page about the referral."""
    access.note_people(
        by=request.user, people=[referral.participant_id], referral_id=referral.pk, now=timezone.now()
    )
