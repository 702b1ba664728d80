"""The officers' list after a backup was restored: the safety facts that were applied again, and those that could not be."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from participants.models import Participant, ReplayedFact
from participants.restores import call_first

NAME = "participants_safety_facts"
Outcome = ReplayedFact.Outcome


class SafetyFactPages:
    """Mixed into the admin of people."""

    def safety_fact_urls(self) -> list:
        return [path("safety-facts/", self.admin_site.admin_view(self.safety_facts_view), name=NAME)]

    def safety_facts_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        facts = call_first.to_look_at()
        people = Participant.objects.in_bulk({fact.participant_id for fact in facts if fact.participant_id})
        rows = [(fact, people.get(fact.participant_id)) for fact in facts]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Safety facts after a restore",
            "not_applied": [row for row in rows if row[0].outcome == Outcome.NOT_APPLIED],
            "applied": [row for row in rows if row[0].outcome == Outcome.APPLIED],
        }
        return TemplateResponse(request, "admin/participants/participant/safety_facts.html", context)
