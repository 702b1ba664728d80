"""What officers see of the person's own answers, and the page where they write down what somebody tells them."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.clinical_sign_off.services import require_signed_off
from accounts.requests import user_of
from core.dates import moment
from messaging.models import Message
from referrals import health_texts, safety
from referrals.models import Referral, SafetyAnswer, SafetyLink
from referrals.safety import self_assessment_questions
from referrals.self_assessment import services as self_assessment
from referrals.self_assessment.forms import TelephoneAnswersForm
from referrals.self_assessment.work_queue import how_asked
from referrals.statuses import ENDED, IN_PROGRAMME


def own_shown(referral: Referral) -> dict:
    """Every answer of the person, the latest first, and how it stands with asking them."""
    given = [answer_for_display(answer) for answer in self_assessment.answers(referral)]
    link = referral.safety_links.current().select_related("asked_by").first()
    open_now = referral.status not in ENDED
    return {
        "own_answers": given,
        "own_link": link,
        "own_asked": _asked(link) if link else "",
        "own_unanswered": open_now
        and (link.answered_at is None if link else referral.status in IN_PROGRAMME),
        "own_may_be_told": open_now,
    }


def _asked(link: SafetyLink) -> str:
    first = Message.objects.about("safety_link", link.pk).filter(kind="safety_questions").first()
    return how_asked(link.made_at, first.channel if first else None, first.state if first else None)


def answer_for_display(answer: SafetyAnswer) -> dict[str, object]:
    """One set of answers, in the words that were on the page."""
    replies = answer.wording["replies"]
    return {
        "at": moment(answer.answered_at),
        "by": f"Recorded by {answer.answered_by.name} by phone"
        if answer.answered_by
        else "Answered by the person, online",
        "version": answer.version,
        "words": answer.words,
        "raised": len(answer.ticked),
        "rows": [
            (item["number"], item["words"], replies.get(answer.replies.get(item["code"]), "Not answered"))
            for item in answer.wording["items"]
            if item["code"] != self_assessment_questions.WORDS
        ],
        "ticked": [
            (item["number"], item["words"], replies[answer.replies[item["code"]]])
            for item in answer.wording["items"]
            if item["code"] in answer.ticked and item["code"] in answer.replies
        ],
    }


class OwnAnswersByTelephone:
    """Adds to the referrals' admin the page where an officer writes down what the person answers."""

    admin_site: admin.AdminSite

    def own_answers_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.own_answers_view)
        return [path("<str:object_id>/own-answers/", view, name="referrals_referral_own_answers")]

    def own_answers_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        referral: Referral = self.find(request, object_id)
        require_signed_off(*health_texts.OWN, now=timezone.now())
        page = reverse("admin:referrals_referral_change", args=[referral.pk])
        form = TelephoneAnswersForm(request.POST if request.method == "POST" else None, way_out=page)
        if form.is_bound and (form.is_valid() or form.is_emergency()):
            with form.refusals():
                led = self_assessment.record(
                    referral=referral,
                    replies=form.replies(),
                    words=form.words(),
                    now=timezone.now(),
                    taken_by=user_of(request),
                )
                level, words = outcome(led)
                self.message_user(request, words, level)
                return redirect(page)
        context = {
            "title": f"Record answers: {referral.participant}",
            "form": form,
            "errors": form.errors,
            "emergency": safety.OWN.said_after[safety.Effect.EMERGENCY],
        }
        return self._page(request, "own_answers_form.html", referral, context)


def outcome(led: safety.OwnRoute) -> tuple[int, str]:
    """What the officer, who may still have the person on the telephone, is to do now."""
    said = safety.OWN.said_after
    advice = said.get(led.strictest, said[None])
    if led.is_emergency:
        return messages.ERROR, f"Say now: {advice.title}. {' '.join(advice.steps)} The referral is on hold."
    if led.holds:
        words = "Saved. The referral is on hold. Ask the person not to join a session for now, and call the person who"
        return messages.ERROR, f"{words} referred them the same working day. Say: {advice.steps[-1]}"
    if led.wants_clearance:
        return messages.WARNING, "Saved. Before their first session, record why they can take part."
    return messages.SUCCESS, "Answers saved."
