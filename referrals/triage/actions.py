"""The buttons on an officer's referral page: which are open, what each asks, and which service it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import User
from participants.restores import call_first
from referrals.correspondence import forms as correspondence_forms
from referrals.correspondence import services as correspondence
from referrals.deaths import admin as deaths_admin
from referrals.deaths import forms as death_forms
from referrals.deaths import services as deaths
from referrals.decision_form import DecisionForm
from referrals.models import Referral, SafetyHold
from referrals.screening import hold_forms
from referrals.screening import services as screening
from referrals.screening.services import has_hold
from referrals.self_assessment import services as self_assessment
from referrals.statuses import ENDED, HAS_PLACE, IN_PROGRAMME, TO_REACH, TRANSITIONS, Status
from referrals.triage import closures, contact_attempts, contact_forms
from referrals.triage import forms as triage_forms
from referrals.triage import services as triage


def before_a_place(to: str) -> Callable[[str], bool]:
    """Open wherever the move is allowed; a person with a place is ended where places are."""
    return lambda status: status not in HAS_PLACE and to in TRANSITIONS.get(status, ())


def always(to: str) -> Callable[[str], bool]:
    return lambda status: to in TRANSITIONS.get(status, ())


def while_one_of(*statuses: str) -> Callable[[str], bool]:
    return lambda status: status in statuses


def not_ended(status: str) -> bool:
    return status not in ENDED


def wants_clearance(referral: Referral) -> bool:
    asked = referral.clearances.filter(ended_at__isnull=True, cleared_at__isnull=True)
    return asked.exists() and not has_hold(referral)


def may_hold(referral: Referral) -> bool:
    """Whether a ground is left: a safeguarding concern may come up while another hold is on."""
    on = referral.holds.filter(lifted_at__isnull=True, why__in=SafetyHold.BY_OFFICERS)
    return on.count() < len(SafetyHold.BY_OFFICERS)


@dataclass(frozen=True)
class Decision:
    name: str
    title: str
    explained: str
    form: type[DecisionForm]
    service: Callable[..., object]
    is_open: Callable[[str], bool]
    outcome: str
    usual: bool = True  # a button; else among the other things that may be done
    goes_on: bool = True  # the referral goes on with it: one that ends it is never the only button
    stays: bool = False  # afterwards the officer goes on with this referral
    also: Callable[[Referral], bool] = lambda referral: True  # what the status alone does not tell
    of_the_dead: bool = False  # open although we were told that the person has died
    page: str = "decision"  # the template that asks
    check: str = ""  # the template that asks for a second press
    shown: Callable[[Referral, User, datetime], dict] = lambda referral, by, now: {}  # what those pages need

    def told(self, referral: Referral) -> str:
        """What the officer reads when it is done."""
        where = "on the waiting list" if referral.status == Status.WAITING else "to be contacted"
        return f"{referral.participant} ({referral.reference}) {self.outcome.format(where=where)}."


DECISIONS = {
    decision.name: decision
    for decision in (
        Decision(
            name="accept",
            title="Accept",
            explained="If the person has agreed, we add them to the waiting list and email or call to welcome them. If "
            "not, contact them first. We email the organisation.",
            form=triage_forms.AcceptForm,
            service=triage.accept,
            is_open=before_a_place(Status.ACCEPTED),
            outcome="is accepted and {where}",
        ),
        Decision(
            name="ask",
            title="Ask the organisation",
            explained="The referral waits for their answer. We remind the organisation after 3 and 7 days.",
            form=correspondence_forms.AskForm,
            service=correspondence.ask_practice,
            is_open=before_a_place(Status.INFO_REQUESTED),
            outcome="waits for the organisation’s answer",
        ),
        Decision(
            name="attempt",
            title="Log a contact attempt",
            explained="Save it on the day you tried. We record the day and time.",
            form=contact_forms.AttemptForm,
            service=contact_attempts.record_attempt,
            is_open=while_one_of(*TO_REACH),
            outcome="has a new contact attempt",
            stays=True,
        ),
        Decision(
            name="said_yes",
            title="They said yes",
            explained="We add the person to the waiting list, and email or call to welcome them.",
            form=triage_forms.SaidYesForm,
            service=triage.said_yes,
            is_open=while_one_of(*TO_REACH),
            outcome="is on the waiting list",
        ),
        Decision(
            name="not_wanted",
            title="They do not want to take part",
            explained="This ends the referral. We tell the organisation.",
            form=triage_forms.NotWantedForm,
            service=triage.not_wanted,
            is_open=before_a_place(Status.NOT_PARTICIPATING),
            outcome="does not take part",
            goes_on=False,
        ),
        Decision(
            name="unreachable",
            title="They cannot be reached",
            explained="We tell the organisation and ask for another number. You can try again later.",
            form=contact_forms.GiveUpForm,
            service=contact_attempts.give_up,
            is_open=before_a_place(Status.UNREACHABLE),
            outcome="could not be reached",
            goes_on=False,
        ),
        Decision(
            name="called",
            title="Record that you have called them",
            explained="We restored a backup and are still checking our records. Once you have called this person, they can "
            "join sessions, and you can offer or give them a place.",
            form=contact_forms.CalledForm,
            service=contact_attempts.called,
            is_open=not_ended,
            also=lambda referral: call_first.must_call(referral.participant_id),
            outcome="was called: they can join, and can be offered or given a place",
            stays=True,
        ),
        Decision(
            name="reopen",
            title="Try to reach them again",
            explained="Use this when you have a new number, or the person has called. Contact attempts are counted from 0 again.",
            form=contact_forms.ReopenForm,
            service=contact_attempts.reopen,
            is_open=while_one_of(Status.UNREACHABLE),
            outcome="is being contacted again",
            stays=True,
        ),
        Decision(
            name="clear",
            title="Record a safety clearance",
            explained="After speaking with the person, or with their clinician: on what basis they may take part. "
            f"It lasts {settings.CLEARANCE_DAYS} days, or until an answer changes.",
            form=hold_forms.ClearForm,
            service=screening.clear,
            is_open=not_ended,
            also=wants_clearance,
            outcome="can take part, for the reason you gave",
            stays=True,
        ),
        Decision(
            name="lift",
            title="Lift the safety hold",
            explained="Then record a safety clearance: you cannot offer or give a place without one. The reason stays on "
            "the record.",
            form=hold_forms.LiftForm,
            service=screening.lift,
            is_open=not_ended,
            also=has_hold,
            outcome="is no longer on hold",
            stays=True,
        ),
        Decision(
            name="decline",
            title="Decline",
            explained="We tell the organisation the reason you give. If it is about safety, also call them the same day.",
            form=triage_forms.DeclineForm,
            service=triage.decline,
            is_open=before_a_place(Status.DECLINED),
            outcome="is not accepted",
            goes_on=False,
        ),
        Decision(
            name="ask_person",
            title="Ask the person about their safety again",
            explained="They get a new link to their questions, or a call, and reminders. Earlier links stop "
            "working; earlier answers stay on the record.",
            form=contact_forms.AskPersonForm,
            service=self_assessment.send_safety_link,
            is_open=while_one_of(*IN_PROGRAMME),
            outcome="is asked about their safety again",
            usual=False,
            stays=True,
        ),
        Decision(
            name="hold",
            title="Put on a safety hold",
            explained="No place is offered or given, and the person cannot join sessions, until an officer "
            "lifts the hold. Speak to the clinician if they can help.",
            form=hold_forms.HoldForm,
            service=screening.hold,
            is_open=not_ended,
            also=may_hold,
            outcome="is on a safety hold",
            usual=False,
            stays=True,
        ),
        Decision(
            name="redirect",
            title="Redirect",
            explained="This ends the referral. We tell the organisation which service you suggest.",
            form=triage_forms.RedirectForm,
            service=triage.redirect,
            is_open=before_a_place(Status.REDIRECTED),
            outcome="is redirected",
            usual=False,
        ),
        Decision(
            name="note",
            title="Write to the organisation",
            explained="We email them about your note. The referral does not change.",
            form=correspondence_forms.NoteForm,
            service=correspondence.add_note,
            is_open=lambda status: status not in (Status.ENTERED_IN_ERROR, Status.DIED),
            outcome="has a note for the organisation",
            usual=False,
            stays=True,
            of_the_dead=True,
        ),
        Decision(
            name="withdraw",
            title="Withdraw",
            explained="Use this when the person or the organisation withdraws the referral.",
            form=triage_forms.WithdrawForm,
            service=triage.withdraw,
            is_open=before_a_place(Status.WITHDRAWN),
            outcome="is withdrawn",
            usual=False,
            of_the_dead=True,
        ),
        Decision(
            name="error",
            title="Entered in error",
            explained="Use this for a referral that should never have been sent. It stays on the record, marked as an error.",
            form=triage_forms.ErrorForm,
            service=closures.entered_in_error,
            is_open=always(Status.ENTERED_IN_ERROR),
            outcome="is marked as entered in error",
            usual=False,
            of_the_dead=True,
        ),
        Decision(
            name="died",
            title="The person has died",
            explained="Check that this is the right person. All messages to them stop and every open referral ends. "
            "Nothing is sent to the practice or the family: speak to them yourself.",
            form=death_forms.DiedForm,
            service=closures.died,
            is_open=lambda status: status not in (Status.ENTERED_IN_ERROR, Status.DIED),
            outcome="is recorded as having died. All messages to them have stopped",
            usual=False,
            page="died",
            check="died_check",
            shown=deaths_admin.would_end,
        ),
        Decision(
            name="not_died",
            title="Death recorded by mistake",
            explained="Nothing is sent to the person until an officer has spoken to them or their practice.",
            form=death_forms.NotDiedForm,
            service=deaths.not_died,
            is_open=lambda status: True,
            also=lambda referral: referral.participant.died_at is not None,
            outcome="is no longer recorded as having died. Speak to them or their practice before anything else",
            usual=False,
            stays=True,
            of_the_dead=True,
            page="not_died",
            shown=deaths_admin.was_ended,
        ),
    )
}


def open_decisions(referral: Referral) -> list[Decision]:
    """What may be decided about this referral now."""
    died = referral.participant.died_at is not None
    return [
        each
        for each in DECISIONS.values()
        if each.is_open(referral.status) and each.also(referral) and (each.of_the_dead or not died)
    ]
