"""What a demonstration shows of triage: somebody to ring, a question, a hold, lists that a clinician has to answer."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from core.dates import LONDON
from devtools.demo.accounts import ACCOUNTS, CLINICIAN, LEAD, RECEPTION
from devtools.demo.rehearsal import own_answers
from devtools.demo.rehearsal.life import Cast
from devtools.demo.rehearsal.people import MadeUpPerson, made_up
from devtools.demo.rehearsal.run import next_serial
from participants.merging import matching
from participants.needs import services as needs
from referrals import safety
from referrals.clinician_link import services as clinician_link
from referrals.correspondence import services as correspondence
from referrals.models import WRONG_PAIRS, ClinicianLink, Referral
from referrals.screening import clinician_requests
from referrals.screening import services as screening
from referrals.triage import contact_attempts
from referrals.triage import services as triage
from sessions.session_dates import local_to_utc

NOTHING: dict[str, list[str]] = {asked.code: [] for asked in safety.QUESTION_SETS}


def furnish(
    cast: dict[str, Cast],
    now: datetime,
    *,
    submit: Callable[..., Referral],
    told: Callable[[datetime], None],
) -> None:
    """One of each, all of the first practice but the last; what was to be said in the past was said then."""
    people = iter(made_up(count=11, seed=200, serial=next_serial()))
    ours, theirs = cast[RECEPTION], cast[LEAD]
    officer = ours.officer

    def ago(days: int) -> datetime:
        """In the morning of that day: what is said at night would wait, and be left over for the real worker."""
        return local_to_utc(now.astimezone(LONDON).date() - timedelta(days=days), time(10, 20))

    asked = submit(next(people), ours, ago(18))
    correspondence.ask_practice(
        referral=asked, by=officer, now=ago(17), words="Which telephone number is the right one?"
    )
    for after in (timedelta(), *correspondence.NUDGES):
        told(ago(17) + after)

    wrote = submit(next(people), ours, ago(2))
    words = "They have moved in with their daughter. Please ring in the afternoon."
    correspondence.answer(referral=wrote, by=ours.referrer, now=ago(1), words=words)

    to_ring = submit(next(people), ours, ago(6))
    triage.accept(referral=to_ring, by=officer, now=ago(5))
    told(ago(5))
    contact_attempts.record_attempt(
        referral=to_ring, by=officer, now=ago(4), channel="phone", outcome="no_answer", words="Rang twice."
    )

    to_speak = submit(next(people), ours, ago(9), answers=NOTHING | {"conversation": ["falls"]})
    held = submit(next(people), ours, ago(30))
    worried = submit(next(people), ours, ago(5))
    for referral, days, raised in (
        (to_speak, 7, {}),
        (held, 28, {"told": "unsure"}),
        (worried, 2, {"chest": "yes"}),
    ):
        triage.accept(referral=referral, by=officer, now=ago(days), opted_in_on=ago(days).date())
        told(ago(days))
        own_answers.reply(referral, asked_at=ago(days), **raised)
        told(ago(days) + own_answers.AFTER)
    words = "Rang about the dates and spoke of a new pain in the chest. Waits for the GP."
    screening.hold(referral=held, by=officer, now=ago(1), words=words)
    needs.save(person=held.participant, codes=["hearing_aid", "more_time"], by=officer, now=ago(370))

    clinician = ACCOUNTS[CLINICIAN]
    left = {asked.code: [] if asked.anybody else [safety.NOT_CLINICIAN] for asked in safety.QUESTION_SETS}
    submit(
        next(people),
        ours,
        ago(1),
        answers=left,
        clinician_name=clinician.name,
        clinician_email=clinician.email,
    )
    signs = next(people)
    submit(signs, theirs, ago(1), needs=["bsl"])
    # Referred by both practices, once without the NHS number: two rows that may be one person.
    submit(replace(signs, nhs_number="", postcode="GL50 1AA"), ours, ago(1))
    matching.find(now=now)
    _clinicians_without_an_account(people, ours, submit, left, ago)
    clinician_requests.request_clinicians(now=ago(1))
    told(ago(1))


def _clinicians_without_an_account(
    people: Iterator[MadeUpPerson],
    ours: Cast,
    submit: Callable[..., Referral],
    left: dict[str, list[str]],
    ago: Callable[[int], datetime],
) -> None:
    """One whose address has to be checked, for a patient who was not there; one whose link is closed; one who answered."""
    domain = ours.referrer.email.partition("@")[2]
    signs = {safety.EMERGENCY.code: [safety.NOT_ASKED]}
    for name, address, answers in (
        ("Dr Sorcha Vaughan", "sorcha.vaughan@elsewhere.example", left | signs),
        ("Dr Kwame Osei", f"kwame.osei@{domain}", left),
        ("Dr Ines Costa", f"ines.costa@{domain}", left),
    ):
        submit(next(people), ours, ago(1), answers=answers, clinician_name=name, clinician_email=address)
    clinician_link.write_to_clinicians(now=ago(1))
    links = {link.confirmation.name: link for link in ClinicianLink.objects.select_related("confirmation")}
    for _ in range(WRONG_PAIRS):
        clinician_link.is_match(
            link=links["Dr Kwame Osei"], date_of_birth=ago(1).date(), last_name="Nobody", now=ago(1)
        )
    clinician_link.answer(
        link=links["Dr Ines Costa"],
        answers=NOTHING,
        assessed=False,
        name="Dr Ines Costa",
        profession="gp",
        register="gmc",
        number="1234567",
        now=ago(1) + timedelta(hours=1),
    )
