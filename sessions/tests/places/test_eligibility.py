"""Who may be placed or offered a place: shown beside each name, and decided again by the service."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import work_queue
from participants.readiness import services as readiness
from participants.tests.factories import TOLD
from referrals import safety
from referrals.models import SafetyAnswer
from referrals.screening import services as screening
from referrals.screening.eligibility import Eligibility
from referrals.statuses import Status
from referrals.triage import closures
from sessions.lifecycle import services as lifecycle
from sessions.lifecycle import transfers
from sessions.models import Place
from sessions.places import offers, placement
from sessions.places.common import NotSafeYet
from sessions.proposals import approval
from sessions.proposals import services as proposals
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SPEAK = "Speak to this person first, then record a safety clearance (ticked: points to talk about)."
HELD = "There is a safety hold: a project officer is concerned."
LEFT = "A clinician has not answered the safety questions yet."


@pytest.fixture
def cohort(db):
    return make.cohort(programme=make.programme(minimum_to_start=1))


def speak_first(referral):
    screening.ask_for_clearance(referral=referral, because="Ticked: points to talk about", now=make.NOW)
    return referral


def hold(referral, officer):
    screening.hold(referral=referral, by=officer, now=make.NOW, words="Chest pain")
    return referral


def left_to_clinician(referral, officer):
    SafetyAnswer.objects.create(
        referral=referral, question_set=safety.ABSOLUTE.code, version=1, wording={}, unanswered=True,
        answered_at=make.NOW, answered_by=officer, answered_as="gp",
    )  # fmt: skip
    return referral


def spoken(referral, officer):
    return screening.clear(
        referral=referral, by=officer, now=make.NOW, words="Spoke on the phone: uses a stick"
    )


def boxes(response):
    """The numbers of the people who can be ticked."""
    return {int(pk) for pk in re.findall(r'type="checkbox" name="referral" value="(\d+)"', text_of(response))}


def hidden(response):
    return {int(pk) for pk in re.findall(r'type="hidden" name="referral" value="(\d+)"', text_of(response))}


# --- The services -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("give", [placement.place, offers.offer])
def test_speak_first_is_a_gate_until_an_officer_has_spoken(cohort, officer, give):
    referral = speak_first(make.waiting())
    with pytest.raises(NotSafeYet) as refused:
        give(referral=referral, cohort=cohort, by=officer, now=make.NOW)
    assert str(refused.value) == SPEAK
    assert not Place.objects.exists()
    with pytest.raises(screening.GroundsMissing):
        screening.clear(referral=referral, by=officer, now=make.NOW, words=" ")
    cleared = spoken(referral, officer)
    assert (cleared.cleared_by, cleared.cleared_at) == (officer, make.NOW)
    assert give(referral=referral, cohort=cohort, by=officer, now=make.NOW).referral == referral


def test_the_system_offers_nothing_before_the_conversation(cohort, officer):
    taken = make.placed(cohort)
    first = speak_first(make.suited(cohort, opted_in_at=make.NOW - 20 * DAY))
    second = make.suited(cohort, opted_in_at=make.NOW - 10 * DAY)
    placement.end_place(place=taken, to=Status.NOT_PARTICIPATING, by=officer, now=make.NOW, reason="better")
    assert Place.objects.get(state=Place.State.HELD).referral == second
    first.refresh_from_db()
    assert first.status == Status.WAITING


def test_a_yes_is_refused_when_speaking_first_came_up_after_the_offer(cohort, client):
    place = make.offered(cohort)
    speak_first(place.referral)
    with time_machine.travel(make.NOW, tick=False):
        answer = client.post(reverse("offers:offer", args=[place.link.token]), {"answer": "yes"})
    assert answer.status_code == 409
    assert "We need to speak to you first. Our number is <a" in text_of(answer)
    place.refresh_from_db()
    assert place.state == Place.State.HELD


def test_a_merge_names_the_person_whose_offer_cannot_be_made_again(office, cohort, officer):
    into = make.cohort(programme=cohort.programme)
    place = make.offered(cohort)
    speak_first(place.referral)
    shown = office.post(url("cohort_merge", cohort.pk), {"into": into.pk})
    assert SPEAK in text_of(shown)
    assert "Merge the groups" not in text_of(shown)
    with pytest.raises(NotSafeYet, match=place.referral.reference):
        lifecycle.merge_cohorts(cohort=cohort, into=into, by=officer, now=make.NOW)
    place.refresh_from_db()
    assert (place.cohort, place.state) == (cohort, Place.State.HELD)


def test_somebody_who_has_a_place_can_be_moved_and_what_stands_in_the_way_is_shown(office, cohort, officer):
    into = make.cohort(programme=cohort.programme)
    place = make.placed(cohort)
    hold(place.referral, officer)
    for posted in ({}, {"into": into.pk}):
        assert HELD in text_of(office.post(url("place_move", place.pk), posted))
    moved = transfers.move_person(place=place, to=into, by=officer, now=make.NOW)
    assert moved.cohort == into


# --- Placing by hand --------------------------------------------------------------------------------------------


@pytest.fixture
def four(officer):
    return {
        "free": make.waiting(),
        "speak": speak_first(make.waiting()),
        "held": hold(make.waiting(), officer),
        "left": left_to_clinician(make.waiting(), officer),
    }


def test_who_may_not_be_placed_cannot_be_ticked_and_the_page_says_why(office, cohort, four):
    page = office.get(url("cohort_place", cohort.pk))
    assert boxes(page) == {four["free"].pk}
    for who, tag, why in (
        ("speak", "Speak to first", SPEAK),
        ("held", "On hold", HELD),
        ("left", "Clinician’s answers missing", LEFT),
    ):
        words = text_of(page)
        assert f"{tag}</span> {why}" in words
        assert f'href="/admin/referrals/referral/{four[who].pk}/change/"' in words


def test_a_person_who_is_not_ready_is_marked_and_can_be_placed(office, cohort, officer):
    referral = make.waiting()
    known = {"by": officer, "now": make.NOW}
    readiness.save(person=referral.participant, changes={"level": "gentle"}, **known)
    words = text_of(office.get(url("cohort_place", cohort.pk)))
    assert "Not ready</span> Missing: when they can join." in words
    chosen = {"referral": [referral.pk], "step": "choose"}
    assert "Not ready</span> Missing: when they can join." in text_of(
        office.post(url("cohort_place", cohort.pk), chosen)
    )
    office.post(url("cohort_place", cohort.pk), chosen | {"step": "confirm"})
    assert Place.objects.get().referral == referral


@pytest.mark.parametrize("who", ["speak", "held", "left"])
@pytest.mark.parametrize("step", ["choose", "offer", "confirm"])
def test_naming_somebody_who_may_not_be_placed_writes_nothing_and_keeps_the_other_ticks(
    office, cohort, four, who, step
):
    barred, free = four[who], four["free"]
    posted = {"referral": [barred.pk, free.pk], "step": step}
    page = office.post(url("cohort_place", cohort.pk), posted)
    words = text_of(page)
    assert page.status_code == 200
    assert "There is a problem" in words
    why = {"speak": SPEAK, "held": HELD, "left": LEFT}[who]
    assert f"({barred.reference}) cannot be placed. {why}" in words
    assert not Place.objects.exists()
    if step == "choose":
        assert f'value="{free.pk}" checked' in words
    else:
        assert hidden(page) == {free.pk}


def test_a_hold_between_the_pages_look_and_the_service_is_decided_by_the_service(
    office, cohort, four, monkeypatch
):
    looked = SimpleNamespace(of=lambda referrals: dict.fromkeys(referrals, Eligibility()))
    monkeypatch.setattr("sessions.admin.cohort_overview.eligibility", looked)
    posted = {"referral": [four["held"].pk, four["free"].pk], "step": "confirm"}
    office.post(url("cohort_place", cohort.pk), posted)
    assert Place.objects.get().referral == four["free"]


def test_the_pages_ask_the_database_as_often_for_many_as_for_one(office, cohort, officer):
    page = url("cohort_place", cohort.pk)

    def asked(post=None):
        return _queries(lambda: office.post(page, post) if post else office.get(page))

    one = speak_first(make.waiting())
    free = make.waiting()
    asked()  # what is read once stays read
    before = (
        asked(),
        asked({"step": "choose", "referral": [free.pk]}),
        asked({"step": "choose", "referral": [one.pk]}),
    )
    more = [make.waiting() for _ in range(5)]
    barred = [speak_first(make.waiting()) for _ in range(3)] + [hold(make.waiting(), officer)]
    after = (
        asked(),
        asked({"step": "choose", "referral": [each.pk for each in [free, *more]]}),
        asked({"step": "choose", "referral": [each.pk for each in [one, *barred]]}),
    )
    assert after == before


# --- Offers, proposals, lists -----------------------------------------------------------------------------------


def test_an_officer_cannot_write_down_a_yes_before_the_conversation(office, cohort, officer):
    place = make.offered(cohort)
    page = url("place_offer", place.pk)
    assert "They accept the place" in text_of(office.get(page))
    speak_first(place.referral)
    words = text_of(office.get(page))
    assert SPEAK in words
    assert "They accept the place" not in words
    assert SPEAK in text_of(office.post(page, {"step": "yes"}, follow=True))
    spoken(place.referral, officer)
    office.post(page, {"step": "yes"})
    place.refresh_from_db()
    assert place.state == Place.State.TAKEN


def test_the_best_places_leave_them_out_and_say_why(office, cohort, officer):
    free, speak, held = (make.suited(cohort) for _ in range(3))
    speak_first(speak), hold(held, officer)
    page = office.get(url("cohort_best"))
    assert hidden(page) == {free.pk}
    words = text_of(page)
    assert f"Speak to first</span> {SPEAK}" in words
    assert f"On hold</span> {HELD}" in words


def made(*cohorts, officer):
    proposal = proposals.request_proposal(cohorts=list(cohorts), waited_weeks=0, by=officer, now=make.NOW)
    proposals.make_asked(now=make.NOW)
    proposal.refresh_from_db()
    return proposal


def test_a_proposal_leaves_out_who_may_not_be_placed(cohort, officer):
    free, speak = make.suited(cohort), speak_first(make.suited(cohort))
    proposal = made(cohort, officer=officer)
    assert set(proposal.rows.values_list("referral", flat=True)) == {free.pk}
    assert proposal.told["blocked"] == 1
    assert speak.pk not in proposal.told["people"]


def test_what_came_up_since_a_proposal_stands_on_its_pages_and_stops_the_offer(office, cohort, officer):
    stays, since = make.suited(cohort), make.suited(cohort)
    proposal = made(cohort, officer=officer)
    row = proposal.rows.get(referral=since)
    speak_first(since)
    for page in ("cohort_proposal", "cohort_proposal_approve"):
        words = text_of(office.get(url(page, proposal.pk)))
        assert words.count(f"Speak to first</span> {SPEAK}") == 1
    assert "1 person cannot have a place yet" in words
    other = make.cohort(programme=cohort.programme)
    move = url("cohort_proposal_move", proposal.pk, row.pk)
    assert f'name="cohort" id="cohort-{cohort.pk}"' not in text_of(office.get(move))
    with pytest.raises(NotSafeYet, match="Speak to this person first"):
        proposals.move(row=row, cohort=other, by=officer, now=make.NOW, why="Nearer home")
    proposal = approval.approve(proposal=proposal, how="offer", by=officer, now=make.NOW)
    approval.carry_out(proposal=proposal, now=make.NOW)
    row.refresh_from_db()
    assert (row.outcome, row.outcome_words) == ("refused", SPEAK)
    assert Place.objects.get().referral == stays


def test_the_pages_of_a_proposal_ask_as_often_for_many_as_for_one(office, officer):
    cohort = make.cohort(programme=make.programme(minimum_to_start=1), capacity=8)

    def asked():
        proposal = made(cohort, officer=officer)
        return [
            _queries(lambda page=page: office.get(url(page, proposal.pk)))
            for page in ("cohort_proposal", "cohort_proposal_approve")
        ] + [_queries(lambda: office.get(url("cohort_best")))]

    make.suited(cohort)
    asked()  # what is read once stays read
    before = asked()
    for _ in range(4):
        make.suited(cohort)
    assert asked() == before


def _queries(step):
    with CaptureQueriesContext(connection) as found:
        step()
    return len(found)


@pytest.mark.parametrize(
    "page", ["cohort_change", "cohort_merge", "cohort_cancel", "cohort_run", "cohort_decide"]
)
def test_the_pages_about_a_whole_cohort_show_it_beside_the_name(office, cohort, officer, page):
    into = make.cohort(programme=cohort.programme)
    taken, offer = make.placed(cohort), make.offered(cohort)
    hold(taken.referral, officer)
    speak_first(offer.referral)
    where = url(page, cohort.pk)
    shown = office.post(where, {"into": into.pk}) if page == "cohort_merge" else office.get(where)
    assert f"On hold</span> {HELD}" in text_of(shown)
    assert f"Speak to first</span> {SPEAK}" in text_of(shown)


# --- The panel --------------------------------------------------------------------------------------------------


def to_speak_to(now):
    _, rows = {panel.name: panel.load for panel in work_queue.registered()}["speak_first"](now, 50)
    return {re.search(r"\((.*)\)", row.label)[1] for row in rows}


def test_the_panel_lists_those_who_wait_or_have_sessions_ahead(cohort, officer):
    waits, offered = make.waiting(), make.offered(cohort)
    place = make.placed(cohort)
    for referral in (waits, offered.referral, place.referral):
        speak_first(referral)
    both = {waits.reference, offered.referral.reference}
    assert to_speak_to(make.NOW) == both | {place.referral.reference}
    over = make.session(cohort, 10).ends_at
    assert place.referral.reference in to_speak_to(over - timedelta(minutes=1))
    assert to_speak_to(over) == both
    place.referral.refresh_from_db()
    assert place.referral.status == Status.ENROLLED  # nobody has ended it yet
    closures.died(**TOLD, referral=waits, by=officer, now=make.NOW)
    assert to_speak_to(over) == {offered.referral.reference}
