"""What the practice hears, once for each step, and never who it is about (docs/domain.md 6.3)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from accounts.tests.factories import OrganisationFactory
from core.nonces import key_of
from messaging.content import rendering
from messaging.kinds import registry as kinds
from messaging.models import Message
from outcomes.models import Letter
from outcomes.practice_letters import services as practice_letters
from outcomes.tests.feedback.test_eligibility import at_once
from referrals.models import StatusChange
from referrals.statuses import Reason, Status
from referrals.tests.factories import ReferralFactory
from referrals.triage import services as triage
from sessions.models import Attendance, Place
from sessions.places import completion, placement
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture
def referral(cast):
    return ReferralFactory(organisation=cast.riverbank, submitted_by=cast.receptionist)


def letters():
    return [(letter.kind, letter.attended, letter.out_of) for letter in Letter.objects.order_by("pk")]


def through_ten_sessions(cast, attended, **kwargs):
    """A person who came to the first `attended` of ten sessions; the moment after the last register."""
    cohort = make.cohort()
    place = make.placed(cohort, **kwargs)
    for number in range(1, 11):
        absent = set() if number <= attended else {place.pk}
        make.register(make.session(cohort, number), cast.officer, absent=absent)
    return place, make.session(cohort, 10).ends_at + timedelta(hours=1)


def test_accepting_writes_one_note_although_the_status_moves_twice(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    assert practice_letters.write_due_letters(now=NOW) == 1
    assert letters() == [("accepted", None, None)]
    message = Message.objects.get(kind="practice_accepted")
    change = StatusChange.objects.get(to_status=Status.ACCEPTED)
    assert (message.key, message.subject_type, message.subject_id) == (
        key_of("letter", change),
        "status_change",
        change.pk,
    )


def test_writing_twice_writes_once(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    assert [practice_letters.write_due_letters(now=NOW) for _ in range(3)] == [1, 0, 0]
    assert Letter.objects.count() == Message.objects.filter(kind="practice_accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_one_letter(referral, cast):
    triage.accept(referral=referral, by=cast.officer, now=NOW, opted_in_on=NOW.date())
    at_once(lambda: practice_letters.write_due_letters(now=NOW), times=6)
    assert Letter.objects.count() == Message.objects.filter(kind="practice_accepted").count() == 1


def test_it_goes_to_the_practices_own_address_where_there_is_one(cast):
    organisation = OrganisationFactory(contact_email="notes@surgery.example")
    for where in (organisation, cast.riverbank):
        referral = ReferralFactory(organisation=where, submitted_by=cast.receptionist)
        triage.decline(referral=referral, by=cast.officer, now=NOW, reason=Reason.AGE, words="Too young.")
    practice_letters.write_due_letters(now=NOW)
    told = Message.objects.filter(kind="practice_declined").order_by("pk")
    assert [(m.organisation, m.user) for m in told] == [(organisation, None), (None, cast.receptionist)]


def test_a_practice_is_told_that_an_officer_withdrew_but_not_what_it_did_itself(cast):
    for by in (cast.officer, cast.receptionist):
        referral = ReferralFactory(organisation=cast.riverbank, submitted_by=cast.receptionist)
        triage.withdraw(referral=referral, by=by, now=NOW, reason=Reason.MOVED)
    assert practice_letters.write_due_letters(now=NOW) == 1
    assert Letter.objects.get().status_change.by == cast.officer


def test_being_placed_and_starting_write_nothing(cast):
    cohort = make.cohort()
    make.placed(cohort)
    make.register(make.session(cohort, 1), cast.officer)
    assert practice_letters.write_due_letters(now=make.session(cohort, 1).ends_at) == 0


@pytest.mark.parametrize("attended", [8, 10])
def test_a_completed_person_is_n_of_ten(cast, attended):
    _, now = through_ten_sessions(cast, attended)
    assert completion.complete_due_places(now=now) == 1
    practice_letters.write_due_letters(now=now)
    assert letters() == [("completed", attended, 10)]


@pytest.mark.parametrize(
    ("attended", "to"),
    [(3, Status.LEFT_EARLY), (5, Status.FINISHED_BELOW_TARGET), (0, Status.NOT_PARTICIPATING)],
)
def test_those_whom_an_officer_ends_are_n_of_ten_too(cast, attended, to):
    place, now = through_ten_sessions(cast, attended)
    assert completion.complete_due_places(now=now) == 0
    place = Place.objects.get(pk=place.pk)
    placement.end_place(place=place, to=to, by=cast.officer, now=now, reason=Reason.NO_CONTACT)
    practice_letters.write_due_letters(now=now)
    assert letters() == [(to, attended, 10)]


@pytest.mark.parametrize(("attended", "to"), [(2, Status.LEFT_EARLY), (0, Status.NOT_PARTICIPATING)])
def test_those_who_stop_half_way_are_n_of_ten_and_not_of_those_held_so_far(cast, attended, to):
    cohort = make.cohort()
    place = make.placed(cohort)
    for number in range(1, 4):
        missed = {place.pk} if number > attended else set()
        make.register(make.session(cohort, number), cast.officer, absent=missed)
    now = make.session(cohort, 3).ends_at
    placement.end_place(place=place, to=to, by=cast.officer, now=now, reason=Reason.HEALTH_WORSE)
    practice_letters.write_due_letters(now=now)
    assert letters() == [(to, attended, 10)]


def test_somebody_who_joined_at_session_two_is_n_of_nine(cast):
    cohort = make.cohort()
    place = make.placed(cohort, now=make.session(cohort, 1).ends_at)
    for number in range(1, 11):
        make.register(make.session(cohort, number), cast.officer)
    now = make.session(cohort, 10).ends_at
    completion.complete_due_places(now=now)
    practice_letters.write_due_letters(now=now)
    assert place.first_session == 2
    assert letters() == [("completed", 9, 9)]


def test_late_counts_as_attended_and_too_late_does_not(cast):
    cohort = make.cohort()
    place = make.placed(cohort)
    codes = [Attendance.Code.LATE] * 8 + [Attendance.Code.TOO_LATE, Attendance.Code.CANCELLED_BY_PERSON]
    for number, code in enumerate(codes, start=1):
        make.register(make.session(cohort, number), cast.officer, absent={place.pk}, code=code)
    now = make.session(cohort, 10).ends_at
    completion.complete_due_places(now=now)
    practice_letters.write_due_letters(now=now)
    assert letters() == [("completed", 8, 10)]


def test_the_mail_never_says_who_it_is_about(cast):
    for place, now in [through_ten_sessions(cast, 9)]:
        completion.complete_due_places(now=now)
        practice_letters.write_due_letters(now=now)
        message = Message.objects.get(kind="practice_finished")
        mail = rendering.render_message(message, now)
        person = place.participant
        for secret in (
            person.given_name,
            person.family_name,
            person.nhs_number,
            person.email,
            person.postcode,
            "1966",
        ):
            assert secret not in mail.subject + mail.text
        assert place.referral.reference in mail.subject


def test_the_database_wants_numbers_on_the_last_letters_and_only_there(referral, cast):
    change = StatusChange.objects.create(referral=referral, to_status=Status.COMPLETED, at=NOW)
    with pytest.raises(IntegrityError):
        Letter.objects.create(status_change=change, kind="completed", attended=11, out_of=10, written_at=NOW)


FINISHED = """Hello Sam O'Brien,

Your referral IYM-7K4P-3QX of Monday 12 January 2026 has finished.

Attended: 3 of 10 sessions.
Outcome: took part and left before completing.
Reason: Health is worse.

You do not need to do anything. You can copy the lines above into the patient's record.

To see who this is about, sign in and open the referral:
http://localhost:8000/referrals/IYM-7K4P-3QX/

If you have a question, call us on 01632 960 123 and give the reference. Do not reply with the patient's details.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""

FINISHED_BELOW_TARGET = """Hello Sam O'Brien,

Your referral IYM-7K4P-3QX of Monday 12 January 2026 has finished.

Attended: 5 of 10 sessions.
Outcome: finished the programme, attended fewer sessions than the target.

You do not need to do anything. You can copy the lines above into the patient's record.

To see who this is about, sign in and open the referral:
http://localhost:8000/referrals/IYM-7K4P-3QX/

If you have a question, call us on 01632 960 123 and give the reference. Do not reply with the patient's details.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""

UNREACHABLE = """Hello Sam O’Brien,

We tried several times, in more than one way, and could not reach the patient in your referral REFERENCE of Monday 16 February 2026.

What your team needs to do: if you have another phone number or address, sign in and enter it on the referral's page. We can try again until Wednesday 1 April 2026.
http://localhost:8000/referrals/REFERENCE/

If it is easier, call us on 01632 960 123 and give the reference. Do not reply with the patient's details.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""

FEEDBACK = """Hello Síle O’Neill-D'Arcy,

Thank you for joining us on Tuesday 3 March 2026.

How was it? There are 5 short questions. You can skip any of them.

https://iym.example/f/sample/

You can answer, and change your answers, until Tuesday 10 March 2026, 6pm UK time.

If you want to talk, call us on 01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""


def sample(name, number=0):
    kind = kinds.get(name)
    return rendering.render(kind, kind.samples()[number])


def test_the_finished_note_word_for_word(settings):
    settings.SITE_ORIGIN = "http://localhost:8000"
    mail = sample("practice_finished", 1)
    assert mail.subject == "Your referral IYM-7K4P-3QX: finished, attended 3 of 10"
    assert mail.text == FINISHED


def test_the_note_of_somebody_who_finished_below_the_target_word_for_word(settings):
    settings.SITE_ORIGIN = "http://localhost:8000"
    mail = sample("practice_finished", 2)
    assert mail.subject == "Your referral IYM-7K4P-3QX: finished, attended 5 of 10"
    assert mail.text == FINISHED_BELOW_TARGET


def test_the_note_that_somebody_could_not_be_reached_says_until_when_to_write(referral, cast, settings):
    settings.REOPEN_DAYS = 30
    change = StatusChange.objects.create(
        referral=referral,
        from_status=Status.CONTACTING,
        to_status=Status.UNREACHABLE,
        at=datetime(2026, 3, 3, 9, 5, tzinfo=UTC),
        by=cast.officer,
        reason=Reason.NO_CONTACT,
    )
    assert practice_letters.write_due_letters(now=change.at) == 1
    message = Message.objects.get(kind="practice_unreachable")
    mail = rendering.render(kinds.get(message.kind), kinds.get(message.kind).context(message, change.at))
    assert mail.text == UNREACHABLE.replace("REFERENCE", referral.reference)


def test_the_feedback_request_word_for_word():
    mail = sample("feedback")
    assert mail.subject == "How was your session on Tuesday 3 March 2026?"
    assert mail.text == FEEDBACK


@pytest.mark.parametrize(
    "name",
    [
        "feedback",
        "feedback_nudge",
        "practice_accepted",
        "practice_declined",
        "practice_redirected",
        "practice_unreachable",
        "practice_withdrawn",
        "practice_finished",
    ],
)
def test_every_mail_is_plain_and_absolute_and_says_whom_to_ring(name):
    kind = kinds.get(name)
    assert kind.samples()
    for context in kind.samples():
        mail = rendering.render(kind, context)
        assert "&#" not in mail.text
        assert "&amp;" not in mail.text
        assert "01632 960 123" in mail.text
        for word in ("today", "tomorrow", "yesterday"):
            assert word not in mail.text.lower()
        for word in ("pain", "health", "diagnos"):
            assert word not in mail.subject.lower()
        assert "\n\n\n" not in mail.text


def test_the_sample_day_is_a_monday():
    assert date(2026, 1, 12).strftime("%A") == "Monday"
    assert datetime(2026, 1, 12, 9, 30, tzinfo=UTC).date() == date(2026, 1, 12)
