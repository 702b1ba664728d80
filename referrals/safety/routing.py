"""From the answers to what happens: the routing table, small enough for one page (docs/domain.md 2.3).

Software records and routes; a competent person decides. Each rule is our own choice, needs the sign-off of a clinical
safety officer, and is in the hazard log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referrals.safety import self_assessment_questions
from referrals.safety.question_sets import (
    BY_CODE,
    LEFT_OPEN,
    PHONE_NOW,
    QUESTION_SETS,
    Advice,
    Effect,
    QuestionSet,
)

KEY, VERSION = "safety_routing", 2  # the table as a health text: any change of it is a new version
Answers = Mapping[str, Sequence[str]]  # by list: the codes that apply, none, or one of LEFT_OPEN alone


@dataclass(frozen=True)
class Rule:
    """One line of the table: which answer, what the service does, who acts."""

    answer: str
    does: str
    who: str


TABLE: dict[Effect, Rule] = {
    Effect.STOP: Rule(
        "Anything ticked",
        "No referral is made. The advice of the list is shown. Only the count is kept.",
        "The referrer, at once",
    ),
    Effect.ASSESSED: Rule(
        "Anything ticked",
        "Asks whether a clinician has assessed it. Without that no referral is made. With it the referral goes on, "
        "and no place is offered or given until an officer has spoken to the person.",
        "The referrer, then a project officer",
    ),
    Effect.CALL: Rule(
        "Anything ticked",
        "The referral goes on. No place is offered or given until an officer has spoken to the person and recorded on "
        "what basis they may take part.",
        "A project officer",
    ),
    Effect.EMERGENCY: Rule(
        "Yes or not sure",
        "The page says at once: call 999 or go to A&E now, even while other answers are missing. What was answered is "
        "kept. The referral is put under a safety hold, every officer is sent an urgent alert, day or night, and "
        "the referrer is told by reference.",
        "The person, at once; then a project officer, at once",
    ),
    Effect.HOLD: Rule(
        "Yes or not sure",
        "The referral is put under a safety hold: no place until an officer has decided. Every officer is sent an urgent "
        "alert, day or night, and the referrer is told by reference.",
        "A project officer, the same working day; then the referrer",
    ),
    Effect.RING: Rule(
        "Yes or not sure",
        "The person is told that we will call. A clearance is asked for: no place is offered or given until an officer "
        "has spoken to them.",
        "A project officer",
    ),
    Effect.READ: Rule(
        "Anything written",
        "A clearance is asked for: no place is offered or given until an officer has read it, and called where that is "
        "needed.",
        "A project officer",
    ),
    Effect.NOT_TODAY: Rule(
        "Yes or not sure",
        "Kept and shown to officers. The page says not to join a session until the fever is gone.",
        "The person",
    ),
}
OWN_CHANGED = Rule(
    "An answer of the person that differs from their last one",
    "A clearance that was given before counts no more: no place is offered or given until an officer records a new "
    "one. A hold stays until an officer lifts it, whatever is answered later.",
    "A project officer",
)
OWN_MISSING = Rule(
    "No answer yet from the person",
    "They are reminded. An officer may give a place; the queue and the referral say that the answers are missing.",
    "A project officer",
)
STRICTEST_FIRST = (Effect.EMERGENCY, Effect.HOLD, Effect.RING, Effect.READ, Effect.NOT_TODAY)
UNANSWERED = Rule(
    "“I am not the clinician”",
    "The referral is sent, and the named clinician answers the lists after signing in; reminders after 2 and 5 "
    "working days. Triage may start; no place is offered or given until they have answered.",
    "The named clinician",
)
CLINICIAN_STOP = Rule(
    "A list that stops, ticked later by the named clinician",
    "The referral is put under a safety hold: no place, until an officer has decided. Nothing is declined by itself. "
    "With an emergency sign, the clinician is told to phone the patient now, and every officer is sent an urgent alert.",
    "A project officer, the same day",
)
NOT_ASKED_RULE = Rule(
    "Emergency signs not asked: the patient was not there",
    "The referral is sent, and the named clinician is asked. The person is sent their own questions at once. An officer "
    "calls on the next working day if neither has answered. No place is offered or given until the clinician has answered.",
    "The named clinician and the person; then a project officer",
)


@dataclass(frozen=True)
class Stop:
    """A list that stopped a referral, and what was ticked in it."""

    question_set: QuestionSet
    ticked: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return self.question_set.words_of(self.ticked)

    @property
    def clinician_advice(self) -> Advice | None:
        """What a clinician reads who ticks it once the referral is sent: the patient is not there."""
        return PHONE_NOW if self.question_set.is_emergency else self.question_set.advice


@dataclass(frozen=True)
class Route:
    """What a set of answers leads to. `call` names the lists for which an officer speaks with the person first."""

    stops: tuple[Stop, ...]
    not_assessed: bool
    to_confirm: tuple[str, ...]
    call: tuple[str, ...]


def route(answers: Answers, *, assessed: bool) -> Route:
    """Where these answers lead. A list that is missing is not answered yet and leads nowhere."""
    ticked = {code: tuple(answers[code]) for code in BY_CODE if answers.get(code)}
    said = {code: items for code, items in ticked.items() if not set(items) & set(LEFT_OPEN)}
    flagged = {code for code in said if BY_CODE[code].effect == Effect.ASSESSED}
    return Route(
        stops=tuple(stops(answers)),
        not_assessed=bool(flagged) and not assessed,
        to_confirm=tuple(code for code in ticked if code not in said),
        call=tuple(code for code in said if BY_CODE[code].effect in (Effect.CALL, Effect.ASSESSED)),
    )


def stops(answers: Answers) -> list[Stop]:
    """Every list that stops and has something ticked, the emergency first."""
    return [
        Stop(asked, tuple(answers[asked.code]))
        for asked in QUESTION_SETS
        if asked.effect == Effect.STOP
        and answers.get(asked.code)
        and not set(answers[asked.code]) & set(LEFT_OPEN)
    ]


@dataclass(frozen=True)
class OwnRoute:
    """Where the person's own answers lead: which questions raised which effect."""

    raised: Mapping[Effect, tuple[str, ...]]

    @property
    def strictest(self) -> Effect | None:
        return next((effect for effect in STRICTEST_FIRST if effect in self.raised), None)

    @property
    def is_emergency(self) -> bool:
        return Effect.EMERGENCY in self.raised

    @property
    def holds(self) -> bool:
        """No place until an officer has decided; officers are alerted and the referrer is told."""
        return self.is_emergency or Effect.HOLD in self.raised

    @property
    def wants_clearance(self) -> bool:
        """An officer has to say on what basis the person may take part."""
        return self.holds or Effect.RING in self.raised or Effect.READ in self.raised

    @property
    def holding(self) -> tuple[str, ...]:
        """The questions for which it is held."""
        return (*self.raised.get(Effect.EMERGENCY, ()), *self.raised.get(Effect.HOLD, ()))


def route_own(replies: Mapping[str, str], *, words: str = "") -> OwnRoute:
    """Where the person's own answers lead; a question without an answer raises nothing."""
    raised: dict[Effect, tuple[str, ...]] = {}
    for asked in self_assessment_questions.OWN.questions:
        if replies.get(asked.code) in (self_assessment_questions.YES, self_assessment_questions.UNSURE):
            raised[asked.effect] = (*raised.get(asked.effect, ()), asked.code)
    if words.strip():
        raised[self_assessment_questions.OWN.anything_else.effect] = (self_assessment_questions.WORDS,)
    return OwnRoute(raised)
