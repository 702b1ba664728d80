"""People press the buttons of their offers at the same moment, several times each, while offers run out.

Through the pages, as it happens: whatever comes first counts, and every answer is a page.
"""

import random
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import OfficerFactory
from core.dates import LONDON
from messaging.models import Message
from referrals.models import Referral
from sessions.models import Place
from sessions.places import offer_expiry
from sessions.tests import factories as make
from sessions.tests.race import at_once, audit, deadlocks, passed_over

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
BUTTONS = ("yes", "ask-other", "other", "no", "leave", "ask-leave", "")  # the last is no button of ours


def press(path, answer, barrier):
    client = Client(raise_request_exception=True)
    barrier.wait(timeout=60)
    if answer is None:
        return client.get(path).status_code
    return client.post(path, {"answer": answer, "evening": ["2"]}).status_code


def expire(now, barrier):
    barrier.wait(timeout=60)
    return offer_expiry.expire_due(now=now)


def press_everything(*, clients, cohorts, seed):
    """`clients` presses on the offers of `cohorts` full cohorts, some of which run out; how often which answer came."""
    rng, now, officer = random.Random(seed), timezone.now(), OfficerFactory()
    starts_on = (now + 12 * DAY).astimezone(LONDON).date()
    opened = [make.cohort(now=now, by=officer, capacity=4, starts_on=starts_on) for _ in range(cohorts)]
    made = [now - 4 * DAY, now - DAY, now - DAY, now - DAY]  # of each cohort, one has run out
    held = [make.offered(cohort, by=officer, now=at) for cohort in opened for at in made]
    untouched = [make.suited(opened[0], opted_in_at=now - n * DAY) for n in range(60, 60 - 2 * cohorts, -1)]
    dates = dict(Referral.objects.values_list("pk", "opted_in_at"))
    paths = [reverse("offers:offer", kwargs={"token": place.link.token}) for place in held]
    tries = [
        partial(press, rng.choice(paths), rng.choice((*BUTTONS, None))) for _ in range(clients - cohorts)
    ]
    before = deadlocks()
    came = at_once(tries + [partial(expire, now)] * cohorts)
    answers = Counter(came[: len(tries)])
    assert set(answers) <= {200, 302, 400, 409}
    assert [each for each in came[len(tries) :] if not isinstance(each, int)] == []
    offer_expiry.expire_due(now=now)  # those that somebody was pressing on
    assert not Place.objects.due_to_expire(now).exists()
    assert (audit(), deadlocks()) == (set(), before)
    assert dict(Referral.objects.values_list("pk", "opted_in_at")) == dates
    assert passed_over(untouched, opened) == set()
    for place in Place.objects.filter(pk__in=[each.pk for each in held]):
        receipts = Message.objects.filter(subject_type="place", subject_id=place.pk).exclude(kind="offer")
        assert receipts.count() == (place.state != Place.State.HELD), "each outcome is told once"
    return answers


def test_one_person_who_presses_everything_at_once_gets_one_outcome():
    now = timezone.now()
    cohort = make.cohort(now=now, starts_on=(now + 12 * DAY).astimezone(LONDON).date())
    place = make.offered(cohort, now=now)
    path = reverse("offers:offer", kwargs={"token": place.link.token})
    came = at_once([partial(press, path, answer) for answer in ("yes", "no", "other", "leave") * 3])
    assert set(came) <= {302, 409}
    assert 302 in came
    told = Message.objects.about("place", place.pk).exclude(kind="offer")  # reminders are about attendances
    assert told.count() == 1
    assert audit() == set()


def test_forty_presses_at_once_break_nothing():
    answers = press_everything(clients=40, cohorts=4, seed=1)
    assert answers[302] >= 3
    assert Place.objects.filter(placed_by=None).exists(), "freed places were passed on"


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_presses_five_times_over_break_nothing(seed):
    for turn in range(5):
        answers = press_everything(clients=200, cohorts=12, seed=seed * 10 + turn)
        assert (
            answers[302] >= 12
        )  # one for each cohort; the slower the machine, the more hear that it is busy
        assert answers[409] >= 1
