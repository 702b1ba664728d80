"""An office list leaves as it is shown, safe to open, with a reason and a record of whose details went."""

import csv

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import sign_in
from participants.models import RecordAccess
from participants.tests.factories import PersonFactory
from referrals.models import ListExport
from referrals.spreadsheets.exporting import safe
from referrals.tests.factories import NOW, ReferralFactory
from sessions.tests import factories as cohorts

pytestmark = pytest.mark.django_db


def address(label: str) -> str:
    return reverse("admin:referrals_spreadsheet_export", args=[label])


def exported(client: Client, where: str) -> list[list[str]]:
    answer = client.post(where, {"reason": "Meeting on Monday"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def test_a_list_leaves_as_shown_with_a_reason_and_a_record(cast):
    officer = sign_in(Client(), cast.officer)
    waits = ReferralFactory(
        participant=PersonFactory(given_name="=Ada", family_name="O’Brien"), status="waiting", opted_in_at=NOW
    )
    ReferralFactory()
    where = address("referrals.referral") + "?show=waiting"
    assert "Enter why you need this list" in officer.post(where, {"reason": " "}).content.decode()
    assert not ListExport.objects.exists()
    rows = exported(officer, where)
    assert rows[0] == ["person", "waiting", "reference", "organisation", "agreed"]
    assert [row[2] for row in rows[1:]] == [waits.reference]
    assert rows[1][0].startswith("'=Ada O’Brien")
    export = ListExport.objects.get()
    assert (export.by, export.rows, export.reason) == (cast.officer, 1, "Meeting on Monday")
    assert export.list == "referrals.referral?show=waiting"
    looks = RecordAccess.objects.filter(action="exported")
    assert list(looks.values_list("participant_id", "by")) == [(waits.participant_id, cast.officer.pk)]


@pytest.mark.parametrize(
    "label", ["participants.participant", "referrals.referral", "cohort_sessions.cohort"]
)
def test_each_list_asks_the_database_as_often_for_many_rows(cast, label):
    officer = sign_in(Client(), cast.officer)

    def asked(more: int) -> int:
        for _ in range(more):
            if label == "cohort_sessions.cohort":
                cohorts.cohort(by=cast.officer)
            else:
                ReferralFactory()
        with CaptureQueriesContext(connection) as queries:
            # Of groups all: those of a test are over.
            rows = exported(officer, address(label) + ("?when=all" if "cohort" in label else ""))
        assert len(rows) > more
        return len(queries)

    asked(1)  # the first page of a sign-in asks more
    assert asked(1) == asked(6)


def test_only_office_lists_leave(cast):
    officer = sign_in(Client(), cast.officer)
    assert officer.get(address("accounts.user")).status_code == 404
    assert officer.get(address("participants.participant") + "?show=nonsense").status_code == 200
    assert officer.get(address("participants.participant") + "?given_name__regex=(").status_code == 400
    assert sign_in(Client(), cast.lead).get(address("referrals.referral")).status_code == 403
    page = officer.get(reverse("admin:participants_participant_changelist")).content.decode()
    assert address("participants.participant") in page


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_no_cell_begins_as_a_formula(cell):
    assert safe(cell) == f"'{cell}"
    assert safe("Ada") == "Ada"
