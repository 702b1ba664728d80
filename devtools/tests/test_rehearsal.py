"""Ten weeks with made-up people: the same counts for the same seed, sums that add up, nobody real nearby."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Q

from accounts.models import User
from core.dates import LONDON
from devtools.demo.rehearsal.people import made_up, turn
from devtools.demo.rehearsal.run import MOST_PEOPLE, NotPossible, OthersMeetThen, rehearse
from messaging.models import Message
from outcomes.models import Feedback, FormLink, Letter
from participants.models import Participant
from participants.personal_links.links import Link, digest_of, token_for
from participants.readiness import summary
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.statuses import Status
from sessions.models import Attendance, Cohort, Place
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db
PEOPLE, SESSIONS = 8, 10
ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module", autouse=True)
def counts(django_db_setup, django_db_blocker):
    """One rehearsal for all tests here; each test's own rows go back with its savepoint, all of it at the end."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            yield json.loads(said("--people", str(PEOPLE), "--seed", "1", "--json"))
            transaction.set_rollback(True)
        connection.close()


def said(*arguments):
    out = StringIO()
    call_command("rehearse", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_one_json_object_with_everything_that_happened(counts):
    assert {
        "referrals": PEOPLE,
        "accepted": PEOPLE,
        "places": PEOPLE,
        "sessions": SESSIONS,
        "letters": PEOPLE,
    }.items() <= counts.items()
    assert counts["feedback"] == Feedback.objects.count() > 0
    assert counts["letters_by_kind"]["accepted"] == PEOPLE


def test_every_message_has_a_key_with_a_nonce_and_every_link_one_of_its_own(counts):
    nonce = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert not Message.objects.exclude(key__regex=rf"\.{nonce}").exists()
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert len(kinds) > 10
    for table in (each for each in Link.__subclasses__() if not each._meta.abstract):
        assert not table.objects.filter(nonce=None).exists()
        for link in table.objects.all()[:20]:
            given = {"purpose": table.PURPOSE, "link_id": link.pk, "version": link.version}
            assert link.digest == digest_of(token_for(**given, nonce=link.nonce))
            assert link.digest != digest_of(token_for(**given))


def test_the_numbers_add_up(counts):
    assert sum(counts["attendance"].values()) == PEOPLE * SESSIONS
    assert sum(counts["confirmations"].values()) == PEOPLE * SESSIONS
    assert set(counts["confirmations"]) == {"yes", "no", "none"}
    assert "" not in counts["attendance"]
    endings = [counts[each] for each in ("completed", "finished_below", "left_early", "not_participating")]
    assert sum(endings) == PEOPLE
    assert min(endings) >= 1
    assert sum(sum(states.values()) for states in counts["messages"].values()) == Message.objects.count()
    assert (
        counts["messages"]["reminder_day"]
        == counts["messages"]["reminder_hour"]
        == {"sent": PEOPLE * SESSIONS}
    )
    came = sum(counts["attendance"].get(code, 0) for code in Attendance.ATTENDED)
    assert sum(counts["messages"]["feedback"].values()) == came >= counts["feedback"]
    assert counts["messages"]["completion"] == {"sent": counts["completed"]}
    assert counts["messages"]["programme_finished"] == {"sent": counts["finished_below"]}


def test_everybody_was_asked_before_they_joined(counts):
    for person in Participant.objects.all():
        assert summary.gaps(person) == []
        assert person.tech_checks.get().worked
        assert person.goal_ratings.get().occasion == "baseline"
        assert person.equality.source == "person"


def test_no_message_is_left_lost_or_failed(counts):
    states = {state for kinds in counts["messages"].values() for state in kinds}
    assert states <= {"sent", "cancelled"}
    assert not Message.objects.filter(state="cancelled", reason="").exists()


def test_the_same_seed_gives_the_same_counts_again_beside_the_first_and_on_another_day(counts):
    with time_machine.travel(datetime(2031, 12, 24, 23, 0, tzinfo=UTC)):
        again = rehearse(people=PEOPLE, seed=1)
    assert again == counts
    assert Participant.objects.count() == 2 * PEOPLE
    assert Cohort.objects.count() == 2


def test_no_reminder_leaves_after_its_session_has_begun_and_no_request_before_it_has_ended():
    times = {
        pk: (start, end) for pk, start, end in Attendance.objects.values_list("pk", "starts_at", "ends_at")
    }
    closes = dict(FormLink.objects.values_list("attendance", "expires_at"))
    for message in Message.objects.filter(subject_type="attendance", state="sent"):
        starts, ends = times[message.subject_id]
        if message.kind.startswith("reminder"):
            assert message.sent_at < starts
        else:
            assert ends < message.sent_at < closes[message.subject_id]


def test_nobody_made_up_is_ever_mailed():
    assert set(Message.objects.values_list("channel", flat=True)) == {"file", "phone"}
    assert not Participant.objects.real().exists()
    assert all(person.email.endswith("@example.org") for person in Participant.objects.exclude(email=""))
    assert all(user.email.endswith("@example.org") for user in User.objects.all())


def test_people_with_only_a_telephone_are_rung_for_the_same_things():
    by_phone = Participant.objects.filter(email="")
    assert by_phone.count() == 2
    assert set(Message.objects.filter(participant__in=by_phone).values_list("channel", flat=True)) == {
        "phone"
    }
    assert Message.objects.filter(participant__in=by_phone, kind="reminder_day").count() == 2 * SESSIONS
    assert Feedback.objects.filter(attendance__participant__in=by_phone, taken_by__isnull=False).exists()
    assert (
        not Feedback.objects.filter(taken_by__isnull=False)
        .exclude(attendance__participant__in=by_phone)
        .exists()
    )


def test_completing_and_leaving_follow_the_rule_and_the_practice_hears_the_numbers():
    for place in Place.objects.with_attendance().select_related("referral"):
        completed = place.attended >= 8
        assert (place.referral.status == Status.COMPLETED) == completed
        assert (place.referral.status == Status.NOT_PARTICIPATING) == (place.attended == 0)
        letter = Letter.objects.get(status_change__referral=place.referral, kind=place.referral.status)
        assert (letter.attended, letter.out_of) == (place.attended, SESSIONS)


def test_every_step_of_every_referral_is_in_its_history():
    for referral in Referral.objects.all():
        steps = list(referral.status_changes.order_by("pk").values_list("to_status", flat=True))
        assert steps[:4] == [Status.SUBMITTED, Status.ACCEPTED, Status.WAITING, Status.ENROLLED]
        assert steps[-1] == referral.status
        moments = list(referral.status_changes.order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments)
        later = referral.status_changes.exclude(to_status=Status.SUBMITTED)
        assert not later.filter(reason="", words="").exists(), "each step says why"
        assert not later.filter(by=None).exclude(to_status=Status.COMPLETED).exists(), "and who"


def test_sessions_stay_at_six_across_the_clock_change():
    starts = list(Cohort.objects.get().sessions.values_list("starts_at", flat=True))
    assert {start.astimezone(LONDON).hour for start in starts} == {18}
    assert {start.astimezone(UTC).hour for start in starts} == {17, 18}


def test_answers_and_joins_stand_before_their_limits():
    assert not Attendance.objects.filter(answered_at__gte=F("starts_at")).exists()
    assert not Attendance.objects.filter(Q(joined_at__gt=F("ends_at"))).exists()


def test_it_is_refused_beside_a_real_person_with_exit_status_two():
    PersonFactory(synthetic=False)
    before = Participant.objects.count()
    with pytest.raises(CommandError, match="real people") as refused:
        said("--json")
    assert refused.value.returncode == 2
    assert Participant.objects.count() == before


def test_it_is_refused_in_production_with_exit_status_two(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production") as refused:
        said("--json")
    assert refused.value.returncode == 2


@pytest.mark.processes
def test_production_without_its_settings_says_what_to_set_and_rehearses_nothing():
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    command = [sys.executable, "manage.py", "rehearse"]
    done = subprocess.run(
        command, cwd=ROOT, env=kept | {"PRODUCTION": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "Set SECRET_KEY in the environment; .env.example explains each name.\n"


def test_it_is_refused_in_weeks_in_which_other_cohorts_meet():
    make.cohort()
    with pytest.raises(OthersMeetThen):
        rehearse(people=8, seed=1, starts_on=make.FIRST_DAY - timedelta(weeks=9))


@pytest.mark.parametrize("people", [0, -1, MOST_PEOPLE + 1])
def test_a_senseless_number_of_people_is_refused(people):
    with pytest.raises(NotPossible):
        rehearse(people=people, seed=1)


def test_what_people_do_depends_on_seed_and_person_alone():
    first, again = (made_up(count=8, seed=5, serial=999_200_000) for _ in range(2))
    later = made_up(count=8, seed=5, serial=999_300_000)
    assert first == again
    assert [p.given_name for p in later] == [p.given_name for p in first]
    assert not {p.nhs_number for p in later} & {p.nhs_number for p in first}
    assert [turn(p, session=3, seed=5) for p in later] == [turn(p, session=3, seed=5) for p in first]
    assert [p.given_name for p in made_up(count=8, seed=6, serial=999_200_000)] != [
        p.given_name for p in first
    ]


def test_one_person_is_enough_and_a_table_can_be_read():
    table = said("--people", "1", "--seed", "4")
    assert "referrals              1" in table
    assert "confirmations:" in table
