"""One made-up cohort, lived through from referral to the practice's note with the real services and a virtual clock.

Every step is the one that a page, an admin button or the beat would take; only the moment is made up. Nothing here
reads a clock.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from accounts.models import Organisation, User
from core.dates import LONDON
from devtools.demo.rehearsal import own_answers, wishes
from devtools.demo.rehearsal.agenda import Agenda
from devtools.demo.rehearsal.people import MadeUpPerson, Turn, made_up, turn
from messaging.calls import services as calls
from messaging.delivery import worker
from messaging.models import Message
from messaging.quiet_hours import quiet_until
from outcomes.feedback import services as outcomes
from outcomes.models import Feedback
from outcomes.practice_letters import services as practice_letters
from referrals import safety
from referrals.models import Referral
from referrals.statuses import Reason, Status
from referrals.submission import services as submission
from referrals.triage import services as triage
from sessions.attendance import register as register_services
from sessions.attendance import responses
from sessions.cohorts import opening
from sessions.models import Attendance, Cohort, Place, Programme, Session
from sessions.places import completion, placement
from sessions.reminders import scheduling
from sessions.session_dates import local_to_utc

FORMS = UUID("6f0d1a52-6f6e-4b5b-9a53-7a4d0c6f2f11")  # namespace of the made-up forms' own keys
HOURS_OF_CALLS = range(8, 20)


@dataclass(frozen=True)
class Cast:
    """The colleagues of a rehearsal."""

    practice: Organisation
    referrer: User
    officer: User
    programme: Programme


@dataclass(frozen=True, kw_only=True)
class RehearsalPlan:
    """One cohort to live through. `until`: stop there and leave the rest to the real clock (demo data)."""

    name: str
    starts_on: date
    start_time: time
    people: int
    seed: int
    until: datetime | None = None
    unmarked: int = 0  # so many of the last registers are still to be filled when it stops
    leaves_work: bool = False  # calls, worrying answers and endings of the last days are left for the reader


def submit(person: MadeUpPerson, *, cast: Cast, key: UUID, now: datetime, **more: Any) -> Referral:
    """The practice refers this made-up person."""
    return submission.submit(
        submission_key=key,
        organisation=cast.practice,
        by=cast.referrer,
        now=now,
        practice=cast.practice,
        **person.details(),
        message_safe=person.number % 3 != 0,
        referrer_name="Dr Made-up",
        referrer_role=Referral.ReferrerRole.GP,
        agreed_on=now.astimezone(LONDON).date(),
        synthetic=True,
        extra=wishes.sample_extra(person),
        **({"answers": {asked.code: [] for asked in safety.QUESTION_SETS}} | more),
    )


class Life:
    def __init__(self, *, plan: RehearsalPlan, cast: Cast, serial: int) -> None:
        self.plan, self.cast = plan, cast
        self.people = made_up(count=plan.people, seed=plan.seed, serial=serial)
        self.serial = serial
        self.agenda = Agenda(plan.until)
        self.referrals: dict[int, Referral] = {}  # by the person's number
        self.numbers: dict[int, int] = {}  # participant's id to the person's number
        self.heard: set[int] = set()  # messages that have been acted upon
        self.cohort: Cohort  # opened two weeks before the first session

    def live(self) -> None:
        """Everything, to the end or to `until`."""
        self._plan_referrals()
        self._plan_cohort()
        for _ in self.agenda.moments():
            pass

    # --- Before the first session ------------------------------------------------------------------------------

    def _plan_referrals(self) -> None:
        for person in self.people:
            submitted = self._at(
                days=-35 + person.number % 10, hours=9 + person.number % 8, minutes=7 * (person.number % 8)
            )
            decided = self._at(days=-24 + person.number % 3, hours=10, minutes=person.number)
            self.agenda.add(submitted, lambda now, person=person: self._submit(person, now))
            self.agenda.add(submitted + timedelta(minutes=1), self._tick)
            self.agenda.add(decided, lambda now, person=person: self._accept(person, now))
            self.agenda.add(decided + timedelta(minutes=1), self._tick)

    def _plan_cohort(self) -> None:
        self.agenda.add(self._at(days=-14, hours=11), self._open)
        self.agenda.add(self._at(days=-10, hours=10), self._place)
        for days in (-10, -7, -3):  # the last two: reminders of the first session
            self.agenda.add(self._at(days=days, hours=10, minutes=1), self._tick)

    def _submit(self, person: MadeUpPerson, now: datetime) -> None:
        key = uuid5(FORMS, f"{self.serial}/{person.number}")
        referral = submit(person, cast=self.cast, key=key, now=now)
        self.referrals[person.number] = referral
        self.numbers[referral.participant_id] = person.number

    def _accept(self, person: MadeUpPerson, now: datetime) -> None:
        referral = self.referrals[person.number]
        triage.accept(
            referral=referral, by=self.cast.officer, now=now, opted_in_on=now.astimezone(LONDON).date()
        )
        wishes.make_requests(referral.participant, person, by=self.cast.officer, now=now)

    def _open(self, now: datetime) -> None:
        self.cohort = opening.open_cohort(
            programme=self.cast.programme,
            name=self.plan.name,
            starts_on=self.plan.starts_on,
            start_time=self.plan.start_time,
            capacity=max(8, self.plan.people),
            join_url=f"https://{settings.VIDEO_HOSTS[0]}/j/made-up-{self.serial}",
            by=self.cast.officer,
            now=now,
        )
        held = list(self.cohort.sessions.order_by("number"))
        for session in held:
            self._plan_session(session, marked=not self._left_unmarked(session, held))
        last = held[-1].ends_at
        if not self.plan.leaves_work:
            self.agenda.add(last + timedelta(days=2), self._end_places)
        for later in (timedelta(days=2, minutes=1), timedelta(days=15)):
            self.agenda.add(last + later, self._tick)

    def _place(self, now: datetime) -> None:
        mine = Referral.objects.waiting().filter(pk__in=[referral.pk for referral in self.referrals.values()])
        for referral in mine.in_waiting_order(now, long_wait_days=settings.LONG_WAIT_DAYS):
            own_answers.talk_over(referral, by=self.cast.officer, now=now)
            placement.place(referral=referral, cohort=self.cohort, by=self.cast.officer, now=now)

    # --- Each session ------------------------------------------------------------------------------------------

    def _plan_session(self, session: Session, *, marked: bool) -> None:
        day_before = session.local_date - timedelta(days=1)
        morning_after = session.local_date + timedelta(days=1)
        late_register = session.number % 4 == 3
        register = (
            local_to_utc(morning_after, time(9, 30))
            if late_register
            else session.ends_at + timedelta(minutes=5)
        )
        asked = session.ends_at + timedelta(minutes=30)
        for moment in (
            local_to_utc(day_before, time(10)),
            session.starts_at - timedelta(minutes=60),
            quiet_until(asked) or asked,
            local_to_utc(morning_after, time(10)),
        ):
            self.agenda.add(moment, self._tick)
        for person in self.people:
            if person.email and turn(person, session=session.number, seed=self.plan.seed).joins:
                at = session.starts_at + timedelta(minutes=person.number % 9 - 5)
                self.agenda.add(at, lambda now, person=person: self._join(person, session, now))
        if marked:
            self.agenda.add(register, lambda now: self._save_register(session, now))
            self.agenda.add(register + timedelta(minutes=1), self._tick)
        if not self._recent(morning_after):
            self.agenda.add(local_to_utc(morning_after, time(11)), self._look_at_answers)

    def _left_unmarked(self, session: Session, held: list[Session]) -> bool:
        past = [other for other in held if self.plan.until and other.ends_at < self.plan.until]
        return session in past[len(past) - self.plan.unmarked :]

    def _join(self, person: MadeUpPerson, session: Session, now: datetime) -> None:
        attendance = self._attendance(person, session)
        if attendance is not None:
            responses.press_join(attendance=attendance, now=now)

    def _save_register(self, session: Session, now: datetime) -> None:
        codes = {}
        for attendance in Attendance.objects.filter(session=session, expected=True):
            does = self._turn(attendance)
            codes[attendance.pk] = (does.code, does.adapted)
        register_services.save_register(session=session, codes=codes, by=self.cast.officer, now=now)

    def _end_places(self, now: datetime) -> None:
        """An officer says how it ended for those who did not complete."""
        for place in Place.objects.to_be_ended().filter(cohort=self.cohort).order_by("pk"):
            if place.attended * 2 >= place.delivered > 0:
                to, reason = Status.FINISHED_BELOW_TARGET, Reason.WORK_OR_CARING
            elif place.attended:
                to, reason = Status.LEFT_EARLY, Reason.WORK_OR_CARING
            else:
                to, reason = Status.NOT_PARTICIPATING, Reason.NO_CONTACT
            placement.end_place(place=place, to=to, by=self.cast.officer, now=now, reason=reason)

    def _look_at_answers(self, now: datetime) -> None:
        mine = Feedback.objects.to_look_at().filter(attendance__participant__in=self.numbers)
        for feedback in mine.order_by("pk"):
            outcomes.mark_seen(feedback=feedback, by=self.cast.officer, now=now)

    # --- The clock's work and what people do about it ----------------------------------------------------------

    def _tick(self, now: datetime) -> None:
        """What beat asks for, then what people do with what has reached them."""
        scheduling.queue_due_reminders(now=now)
        outcomes.queue_due_feedback(now=now)
        completion.complete_due_places(now=now)
        practice_letters.write_due_letters(now=now)
        worker.drain(now=now)
        if now.astimezone(LONDON).hour in HOURS_OF_CALLS and not self._recent(now.date()):
            self._make_calls(now)
        self._react(now)

    def _make_calls(self, now: datetime) -> None:
        if not Message.objects.calls_to_make(now).exists():
            return
        for call in calls.to_make(now).filter(participant__in=self.numbers):
            calls.record_call(message=call, outcome=calls.Outcome.SPOKEN, by=self.cast.officer, now=now)

    def _react(self, now: datetime) -> None:
        reached = Message.objects.filter(participant__in=self.numbers, state=Message.State.SENT)
        for message in reached.exclude(pk__in=self.heard).order_by("pk"):
            self.heard.add(message.pk)
            if message.subject_type == "attendance":
                self._react_to(message, now)
            elif message.subject_type == "safety_link":
                officer = self.cast.officer
                own_answers.react(message, numbers=self.numbers, agenda=self.agenda, officer=officer, now=now)

    def _react_to(self, message: Message, now: datetime) -> None:
        attendance = Attendance.objects.select_related("session", "feedback_link").get(pk=message.subject_id)
        does = self._turn(attendance)
        called = message.channel == Message.Channel.PHONE
        if message.kind == "reminder_day" and does.answer:
            at = (
                now if called else min(now + does.answers_after, attendance.starts_at - timedelta(minutes=90))
            )
            self.agenda.add(at, lambda moment: self._answer(attendance, does.answer, moment))
        elif message.kind == "reminder_hour" and does.changes_to:
            at = now if called else now + timedelta(minutes=20)
            self.agenda.add(at, lambda moment: self._answer(attendance, does.changes_to, moment))
        elif message.kind in ("feedback", "feedback_nudge") and (said := does.feedback):
            if called:
                self._give(attendance, said, now, taken_by=self.cast.officer)
            elif does.waits_for_nudge == (message.kind == "feedback_nudge"):
                self.agenda.add(
                    now + does.feedback_after, lambda moment: self._give(attendance, said, moment)
                )

    def _answer(self, attendance: Attendance, answer: str, now: datetime) -> None:
        responses.answer(attendance=attendance, answer=answer, now=now)

    def _give(
        self, attendance: Attendance, said: outcomes.Answers, now: datetime, taken_by: User | None = None
    ) -> None:
        outcomes.record_feedback(attendance=attendance, answers=said, now=now, taken_by=taken_by)

    # --- Small things ------------------------------------------------------------------------------------------

    def _turn(self, attendance: Attendance) -> Turn:
        person = self.people[self.numbers[attendance.participant_id]]
        return turn(person, session=attendance.session.number, seed=self.plan.seed)

    def _attendance(self, person: MadeUpPerson, session: Session) -> Attendance | None:
        return Attendance.objects.filter(
            session=session, place__referral=self.referrals[person.number], expected=True
        ).first()

    def _at(self, *, days: int, hours: int, minutes: int = 0) -> datetime:
        """A London wall-clock moment, counted in days from the first session."""
        return local_to_utc(self.plan.starts_on + timedelta(days=days), time(hours, minutes))

    def _recent(self, day: date) -> bool:
        """Too near to `until` for the made-up officer: left for whoever reads the demonstration."""
        return bool(
            self.plan.leaves_work and self.plan.until and day >= self.plan.until.date() - timedelta(days=3)
        )
