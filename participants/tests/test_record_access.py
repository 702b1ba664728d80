"""Who opened, searched for or printed a person is written down, once a page, and can never be changed."""

import pytest
from django.db import InternalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from participants import change_history, record_access
from participants.models import RecordAccess
from participants.tests.factories import PersonFactory
from referrals.tests import factories as referrals
from tests.plugins.cast import Cast

pytestmark = pytest.mark.django_db


def rows() -> list[tuple]:
    return list(
        RecordAccess.objects.order_by("pk").values_list(
            "by_id", "action", "participant_id", "referral_id", "found"
        )
    )


@pytest.fixture
def referral(cast: Cast):
    person = PersonFactory(given_name="Canary", practice=cast.riverbank)
    return referrals.ReferralFactory(
        participant=person, organisation=cast.riverbank, submitted_by=cast.receptionist
    )


@pytest.mark.parametrize(
    "page",
    ["change", "details", "referral", "group", "feedback", "history", "needs", "ready", "timeline", "goal"],
)
def test_an_officers_look_at_a_person_is_one_row(cast: Cast, client: Client, referral, page):
    person = referral.participant_id
    sign_in(client, cast.officer)
    assert client.get(reverse(f"admin:participants_participant_{page}", args=[person])).status_code == 200
    assert rows() == [(cast.officer.pk, "opened", person, None, None)]


def test_two_rows_side_by_side_are_two_looks(cast: Cast, client: Client, referral):
    other = PersonFactory()
    sign_in(client, cast.officer)
    page = reverse("admin:participants_participant_merge", args=[referral.participant_id, other.pk])
    assert client.get(page).status_code == 200
    assert {row[2] for row in rows()} == {referral.participant_id, other.pk}


def test_an_officers_look_at_a_referral_names_the_referral_too(cast: Cast, client: Client, referral):
    sign_in(client, cast.officer)
    assert client.get(reverse("admin:referrals_referral_change", args=[referral.pk])).status_code == 200
    assert rows() == [(cast.officer.pk, "opened", referral.participant_id, referral.pk, None)]


@pytest.mark.parametrize("page", ["detail", "withdraw", "error", "done"])
def test_a_referrers_look_is_one_row(cast: Cast, client: Client, referral, page):
    sign_in(client, cast.receptionist)
    assert client.get(reverse(f"referrals:{page}", args=[referral.reference])).status_code == 200
    assert rows() == [(cast.receptionist.pk, "opened", referral.participant_id, referral.pk, None)]


def test_who_was_refused_looked_at_nothing(cast: Cast, client: Client, referral):
    sign_in(client, cast.neighbour)
    assert client.get(reverse("referrals:detail", args=[referral.reference])).status_code == 404
    assert rows() == []


@pytest.mark.parametrize(
    ("page", "role"),
    [
        ("admin:participants_participant_changelist", "officer"),
        ("admin:referrals_referral_changelist", "officer"),
        ("referrals:list", "receptionist"),
    ],
)
def test_a_search_is_a_row_with_the_count_and_without_the_words(
    cast: Cast, client: Client, referral, page, role
):
    user = getattr(cast, role)
    sign_in(client, user)
    client.get(reverse(page))
    assert rows() == []
    client.post(reverse(page), {"search": "Canary"}, follow=True)
    assert rows() == [(user.pk, "searched", None, None, 1)]
    assert "Canary" not in str(vars(RecordAccess.objects.get()))


def test_the_history_of_a_person_shows_who_looked(cast: Cast, client: Client, referral):
    sign_in(Client(), cast.receptionist).get(reverse("referrals:detail", args=[referral.reference]))
    sign_in(client, cast.officer)
    page = client.get(
        reverse("admin:participants_participant_history", args=[referral.participant_id])
    ).content.decode()
    assert "Who looked at this record" in page
    assert cast.receptionist.name in page
    assert "Opened: a referral" in page


def test_looks_at_a_row_that_was_merged_stay_and_are_shown_with_the_row_that_is_left(cast: Cast):
    kept, gone = PersonFactory(), PersonFactory()
    for person in (kept, gone):
        record_access.note_people(by=cast.officer, people=[person.pk], now=timezone.now())
    before = rows()
    type(gone).objects.filter(pk=gone.pk).update(merged_into=kept)
    assert len(change_history.looks(kept)) == 2
    assert rows() == before


@pytest.mark.parametrize(
    "sql", ["UPDATE participants_recordaccess SET found = 7", "DELETE FROM participants_recordaccess"]
)
def test_a_look_is_never_changed_or_deleted(cast: Cast, sql):
    record_access.note_search(by=cast.officer, found=3, now=timezone.now())
    with (
        pytest.raises(InternalError, match="record_access_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert RecordAccess.objects.get().found == 3
