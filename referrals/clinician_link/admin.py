"""Where officers see to a clinician without an account: their address, their link, their registration."""

from collections.abc import Iterable

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.requests import user_of
from core.dates import day, moment
from design.forms import pressed, refusals_told
from referrals.clinician_link import services
from referrals.clinician_link.forms import ANOTHER, AnotherClinicianForm
from referrals.models import Confirmation, Referral, SafetyAnswer, to_check
from referrals.screening import clinician_requests
from referrals.screening import services as screening
from referrals.statuses import ENDED

CHECKED, OPENED, CONFIRMED = "checked", "opened", "confirmed"
SAID = {
    CHECKED: "Saved. The clinician’s email goes now.",
    OPENED: "The link is open again.",
    CONFIRMED: "Saved. This clinician’s answers now count.",
    ANOTHER: "You have named another clinician.",
}


def clinician_shown(asked: Confirmation | None, answers: Iterable[SafetyAnswer]) -> dict:
    """What has to be seen to about a clinician without an account, in a sentence.

    `asked` is the question that is open (`clinician_requests.waiting`), `answers` are those that count: with them the
    page asks the database nothing more, but for a referral that such a clinician has answered.
    """
    link = getattr(asked, "link", None)
    to_do = ""
    if asked is not None and clinician_requests.is_unchecked(asked):
        to_do = "Check the clinician’s email address by phone."
    elif link is not None and link.closed_at is not None:
        to_do = "The clinician’s link is closed after 5 wrong tries."
    elif any(_to_confirm(said) for said in {each.said_in for each in answers if each.said_in}):
        to_do = "The clinician’s answers are not confirmed yet."
    return {"clinician_to_do": to_do}


def _to_confirm(asked: Confirmation) -> bool:
    return to_check().filter(pk=asked.pk).exists()


class ClinicianPage:
    """Mixed into the admin of referrals."""

    admin_site: admin.AdminSite

    def clinician_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.clinician_view)
        return [path("<str:object_id>/clinician/", view, name="referrals_referral_clinician")]

    def clinician_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        referral: Referral = self.find(request, object_id)
        asked = services.of(referral)
        here = reverse("admin:referrals_referral_clinician", args=[referral.pk])
        posted = request.POST if request.method == "POST" else None
        sent = posted if posted is not None and posted.get("step") == ANOTHER else None
        form = AnotherClinicianForm(sent, user=user_of(request))
        if form.is_bound:
            if form.is_valid():
                with form.refusals():
                    screening.ask_clinician(
                        referral=referral, by=user_of(request), now=timezone.now(), **form.cleaned_data
                    )
                    self.message_user(request, SAID[ANOTHER])
                    return redirect(here)
        elif posted is not None:
            with refusals_told(request):
                done = pressed(request, "step", (CHECKED, OPENED, CONFIRMED))
                self._do(done, asked, request)
                self.message_user(request, SAID[done])
            return redirect(here)
        return self._page(request, "clinician.html", referral, self._context(referral, asked, form))

    def _do(self, step: str, asked: Confirmation | None, request: HttpRequest) -> None:
        by, now = user_of(request), timezone.now()
        link = getattr(asked, "link", None)
        if asked is not None and step == CHECKED:
            services.address_checked(confirmation=asked, by=by, now=now)
        elif link is not None and step == OPENED:
            services.open_again(link=link, by=by, now=now)
        elif asked is not None and step == CONFIRMED:
            services.confirm_clinician(confirmation=asked, by=by, now=now)
        else:
            raise services.NothingToCheck

    def _context(self, referral: Referral, asked: Confirmation | None, form: AnotherClinicianForm) -> dict:
        open_now = asked is not None and asked.confirmed_at is None and referral.status not in ENDED
        link = getattr(asked, "link", None)
        known = clinician_requests.waiting().filter(pk=asked.pk).first() if asked and open_now else None
        return {
            "title": f"Clinician for {referral.participant}’s referral",
            "person": referral.participant,
            "asked": asked,
            "link": link,
            "to_check": known is not None and clinician_requests.is_unchecked(known),
            "contact_by": day(clinician_requests.contact_by(asked.asked_at)) if asked else "",
            "mail": clinician_requests.asked_before(known, now=timezone.now()) if known else "",
            "checked": f"{asked.address_checked_by.name}, {moment(asked.address_checked_at)}"
            if asked and asked.address_checked_by and asked.address_checked_at
            else "",
            "is_closed": open_now and link is not None and link.closed_at is not None,
            "to_confirm": asked is not None and bool(asked.confirmed_at) and _to_confirm(asked),
            "form": form if open_now else None,
            "errors": form.errors,
        }
