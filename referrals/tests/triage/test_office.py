"""The officers' list and pages over HTTP."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in
from core import work_queue
from participants.models import Participant
from referrals.models import Clearance, Referral, StatusChange
from referrals.screening import services as screening
from referrals.statuses import Status
from referrals.tests.factories import NOW, ReferralFactory, submitted
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db
LIST = "/admin/referrals/referral/"


@pytest.fixture
def client(cast) -> Client:
    return sign_in(Client(), cast.officer)


@pytest.fixture
def referral(cast) -> Referral:
    return submitted(
        organisation=cast.riverbank,
        by=cast.receptionist,
        nhs_number="9990000018",
        note="<b>Rings</b> back late",
    )


def page(referral, name="change") -> str:
    return f"{LIST}{referral.pk}/{name}/"


def shown(response) -> list[int]:
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


def date_parts(day) -> dict[str, str]:
    return {"answered": "yes"} | {
        f"opted_in_on_{part}": str(getattr(day, part)) for part in ("day", "month", "year")
    }


# --- The list ------------------------------------------------------------------------------------------------


def test_the_list_is_what_is_to_be_decided_oldest_first(client, referral):
    newer = ReferralFactory(submitted_at=NOW + timedelta(days=1))
    older = ReferralFactory(submitted_at=NOW - timedelta(days=1))
    ReferralFactory(status=Status.WAITING, opted_in_at=NOW)
    assert shown(client.get(LIST)) == [older.pk, referral.pk, newer.pk]


@pytest.mark.parametrize(("days", "words"), [(0, "New today"), (14, "Late: 10 working days")])
def test_the_list_says_how_long_each_has_waited(client, cast, days, words):
    ReferralFactory(submitted_at=timezone.now() - timedelta(days=days))
    assert words in client.get(LIST).content.decode()


def test_the_waiting_list_is_in_the_order_of_placing(client):
    now = timezone.now()
    soon, long_wait, urgent = (
        ReferralFactory(
            status=Status.WAITING,
            opted_in_at=now - timedelta(days=days),
            priority=priority,
            priority_reason="Carer" if priority else "",
        )
        for days, priority in ((1, 0), (200, 0), (2, 2))
    )
    response = client.get(LIST, {"show": "waiting"})
    assert shown(response) == [long_wait.pk, urgent.pk, soon.pk]
    assert "Waiting 2 days, priority 2" in response.content.decode()
    assert "Waiting 200 days, a long wait" in response.content.decode()


@pytest.mark.parametrize("group", ["triage", "waiting", "taking_part", "completed", "ended", "all"])
def test_each_group_has_its_link(client, referral, group):
    page = client.get(LIST).content.decode()
    assert f"?show={group}" in page
    assert client.get(LIST, {"show": group}).status_code == 200


@pytest.mark.parametrize("words", ["{reference}", "9990000018", "999 000 0018", "o’neill aoi"])
def test_a_search_goes_through_all_referrals_and_leaves_nothing_in_the_address(client, referral, words):
    ReferralFactory(participant__given_name="Else", participant__family_name="Body")
    Referral.objects.filter(pk=referral.pk).update(status=Status.DECLINED)
    response = client.post(LIST, {"search": words.format(reference=referral.reference)}, follow=True)
    assert response.redirect_chain == [(f"{LIST}?show=found", 302)]
    assert shown(response) == [referral.pk]
    assert client.post(LIST, {"search": " "}).url == f"{LIST}?"


def test_a_nul_byte_in_a_search_finds_nothing_and_breaks_nothing(client, referral):
    assert shown(client.post(LIST, {"search": "no\0body"}, follow=True)) == []
    assert client.get(f"{LIST}?show=found").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?show=nonsense",
        "?participant__nhs_number__regex=.",
        "?p=999",
        "?o=1",
        "?all=",
        "?e=1",
        "?_to_field=x",
    ],
)
def test_nonsense_in_the_address_shows_a_list_or_says_no(client, referral, query):
    assert client.get(LIST + query, follow=True).status_code in (200, 400)


def test_the_list_needs_as_many_queries_for_two_hundred_rows_as_for_one(
    client, referral, django_assert_max_num_queries, django_assert_num_queries
):
    client.get(LIST)
    with django_assert_max_num_queries(9) as one:
        client.get(LIST)
    ReferralFactory.create_batch(199)
    with django_assert_num_queries(len(one)):
        assert len(shown(client.get(LIST))) == 50


# --- One referral --------------------------------------------------------------------------------------------


def test_the_page_shows_the_person_the_answers_and_the_story(client, referral):
    text = client.get(page(referral)).content.decode()
    for words in (
        "999 000 0018",
        "27 March 1958",
        "&lt;b&gt;Rings&lt;/b&gt; back late",
        "Does the patient have any of these emergency signs?",
        "Answered by Sam O’Brien as Administrator for the clinician",
        "Version 3.",
        "Referral received</strong> by Sam O’Brien",
    ):
        assert words in text


def test_a_difference_is_shown_and_never_overwrites(client, referral, cast):
    submitted(
        organisation=cast.hilltop,
        by=cast.neighbour,
        nhs_number="9990000018",
        postcode="GL50 1AA",
        message_safe=False,
        practice=cast.riverbank,
    )
    text = client.get(page(referral)).content.decode()
    assert "Postcode: “GL50 1AA”, from Hilltop Practice (Z99002)" in text
    assert Participant.objects.get().postcode == "GL1 2AB"


@pytest.mark.parametrize("pk", ["0", "-1", "1", "x", "99999999999999999999", "1%00", "٣"])
@pytest.mark.parametrize("name", ["change", "accept", "decline", "withdraw"])
def test_wrong_ids_are_404(client, pk, name):
    assert client.get(f"{LIST}{pk}/{name}/").status_code == (400 if "%00" in pk else 404)


def test_nothing_is_added_or_deleted_by_hand(client, referral):
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(page(referral, "delete")).status_code == 403
    assert client.post(page(referral, "delete"), {"post": "yes"}).status_code == 403
    client.post(page(referral), {"status": "completed"})
    referral.refresh_from_db()
    assert referral.status == Status.SUBMITTED


@pytest.mark.parametrize("who", ["receptionist", "lead", "stranger"])
@pytest.mark.parametrize("name", ["change", "accept", "decline", "withdraw"])
def test_referrers_have_no_office(referral, cast, who, name):
    other = sign_in(Client(), getattr(cast, who))
    assert other.get(page(referral, name)).status_code == 403
    assert other.post(page(referral, name), {"reason": "age", "words": "No"}).status_code == 403
    assert other.get(LIST).status_code == 403
    assert other.post(LIST, {"search": "x"}).status_code == 403


def test_the_page_needs_few_queries(client, referral, django_assert_max_num_queries):
    client.get(LIST)
    with django_assert_max_num_queries(28):  # the header asks four: why on Today, and where the person is
        client.get(page(referral))


def test_accepting_by_one_press_is_not_offered_while_a_hold_is_on_here_or_elsewhere(client, referral, cast):
    assert "Accept, then contact them" in client.get(page(referral)).content.decode()
    other = ReferralFactory(participant=referral.participant, organisation=cast.riverbank)
    screening.hold(referral=other, by=cast.officer, now=NOW, words="Chest pain on the phone")
    assert "Accept, then contact them" not in client.get(page(referral)).content.decode()
    screening.lift(referral=other, by=cast.officer, now=NOW, words="Seen by their GP")
    assert "Accept, then contact them" in client.get(page(referral)).content.decode()


# --- Deciding ------------------------------------------------------------------------------------------------


def test_accepting_leaves_who_when_and_from_which_day(client, referral, cast):
    today = timezone.localdate()
    response = client.post(
        page(referral, "accept"),
        date_parts(today) | {"priority": "2", "priority_reason": "Carer"},
        follow=True,
    )
    assert (
        f"Aoife O’Neill ({referral.reference}) is accepted and on the waiting list."
        in response.content.decode()
    )
    referral.refresh_from_db()
    assert (referral.status, referral.priority, referral.priority_reason) == (Status.WAITING, 2, "Carer")
    assert timezone.localdate(referral.opted_in_at) == today
    changes = StatusChange.objects.filter(referral=referral).order_by("pk")
    assert [(c.to_status, c.by) for c in changes][1:] == [
        ("accepted", cast.officer),
        ("waiting", cast.officer),
    ]


ACCEPT_WRONG = [
    ({"opted_in_on_year": ""}, "opted_in_on", "must include a year"),
    ({"opted_in_on_year": "2025"}, "opted_in_on", "must be between Monday 16 February 2026 and"),
    ({"priority": "1"}, "priority_reason", "Enter the reason for the priority"),
    ({"priority": "4"}, "priority", "Select"),
    ({"priority": "x" * 10_000}, "priority", "Select"),
    ({"priority": "1", "priority_reason": "x" * 301}, "priority_reason", "300 characters or fewer"),
    ({"priority": "1", "priority_reason": "a\u202eb"}, "priority_reason", "hidden character"),
]


@pytest.mark.parametrize(("changed", "field", "message"), ACCEPT_WRONG)
def test_accepting_asks_again_for_what_is_wrong(client, referral, changed, field, message):
    sent = date_parts(timezone.localdate()) | {"priority": "0", "priority_reason": ""} | changed
    response = client.post(page(referral, "accept"), sent)
    assert message in response.context["form"].errors[field][0]
    for name, value in sent.items():
        assert response.context["form"].data[name] == value
    referral.refresh_from_db()
    assert referral.status == Status.SUBMITTED


@pytest.mark.parametrize("name", ["accept", "said_yes"])
def test_nothing_is_chosen_or_dated_before_the_officer_does(client, referral, cast, name):
    if name == "said_yes":
        triage.accept(referral=referral, by=cast.officer, now=NOW)
    shown = client.get(page(referral, name)).content.decode()
    form = shown[shown.index("<form", shown.index('id="content"')) :]
    assert not re.search(r"<input[^>]* checked", form)
    for part in ("day", "month", "year"):
        (box,) = re.findall(rf'<input[^>]*name="opted_in_on_{part}"[^>]*>', form)
        assert not re.search(r'value="[^"]+"', box)


def test_one_press_on_a_page_that_nobody_has_read_records_nothing(client, referral):
    unread = {"opted_in_on_day": "", "opted_in_on_month": "", "opted_in_on_year": "", "priority_reason": ""}
    response = client.post(page(referral, "accept"), unread)
    assert response.context["form"].errors == {
        "answered": ["Select whether the person has agreed to take part"]
    }
    referral.refresh_from_db()
    assert (referral.status, referral.opted_in_at) == (Status.SUBMITTED, None)
    assert not Clearance.objects.exists()


def test_a_yes_without_its_date_is_asked_for_the_date(client, referral):
    response = client.post(page(referral, "accept"), {"answered": "yes"})
    assert response.context["form"].errors == {"opted_in_on": ["Enter the date they agreed"]}
    assert response.context["form"]["answered"].value() == "yes"
    referral.refresh_from_db()
    assert referral.status == Status.SUBMITTED


def test_a_yes_and_its_date_are_enough(client, referral):
    client.post(page(referral, "accept"), date_parts(timezone.localdate()))
    referral.refresh_from_db()
    assert (referral.status, referral.priority) == (Status.WAITING, 0)
    assert not Clearance.objects.exists()


def test_declining_needs_a_reason_and_words(client, referral, cast):
    wrong = client.post(page(referral, "decline"), {"reason": "nonsense", "words": ""})
    assert set(wrong.context["form"].errors) == {"reason", "words"}
    client.post(page(referral, "decline"), {"reason": "outside_area", "words": "We serve the county."})
    change = referral.status_changes.get(to_status="declined")
    assert (change.by, change.reason, change.words) == (cast.officer, "outside_area", "We serve the county.")


def test_a_decision_that_somebody_else_took_first_is_refused_kindly(client, referral, cast):
    client.post(page(referral, "withdraw"), {"reason": "moved", "words": ""})
    again = client.post(page(referral, "accept"), date_parts(timezone.localdate()) | {"priority": "0"})
    assert "is now “Withdrawn”" in again.context["form"].errors["__all__"][0]
    assert [decision.name for decision in client.get(page(referral)).context["decisions"]] == []


def test_the_same_person_twice_on_the_waiting_list_is_refused_kindly(client, referral, cast):
    second = submitted(organisation=cast.hilltop, by=cast.neighbour, nhs_number="9990000018")
    sent = date_parts(timezone.localdate()) | {"priority": "0"}
    client.post(page(referral, "accept"), sent)
    response = client.post(page(second, "accept"), sent)
    assert "already on the waiting list" in response.context["form"].errors["__all__"][0]
    assert f">{referral.reference}</a> Riverbank Surgery" in client.get(page(second)).content.decode()


# --- The work queue ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"), [("referrals_to_triage", Status.SUBMITTED), ("waiting", Status.WAITING)]
)
def test_a_panel_takes_two_queries_whatever_the_size(name, status, django_assert_num_queries):
    ReferralFactory.create_batch(30, status=status, opted_in_at=NOW)
    panel = next(panel for panel in work_queue.registered() if panel.name == name)
    with django_assert_num_queries(2):
        count, rows = panel.load(NOW + timedelta(days=8), 8)
    assert (count, len(rows)) == (30, 8)


def test_panels_say_how_urgent_a_row_is_in_words():
    ReferralFactory(reference="IYM-4444-777")
    ReferralFactory(reference="IYM-7777-444", status=Status.WAITING, opted_in_at=NOW)
    loaded = {
        panel.name: panel.load(NOW + timedelta(days=130), 8)[1]
        for panel in work_queue.registered()
        if panel.order in (10, 30)
    }
    (new,), (waiting,) = loaded["referrals_to_triage"], loaded["waiting"]
    assert (new.label, new.detail, new.urgency) == (
        "Aoife O’Neill (IYM-4444-777)",
        "Late: 90 working days",
        "red",
    )
    assert (waiting.detail, waiting.urgency) == ("Waiting 130 days, a long wait", "red")


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WAITING, Status.CONTACTING])
def test_declining_is_never_the_button_that_stands_out(client, status):
    referral = ReferralFactory(status=status, opted_in_at=NOW)
    shown = client.get(page(referral)).content.decode()
    (link,) = re.findall(r"<a ([^>]*)>Decline</a>", shown)
    assert "nhsuk-button--secondary" in link or "class=" not in link  # among "More actions"


def test_the_main_button_of_somebody_who_waits_is_what_comes_next(client):
    """Walks 3.25: it was "Decline"."""
    referral = ReferralFactory(status="waiting", opted_in_at=NOW)
    shown = client.get(page(referral)).content.decode()
    assert re.findall(r'<a class="nhsuk-button" [^>]*>([^<]*)</a>', shown) == ["Record their answers"]
    assert "Find a group" in shown


def test_declining_what_a_colleague_accepted_meanwhile_says_so_and_keeps_the_words(client, cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    assert "Outside the area" in client.get(page(referral, "decline")).content.decode()
    triage.accept(referral=referral, by=cast.officer, now=NOW + timedelta(hours=1))
    sent = client.post(page(referral, "decline"), {"reason": "outside_area", "words": "We serve the county."})
    shown = sent.content.decode()
    assert "This referral has been accepted, and can now be declined for safety only" in shown
    assert "We serve the county." in shown
    assert not re.search(r'<option value="safety"[^>]* selected', shown)  # nothing is chosen for them
    assert Referral.objects.get().status == "accepted"
