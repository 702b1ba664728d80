"""The person's own questions, behind their link and date of birth (docs/domain.md 2.4, 8.5).

The page shows the first name and no answer that was given. No page says that anybody is fit to take part.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.clinical_sign_off.services import require_signed_off
from core.dates import day, moment
from participants.personal_links.birth_date_gate import behind_birth_date
from referrals import health_texts, safety
from referrals.models import SafetyAnswer, SafetyLink
from referrals.screening import eligibility
from referrals.self_assessment import services as self_assessment
from referrals.self_assessment.forms import OwnAnswersForm

personal = behind_birth_date(
    links=lambda: SafetyLink.objects.select_related("referral__participant"),
    person=lambda link: link.referral.participant,
    closed="referrals/self_assessment/closed.html",
)


@personal
def questions(request: HttpRequest, link: SafetyLink, now: datetime) -> HttpResponse:
    require_signed_off(*health_texts.OWN, now=now)
    form = OwnAnswersForm(request.POST if request.method == "POST" else None)
    form.action = reverse("own_safety:questions", args=[link.token])
    if not form.is_bound or not (form.is_valid() or form.is_emergency()):
        last = self_assessment.latest(link.referral)
        context = {"form": form, "last": last, "answered_on": last and day(last.answered_at)}
        return _page(request, "questions", link, context | _said(link, last))
    try:
        led = self_assessment.record(
            referral=link.referral, replies=form.replies(), words=form.words(), now=now
        )
    except self_assessment.NotAskedAnyMore:
        return render(request, "referrals/self_assessment/closed.html", status=410)
    if led.is_emergency:
        # Shown by the press itself: nothing stands between an emergency and the words.
        return _page(request, "thanks", link, _said(link, self_assessment.latest(link.referral)))
    return redirect("own_safety:thanks", token=link.token)


@personal
def thanks(request: HttpRequest, link: SafetyLink, now: datetime) -> HttpResponse:
    require_signed_off(*health_texts.OWN, now=now)
    last = self_assessment.latest(link.referral)
    if last is None:
        return redirect("own_safety:questions", token=link.token)
    return _page(request, "thanks", link, _said(link, last))


def _said(link: SafetyLink, last: SafetyAnswer | None) -> dict[str, object]:
    """What the page says after these answers, in the words of the list.

    While a hold is on, a milder answer lifts nothing: the page goes on saying that they should not join.
    """
    led = safety.route_own(last.replies, words=last.words) if last else safety.route_own({})
    said = safety.OWN.said_after
    strictest = led.strictest
    if not led.is_emergency and eligibility.is_held(link.referral):
        strictest = safety.Effect.HOLD
    return {
        "emergency": led.is_emergency,
        "said": said.get(strictest, said[None]),
        "fever": safety.OWN.fever if safety.Effect.NOT_TODAY in led.raised else "",
    }


def _page(request: HttpRequest, name: str, link: SafetyLink, context: dict[str, object]) -> HttpResponse:
    about = {
        "first_name": link.referral.participant.first_name,
        "token": link.token,
        "own": safety.OWN,
        "until": moment(link.expires_at),
    }
    return render(request, f"referrals/self_assessment/{name}.html", about | context)
