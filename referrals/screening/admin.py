"""What officers see of the safety screen: on a referral, the stops that were counted, and the routing on one page."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from core.admin import ReadOnlyAdmin
from core.dates import moment
from referrals import safety
from referrals.models import Referral, SafetyAnswer, SafetyHold, SafetyStop
from referrals.screening import clinician_requests
from referrals.screening import services as screening
from referrals.statuses import ENDED


def safety_shown(referral: Referral) -> dict:
    """The answers that count, what holds the referral, who has still to answer, and what an officer has cleared."""
    latest = screening.latest_answers(referral)
    asked = clinician_requests.waiting().filter(referral=referral).select_related("asked_by", "link").first()
    latest.pop(SafetyAnswer.OWN, None)  # the person's own answers have a place of their own
    clearances = referral.clearances.filter(ended_at__isnull=True).select_related("cleared_by")
    of_person = SafetyHold.objects.filter(referral__participant=referral.participant_id)
    holds = of_person.select_related("referral", "put_on_by", "lifted_by").order_by("put_on_at", "pk")
    known = [asked.code for asked in safety.QUESTION_SETS]
    return {
        "answers": sorted(
            latest.values(),
            key=lambda answer: known.index(answer.question_set) if answer.question_set in known else 99,
        ),
        "hints": safety.hinted(referral.hints),
        "older_answers": referral.safety_answers.exclude(question_set=SafetyAnswer.OWN).count() - len(latest),
        "holds": [hold for hold in holds if hold.referral_id == referral.pk],
        "held": any(
            hold.lifted_at is None and (hold.referral_id == referral.pk or hold.referral.status not in ENDED)
            for hold in holds
        ),
        "asked_clinician": asked,
        "contact_by": clinician_requests.contact_by_for(asked) if asked else None,
        "clearance": clearances.exclude(because=screening.WRITTEN_BY_ITSELF).first(),
        "nothing_ticked": screening.nothing_ticked(latest),
    }


@admin.register(SafetyStop)
class SafetyStopAdmin(ReadOnlyAdmin):
    """Referrals that a list stopped: counted, with nothing about the person. To be read, and the routing beside it."""

    list_display = ["when", "which_list", "ticked_words", "organisation"]
    list_select_related = ["organisation"]
    list_display_links = None
    ordering = ["-at", "-pk"]
    sortable_by = []
    actions = None

    @admin.display(description="when")
    def when(self, stop: SafetyStop) -> str:
        return moment(stop.at)

    @admin.display(description="list")
    def which_list(self, stop: SafetyStop) -> str:
        asked = safety.as_asked(stop.question_set, stop.version)
        return f"{asked.noun.capitalize() if asked else stop.question_set}, version {stop.version}"

    @admin.display(description="ticked")
    def ticked_words(self, stop: SafetyStop) -> str:
        asked = safety.as_asked(stop.question_set, stop.version)
        return "; ".join(asked.words_of(stop.ticked) if asked else stop.ticked)

    def get_urls(self) -> list[URLPattern]:
        return [self.page_at("routing/", self.routing_view, "routing"), *super().get_urls()]

    def routing_view(self, request: HttpRequest) -> HttpResponse:
        """Lists, items, sources and what each answer does: for the clinical lead to read and print."""
        own = (*safety.OWN.questions, safety.OWN.anything_else)
        return self.show(
            request,
            "safetystop/routing",
            "Safety questions and what each answer does",
            lists=[(asked, safety.TABLE[asked.effect]) for asked in safety.QUESTION_SETS],
            own=safety.OWN,
            own_questions=[(asked, safety.TABLE[asked.effect]) for asked in own],
            own_rules=[safety.OWN_CHANGED, safety.OWN_MISSING],
            others=[safety.UNANSWERED, safety.NOT_ASKED_RULE, safety.CLINICIAN_STOP],
            reception=safety.RECEPTION,
            phone_now=safety.PHONE_NOW,
        )
