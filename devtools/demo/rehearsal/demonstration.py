"""The made-up life of a demonstration: cohorts in different weeks around the present, and work for every page.

The past is lived through with the rehearsal's engine up to the real present; from there the real clock takes over.
"""

import os
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from accounts import demo as second_steps
from accounts import roles
from accounts import services as accounts
from accounts.access_requests import services as access_requests
from accounts.models import Organisation, User
from accounts.organisations import ods_import
from accounts.professions import Profession
from core.dates import LONDON, day
from core.errors import Refused
from devtools.demo.accounts import ACCOUNTS, ADMINISTRATOR, CLINICIAN, LEAD, OFFICER, RECEPTION
from devtools.demo.rehearsal import county, offers, own_answers, triage, wishes
from devtools.demo.rehearsal.life import Cast, Life, RehearsalPlan, submit
from devtools.demo.rehearsal.people import MadeUpPerson, made_up
from devtools.demo.rehearsal.run import BEFORE_ALL, check_allowed, invited, next_serial
from messaging.channels.base import reference_of
from messaging.delivery import worker
from messaging.delivery_reports import services as delivery_reports
from messaging.models import Message
from messaging.routing import post
from outcomes.feedback import services as outcomes
from outcomes.models import Feedback, FormLink
from outcomes.practice_letters import services as practice_letters
from participants.identity import services
from participants.models import Participant
from participants.needs import services as needs
from participants.readiness import tech_checks
from referrals.models import Referral
from referrals.statuses import Reason
from referrals.triage import services as triage_services
from sessions.models import Programme, Session
from sessions.session_dates import local_to_utc

PRACTICE_LIST = Path(settings.BASE_DIR) / "accounts" / "organisations" / "demo_practices.csv"
FIRST_PRACTICE, SECOND_PRACTICE = "Z90001", "Z90003"


class NotADemonstration(Refused):
    sentence = "Made-up people are only invited to a demonstration: set DEMO=1, as `make run` does."


def furnish(*, now: datetime) -> bool:
    """Fill a demonstration that is empty or over; False if it has life. Raises NotADemonstration, RehearsalRefused."""
    if not settings.DEMO:
        raise NotADemonstration
    if Session.objects.filter(starts_at__gt=now).exists():
        return False
    check_allowed()
    with transaction.atomic():
        people = _colleagues(now)
        _cohorts(people, now)
        _waiting_room(people, now)
        _worry(now)
        triage.furnish(people, now, submit=_referred, told=_told)
        offers.furnish(people[RECEPTION], now)
        _address_gone(now)
        _by_post(people[RECEPTION].officer, now)
    return True


def furnish_county(*, now: datetime) -> bool:
    """A long waiting list with many cohorts beside it; False if they are here already. Raises as `furnish` does."""
    if not settings.DEMO:
        raise NotADemonstration
    check_allowed()
    with transaction.atomic():
        return county.furnish(cast=_cast(), now=now)


@transaction.atomic
def mark_made_up() -> int:
    """Everyone in this clone's own demonstration counts as made up: what waits for them stays here. How many were new.

    Nobody is marked in a database that the environment names. Raises NotADemonstration.
    """
    if not settings.DEMO:
        raise NotADemonstration
    if os.environ.get("DATABASE_URL"):
        return 0
    marked = Participant.objects.real().update(synthetic=True)
    theirs = Message.objects.filter(participant__synthetic=True, state=Message.State.PENDING)
    theirs.filter(channel__in=Message.OUTSIDE).update(channel=Message.Channel.FILE)
    return marked


def _cast() -> Cast:
    """The colleagues of a demonstration that is furnished."""
    referrer, officer = (User.objects.get(email=ACCOUNTS[part].email) for part in (RECEPTION, OFFICER))
    practice = Organisation.objects.get(ods_code=FIRST_PRACTICE)
    return Cast(
        practice=practice, referrer=referrer, officer=officer, programme=Programme.objects.earliest("pk")
    )


def _colleagues(now: datetime) -> dict[str, Cast]:
    """The accounts, their practices, and who plays whom: two casts, one for each practice."""
    with PRACTICE_LIST.open("rb") as lines:
        ods_import.load(lines=lines)
    first, second = (Organisation.objects.get(ods_code=code) for code in (FIRST_PRACTICE, SECOND_PRACTICE))
    if not second.contact_email:
        second.contact_email = "notes.practice@example.org"
        second.save(update_fields=["contact_email"])
    reception = _account(RECEPTION, works_at=first, role=roles.CLINICIAN_ADMIN)
    _account(CLINICIAN, works_at=first, role=roles.CLINICIAN, profession=Profession.GP)
    lead = _account(LEAD, works_at=second, role=roles.CLINICIAN_ADMIN, is_lead=True)
    officer = _account(OFFICER, staff_role=roles.OFFICER)
    administrator = _account(ADMINISTRATOR, staff_role=roles.ADMINISTRATOR)
    for colleague in (officer, administrator):
        second_steps.enrol(user=colleague, now=now)
    access_requests.express(
        organisation_name="Riverside Physiotherapy",
        kind=Organisation.Kind.PHYSIOTHERAPY,
        ods_code="",
        name="Asha O’Neill",
        profession=Profession.PHYSIOTHERAPIST,
        email="physio@example.org",
        phone="01632 960555",
        why="Many of the people we treat would like to go on moving, with others.",
        now=_that_day(now, 1),
    )
    programme, _ = Programme.objects.get_or_create(name="It’s Your Move")
    return {
        RECEPTION: Cast(practice=first, referrer=reception, officer=officer, programme=programme),
        LEAD: Cast(practice=second, referrer=lead, officer=officer, programme=programme),
    }


def _address_gone(now: datetime) -> None:
    """A practice's mailbox has gone: the last mail to it came back."""
    to_practices = Message.objects.filter(state=Message.State.SENT, organisation__isnull=False)
    last = to_practices.latest("sent_at")
    delivery_reports.record(reference=reference_of(last.key), delivery=Message.Delivery.BOUNCED, now=now)


def _by_post(officer: User, now: datetime) -> None:
    """One of those who are rung would rather have letters: what waits longest for them is one now."""
    rung = Message.objects.due(now).filter(channel=Message.Channel.PHONE, participant__in=invited())
    person = Participant.objects.get(pk=rung.latest("expires_at").participant_id)
    address: dict[str, object] = {"postal_address": "Flat 2\n14 Orchard Lane\nStonehouse"}
    services.mend(person=person, changes=address, by=officer, now=now)
    needs.add_if_unknown(person=person, codes=["contact_by_letter", "print_20"], by=officer, now=now)
    post.sort_out(now)


def _account(part: str, *, works_at: Organisation | None = None, staff_role: str = "", **there: Any) -> User:
    about = ACCOUNTS[part]
    user = User.objects.filter(email=about.email).first()
    if user is None:
        user = accounts.open_account(
            email=about.email, name=about.name, now=BEFORE_ALL, staff_role=staff_role
        )
        if works_at is not None:
            accounts.join(user=user, organisation=works_at, now=BEFORE_ALL, **there)
    return user


def _cohorts(cast: dict[str, Cast], now: datetime) -> None:
    """One finished, one mid-way with a session tomorrow, one with a register to fill, one about to start."""
    today = now.astimezone(LONDON).date()
    for seed, (who, starts_on, start_time, people, unmarked) in enumerate(
        (
            (RECEPTION, today - timedelta(days=72), time(18), 8, 0),
            (LEAD, today - timedelta(days=34), time(10, 30), 8, 0),
            (RECEPTION, today - timedelta(days=22), time(14), 7, 1),
            (LEAD, today + timedelta(days=5), time(18), 6, 0),
        ),
        start=101,
    ):
        plan = RehearsalPlan(
            name=_name(starts_on, start_time),
            starts_on=starts_on,
            start_time=start_time,
            people=people,
            seed=seed,
            until=now,
            unmarked=unmarked,
            leaves_work=True,
        )
        Life(plan=plan, cast=cast[who], serial=next_serial()).live()


def _name(starts_on: date, start_time: time) -> str:
    part = "mornings" if start_time.hour < 12 else "afternoons" if start_time.hour < 17 else "evenings"
    return f"{starts_on:%A} {part} from {day(starts_on).split(' ', 1)[1]}"


def _waiting_room(cast: dict[str, Cast], now: datetime) -> None:
    """Referrals to decide on, a waiting list with a long wait and a priority, one not accepted, one told differently."""
    people = iter(made_up(count=9, seed=100, serial=next_serial()))
    ours, theirs = cast[RECEPTION], cast[LEAD]
    for days, priority, reason in ((140, 0, ""), (20, 0, ""), (12, 2, "Waits for an operation"), (4, 0, "")):
        person = next(people)
        referral = _referred(person, ours, _that_day(now, days))
        accepted = _that_day(now, days - 2, hour=15)
        triage_services.accept(
            referral=referral,
            by=ours.officer,
            now=accepted,
            opted_in_on=accepted.astimezone(LONDON).date(),
            priority=priority,
            priority_reason=reason,
        )
        if days > 4:  # the newest has still to be asked
            wishes.make_requests(referral.participant, person, by=ours.officer, now=accepted)
        _told(accepted)
        if days > 15:
            own_answers.reply(referral, asked_at=accepted)
        else:
            own_answers.stay_silent(asked_at=accepted, now=now, told=_told)
    at = local_to_utc(now.astimezone(LONDON).date() + timedelta(days=2), time(11))
    tech_checks.book(person=referral.participant, at=at, officer=ours.officer, by=ours.officer, now=now)
    _referred(replace(person, phone="+447700900999"), theirs, _that_day(now, 1, hour=9))
    declined = _referred(next(people), ours, _that_day(now, 5))
    triage_services.decline(
        referral=declined,
        by=ours.officer,
        now=_that_day(now, 3),
        reason=Reason.OTHER_SERVICE,
        words="We spoke on the telephone. The falls service suits better for now; please refer again in spring.",
    )
    _told(_that_day(now, 3))
    for at in (_that_day(now, 8), _that_day(now, 3, hour=14), _that_day(now, 1, hour=11), _just_now(now)):
        _referred(next(people), ours, at)


def _referred(person: MadeUpPerson, cast: Cast, at: datetime, **more: Any) -> Referral:
    referral = submit(person, cast=cast, key=uuid4(), now=at, **more)
    _told(at)
    return referral


def _that_day(now: datetime, days_ago: int, *, hour: int = 10) -> datetime:
    return local_to_utc(now.astimezone(LONDON).date() - timedelta(days=days_ago), time(hour, 20))


def _just_now(now: datetime) -> datetime:
    """Within the last hour, or in yesterday's last one where the surgery is not open."""
    return (
        now - timedelta(minutes=50) if 10 <= now.astimezone(LONDON).hour < 19 else _that_day(now, 1, hour=17)
    )


def _told(at: datetime) -> None:
    """What was to be said at that moment was said then: nothing of the past is left for the real worker to send."""
    practice_letters.write_due_letters(now=at)
    worker.drain(now=at)


def _worry(now: datetime) -> None:
    """Somebody has told us that their pain is still worse, and nobody has looked yet."""
    link = FormLink.objects.live(now).select_related("attendance").order_by("-made_at", "-pk").first()
    if link is not None:
        outcomes.record_feedback(
            attendance=link.attendance,
            answers=outcomes.Answers(
                enjoyed=6,
                effort=Feedback.Effort.TOO_HARD,
                pain_since=Feedback.Pain.STILL_WORSE,
                part_of_group=8,
                for_instructor="My knee has been sore since the standing part.",
            ),
            now=now,
        )
