"""The officers' list after a backup was restored: the safety facts that were applied again, and those that could not be."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from core.admin import AdminPages
from participants.models import Participant, ReplayedFact
from participants.restores import call_first

NAME = "participants_safety_facts"
Outcome = ReplayedFact.Outcome


class SafetyFactPages(AdminPages[Participant]):
    def safety_fact_urls(self) -> list:
        return [path("safety-facts/", self.admin_site.admin_view(self.safety_facts_view), name=NAME)]

    def safety_facts_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        facts = call_first.to_look_at()
        people = Participant.objects.in_bulk({fact.participant_id for fact in facts if fact.participant_id})
        rows = [(fact, people.get(fact.participant_id)) for fact in facts]
        return self.show(
            request,
            "participant/safety_facts",
            "Safety facts after a restore",
            not_applied=[row for row in rows if row[0].outcome == Outcome.NOT_APPLIED],
            applied=[row for row in rows if row[0].outcome == Outcome.APPLIED],
        )
