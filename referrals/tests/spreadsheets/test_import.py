"""Officers bring the list that they keep: what is added, noted, left out, and what never happens by it."""

import csv
import io
import time
from datetime import date, datetime, timedelta

import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from core import work_queue
from itsyourmove.middleware import SPREADSHEETS
from messaging.models import Message
from outcomes.practice_letters import services as practice_letters
from participants.models import Participant, SafetyFact
from participants.tests.factories import PersonFactory
from referrals.models import (
    Clearance,
    ImportedReferral,
    Referral,
    SafetyHold,
    Spreadsheet,
    SpreadsheetColumn,
    StatusChange,
)
from referrals.safety import OWN
from referrals.screening import eligibility
from referrals.self_assessment import services as self_assessment
from referrals.spreadsheets import columns, services
from referrals.tests.factories import NOW, ReferralFactory
from sessions.waiting_list import services as waiting_list

pytestmark = pytest.mark.django_db
HEADINGS = ["Forename", "Surname", "DOB", "NHS No", "Mobile", "Email", "Postcode", "Surgery"]
ADA = ["Ada", "O’Brien", "27/03/1958", "999 000 0018", "07700 900123", "ada@home.example", "gl1 2ab", ""]
BEN = ["Ben", "Marsh", "1 May 1961", "", "", "ben@home.example", "GL1 2AC", "Z99002"]


def as_csv(*rows: list[str], headings: list[str] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def received(cast, data: bytes, name: str = "list.csv", now: datetime = NOW, **changed) -> Spreadsheet:
    about = {
        "organisation": cast.riverbank,
        "who": "waiting",
        "source": "Olu’s list",
        "lawful_basis": "Direct care",
    }
    return services.receive(data=data, name=name, by=cast.officer, now=now, **about | changed)


def checked(cast, *rows: list[str], headings: list[str] = HEADINGS, **changed) -> Spreadsheet:
    sheet = received(cast, as_csv(*rows, headings=headings), **changed)
    services.match(sheet=sheet, chosen=columns.guess(headings), by=cast.officer, now=NOW)
    sheet.refresh_from_db()
    return sheet


def imported(cast, *rows: list[str], **changed) -> Spreadsheet:
    sheet = checked(cast, *rows, **changed)
    services.press(sheet=sheet, by=cast.officer, now=NOW)
    services.carry_out_pressed(now=NOW)
    sheet.refresh_from_db()
    return sheet


def found(sheet: Spreadsheet) -> list[tuple[int, str, str]]:
    return [(each.row, each.kind, "; ".join(each.words)) for each in services.verdicts(sheet)]


def test_people_who_wait_come_with_every_gate_closed_and_nothing_is_sent(cast):
    before = Message.objects.count()
    sheet = imported(cast, ADA, BEN)
    assert (sheet.state, sheet.to_add, sheet.content, sheet.verdicts) == ("done", 2, None, None)
    ada, ben = Referral.objects.order_by("pk").select_related("participant")
    assert (ada.status, ada.agreed_on, ada.organisation) == ("waiting", None, cast.riverbank)
    assert (ada.participant.date_of_birth, ada.participant.phone) == (date(1958, 3, 27), "+447700900123")
    assert (ada.participant.message_safe, ada.participant.practice) == (False, cast.riverbank)
    assert ben.participant.practice == cast.hilltop
    assert "A clinician has not answered the safety questions yet." in eligibility.blockers(ada)
    assert not Clearance.objects.exists()
    waiting_list.queue_still_on_list(now=NOW + timedelta(days=60))
    practice_letters.write_due_letters(now=NOW + timedelta(days=1))
    assert Message.objects.count() == before
    assert ImportedReferral.objects.filter(spreadsheet=sheet).values_list("row", flat=True).count() == 2


def test_dated_columns_say_when_someone_agreed_and_since_when_they_wait(cast):
    headings = [*HEADINGS, "Consent date", "Waiting since", "Safe to leave a message"]
    imported(cast, [*ADA, "2026-01-03", "5 January 2026", "Y"], headings=headings)
    referral = Referral.objects.get()
    assert (referral.agreed_on, referral.opted_in_at.date()) == (date(2026, 1, 3), date(2026, 1, 5))
    assert referral.participant.message_safe


def test_what_is_wrong_is_told_by_row_and_nothing_is_added(cast):
    sheet = checked(
        cast,
        [*ADA[:3], "999 000 0019", *ADA[4:]],
        [*ADA[:2], "31/02/1958", *ADA[3:]],
        ["", *ADA[1:]],
        [*BEN[:4], "", "", *BEN[6:]],
        [*BEN[:2], f"1/5/{NOW.year - 3}", *BEN[3:]],
        [*BEN[:7], "Z00000"],
        BEN,
        [*BEN[:5], "other@home.example", *BEN[6:]],
    )
    assert found(sheet) == [
        (2, "leave", "Enter the NHS number again. Check each digit"),
        (3, "leave", "Enter a real date for the date of birth, like 27/03/1958. Check the day and the month"),
        (4, "leave", "Enter the first name"),
        (5, "leave", "Enter a phone number or an email address"),
        (6, "leave", "The programme is for people aged 18 or over. Check the date of birth"),
        (
            7,
            "leave",
            "Enter the practice’s code, like Z99001, or part of its name. No open GP practice was found",
        ),
        (8, "add", ""),
        (9, "leave", "Might be the same person as row 8. Keep one of them"),
    ]
    assert not Participant.objects.exists()
    assert not Referral.objects.exists()


def a_known_person(**changed) -> Participant:
    known = {
        "given_name": "Ada", "family_name": "O’Brien", "date_of_birth": date(1958, 3, 27), "nhs_number": "9990000018",
        "phone": "+447700900123", "email": "ada@home.example", "postcode": "GL1 2AB",
    }  # fmt: skip
    return PersonFactory(**known | changed)


def test_an_officer_can_say_that_a_row_is_someone_else_but_not_of_the_dead(cast):
    person = a_known_person(nhs_number="")
    officer, no_number = sign_in(Client(), cast.officer), [*ADA[:3], "", *ADA[4:]]
    sheet = checked(cast, no_number)
    assert found(sheet)[0][1] == "leave"
    button = reverse("admin:referrals_spreadsheet_someone_else", args=[sheet.pk, 2])
    page = officer.get(reverse("admin:referrals_spreadsheet_change", args=[sheet.pk]))
    assert button in page.content.decode()
    officer.post(button)
    sheet.refresh_from_db()
    assert found(sheet) == [(2, "add", "")]
    Participant.objects.filter(pk=person.pk).update(died_at=NOW)
    services.match(sheet=sheet, chosen=sheet.columns, by=cast.officer, now=NOW)
    sheet.refresh_from_db()
    assert found(sheet)[0][1] == "leave"
    with pytest.raises(services.NothingToAdd):
        services.someone_else(sheet=sheet, row=2, by=cast.officer, now=NOW)


@pytest.mark.parametrize("status", ["withdrawn", "declined", "left_early", "closed", "completed", "died"])
def test_who_left_objected_or_finished_is_never_brought_back(cast, status):
    referral = ReferralFactory(participant=a_known_person(), status=status)
    sheet = checked(cast, ADA)
    ((row, kind, words),) = found(sheet)
    assert (row, kind) == (2, "leave")
    assert "Was here before" in words
    with pytest.raises(services.NothingToAdd):
        services.press(sheet=sheet, by=cast.officer, now=NOW)
    assert Referral.objects.get() == referral


def test_who_died_is_never_brought_back_by_number_or_by_name(cast):
    person = a_known_person()
    Participant.objects.filter(pk=person.pk).update(died_at=NOW)
    sheet = checked(cast, ADA)
    assert found(sheet) == [(2, "leave", "We were told that this person has died. Nothing is changed")]
    by_name = checked(cast, [*ADA[:3], "", *ADA[4:]])
    assert found(by_name)[0][1] == "leave"
    assert "Might be Ada O’Brien" in found(by_name)[0][2]


def test_a_column_never_lifts_a_hold_or_sets_a_clearance(cast):
    person = a_known_person(email="old@home.example")
    referral = ReferralFactory(participant=person, status="waiting", opted_in_at=NOW)
    hold = SafetyHold.objects.create(
        referral=referral, why="officer", words="Fell", put_on_at=NOW, put_on_by=cast.officer
    )
    asked = Clearance.objects.create(referral=referral, because="Ticked", asked_at=NOW)
    headings = [*HEADINGS, "Cleared", "Hold lifted", "Status"]
    sheet = imported(cast, [*ADA, "yes", "yes", "active"], headings=headings)
    assert (sheet.state, sheet.to_add, sheet.to_note) == ("done", 0, 1)
    for each in (hold, asked, referral, person):
        each.refresh_from_db()
    assert (hold.lifted_at, asked.cleared_at, referral.status) == (None, None, "waiting")
    assert person.email == "old@home.example"
    assert list(person.differences.open().values_list("field", "value")) == [("email", "ada@home.example")]
    assert Referral.objects.count() == 1


def test_who_takes_part_is_spoken_to_first_and_stays_on_today_until_asked(cast):
    imported(cast, ADA, who="taking_part")
    referral = Referral.objects.get()
    assert Clearance.objects.get().because == services.SPEAK_FIRST
    assert SafetyFact.objects.get().code == SafetyFact.Code.SPEAK_FIRST
    panel = next(each for each in work_queue.registered() if each.name == "imported_to_ask")
    assert panel.load(NOW, 5)[0] == 1
    replies = {each.code: "no" for each in OWN.questions}
    self_assessment.record(referral=referral, replies=replies, now=NOW, taken_by=cast.officer)
    assert panel.load(NOW, 5)[0] == 0
    assert eligibility.blockers(referral)  # the clinician's lists and the clearance still stand in the way
    assert Clearance.objects.get().cleared_at is None


def test_a_press_after_something_changed_adds_no_one_and_shows_a_new_check(cast):
    sheet = checked(cast, ADA, BEN)
    services.press(sheet=sheet, by=cast.officer, now=NOW)
    a_known_person()
    ReferralFactory(participant=Participant.objects.get(), status="withdrawn")
    services.carry_out_pressed(now=NOW)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.problem, sheet.to_add) == ("checked", services.CHANGED, 1)
    assert Participant.objects.count() == 1
    assert not ImportedReferral.objects.exists()


def test_a_fault_in_the_middle_leaves_nothing_half_done(cast, monkeypatch):
    sheet = checked(cast, *many(450))
    services.press(sheet=sheet, by=cast.officer, now=NOW)
    said = []

    def fall(pk: int, done: int) -> None:
        said.append(done)
        if len(said) == 2:
            raise RuntimeError("the worker fell")

    monkeypatch.setattr(services, "_say", fall)
    with pytest.raises(RuntimeError):
        services.carry_out_pressed(now=NOW)
    sheet.refresh_from_db()
    assert said == [200, 400]
    assert (sheet.state, sheet.problem) == ("checked", services.FAILED)
    assert not Participant.objects.exists()
    assert not Referral.objects.exists()
    assert not StatusChange.objects.exists()


def many(number: int) -> list[list[str]]:
    def letters(n: int) -> str:
        return "".join(chr(97 + int(digit)) for digit in f"{n:05d}")

    return [
        [f"Ada{letters(n)}", f"Marsh{letters(n)}", (date(1950, 1, 1) + timedelta(days=n)).isoformat(), "", "",
         f"p{n}@home.example", f"GL{n % 90 + 1} {n % 9 + 1}AB", ""]
        for n in range(number)
    ]  # fmt: skip


def test_a_thousand_rows_take_under_twenty_seconds(cast, django_assert_max_num_queries):
    started = time.monotonic()
    sheet = checked(cast, *many(1000))
    services.press(sheet=sheet, by=cast.officer, now=NOW)
    with django_assert_max_num_queries(120):
        services.carry_out_pressed(now=NOW)
    assert time.monotonic() - started < 20
    assert Referral.objects.waiting().count() == 1000
    assert not Message.objects.exists()


def test_headings_are_remembered_and_personal_data_is_sealed(cast):
    headings = ["Blue", "Green", "Red", *HEADINGS[3:]]
    sheet = received(cast, as_csv(ADA, headings=headings))
    assert b"Brien" not in bytes(sheet.content)
    chosen = columns.guess(headings) | {"given_name": 0, "family_name": 1, "date_of_birth": 2}
    services.match(sheet=sheet, chosen=chosen, by=cast.officer, now=NOW)
    sheet.refresh_from_db()
    assert b"Brien" not in bytes(sheet.verdicts)
    assert columns.guess(["blue ", "GREEN"]) == {"given_name": 0, "family_name": 1}
    assert SpreadsheetColumn.objects.get(heading="red").column == "date_of_birth"


def test_an_officer_goes_the_whole_way_with_a_workbook(cast):
    officer = sign_in(Client(), cast.officer)
    assert reverse("admin:referrals_spreadsheet_add") == SPREADSHEETS
    rows = [[*ADA[:2], date(1958, 3, 27), 9990000018, 7700900123, *ADA[5:]], BEN]
    book = tablib.Dataset(*rows, headers=HEADINGS).export("xlsx")
    about = {
        "who": "waiting",
        "organisation": "z99001",
        "source": "List",
        "lawful_basis": "Direct care",
        "pain": "on",
    }
    answer = officer.post(SPREADSHEETS, {**about, "file": SimpleUploadedFile("list.xlsx", book)})
    sheet = Spreadsheet.objects.get()
    match = reverse("admin:referrals_spreadsheet_columns", args=[sheet.pk])
    assert answer["Location"] == match
    page = officer.get(match).content.decode()
    assert "A: Forename (like Ada)" in page
    answer = officer.post(
        match, {code: str(place) for code, place in columns.guess(HEADINGS).items()}, follow=True
    )
    page = answer.content.decode()
    assert "Add 2 people" in page
    assert "No one gets a message." in page
    press = reverse("admin:referrals_spreadsheet_press", args=[sheet.pk])
    assert officer.post(press, follow=True)["Refresh"] == "3"
    services.carry_out_pressed(now=timezone.now())
    page = officer.get(reverse("admin:referrals_spreadsheet_change", args=[sheet.pk])).content.decode()
    assert "2 people added." in page
    assert sheet.sha256 in page
    assert Participant.objects.get(nhs_number="9990000018").phone == "+447700900123"
    referral = Referral.objects.first()
    page = officer.get(reverse("admin:referrals_referral_change", args=[referral.pk])).content.decode()
    assert "Not asked" in page
    assert "Not recorded" in page
    assert "Waiting for a clinician<" not in page
    assert officer.get(reverse("admin:referrals_spreadsheet_changelist")).status_code == 200
