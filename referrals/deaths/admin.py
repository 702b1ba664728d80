"""What officers see of a recorded death on a referral, and the page for telling a practice that it was a mistake."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone

from accounts.models import User
from accounts.requests import user_of
from participants.deaths import services as deaths
from participants.models import RecordedDeath
from referrals.deaths import services as deaths_services
from referrals.deaths.forms import CorrectedForm
from referrals.deaths.services import ended_by
from referrals.deaths.services import would_end as would_be_ended
from referrals.models import DeathCorrection, Referral


def was_recorded() -> Exists:
    """Over referrals: a death of the person was ever recorded, so that other pages ask no more."""
    return Exists(RecordedDeath.objects.filter(participant=OuterRef("participant")))


def death_shown(referral: Referral, now: datetime) -> dict:
    """Who told us that the person has died; after a mistake, what was cancelled and who has still to be told."""
    death = deaths.latest(referral.participant) if referral.death_was_recorded else None
    if death is None or death.undone_at is None:
        return {"death": death}
    return {
        "death": death,
        "ended": ended_by(death, now),
        "corrections": death.corrections.select_related("organisation", "done_by").order_by("pk"),
    }


def would_end(referral: Referral, by: User, now: datetime) -> dict:
    """What the page that records a death shows of it beforehand."""
    return {"ending": would_be_ended(referral.participant, now)}


def was_ended(referral: Referral, by: User, now: datetime) -> dict:
    """What the page that undoes it shows: what was cancelled, and whether this officer may still undo it."""
    death = deaths.latest(referral.participant)
    standing = death is not None and death.undone_at is None
    return {
        "death": death,
        "ended": ended_by(death, now) if death and standing else None,
        "too_late": death is not None and standing and not deaths.may_take_back(death, by=by, now=now),
        "undo_days": settings.DEATH_UNDO_DAYS,
    }


class CorrectionPage:
    """Mixed into the admin of referrals."""

    def correction_urls(self) -> list:
        page = self.admin_site.admin_view(self.correction_view)
        return [path("corrections/<int:correction>/", page, name="referrals_referral_correction")]

    def correction_view(self, request: HttpRequest, correction: int) -> HttpResponse:
        """An officer has told an organisation that its patient has not died."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = get_object_or_404(
            DeathCorrection.objects.select_related("death__participant__practice", "organisation", "done_by"),
            pk=correction,
        )
        person = found.death.participant
        form = CorrectedForm(
            request.POST if request.method == "POST" else None,
            way_out=reverse("admin:participants_participant_change", args=[person.pk]),
        )
        if form.is_bound and form.is_valid():
            new = deaths_services.corrected(
                correction=found, by=user_of(request), now=timezone.now(), **form.cleaned_data
            )
            said = "Recorded." if new else "A colleague has already recorded this."
            self.message_user(request, said)
            return redirect("admin:index")
        title = f"Tell {found.organisation} that {person} has not died"
        return self.show(request, "referral/correction", title, correction=found, person=person, form=form)
