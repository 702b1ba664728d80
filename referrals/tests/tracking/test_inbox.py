"""The list as an inbox: what waits for the organisation and what is on hold stand on top; a search finds by any detail."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals import safety
from referrals.correspondence import services as correspondence
from referrals.models import Referral, ReferralDraft
from referrals.plain_words import Plain, plain
from referrals.screening import services as screening
from referrals.statuses import Status
from referrals.submission import drafts
from referrals.tests.factories import ReferralFactory, submitted

pytestmark = pytest.mark.django_db
LIST = "/referrals/"


def test_what_needs_a_reply_and_holds_are_on_top_for_the_receptionist(reception, cast):
    now = timezone.now()
    sent = {"organisation": cast.riverbank, "by": cast.lead}
    asked = submitted(**sent, family_name="Asked")
    correspondence.ask_practice(referral=asked, by=cast.officer, now=now, words="Which number?")
    submitted(
        **sent, family_name="Left", answers={each.code: [safety.NOT_CLINICIAN] for each in safety.QUESTION_SETS},
        clinician_name="Dr Ruth Ellis", clinician_email="ruth@riverbank.example",
    )  # fmt: skip
    sought = submitted(**sent, family_name="Sought")
    Referral.objects.filter(pk=sought.pk).update(status=Status.UNREACHABLE, status_at=now)
    held = submitted(**sent, family_name="Held")
    screening.hold(referral=held, by=cast.officer, now=now, words="Spoke of a fall.")
    submitted(**sent, family_name="Quiet")
    theirs = submitted(organisation=cast.hilltop, by=cast.neighbour, family_name="Theirs")
    correspondence.ask_practice(referral=theirs, by=cast.officer, now=now, words="Which number?")

    page = reception.get(LIST)
    top = page.content.decode().split("<search>")[0]
    assert "Needs your reply (3)" in top
    assert "On hold (1)" in top
    for words in (
        "Asked",
        "Answer our question",
        "Waiting for safety answers from Dr Ruth Ellis",
        "Sought",
        "Held",
    ):
        assert words in top
    assert "Quiet" not in top
    assert "Theirs" not in page.content.decode()
    filters = {code: count for code, _, count in page.context["filters"]}
    assert (filters["reply"], filters["hold"], filters["received"], page.context["all_count"]) == (3, 1, 3, 5)
    for which, names in (("reply", {"Asked", "Left", "Sought"}), ("hold", {"Held"})):
        shown = reception.get(f"{LIST}?show={which}").context["page"]
        assert {row.told_family_name for row in shown} == names
        assert shown.paginator.count == len(names)


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("Wojcik", "Wójcik"), ("wójcik", "Wójcik"), ("łukasz", "Wójcik"), ("lukasz WOJCIK", "Wójcik"),
        ("beatrice", "O’Neill"), ("o'neill", "O’Neill"), ("O’Neill", "O’Neill"), ("oneill", "O’Neill"),
        ("smith jones", "Smith-Jones"), ("smith-jones", "Smith-Jones"),
        ("IYM-K7QM-4XY", "Wójcik"), ("K7QM", "Wójcik"), ("qm4x", "Wójcik"), ("qm-4x", "Wójcik"), ("iymk7", "Wójcik"),
        ("999 000 0018", "O’Neill"), ("9990000018", "O’Neill"),
        ("23/7/1961", "Wójcik"), ("23 July 1961", "Wójcik"), ("1961-07-23", "Wójcik"),
        ("07700 900123", "Smith-Jones"), ("+44 7700 900123", "Smith-Jones"),
    ],
)  # fmt: skip
def test_a_search_finds_however_it_is_typed(reception, cast, typed, finds):
    here = {"organisation": cast.riverbank, "submitted_by": cast.receptionist}
    for reference, given, family, told in (
        ("IYM-K7QM-4XY", "Łukasz", "Wójcik", {"told_date_of_birth": date(1961, 7, 23)}),
        ("IYM-PPPP-PPP", "Béatrice", "O’Neill", {"told_nhs_number": "9990000018"}),
        ("IYM-RRRR-RRR", "Ann", "Smith-Jones", {"told_phone": "+447700900123"}),
    ):
        told = {"told_date_of_birth": date(1950, 1, 2), "told_phone": "", "told_nhs_number": ""} | told
        ReferralFactory(reference=reference, told_given_name=given, told_family_name=family, **here, **told)
    assert reception.post(LIST, {"search": typed}).url == LIST
    answer = reception.get(LIST)
    assert [row.told_family_name for row in answer.context["page"]] == [finds]
    text = answer.content.decode()
    assert "found for “" in text
    assert "Clear the search" in text


@pytest.mark.parametrize(
    "text", ["Łukasz Wójcik", "O'Neill’s ʼ`", "Æthel-Œuf ß Þór", "Đặng Ø", "İzmir ı", "N’Ğ"]
)
def test_python_and_the_database_make_names_alike(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + Plain.template % {"expressions": "%s"}, [text])
        assert cursor.fetchone()[0] == plain(text)


def test_a_search_among_a_hundred_thousand_reads_an_index(cast):
    ReferralFactory(organisation=cast.riverbank)
    person = Referral.objects.get().participant_id
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE referrals_referral DISABLE TRIGGER USER")
        cursor.execute(
            """
            INSERT INTO referrals_referral (nonce, reference, submission_key, participant_id, organisation_id,
                submitted_by_id, submitted_at, referrer_name, referrer_role, pain_three_months, agreed_on, note, status,
                status_at, ended_as, priority, priority_reason, told_given_name, told_family_name)
            SELECT gen_random_uuid(), 'T' || n, gen_random_uuid(), %s, organisation_id, submitted_by_id, submitted_at, '', 'gp',
                true, agreed_on, '', 'submitted', status_at, '', 0, '', md5(n::text), md5((n * 7)::text)
            FROM referrals_referral, generate_series(1, 100000) AS n""",
            [person],
        )
        cursor.execute("ANALYZE referrals_referral")
    for typed in ("Wojcik", "K7QM", "1961-07-23", "07700 900123"):
        found = Referral.objects.filter(organisation=cast.riverbank).found_by_sender(typed)
        if (
            typed != "K7QM"
        ):  # a part of a reference may stand in five ways: reading all of one organisation's is as quick
            assert "Seq Scan" not in found.explain(), typed
        with CaptureQueriesContext(connection) as asked:
            assert found.count() <= 1
        assert float(asked.captured_queries[0]["time"]) < 0.5, typed


def test_deleting_an_unfinished_referral_asks_first(reception, cast):
    key = uuid4()
    now = timezone.now()
    typed = {"given_name": ["Ada"], "family_name": ["Stone"]}
    drafts.save(key=key, user=cast.receptionist, now=now, keep_days=14, typed=typed)
    address = f"{LIST}drafts/{key}/delete/"
    page = reception.get(LIST).content.decode()
    assert f'href="{address}"' in page
    assert f'action="{address}"' not in page
    assert "Ada Stone </span>Delete this unfinished referral?" in reception.get(address).content.decode()
    assert ReferralDraft.objects.exists()
    assert reception.post(address).url == LIST
    assert not ReferralDraft.objects.exists()
    assert reception.get(address).url == LIST
