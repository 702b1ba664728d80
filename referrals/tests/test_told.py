"""What an organisation told is all that it reads: on its pages, by its searches and by the question before sending.

Three organisations told of one person in three ways, and officers then merged, took and kept in every way there is.
Whoever looks must find what their own organisation told, and never learn or have confirmed what another one did.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from uuid import uuid4

import pgtrigger
import pytest
from django.apps import apps
from django.db import InternalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.roles import CLINICIAN_ADMIN
from accounts.tests.factories import OrganisationFactory, UserFactory, sign_in
from participants.display import in_words
from participants.identity import services as people
from participants.merging import services as merging
from participants.models import Participant, ReportedDifference
from referrals.models import TOLD_COLUMNS, Referral
from referrals.statuses import Status
from referrals.submission import drafts
from referrals.submission.forms import PAGES
from referrals.submission.services import ReferralRefused
from referrals.tests.factories import NOW, submitted, typed

pytestmark = pytest.mark.django_db
LIST = "/referrals/"
NUMBER, BORN = "9990000018", date(1958, 3, 27)


@dataclass
class Teller:
    """An organisation, one of its members, and what they told."""

    organisation: Organisation
    user: User
    told: dict[str, object]
    client: Client = field(init=False)
    referral: Referral = field(init=False)

    def send(self, practice: Organisation) -> Referral:
        self.client = sign_in(Client(), self.user)
        self.referral = submitted(
            organisation=self.organisation, by=self.user, practice=practice, **self.told
        )
        return self.referral

    @property
    def words(self) -> set[str]:
        """What would show that somebody has read this."""
        shown = {value for value in self.told.values() if isinstance(value, str) and value}
        number = str(self.told["nhs_number"])
        spaced = f"{number[:3]} {number[3:6]} {number[6:]}" if number else ""
        return {*shown, spaced, in_words(self.told["date_of_birth"])} - {""}


def facts(given: str, family: str, **more: object) -> dict[str, object]:
    return {
        "given_name": given,
        "family_name": family,
        "preferred_name": f"{given[:2]}kins",
        "date_of_birth": BORN,
        "nhs_number": "",
        "email": f"{given.lower()}@home.example",
        "phone": "",
        **more,
    }


@pytest.fixture
def tellers(cast) -> list[Teller]:
    """Riverbank and Hilltop; and Brook, where the person is registered, which told of them last."""
    brook = OrganisationFactory(name="Brook Surgery")
    clerk = UserFactory(name="Pat Brook")
    Membership.objects.create(user=clerk, organisation=brook, role=CLINICIAN_ADMIN, started_at=NOW)
    return [
        Teller(cast.riverbank, cast.receptionist, facts("Winifred", "Quelch", postcode="GL1 2AB")),
        Teller(cast.hilltop, cast.neighbour, facts("Xavier", "Zigzag", postcode="GL50 1AA")),
        Teller(brook, clerk, facts("Yolanda", "Vexley", postcode="GL20 5BB")),
    ]


def told_of_two_rows(tellers: list[Teller], numbered: int) -> None:
    """The first two became a row each, one of them without a number; Brook's number finds the other one's."""
    first, second, third = tellers
    born = date(1966, 5, 4)
    (second if numbered == 0 else first).told["date_of_birth"] = born
    tellers[numbered].told["nhs_number"] = third.told["nhs_number"] = NUMBER
    for teller in tellers:
        teller.send(practice=third.organisation)
    assert Participant.objects.count() == 2


def told_of_one_row(tellers: list[Teller]) -> None:
    """All three told the number, so the second and the third became differences."""
    for teller in tellers:
        teller.told["nhs_number"] = NUMBER
        teller.send(practice=tellers[2].organisation)
    assert Participant.objects.count() == 1


def merge(tellers: list[Teller], *, choice: str, kept: int, by: User) -> None:
    rows = [Participant.objects.get(pk=teller.referral.participant_id) for teller in tellers]
    stays, goes = rows[kept], rows[1 - kept]
    choices = dict.fromkeys(merging.differing(stays, goes), choice)
    merging.merge(
        kept=stays, gone=goes, choices=choices, seen=merging.fingerprint(stays, goes), by=by, now=NOW
    )


def settle(*, take: bool, by: User) -> None:
    for difference in ReportedDifference.objects.open().order_by("-pk"):
        people.settle_difference(difference=difference, take=take, by=by, now=NOW)


def looked_at(teller: Teller) -> dict[str, str]:
    """Every page about this teller's own referral, as one of its members reads it."""
    own = f"{LIST}{teller.referral.reference}/"
    pages = [LIST, *(own + part for part in ("", "sent/", "withdraw/", "error/", "reach/"))]
    answers = {page: teller.client.get(page) for page in pages}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {page: answer.content.decode() for page, answer in answers.items()}


def body(answer, *typed_in: str) -> str:
    """A page without what was typed, and without what is drawn anew each time."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", answer.content.decode())
    for words in typed_in:
        text = text.replace(words, "")
    return text


def searched(teller: Teller, words: str) -> tuple[int, str, int]:
    """Status, body and number of queries of a search."""
    teller.client.post(LIST, {"search": words})
    with CaptureQueriesContext(connection) as queries:
        answer = teller.client.get(LIST)
    return answer.status_code, body(answer, words), len(queries)


def boxes(told: dict[str, object]) -> dict[str, list[str]]:
    """These facts as typed into the form's boxes, every other question answered."""
    born = told["date_of_birth"]
    form = typed(**{name: value for name, value in told.items() if name != "date_of_birth"})
    form |= {f"date_of_birth_{part}": str(getattr(born, part)) for part in ("day", "month", "year")}
    form |= {"practice": f"{(place := Organisation.objects.get(ods_code='Z99001')).name} ({place.ods_code})"}
    return {
        name: value if isinstance(value, list) else [str(value)]
        for name, value in form.items()
        if any(page.asks(name) for page in PAGES.values())
    }


def asked(teller: Teller, told: dict[str, object]) -> tuple[bool, str, int, int]:
    """Whether the question came, what came, its status, and the queries until the sending begins; nothing is sent."""
    key = uuid4()
    with transaction.atomic():
        drafts.save(key=key, user=teller.user, now=timezone.now(), keep_days=3, typed=boxes(told))
        with CaptureQueriesContext(connection) as queries:
            answer = teller.client.post(f"{LIST}new/{key}/check/")
        statements = [query["sql"] for query in queries.captured_queries]
        begins = [n for n, sql in enumerate(statements) if "pg_advisory_xact_lock" in sql]
        transaction.set_rollback(True)
    came = answer.status_code == 200
    assert came or re.fullmatch(r"/referrals/IYM-\w{4}-\w{3}/sent/", answer.url), answer.url
    return came, body(answer), answer.status_code, begins[0] if begins else len(statements)


def looks_alike(own: dict[str, object], guess: dict[str, object]) -> bool:
    """The rule of participants.merging.matching, of what this teller's own organisation told."""
    same = sum(
        own[name] == guess[name] for name in ("given_name", "family_name", "date_of_birth", "postcode")
    )
    numbers = {own["nhs_number"], guess["nhs_number"]} - {""}
    return (same >= 3 and len(numbers) < 2) or bool(
        guess["nhs_number"] and own["nhs_number"] == guess["nhs_number"]
    )


def each_reads_only_their_own(tellers: list[Teller], *, more: frozenset[str] = frozenset()) -> None:
    nobody = facts("Ignatius", "Jabberly", postcode="GL3 3JJ", date_of_birth=date(1931, 1, 9))
    for looker in tellers:
        foreign = {word for other in tellers for word in other.words} | more
        foreign -= looker.words
        for page, text in looked_at(looker).items():
            name = f"{looker.told['given_name']} {looker.told['family_name']}"
            assert name in text, (looker.organisation.name, page)
            found = {word for word in foreign if word in text}
            assert not found, (looker.organisation.name, page, found)
            if page == f"{LIST}{looker.referral.reference}/":
                detail = text
        number = str(looker.told["nhs_number"])
        assert (f"{number[:3]} {number[3:6]} {number[6:]}" if number else "Not given") in detail
        assert in_words(looker.told["date_of_birth"]) in detail
        searches_find_only_their_own(looker, tellers)
        the_question_knows_only_their_own(looker, tellers, nobody, foreign)


def searches_find_only_their_own(looker: Teller, tellers: list[Teller]) -> None:
    searched(looker, "Jabberly")  # the first page of all also reads what is then kept
    nothing = searched(looker, "Jabberly")
    names = ("given_name", "family_name", "preferred_name", "nhs_number")
    own = {str(looker.told[name]) for name in names}
    asks = {str(other.told[name]) for other in tellers for name in ("family_name", "nhs_number")}
    for words in sorted((asks | {str(looker.told["preferred_name"])}) - {""}):
        status, text, count = searched(looker, words)
        if words in own:
            assert looker.referral.reference in text
        else:
            same = (status, text, count) == nothing  # a difference of two pages is slow to work out
            assert same, (looker.organisation.name, words, status, count, nothing[2])


def the_question_knows_only_their_own(
    looker: Teller, tellers: list[Teller], nobody: dict[str, object], foreign: set[str]
) -> None:
    asked(looker, nobody)  # the first of all also reads what is then kept
    _, unknown, unknown_status, unknown_count = asked(looker, nobody)
    guesses = [nobody | {"nhs_number": NUMBER, "date_of_birth": BORN}]
    for teller in tellers:
        guesses.append(teller.told)
        if teller is not looker:
            guesses.append(teller.told | {"nhs_number": "", "postcode": "GL3 3JJ"})
    for guess in guesses:
        came, page, status, count = asked(looker, guess)
        assert came is looks_alike(looker.told, guess), (looker.organisation.name, guess)
        if came:
            found = {word for word in foreign if word in page}
            assert not found
        else:
            assert (page, status, count) == (unknown, unknown_status, unknown_count), guess


@pytest.mark.parametrize("numbered", [0, 1], ids=["the first told the number", "the second told the number"])
@pytest.mark.parametrize("kept", [0, 1], ids=["the first stays", "the second stays"])
@pytest.mark.parametrize("choice", ["take", "keep", "later", "later, then taken"])
def test_after_a_merge_each_organisation_reads_what_it_told(cast, tellers, choice, kept, numbered):
    told_of_two_rows(tellers, numbered)
    merge(tellers, choice=choice.split(",")[0], kept=kept, by=cast.officer)
    if choice == "later, then taken":
        settle(take=True, by=cast.officer)
    each_reads_only_their_own(tellers)


@pytest.mark.parametrize("decided", ["undecided", "taken", "kept", "mended"])
def test_without_a_merge_each_organisation_reads_what_it_told(cast, tellers, decided):
    told_of_one_row(tellers)
    more = frozenset()
    if decided == "mended":
        changes = {"given_name": "Ottoline", "family_name": "Umberley", "date_of_birth": date(1944, 12, 2)}
        people.mend(person=Participant.objects.get(), changes=changes, by=cast.officer, now=NOW)
        more = frozenset({"Ottoline", "Umberley", "2 December 1944"})
    elif decided != "undecided":
        settle(take=decided == "taken", by=cast.officer)
    each_reads_only_their_own(tellers, more=more)


def test_a_registered_practice_that_sent_nothing_reads_nothing(cast, tellers):
    *two, brook = tellers
    two[0].told["nhs_number"] = NUMBER
    for teller in two:
        teller.send(practice=brook.organisation)
    merge(two, choice="take", kept=1, by=cast.officer)
    brook.client = sign_in(Client(), brook.user)
    nobody = facts("Ignatius", "Jabberly", postcode="GL3 3JJ", date_of_birth=date(1931, 1, 9))
    asked(brook, nobody)  # the first of all also reads what is then kept
    searched(brook, "Jabberly")
    nothing, unknown = searched(brook, "Jabberly"), asked(brook, nobody)
    for teller in two:
        assert brook.client.get(f"{LIST}{teller.referral.reference}/").status_code == 404
        for words in (str(teller.told["family_name"]), NUMBER):
            same = searched(brook, words) == nothing
            assert same, words
        assert asked(brook, teller.told) == unknown


# --- How it is kept -------------------------------------------------------------------------------------------


def as_told(referral: Referral) -> dict[str, object]:
    return Referral.objects.values(*TOLD_COLUMNS).get(pk=referral.pk)


def test_a_referral_keeps_what_was_sent_and_the_database_lets_nothing_else_take_its_place(cast, tellers):
    told_of_one_row(tellers)
    for teller in tellers:
        assert as_told(teller.referral) == {
            name: teller.told[name.removeprefix("told_")] for name in TOLD_COLUMNS
        }
    row = Referral.objects.filter(pk=tellers[0].referral.pk)
    for name in TOLD_COLUMNS:
        if name in ("told_email", "told_phone", "told_postcode"):  # the organisation may correct these
            continue
        other = date(1944, 12, 2) if name == "told_date_of_birth" else "9990000026"
        with pytest.raises(InternalError, match="what an organisation told"), transaction.atomic():
            row.update(**{name: other})
    row.update(**{name: None if name == "told_date_of_birth" else "" for name in TOLD_COLUMNS})
    assert not any(as_told(tellers[0].referral).values()), "somebody can be erased"


def test_what_was_told_reaches_no_history():
    event = apps.get_model("referrals", "ReferralEvent")
    assert not {name.name for name in event._meta.get_fields()} & set(TOLD_COLUMNS)


def test_only_the_organisations_own_answer_changes_a_number_or_an_address(cast, tellers):
    told_of_one_row(tellers)
    first, second, _ = tellers
    Referral.objects.filter(pk__in=[first.referral.pk, second.referral.pk]).update(
        status=Status.UNREACHABLE, status_at=timezone.now()
    )
    page = f"{LIST}{first.referral.reference}/reach/"
    assert "You gave us an email address." in first.client.get(page).content.decode()
    first.client.post(page, {"phone": "01632 960 999"})
    assert "You gave us a phone number and an email address." in first.client.get(page).content.decode()
    assert as_told(first.referral)["told_phone"] == "+441632960999"
    assert as_told(first.referral)["told_email"] == first.told["email"]
    settle(take=True, by=cast.officer)
    assert Participant.objects.get().phone == "+441632960999"
    assert as_told(second.referral)["told_phone"] == ""
    shown = second.client.get(f"{LIST}{second.referral.reference}/reach/").content.decode()
    assert "You gave us an email address." in shown


def test_a_second_press_confirms_no_number_that_another_organisation_told(cast, tellers):
    told_of_two_rows(tellers, numbered=0)
    merge(tellers, choice="take", kept=0, by=cast.officer)
    second = tellers[1]
    again = {"submission_key": second.referral.submission_key, "practice": second.organisation}
    same = {"organisation": second.organisation, "by": second.user, **again}
    assert submitted(**same, **second.told) == second.referral
    for guess in (NUMBER, "9990000026"):
        with pytest.raises(ReferralRefused):
            submitted(**same, **second.told | {"given_name": "Ignatius", "nhs_number": guess})


# --- Referrals from before these columns ---------------------------------------------------------------------


def fill() -> None:
    (name,) = [
        name for _, name in MigrationLoader(connection).graph.nodes if "what_organisations_told" in name
    ]
    with pgtrigger.ignore():
        Referral.objects.update(
            **{name: None if name == "told_date_of_birth" else "" for name in TOLD_COLUMNS}
        )
    events = apps.get_model("referrals", "ReferralEvent").objects
    before = events.count()
    with connection.schema_editor(atomic=False) as editor:
        import_module(f"referrals.migrations.{name}").fill(apps, editor)
    assert events.count() == before


def test_what_one_organisation_alone_told_is_filled_in_from_the_person(tellers):
    first = tellers[0]
    first.told["nhs_number"] = NUMBER
    first.send(practice=first.organisation)
    again = submitted(
        organisation=first.organisation, by=first.user, now=NOW + timedelta(days=1), **first.told | {"family_name": "Quill"}
    )  # fmt: skip
    fill()
    assert as_told(first.referral) == {name: first.told[name.removeprefix("told_")] for name in TOLD_COLUMNS}
    assert as_told(again) == as_told(first.referral) | {"told_family_name": "Quill"}


def test_of_what_several_told_only_what_is_surely_their_own_is_filled_in(cast, tellers):
    told_of_one_row(tellers)
    fill()
    first, second, third = tellers
    assert as_told(first.referral) == {name: first.told[name.removeprefix("told_")] for name in TOLD_COLUMNS}
    for teller in (second, third):
        told = as_told(teller.referral)
        assert told["told_given_name"] == teller.told["given_name"]
        assert (told["told_date_of_birth"], told["told_nhs_number"]) == (None, "")
        detail = teller.client.get(f"{LIST}{teller.referral.reference}/").content.decode()
        assert detail.count("Not available") == 3
    people.mend(
        person=Participant.objects.get(), changes={"given_name": "Ottoline"}, by=cast.officer, now=NOW
    )
    fill()
    assert not any(as_told(first.referral).values())
    page = first.client.get(f"{LIST}{first.referral.reference}/").content.decode()
    assert "Name not available" in page


@pytest.mark.parametrize("choice", ["take", "keep", "later"])
def test_nothing_is_filled_in_from_people_who_were_merged(cast, tellers, choice):
    told_of_two_rows(tellers, numbered=0)
    merge(tellers, choice=choice, kept=0, by=cast.officer)
    fill()
    first, second, third = tellers
    assert not any(as_told(first.referral).values())
    assert not any(as_told(second.referral).values())
    assert as_told(third.referral)["told_family_name"] == "Vexley", "it told the number, and this differently"
