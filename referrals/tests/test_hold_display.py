"""What a practice sees of a safety hold: since when and what to do, never a contradiction, the reason to one clinician."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.roles import CLINICIAN
from accounts.tests.factories import MembershipFactory, UserFactory, sign_in, sign_in_browser
from referrals.models import Digest, Referral, SafetyHold
from referrals.notifications import weekly_digest
from referrals.screening import eligibility
from referrals.screening import services as screening
from referrals.statuses import ENDED, Status
from referrals.tests.factories import ReferralFactory
from sessions.places import offers
from sessions.tests import factories as cohorts
from tests.plugins.browser import PHONE

pytestmark = pytest.mark.django_db
LIST = "/referrals/"
NOW = cohorts.NOW  # Monday 23 February 2026
HELD_AT = NOW + timedelta(days=1)
SINCE = "Tuesday 24 February 2026"
REASON = "Chest pain on the stairs, said her daughter"
Why = SafetyHold.Why


def waiting(cast, **details) -> Referral:
    details = {"organisation": cast.riverbank, "submitted_by": cast.receptionist, **details}
    return ReferralFactory(status=Status.WAITING, opted_in_at=NOW, **details)


def offered(cast) -> Referral:
    """A referral of Riverbank whose person holds an offer of a place, made by the real service."""
    referral = waiting(cast)
    cohort = cohorts.cohort(by=cast.officer)
    offers.offer(referral=referral, cohort=cohort, by=cast.officer, now=NOW)
    referral.refresh_from_db()
    assert referral.status == Status.OFFERED
    return referral


def hold(referral: Referral, cast, *, why: str = Why.OFFICER, words: str = REASON) -> None:
    screening.hold(referral=referral, by=cast.officer, now=HELD_AT, why=why, words=words)


def shown(user, address: str) -> str:
    return sign_in(Client(), user).get(address).content.decode()


def page_of(referral: Referral) -> str:
    return f"{LIST}{referral.reference}/"


def clinician(organisation, name: str, email: str):
    user = UserFactory(name=name, email=email)
    MembershipFactory(user=user, organisation=organisation, role=CLINICIAN, profession="gp")
    return user


# --- On the list and the page, with nothing against it -------------------------------------------------------


def test_a_hold_shows_on_the_list_with_since_when_and_what_to_do(cast):
    hold(offered(cast), cast)
    listed = shown(cast.receptionist, LIST)
    assert ">On hold</strong>" in listed
    assert "Since 24 February 2026" in listed
    assert "Nothing for you to do" in listed
    assert "Offered a place" not in listed


def test_nothing_on_the_page_contradicts_a_hold(cast):
    referral = offered(cast)
    before = shown(cast.receptionist, page_of(referral))
    assert "held until" in before
    hold(referral, cast)
    page = shown(cast.receptionist, page_of(referral))
    assert f"On hold since {SINCE}" in page
    assert "We cannot offer a place while the referral is on hold." in page
    assert "You do not need to do anything." in page
    for promise in ("held until", "We are keeping a place", ">Offered a place<", "when there is one"):
        assert promise not in page, promise
    screening.lift(referral=referral, by=cast.officer, now=HELD_AT + timedelta(days=1), words="GP has looked")
    after = shown(cast.receptionist, page_of(referral))
    assert "On hold since" not in after
    assert "held until" in after
    assert "GP has looked" not in after
    assert "On hold</strong>" not in shown(cast.receptionist, LIST)


def test_the_story_says_from_when_to_when_it_was_on_hold_and_never_why(cast):
    referral = waiting(cast)
    hold(referral, cast)
    screening.lift(referral=referral, by=cast.officer, now=HELD_AT + timedelta(days=1), words="GP has looked")
    page = shown(cast.receptionist, page_of(referral))
    assert "Put on hold" in page
    assert "No longer on hold" in page
    for words in (REASON, "GP has looked", cast.officer.name):
        assert words not in page


@pytest.mark.parametrize("status", [status for status in Status if status not in ENDED])
def test_the_hold_stands_in_every_status_that_goes_on(cast, status):
    referral = ReferralFactory(organisation=cast.riverbank, status=status, opted_in_at=NOW)
    hold(referral, cast)
    page = shown(cast.receptionist, page_of(referral))
    assert f"On hold since {SINCE}" in page
    if status == Status.INFO_REQUESTED:  # the practice does have something to do
        assert "Reply below" in page
        assert "You do not need to do anything" not in page
        assert "Nothing for you to do" not in shown(cast.receptionist, LIST)
    if status in (Status.ENROLLED, Status.ACTIVE):
        assert "cannot join sessions while the referral is on hold" in page


def test_a_referral_that_has_ended_is_not_on_hold(cast):
    referral = waiting(cast)
    hold(referral, cast)
    Referral.objects.update(status=Status.WITHDRAWN)
    assert "On hold since" not in shown(cast.receptionist, page_of(referral))
    assert ">On hold</strong>" not in shown(cast.receptionist, LIST)


def test_the_filters_stay_as_they_were(cast):
    referral = offered(cast)
    hold(referral, cast)
    client = sign_in(Client(), cast.receptionist)
    assert [row.pk for row in client.get(LIST, {"show": "waiting"}).context["page"]] == [referral.pk]
    assert not client.get(LIST, {"show": "received"}).context["page"].object_list


def test_the_weekly_summary_counts_the_hold_and_not_a_wait_for_a_place(cast):
    hold(waiting(cast), cast)
    waiting(cast)
    made = Digest.objects.create(
        organisation=cast.riverbank, week="2026-W10", sent_on=NOW.date(), made_at=NOW
    )

    class Told:
        subject_id, user = made.pk, None

    told = weekly_digest.context(Told, NOW)
    assert (told["waiting"], told["held"]) == (1, 1)


# --- The reason ----------------------------------------------------------------------------------------------


def test_the_reason_is_only_for_the_clinician_concerned_and_only_on_the_page(cast):
    named = clinician(cast.riverbank, "Dr Ruth Ellis", "ruth@riverbank.example")
    sender = clinician(cast.riverbank, "Dr Ann Bell", "ann@riverbank.example")
    other = clinician(cast.riverbank, "Dr Bob Carr", "bob@riverbank.example")
    recommending = clinician(cast.riverbank, "Dr Cat Dean", "cat@riverbank.example")
    referral = waiting(cast, submitted_by=sender, referrer_name="Dr Cat Dean")
    referral.confirmations.create(name="R", email="ruth@riverbank.example", asked_at=NOW, asked_by=sender)
    hold(referral, cast)
    for who in (named, sender, recommending):
        assert REASON in shown(who, page_of(referral)), who.name
    for who in (cast.receptionist, cast.lead, other):
        page = shown(who, page_of(referral))
        assert f"On hold since {SINCE}" in page
        assert REASON not in page, who.name
        assert Why.OFFICER.label not in page
    for who in (named, sender, recommending, cast.receptionist):
        assert REASON not in shown(who, LIST)


def test_who_sent_it_and_is_no_clinician_does_not_read_the_reason(cast):
    referral = waiting(cast, referrer_name=cast.receptionist.name)
    hold(referral, cast)
    assert REASON not in shown(cast.receptionist, page_of(referral))


def test_a_clinician_who_was_replaced_does_not_read_the_reason(cast):
    ruth = clinician(cast.riverbank, "Dr Ruth Ellis", "ruth@riverbank.example")
    referral = waiting(cast)
    referral.confirmations.create(
        name="R", email=ruth.email, asked_at=NOW, asked_by=cast.receptionist, replaced_at=NOW
    )
    hold(referral, cast)
    assert REASON not in shown(ruth, page_of(referral))


# --- Safeguarding --------------------------------------------------------------------------------------------


def test_an_officer_chooses_a_safeguarding_hold_and_the_practice_reads_one_neutral_sentence(cast):
    sender = clinician(cast.riverbank, "Dr Ann Bell", "ann@riverbank.example")
    referral = waiting(cast, submitted_by=sender)
    office = sign_in(Client(), cast.officer)
    address = f"/admin/referrals/referral/{referral.pk}/hold/"
    assert "Select why" in office.post(address, {"words": "Bruises"}).content.decode()
    office.post(address, {"why": "safeguarding", "words": "Bruises, seen on video"})
    assert SafetyHold.objects.get().why == Why.SAFEGUARDING
    assert "safeguarding" in eligibility.blockers(referral)[0]
    for who in (sender, cast.receptionist):
        page = shown(who, page_of(referral))
        assert "We are speaking with your patient." in page
        assert "Bruises" not in page
        assert "afeguarding" not in page
        assert "afeguarding" not in shown(who, LIST)


def test_a_safeguarding_hold_can_join_another_one_and_its_sentence_then_stands(cast):
    referral = waiting(cast)
    screening.hold(referral=referral, by=cast.officer, now=NOW, why=Why.OFFICER, words="A fall")
    office = sign_in(Client(), cast.officer)
    office.post(f"/admin/referrals/referral/{referral.pk}/hold/", {"why": "safeguarding", "words": "Bruises"})
    assert referral.holds.count() == 2
    page = shown(cast.receptionist, page_of(referral))
    assert "We are speaking with your patient." in page
    assert "On hold since Monday 23 February 2026" in page  # since the first of the two


# --- Another referral of the same person ---------------------------------------------------------------------

ELSEWHERE = "We cannot offer a place now"


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.CONTACTING, Status.WAITING, Status.OFFERED])
def test_another_organisations_referral_says_one_sentence_and_no_more(cast, status):
    held = ReferralFactory(organisation=cast.riverbank, submitted_by=cast.receptionist)
    other = ReferralFactory(
        organisation=cast.hilltop, participant=held.participant, status=status, opted_in_at=NOW
    )
    hold(held, cast, why=Why.SAFEGUARDING)
    for address in (LIST, page_of(other)):
        page = shown(cast.neighbour, address)
        assert ELSEWHERE in page
        for told in (
            "On hold",
            "on hold",
            "24 February",
            REASON,
            held.reference,
            "Riverbank",
            "speaking with",
        ):
            assert told not in page, (address, told)
        for promise in ("Offered a place<", "We are keeping a place", "when there is one"):
            assert promise not in page, (address, promise)


def test_what_the_other_page_says_is_so(cast):
    held = ReferralFactory(organisation=cast.riverbank)
    other = waiting(cast, organisation=cast.hilltop, participant=held.participant)
    hold(held, cast)
    assert eligibility.blockers(other) == [
        "There is a safety hold on another referral of this person: a project officer is concerned."
    ]
    assert set(Referral.objects.filter(eligibility.barred())) == {held, other}
    screening.lift(referral=held, by=cast.officer, now=HELD_AT, words="Spoke")
    assert ELSEWHERE not in shown(cast.neighbour, page_of(other))
    assert eligibility.blockers(other) == []
    assert other not in Referral.objects.filter(eligibility.barred())


def test_a_hold_on_a_referral_that_has_ended_says_nothing_elsewhere(cast):
    held = ReferralFactory(organisation=cast.riverbank)
    other = waiting(cast, organisation=cast.hilltop, participant=held.participant)
    hold(held, cast)
    Referral.objects.filter(pk=held.pk).update(status=Status.WITHDRAWN)
    assert ELSEWHERE not in shown(cast.neighbour, page_of(other))
    assert eligibility.blockers(other) == []


# --- How it looks --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_hold_reads_well(live_server, open_page, looked_at, cast):
    sender = clinician(cast.riverbank, "Dr Ann Bell", "ann@riverbank.example")
    referral = waiting(cast, submitted_by=sender)
    hold(referral, cast)
    elsewhere = ReferralFactory(organisation=cast.hilltop)
    hold(elsewhere, cast)
    ReferralFactory(
        organisation=cast.riverbank, participant=elsewhere.participant, status=Status.OFFERED, opted_in_at=NOW
    )
    page = open_page(PHONE)
    sign_in_browser(page, live_server.url, sender)
    for address, name in ((LIST, "list"), (page_of(referral), "detail")):
        page.goto(f"{live_server.url}{address}")
        looked_at(page, f"referrals-on-hold-{name}")


def test_the_grounds_that_officers_choose_between_read_the_same(cast):
    """Else somebody at the practice who knows the others recognises a safeguarding hold."""
    pages = {}
    for why in SafetyHold.BY_OFFICERS:
        referral = waiting(cast)
        hold(referral, cast, why=why)
        page = shown(cast.receptionist, page_of(referral))
        pages[why] = page.split("On hold since")[1].split("</div>")[0]
    assert len(set(pages.values())) == 1, pages


def test_of_two_clinicians_of_one_name_neither_reads_the_reason(cast):
    one = clinician(cast.riverbank, "Dr Cat Dean", "cat@riverbank.example")
    referral = waiting(cast, referrer_name="Dr Cat Dean")
    hold(referral, cast)
    assert REASON in shown(one, page_of(referral))
    clinician(cast.riverbank, "Dr Cat Dean", "catherine@riverbank.example")
    assert REASON not in shown(one, page_of(referral))
