"""Who may use the referrer's pages, and whose referral it is."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import security_log
from accounts.models import Organisation
from accounts.requests import SignedInRequest
from participants import record_access
from referrals import hold_display
from referrals.models import Referral


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for people who work for an organisation that refers; nothing of it stays on a shared computer."""

    @wraps(view)
    @never_cache
    @login_required
    def guarded(request: SignedInRequest, **kwargs: object) -> HttpResponse:
        if not Organisation.objects.for_user(request.user).exists():
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


def own(request: SignedInRequest, reference: str) -> Referral:
    """This referral, if one of the person's own organisations sent it; else 404. The look is noted."""
    mine = hold_display.noted(Referral.objects.for_member(request.user).with_attendance_told())
    mine = mine.select_related("participant", "organisation", "submitted_by", "told_practice")
    found = mine.filter(reference=reference).first()
    if found is None:
        _note_refusal(request, reference)
        raise Http404
    looked_at(request, found)
    return found


def looked_at(request: SignedInRequest, referral: Referral) -> None:
    """This person has opened a page about the referral."""
    record_access.note_people(
        by=request.user, people=[referral.participant_id], referral_id=referral.pk, now=timezone.now()
    )


def _note_refusal(request: SignedInRequest, reference: str) -> None:
    """Somebody asked for another organisation's referral. The page is the same as for one that is not there."""
    theirs = Referral.objects.filter(reference=reference).values_list("pk", flat=True).first()
    if theirs is not None:
        security_log.note(
            security_log.Event.REFUSED,
            user_id=request.user.pk,
            referral_id=theirs,
            request=request,
            status_code=404,
        )
