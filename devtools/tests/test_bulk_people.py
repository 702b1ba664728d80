"""The made-up crowd: repeatable, within every rule, and never beside real people."""

from collections import Counter
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from devtools.demo import bulk_people, bulk_readiness
from participants import nhs_number
from participants.models import Availability, Equality, GoalRating, Participant
from participants.tests.factories import PersonFactory
from referrals.models import Referral, StatusChange
from referrals.statuses import TRANSITIONS, Status

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def people() -> list[tuple]:
    return list(
        Participant.objects.order_by("pk").values_list("given_name", "family_name", "nhs_number", "email")
    )


def test_two_thousand_stand_within_every_rule():
    made = bulk_people.make(referrals=2_000, seed=1, now=NOW)
    assert made == {"organisations": 300, "users": 5_000, "referrals": 2_000}
    assert Referral.objects.count() == Participant.objects.filter(synthetic=True).count() == 2_000
    for digits in Participant.objects.exclude(nhs_number="").values_list("nhs_number", flat=True)[:200]:
        assert nhs_number.parse(digits).startswith("999")
    last = {change.referral_id: change.to_status for change in StatusChange.objects.order_by("at", "pk")}
    for referral in Referral.objects.all():
        assert last[referral.pk] == referral.status
        assert referral.status_at <= NOW
    assert set(Referral.objects.values_list("status", flat=True)) >= {
        Status.SUBMITTED,
        Status.WAITING,
        Status.FINISHED_BELOW_TARGET,
        Status.COMPLETED,
    }
    for change in StatusChange.objects.exclude(from_status=""):
        assert change.to_status in TRANSITIONS[change.from_status]


def test_who_waits_has_said_when_and_at_which_level_all_but_a_few():
    bulk_people.make(referrals=4_000, seed=1, now=NOW)
    waiting = Participant.objects.filter(referrals__status=Status.WAITING)
    ready = waiting.filter(readiness__level__gt="", availability__isnull=False).distinct()
    assert 0.8 * waiting.count() < ready.count() < waiting.count()
    slots = Counter(Availability.objects.values_list("part", flat=True))
    assert slots["evening"] > 2 * slots["morning"]
    assert max(Counter(Availability.objects.values_list("participant", flat=True)).values()) == 4
    assert GoalRating.objects.filter(goal__participant__in=waiting).count() == ready.count()
    assert Equality.objects.count() == 4_000
    disabled = Counter(Equality.objects.with_disabled().values_list("disabled", flat=True))
    assert set(disabled) == {True, False, None}


def test_what_is_known_of_a_crowd_depends_on_the_seed_alone():
    drawn = [[bulk_readiness.drawn_for(Random(seed)) for _ in range(40)] for seed in (7, 7, 8)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_crowd_can_grow():
    bulk_people.make(referrals=50, seed=1, now=NOW)
    made = bulk_people.make(referrals=70, seed=1, now=NOW)
    assert (made["users"], Participant.objects.count()) == (0, 120)
    PersonFactory(synthetic=True, email="next@example.org")  # the keys go on


def test_the_same_seed_gives_the_same_people():
    def drawn(seed: int) -> list:
        return [(p["given_name"], p["family_name"], p["nhs_number"], r["reference"], r["status"])
                for p, r, _ in bulk_people._drawn(40, seed, 0, [1], [(1, 1)], NOW)]  # fmt: skip

    assert drawn(7) == drawn(7) != drawn(8)


def test_indexes_and_keys_that_step_aside_for_very_many_come_back_as_they_were(monkeypatch):
    def rules() -> set[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
                " UNION SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            )
            # PostgreSQL writes the list in a WHERE another way when it reads its own text again.
            return {(name, text.split(" WHERE ")[0]) for name, text in cursor.fetchall()}

    before = rules()
    monkeypatch.setattr(bulk_people, "MANY", 100)
    bulk_people.make(referrals=200, seed=1, now=NOW)
    assert rules() ^ before == set()
    assert Referral.objects.count() == 200


def test_it_is_refused_beside_real_people():
    PersonFactory()
    with pytest.raises(CommandError, match="real people") as refused:
        call_command("make_people", referrals=10)
    assert refused.value.returncode == 2
    assert Referral.objects.count() == 0


def test_it_is_refused_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("make_people", referrals=10)
