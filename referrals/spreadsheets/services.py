"""From an uploaded list to referrals: received, matched, checked, and added by one press, all of it or nothing.

Nothing here queues a message or asks for one to be sent. People come with the same gates as by a referral: the safety
lists stand unanswered, and who takes part already is to be spoken to first.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from uuid import uuid4

from django.db import IntegrityError, connection, connections, transaction

from accounts.models import Organisation, User
from accounts.professions import ADMINISTRATOR, Profession
from core.dates import LONDON, day
from core.encryption import CannotBeOpened
from core.errors import Busy, Refused, refusing
from participants.identity import services as people
from participants.models import Participant
from referrals import references, safety
from referrals.models import (
    ImportedReferral,
    Referral,
    SafetyAnswer,
    Spreadsheet,
    StatusChange,
)
from referrals.screening import services as screening
from referrals.spreadsheets import checking, columns, reading
from referrals.spreadsheets.checking import ADD, LEAVE, NOTE, Verdict
from referrals.spreadsheets.columns import EMAIL, PHONE
from referrals.statuses import Status

State, Who = Spreadsheet.State, Spreadsheet.Who
AT_ONCE = 200  # rows between two words about the progress
SPEAK_FIRST = "Takes part already, and came in a spreadsheet"
CHANGED = "Something changed since the check, so no one was added. Look at the new check, then add them."
FAILED = "Something went wrong, so no one was added. Check the file again."


class NotThere(Refused):
    sentence = "The rows of this file are no longer here. Upload it again."


class NotChecked(Refused):
    sentence = "Match the columns and look at the check first."


class NothingToAdd(Refused):
    sentence = "There is no one to add in this file."


def receive(
    *,
    data: bytes,
    name: str,
    organisation: Organisation,
    who: str,
    source: str,
    lawful_basis: str,
    by: User,
    now: datetime,
) -> Spreadsheet:
    """Read a file and keep its cells sealed until they are added; the file is not kept. Raises reading.Unreadable."""
    sheet = reading.read(data, name)
    kept = Spreadsheet(
        by=by,
        uploaded_at=now,
        sha256=hashlib.sha256(data).hexdigest(),
        source=source,
        lawful_basis=lawful_basis,
        who=who,
        organisation=organisation,
    )
    kept.content = kept.sealed([sheet.headings, sheet.rows])
    kept.save()
    return kept


def contents(sheet: Spreadsheet) -> tuple[list[str], list[checking.Row]]:
    """The headings and the rows. Raises NotThere."""
    try:
        opened = sheet.opened(sheet.content)
    except CannotBeOpened:
        opened = None
    if opened is None:
        raise NotThere
    headings, rows = opened
    return headings, [(number, cells) for number, cells in rows]


def verdicts(sheet: Spreadsheet) -> list[Verdict]:
    """What the check found, without the facts; none before it, and none when the rows are gone."""
    try:
        return [Verdict(*each) for each in sheet.opened(sheet.verdicts) or []]
    except CannotBeOpened:
        return []


@transaction.atomic
def match(*, sheet: Spreadsheet, chosen: Mapping[str, int], by: User, now: datetime) -> list[Verdict]:
    """Say which column is what, remember it for the next file, and check every row. Raises NotThere."""
    locked = _locked(sheet)
    if locked.state not in (State.RECEIVED, State.CHECKED):
        raise NotThere
    headings, rows = contents(locked)
    columns.remember(headings, chosen)
    locked.columns = dict(chosen)
    return _check(locked, rows, now)


@transaction.atomic
def someone_else(*, sheet: Spreadsheet, row: int, by: User, now: datetime) -> None:
    """An officer says that this row is not the person whom it looks like; every row is checked again.

    Raises NotThere, and NothingToAdd for a row of which nobody can say so.
    """
    locked = _locked(sheet)
    if locked.state != State.CHECKED:
        raise NotThere
    if not any(each.row == row and each.may_be_other for each in verdicts(locked)):
        raise NothingToAdd
    locked.although = sorted({*locked.although, row})
    _check(locked, contents(locked)[1], now)


def _check(
    locked: Spreadsheet, rows: Sequence[checking.Row], now: datetime, problem: str = ""
) -> list[Verdict]:
    found = checking.check(sheet=locked, rows=rows, now=now)
    locked.verdicts = locked.sealed([each.kept() for each in found])
    locked.state, locked.problem, locked.done = State.CHECKED, problem, 0
    kinds = [each.kind for each in found]
    locked.to_add, locked.to_note, locked.left_out = kinds.count(ADD), kinds.count(NOTE), kinds.count(LEAVE)
    locked.save()
    return found


@transaction.atomic
def press(*, sheet: Spreadsheet, by: User, now: datetime) -> None:
    """Add everybody whom the check found; a worker does it. A second press changes nothing.

    Raises NotThere, NotChecked, NothingToAdd.
    """
    locked = _locked(sheet)
    if locked.state in (State.ASKED, State.DONE):
        return
    if locked.state == State.DELETED:
        raise NotThere
    if locked.state != State.CHECKED:
        raise NotChecked
    if not locked.to_add + locked.to_note:
        raise NothingToAdd
    locked.state, locked.pressed_at, locked.pressed_by, locked.problem = State.ASKED, now, by, ""
    locked.done = 0
    locked.save()


def carry_out_pressed(*, now: datetime) -> int:
    """Add the people of each file that was pressed; how many files. A worker that died leaves its file to the next."""
    done = 0
    for pk in list(Spreadsheet.objects.asked().values_list("pk", flat=True)):
        try:
            done += _carry_out(pk, now)
        except (Refused, IntegrityError):  # another officer was quicker with one of these people
            _failed(pk, CHANGED, now)
        except Exception:
            _failed(pk, FAILED, now)
            raise
    return done


def _carry_out(pk: int, now: datetime) -> bool:
    """All of one file in one transaction, one file at a time in the whole service."""
    with refusing(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('spreadsheet'))")
        if not cursor.fetchone()[0]:
            return False
        sheet = Spreadsheet.objects.select_related("organisation", "pressed_by").get(pk=pk)
        if sheet.state != State.ASKED:
            return False
        _, rows = contents(sheet)
        found = checking.check(sheet=sheet, rows=rows, now=now)
        if [each.kept() for each in found] != sheet.opened(sheet.verdicts):
            _check(sheet, rows, now, CHANGED)
            return False
        adding = [each for each in found if each.kind == ADD]
        for start in range(0, len(adding), AT_ONCE):
            _add(sheet, adding[start : start + AT_ONCE], now)
            _say(pk, start + AT_ONCE)
        _note(sheet, [each for each in found if each.kind == NOTE], now)
        sheet.state, sheet.settled_at, sheet.done = State.DONE, now, len(adding)
        sheet.content = sheet.verdicts = None
        sheet.save()
    return True


def _failed(pk: int, words: str, now: datetime) -> None:
    """Back to the check, as it stands now."""
    with transaction.atomic():
        sheet = _locked(Spreadsheet(pk=pk))
        if sheet.state != State.ASKED:
            return
        try:
            _check(sheet, contents(sheet)[1], now, words)
        except NotThere:  # sealed with a key that is gone
            Spreadsheet.objects.filter(pk=pk).forget()


def _say(pk: int, done: int) -> None:
    """How far it is, by a connection of its own: what the running transaction writes nobody else can see yet."""
    aside = connections.create_connection("default")
    try:
        with aside.cursor() as cursor:
            cursor.execute("UPDATE referrals_spreadsheet SET done = %s WHERE id = %s", [done, pk])
    finally:
        aside.close()


def _add(sheet: Spreadsheet, adding: list[Verdict], now: datetime) -> None:
    """These people, their referrals, and what each referral has from its first day."""
    by, took_part = _presser(sheet), sheet.who == Who.TAKING_PART
    persons = _persons(sheet, adding, now)
    referrals = [
        Referral(
            reference=reference,
            submission_key=uuid4(),
            participant=person,
            organisation=sheet.organisation,
            submitted_by=by,
            submitted_at=now,
            referrer_name=by.name[:150],
            referrer_role=Profession.OTHER,
            pain_three_months=True,
            agreed_on=each.facts["agreed_on"],
            note=each.facts["note"],
            told_given_name=each.facts["given_name"],
            told_family_name=each.facts["family_name"],
            told_preferred_name=each.facts["preferred_name"],
            told_date_of_birth=each.facts["date_of_birth"],
            told_nhs_number=each.facts["nhs_number"],
            told_email=each.facts["email"],
            told_phone=each.facts["phone"],
            told_postcode=each.facts["postcode"],
            status=Status.WAITING,
            status_at=now,
            opted_in_at=_waits_from(each, now),
        )
        for each, person, reference in zip(adding, persons, _free_references(len(adding)), strict=True)
    ]
    Referral.objects.bulk_create(referrals)
    ImportedReferral.objects.bulk_create(
        ImportedReferral(referral=referral, spreadsheet=sheet, row=each.row, imported_at=now)
        for each, referral in zip(adding, referrals, strict=True)
    )
    StatusChange.objects.bulk_create(
        StatusChange(
            referral=referral,
            to_status=Status.WAITING,
            at=now,
            by=by,
            words=f"Came from a list. Waiting since {day(referral.opted_in_at)}.",
        )
        for referral in referrals
    )
    SafetyAnswer.objects.bulk_create(
        SafetyAnswer(
            referral=referral,
            question_set=asked.code,
            version=asked.version,
            wording=asked.wording(),
            unanswered=True,
            answered_at=now,
            answered_by=by,
            answered_as=ADMINISTRATOR,
        )
        for referral in referrals
        for asked in safety.QUESTION_SETS
    )
    if took_part:
        screening.ask_all_for_clearance(referrals=referrals, because=SPEAK_FIRST, now=now)


def _presser(sheet: Spreadsheet) -> User:
    """Who answers for this import: whoever pressed."""
    return sheet.pressed_by or sheet.by


def _persons(sheet: Spreadsheet, adding: list[Verdict], now: datetime) -> list[Participant]:
    """The person of each row: new, but for those who were here without a referral."""
    new = people.add_many(told=[_known_of(each) for each in adding if each.person is None], now=now)
    known = people.lock_participants([each.person for each in adding if each.person is not None])
    fresh = iter(new)
    found = [next(fresh) if each.person is None else known[each.person] for each in adding]
    for each, person in zip(adding, found, strict=True):
        if each.person is not None:
            _differences(sheet, each, person, now)
    return found


def _known_of(verdict: Verdict) -> dict[str, object]:
    facts = verdict.facts
    names = (
        "given_name", "family_name", "preferred_name", "date_of_birth",
        "nhs_number", "email", "phone", "postcode", "practice",
    )  # fmt: skip
    return {name: facts[name] for name in names} | {
        "preferred_contact": facts["preferred_contact"] or (EMAIL if facts["email"] else PHONE),
        "message_safe": bool(facts["message_safe"]),
    }


def _note(sheet: Spreadsheet, noting: list[Verdict], now: datetime) -> None:
    known = people.lock_participants([each.person for each in noting if each.person is not None])
    for each in noting:
        if each.person is not None:
            _differences(sheet, each, known[each.person], now)


def _differences(sheet: Spreadsheet, verdict: Verdict, person: Participant, now: datetime) -> None:
    people.tell_differently(
        person=person,
        told=checking.told(verdict.facts),
        organisation=sheet.organisation,
        by=_presser(sheet),
        now=now,
    )


def _waits_from(verdict: Verdict, now: datetime) -> datetime:
    since = verdict.facts["waiting_since"] or verdict.facts["agreed_on"]
    return datetime.combine(since, time(), LONDON) if since else now


def _free_references(number: int) -> Iterator[str]:
    """As many references as these that nobody has; the database still says whether each is free."""
    drawn: set[str] = set()
    while len(drawn) < number:
        more = {references.random_reference() for _ in range(number - len(drawn))}
        drawn |= more - set(Referral.objects.filter(reference__in=more).values_list("reference", flat=True))
    return iter(drawn)


@transaction.atomic
def delete(*, sheet: Spreadsheet) -> None:
    """An officer does not want it: its rows go, and what it was stays. Raises Busy while its people are being added."""
    locked = _locked(sheet)
    if locked.state == State.ASKED:
        raise Busy
    Spreadsheet.objects.filter(pk=locked.pk).forget()


def _locked(sheet: Spreadsheet) -> Spreadsheet:
    return Spreadsheet.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=sheet.pk)
