"""Officers' pages about the best places: what the engine proposes with its reasons, and whom a cohort suits.

The proposal is made anew each time the page is opened, changes nothing and is kept nowhere: an officer places people
through the page that asks for a yes, and the service decides again about each of them.
"""

from collections import defaultdict

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.admin import AdminPages
from participants.display import tell_apart
from referrals.work_rows import waiting_in_words
from sessions import allocation
from sessions.cohorts import meeting_times, requirements
from sessions.cohorts.requirements_admin import SuitsForm
from sessions.models import Cohort
from sessions.proposals import equality_impact, explanations, pool

SECONDS = 3.0  # of the solver while a page waits; what it could not prove by then is said
SHOWN = 200  # of those without a place
PROVEN = {
    "flow": "No arrangement places more people.",
    "milp": "No arrangement places more people.",
    "time limit": "We ran out of time to check for a better arrangement. This one follows every rule.",
}


class BestPages(AdminPages[Cohort]):
    def suits(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort = self.find(request, pk)
        way_out = reverse("admin:cohort_sessions_cohort_change", args=[cohort.pk])
        if request.method != "POST":
            return self._suits(request, cohort, SuitsForm.about(cohort, way_out=way_out))
        form = SuitsForm(request.POST, way_out=way_out)
        if form.is_valid():
            told = {name: form.cleaned_data[name] for name in form.changed()}
            with form.refusals():
                requirements.suit(cohort=cohort, changes=told)
                self.message_user(request, f"Saved for {cohort}.")
                return redirect(way_out)
        return self._suits(request, cohort, form)

    def _suits(self, request: HttpRequest, cohort: Cohort, form: SuitsForm) -> HttpResponse:
        title = f"Who {cohort} is for"
        return self.show(request, "cohort/suits", title, cohort=cohort, form=form)

    def best(self, request: HttpRequest) -> HttpResponse:
        """Who would be placed where, and why; those who would not, and what would have to change."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        now = timezone.now()
        found = pool.load_pool(now=now)
        proposal = allocation.solve(found.problem, seconds=SECONDS)
        why = {
            reason.person: allocation.sentence(reason, name=explanations.names(found))
            for reason in allocation.explained(proposal)
        }
        tell_apart(
            (one.participant, None) for one in (*found.people.values(), *found.unknown, *found.blocked)
        )
        left = [one for pk, one in found.people.items() if pk not in proposal.placed]
        first_come = allocation.first_come_first_served(found.problem)
        return self.show(
            request,
            "cohort/best",
            "Suggested places",
            cards=_cards(found, proposal.placed, why),
            placed=len(proposal.placed),
            considered=len(found.people),
            first_come=len(first_come),
            effect=equality_impact.effect(
                found.people.values(),
                placed=proposal.placed,
                first_come=first_come,
                today=timezone.localdate(now),
            ),
            small=settings.SMALL_NUMBER,
            proven=PROVEN[proposal.proof],
            unplaced=[(one, waiting_in_words(one), why[one.pk]) for one in left[:SHOWN]],
            unplaced_count=len(left),
            changes=[
                explanations.change_in_words(one)
                for one in allocation.best_changes(proposal, seconds=SECONDS)
            ],
            unknown=found.unknown[:SHOWN],
            unknown_count=len(found.unknown),
            eligibility=found.eligibility,
            blocked=found.blocked[:SHOWN],
            blocked_count=len(found.blocked),
            no_cohort=not found.cohorts,
        )


def _cards(found: pool.Pool, placed: dict, why: dict) -> list[dict]:
    """Each cohort that receives somebody, with who and why in the one order; the fullest first."""
    by_cohort = defaultdict(list)
    for pk, referral in found.people.items():
        if pk in placed:
            by_cohort[placed[pk]].append((referral, why[pk]))
    cards = [
        {
            "cohort": found.cohorts[pk],
            "when": meeting_times.times_in_words(meeting_times.times_of(found.cohorts[pk].sessions.all())),
            "people": people,
            "then": found.cohorts[pk].taken + len(people),
        }
        for pk, people in by_cohort.items()
    ]
    return sorted(cards, key=lambda card: (-len(card["people"]), card["cohort"].pk))
