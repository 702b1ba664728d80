"""The page behind the plain link of an offer (docs/domain.md 8.5): yes, another time, no, or no place at all.

It shows first name, days and times, and nothing else about anybody. Looking changes nothing; a press does, and the
page that follows it is the same however often it is asked for.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.dates import day, moment, span
from core.errors import Refused
from participants.personal_links.views import holder_of
from participants.restores import call_first
from referrals.statuses import Status
from sessions.models import OfferLink, Place
from sessions.places import offers, undo
from sessions.places.times_forms import GiveBackForm
from sessions.places.undo import can_undo, undo_until

personal = holder_of(
    lambda: OfferLink.objects.select_related(
        "place__participant", "place__referral", "place__cohort__programme"
    ),
    closed="sessions/places/offer_over.html",
)

# What each button does. Leaving the list is asked twice, for it cannot be taken back by the same page; so is another
# time, for the page says first what happens and asks which times suit.
ANSWERS: dict[str, Callable[[Place, datetime], Place]] = {
    "yes": lambda place, now: offers.accept(place=place, now=now),
    "after-all": lambda place, now: undo.take_after_all(place=place, now=now),
    "no": lambda place, now: offers.decline(place=place, now=now),
    "leave": lambda place, now: offers.leave_list(place=place, now=now),
}


@personal
def offer(request: HttpRequest, link: OfferLink, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return _page(request, link, now)
    chosen = request.POST.get("answer", "")
    if chosen == "ask-leave":
        return _page(request, link, now, leaving=True)
    if chosen == "ask-other":
        return _page(request, link, now, form=GiveBackForm(way_out=request.path))
    if chosen != "other" and chosen not in ANSWERS:
        return _page(request, link, now, problem="Choose an answer.", status=400)
    form = GiveBackForm(request.POST, way_out=request.path)
    if chosen == "other" and not form.is_valid():
        return _page(request, link, now, form=form, status=400)
    try:
        if chosen == "other":
            offers.decline(
                place=link.place,
                other_time=True,
                times=form.slots(),
                call_first=form.cleaned_data["call"],
                now=now,
            )
        else:
            ANSWERS[chosen](link.place, now)
    except Refused as refused:
        link.place.refresh_from_db()
        return _page(request, link, now, problem=str(refused), status=409)
    return redirect("offers:offer", token=link.token)


def _page(
    request: HttpRequest,
    link: OfferLink,
    now: datetime,
    *,
    leaving: bool = False,
    form: GiveBackForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    place = link.place
    state = _state(place, now)
    sessions = list(place.cohort.sessions.held().filter(number__gte=place.first_session).order_by("number"))
    context = {
        "token": link.token,
        "first_name": place.participant.first_name,
        "state": state,
        "leaving": leaving and state == "open",
        "form": form if state == "open" else None,
        "sessions": [(each.number, span(each.starts_at, each.ends_at)) for each in sessions],
        "until": moment(place.answer_by),
        "problem": problem,
        "call": status == 409,
        "records_checked": call_first.must_call(place.participant_id),
    }
    if state == "open":
        programme = place.cohort.programme
        context |= {
            "call_by": day(offers.call_day(programme, now)),
            "undo_until": moment(min(now + timedelta(hours=programme.undo_hours), link.expires_at)),
        }
    elif state == "other":
        call = place.promised_call
        context |= {
            "undo_until": moment(undo_until(place)) if can_undo(place, now) else "",
            "gone": place.cohort.taken >= place.cohort.capacity,
            "times_given": place.times_given,
            "call_by": day(call) if call else "",
        }
    return render(request, "sessions/places/offer.html", context, status=status)


def _state(place: Place, now: datetime) -> str:
    """How the offer stands, as the person is told: one of open, taken, declined, other, left, over."""
    if place.state == Place.State.HELD:
        return "open" if now < place.answer_by else "over"
    if place.state in (Place.State.TAKEN, Place.State.COMPLETED, Place.State.FINISHED):
        return "taken"
    if place.state == Place.State.DECLINED:
        if place.referral.status in (Status.WITHDRAWN, Status.CLOSED):
            return "left"
        if place.referral.status == Status.WAITING:
            return "other" if place.other_time else "declined"
    return "over"
