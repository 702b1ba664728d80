"""Answers that were given to an earlier version of a list keep its words."""

from datetime import timedelta

import pytest

from accounts.tests.factories import sign_in
from referrals import safety
from referrals.models import SafetyAnswer
from referrals.safety import earlier
from referrals.tests.factories import NOW, submitted

OLD, NEW = "Pregnant, or gave birth lately", "Pregnant, or gave birth recently"


def test_each_version_says_its_own_words():
    assert safety.as_asked("conversation", 1).words_of(["pregnancy"]) == [OLD]
    assert safety.as_asked("conversation", 2).words_of(["pregnancy"]) == [NEW]
    assert safety.as_asked("no_such_list", 1) is None


@pytest.mark.django_db
def test_an_answer_to_an_earlier_version_is_shown_in_its_words(client, cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    was = earlier.LISTS["conversation"][0]
    SafetyAnswer.objects.create(
        referral=referral,
        question_set=was.code,
        version=was.version,
        wording=was.wording(),
        ticked=["pregnancy"],
        answered_at=NOW + timedelta(days=1),
        answered_by=cast.lead,
        answered_as="gp",
    )
    sign_in(client, cast.officer)
    page = client.get(f"/admin/referrals/referral/{referral.pk}/change/").content.decode()
    assert f"<strong>{OLD}</strong>" in page
    assert "Does any of these apply?" in page
    assert NEW not in page


@pytest.mark.django_db
def test_the_persons_own_answers_to_an_earlier_version_are_shown_in_its_words(client, cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    was = earlier.OWN_LISTS[0]
    replies = dict.fromkeys((each.code for each in was.questions), "no") | {"told": "yes"}
    SafetyAnswer.objects.create(
        referral=referral,
        question_set=SafetyAnswer.OWN,
        version=was.version,
        wording=was.wording(),
        replies=replies,
        ticked=["told"],
        answered_at=NOW + timedelta(days=1),
        answered_as="person",
    )
    sign_in(client, cast.officer)
    page = client.get(f"/admin/referrals/referral/{referral.pk}/change/").content.decode()
    assert "or to do it only with somebody watching over you?" in page
    assert "with someone watching" not in page
