"""The list of an organisation's own referrals, from none to a thousand rows: filters, age, pages, and paper."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from accounts.tests.factories import sign_in_browser
from participants.tests.factories import PersonFactory
from referrals import status_changes
from referrals.correspondence import services as correspondence
from referrals.models import Referral
from referrals.statuses import Status
from referrals.tests.factories import ReferralFactory, submitted
from tests.plugins.browser import DESK, PHONE

LIST = "/referrals/"


def filled(cast, *, rows: int) -> None:
    """So many referrals of Riverbank, every third one waiting, newest yesterday; one person for all of them."""
    person, now = PersonFactory(practice=cast.riverbank), timezone.now()
    Referral.objects.bulk_create(
        ReferralFactory.build(
            participant=person,
            organisation=cast.riverbank,
            submitted_by=cast.receptionist,
            submitted_at=now - timedelta(days=1, hours=number),
            status=Status.UNREACHABLE if number % 3 else Status.COMPLETED,
        )
        for number in range(rows)
    )


@pytest.mark.django_db
def test_whose_and_which_narrow_the_list_together(reception, cast):
    who, status = (cast.receptionist, cast.lead), (Status.SUBMITTED, Status.COMPLETED)
    rows = {
        (by, at): ReferralFactory(organisation=cast.riverbank, submitted_by=by, status=at).pk
        for by, at in product(who, status)
    }

    def found(query: str) -> set[int]:
        return {row.pk for row in reception.get(LIST + query).context["page"]}

    assert found("?mine=1&show=completed") == {rows[cast.receptionist, Status.COMPLETED]}
    assert found("?mine=1") == {rows[cast.receptionist, at] for at in status}
    assert found("?show=completed") == {rows[by, Status.COMPLETED] for by in who}
    page = reception.get(f"{LIST}?mine=1&show=completed").content.decode()
    for link in (
        f'href="{LIST}?show=completed">',  # the same, everybody's
        f'href="{LIST}?mine=1&amp;show=completed" aria-current="page">',
        f'href="{LIST}?mine=1">',  # mine, whatever became of it
        f'href="{LIST}?mine=1&amp;show=waiting">',
    ):
        assert link in page


@pytest.mark.django_db
def test_a_search_says_that_it_looks_among_those_shown(reception, cast):
    submitted(organisation=cast.riverbank, by=cast.lead)
    reception.post(LIST, {"search": "neill"})
    assert "in this list" not in reception.get(LIST).content.decode()
    assert "in this list" in reception.get(f"{LIST}?mine=1").content.decode()


@pytest.mark.django_db
def test_each_row_says_how_long_ago_it_was_sent(reception, cast):
    now = timezone.now()
    for days in (0, 1, 22):
        ReferralFactory(organisation=cast.riverbank, submitted_at=now - timedelta(days=days))
    page = reception.get(LIST).content.decode()
    for words in ("today", "yesterday", "22 days ago"):
        assert f">{words}</span>" in page


@pytest.mark.django_db
def test_a_thousand_rows_need_as_many_queries_as_one_on_the_first_page_and_the_last(
    reception, cast, django_assert_num_queries, django_assert_max_num_queries
):
    filled(cast, rows=1)
    reception.get(LIST)
    with django_assert_max_num_queries(9) as one:
        reception.get(LIST)
    filled(cast, rows=999)
    for query, rows in (("", 50), ("?page=20", 50), ("?show=completed&page=7", 34), ("?mine=1&page=20", 50)):
        with django_assert_num_queries(len(one)):
            page = reception.get(LIST + query).context["page"]
        assert len(page.object_list) == rows, query


@pytest.mark.django_db(transaction=True)
def test_the_list_reads_well_empty_full_and_on_its_last_page(live_server, open_page, looked_at, cast):
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, cast.receptionist)

    def look(query: str, name: str) -> None:
        page.goto(f"{live_server.url}{LIST}{query}")
        looked_at(page, f"referrals-list-{name}")

    look("", "empty")
    filled(cast, rows=1000)
    look("", "full")
    look("?mine=1&show=completed&page=2", "narrowed")
    look("?page=20", "last")
    assert page.get_by_role("link", name="Older").count() == 0
    page.get_by_role("link", name="Newer").click()
    page.get_by_text("page 19 of 20").wait_for()


@pytest.mark.django_db(transaction=True)
def test_a_referral_on_paper_is_its_story_without_the_pages_furniture(
    live_server, open_page, screenshot, cast
):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist, nhs_number="9990000018")
    correspondence.ask_practice(
        referral=referral, by=cast.officer, now=timezone.now(), words="Which telephone is right?"
    )
    correspondence.answer(
        referral=referral, by=cast.receptionist, now=timezone.now(), words="The mobile one."
    )
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/referrals/{referral.reference}/")
    assert page.get_by_role("button", name="Print this page").is_visible()
    page.emulate_media(media="print")
    for words in (referral.reference, "The mobile one.", "Referral received", "999 000 0018", "390893007"):
        assert page.get_by_text(words).first.is_visible(), words
    for name in ("Print this page", "Send", "Sign out", "Copy"):
        assert page.get_by_role("button", name=name).count() == 0, name
    for words in ("Withdraw this referral", "All referrals", "Skip to main content", "Write to the project"):
        assert not page.get_by_text(words).first.is_visible(), words
    screenshot(page, "referrals-detail-on-paper")


@pytest.mark.django_db
@pytest.mark.parametrize("closed", [False, True])
def test_somebody_who_finished_below_the_target_is_told_kindly_with_the_count(reception, cast, closed):
    referral = ReferralFactory(
        organisation=cast.riverbank,
        submitted_by=cast.receptionist,
        status=Status.ACTIVE,
        opted_in_at=timezone.now(),
    )
    for to in (Status.FINISHED_BELOW_TARGET, Status.CLOSED)[: 1 + closed]:
        counted = {"attended": 5, "out_of": 10} if to == Status.FINISHED_BELOW_TARGET else {}
        status_changes.move(referral=referral, to=to, by=cast.officer, now=timezone.now(), **counted)
    listed = reception.get(f"{LIST}?show=finished").content.decode()
    page = reception.get(f"{LIST}{referral.reference}/").content.decode()
    for text in (listed, page):
        assert ">Finished (attended 5 of 10)</strong>" in text
        assert "target" not in text.split("<main")[1]
    assert "<strong>Finished the programme, attended 5 of 10 sessions</strong>" in page
