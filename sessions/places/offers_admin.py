"""Officers' pages about an offer: writing down an answer that was given on the telephone, and ringing afterwards."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import day, moment, span
from core.errors import Refused
from participants.readiness import questions
from referrals.screening import eligibility
from sessions.models import Place
from sessions.places import offers
from sessions.places.forms import SpokenForm

TOLD = {
    "yes": "has the place. We will send the dates.",
    "other": "keeps their waiting time. We offer the place to the next person. Now ask which times suit them.",
    "no": "keeps their waiting time. We offer the place to the next person.",
    "leave": "is off the waiting list. We will tell the organisation.",
    "take-back": "keeps their waiting time. We will tell them that we took back the offer.",
}


# What the person themselves would read at their link, said to whoever writes it down for them.
TO_OFFICERS: dict[type[Exception], str] = {
    offers.OfferOver: "Nothing changed. This offer has ended.",
    offers.OfferAnswered: "Nothing changed. This offer already has an answer.",
}


class OfferPages(AdminPages[Place]):
    def offer_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        place, now = self.find(request, pk), timezone.now()
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[place.cohort_id])
        step = request.POST.get("step", "")
        if step in TOLD:
            try:
                _write_down(place, step, by=user_of(request), now=now)
            except offers.SpeakFirst:
                words = " ".join([*eligibility.blockers(place.referral), "Nothing was changed."])
                self.message_user(request, words, messages.ERROR)
            except Refused as refused:
                self.message_user(request, TO_OFFICERS.get(type(refused), str(refused)), messages.ERROR)
            else:
                told = f"{place.participant} ({place.referral.reference}) {TOLD[step]}"
                self.message_user(request, told, messages.SUCCESS)
                if step == "other":  # where their times are asked and noted
                    return redirect("admin:cohort_sessions_place_follow_up", place.pk)
                return redirect(way_out)
            return redirect("admin:cohort_sessions_place_offer", place.pk)
        known = eligibility.of([place.referral_id])
        return self.show(
            request,
            "place/offer",
            f"Offer to {place.participant}",
            place=place,
            eligibility=known,
            barred=known[place.referral_id].bars,
            open=place.state == Place.State.HELD and place.held_until and now < place.held_until,
            until=place.held_until and moment(place.held_until),
            offered=moment(place.placed_at),
            sessions=[
                (each.number, span(each.starts_at, each.ends_at))
                for each in place.cohort.sessions.ahead(now).order_by("number")
            ],
        )

    def follow_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A person to ring: offers ran out, or another time suits them."""
        place = self.find(request, pk)
        form = SpokenForm(request.POST if request.method == "POST" else None, way_out=reverse("admin:index"))
        if form.is_bound and form.is_valid():
            offers.follow_up(
                referral=place.referral, by=user_of(request), now=timezone.now(), **form.cleaned_data
            )
            told = f"Saved that you spoke to {place.participant} ({place.referral.reference})."
            self.message_user(request, told, messages.SUCCESS)
            return redirect("admin:index")
        call = place.promised_call
        earlier = Place.objects.filter(referral=place.referral, held_until__isnull=False).select_related(
            "cohort"
        )
        return self.show(
            request,
            "place/follow_up",
            f"Call {place.participant}",
            place=place,
            eligibility=eligibility.of([place.referral_id]),
            form=form,
            call_by=day(call) if call else "",
            times=questions.in_words(place.participant.availability.values_list("weekday", "part"))
            if place.times_given
            else "",
            offers=[
                (day(each.placed_at), each.cohort, _how_it_ended(each))
                for each in earlier.order_by("-placed_at", "-pk")
            ],
        )


def _write_down(place: Place, step: str, *, by: User, now: datetime) -> None:
    if step == "yes":
        offers.accept(place=place, by=by, now=now)
    elif step == "leave":
        offers.leave_list(place=place, by=by, now=now)
    elif step == "take-back":
        offers.take_back(place=place, by=by, now=now)
    else:
        offers.decline(place=place, by=by, now=now, other_time=step == "other")


def _how_it_ended(place: Place) -> str:
    said = place.get_state_display()
    if place.other_time:
        said = f"{said}: asked for another time"
    return f"{said}, {moment(place.ended_at)}" if place.ended_at else said
