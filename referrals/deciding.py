"""The buttons on an officer's referral page: which are open, what each asks, and which service it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from referrals import services
from referrals.decisions import AcceptForm, DecisionForm, DeclineForm, WithdrawForm
from referrals.models import Referral
from referrals.statuses import HAS_PLACE, TRANSITIONS, Status


@dataclass(frozen=True)
class Decision:
    name: str
    title: str
    explained: str
    form: type[DecisionForm]
    service: Callable[..., object]
    to: str
    outcome: str

    def told(self, referral: Referral) -> str:
        """What the officer reads when it is done."""
        return f"{referral.participant} ({referral.reference}) {self.outcome}."


DECISIONS = {
    decision.name: decision
    for decision in (
        Decision(
            name="accept",
            title="Accept",
            explained="The person goes on the waiting list and is sent a welcome. The practice is told.",
            form=AcceptForm,
            service=services.accept,
            to=Status.ACCEPTED,
            outcome="is accepted and on the waiting list",
        ),
        Decision(
            name="decline",
            title="Decline",
            explained="The practice is told, with the reason you give. Speak to the person yourself.",
            form=DeclineForm,
            service=services.decline,
            to=Status.DECLINED,
            outcome="is not accepted",
        ),
        Decision(
            name="withdraw",
            title="Withdraw",
            explained="For when the person or the practice takes the referral back.",
            form=WithdrawForm,
            service=services.withdraw,
            to=Status.WITHDRAWN,
            outcome="is withdrawn",
        ),
    )
}


def open_decisions(referral: Referral) -> list[Decision]:
    """What may be decided about this referral now; a person with a place is ended where places are."""
    if referral.status in HAS_PLACE:
        return []
    return [
        decision for decision in DECISIONS.values() if decision.to in TRANSITIONS.get(referral.status, ())
    ]


def decide(decision: Decision, form: DecisionForm, *, by: User, now: datetime) -> bool:
    """Carry a decision out; a refusal becomes an error of the form."""
    try:
        decision.service(referral=form.referral, by=by, now=now, **form.facts())
    except services.MoveRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
