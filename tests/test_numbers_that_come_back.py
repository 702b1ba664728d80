"""After a restore numbers are given out again: nothing that was worked out from one may lead to somebody else (adr/0023)."""

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts.models import Membership, User
from accounts.roles import CLINICIAN_ADMIN
from accounts.tests.factories import OfficerFactory, sign_in
from core.nonces import Nonced, key_of, name_of, nonce_of, number_in
from messaging.channels.base import reference_of
from messaging.content.opt_out_links import token_of
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.letters import codes
from messaging.letters import services as letters
from messaging.models import Message, OptOut
from messaging.opt_outs import services as opt_outs
from messaging.outbox import queue as outbox
from messaging.tests.letters.test_services import by_post
from outcomes.models import FormLink
from participants.models import Participant
from participants.personal_links.links import Link
from participants.tests.factories import PersonFactory
from referrals.models import ReferralDraft, SafetyLink
from referrals.self_assessment import services as self_assessment
from referrals.tests.submission.test_drafts import PERSON
from referrals.tests.submission.test_drafts import page as page_of_a_draft
from sessions.models import AnswerLink, Attendance, Cohort, OfferLink, WaitingLink
from sessions.reminders import scheduling
from sessions.tests import factories as make
from sessions.tests.factories import NOW
from sessions.tests.schedule_changes.changing import heard, move
from sessions.waiting_list import services as waiting_list
from tests.restored import lost

pytestmark = pytest.mark.django_db
PHONE = "01632 960 123"
DAY = timedelta(days=1)
ROOT = Path(__file__).parent.parent


# --- One of each link, made by whatever makes it in earnest ------------------------------------------------------------


def answer(cohort: Cohort, person: Participant) -> AnswerLink:
    return make.attendance(make.placed(cohort, person=person), 1).link


def offer(cohort: Cohort, person: Participant) -> OfferLink:
    return OfferLink.objects.get(place=make.offered(cohort, person=person))


def on_the_list(cohort: Cohort, person: Participant) -> WaitingLink:
    referral = make.waiting(person=person, opted_in_at=NOW - 27 * DAY)
    assert waiting_list.queue_still_on_list(now=NOW) == 1
    return WaitingLink.objects.get(referral=referral)


def own_safety(cohort: Cohort, person: Participant) -> SafetyLink:
    self_assessment.ask_when_waiting(referral=make.waiting(person=person), now=NOW)
    return SafetyLink.objects.get(referral__participant=person)


def form(cohort: Cohort, person: Participant) -> FormLink:
    attendance = make.attendance(make.placed(cohort, person=person), 1)
    FormLink.make_missing(until={attendance.pk: NOW + 20 * DAY}, now=NOW)
    return FormLink.objects.get(attendance=attendance)


MAKERS: dict[type[Link], tuple[Callable[[Cohort, Participant], Link], str]] = {
    AnswerLink: (answer, "sessions:answer"),
    OfferLink: (offer, "offers:offer"),
    WaitingLink: (on_the_list, "waiting:waiting"),
    SafetyLink: (own_safety, "own_safety:questions"),
    FormLink: (form, "outcomes:feedback"),
}
EACH = pytest.mark.parametrize(("maker", "page"), MAKERS.values(), ids=[each.PURPOSE for each in MAKERS])


def test_every_kind_of_link_is_tried_here():
    assert set(MAKERS) == {each for each in Link.__subclasses__() if not each._meta.abstract}


@EACH
def test_a_link_does_not_open_the_page_of_whoever_has_its_number_after_a_restore(
    maker, page, cohort, client: Client
):
    with lost():
        old = maker(cohort, PersonFactory(given_name="Zed"))
        lead, number = old.token, old.pk
    new = maker(cohort, PersonFactory(given_name="Quenby", date_of_birth="1950-02-03"))
    assert new.pk == number, "else this shows nothing"
    with travel(NOW + timedelta(minutes=5), tick=False):
        response = client.get(reverse(page, kwargs={"token": lead}))
        opened = client.get(reverse(page, kwargs={"token": new.token}))
    assert (response.status_code, opened.status_code) == (404, 200)
    assert "Quenby" not in response.content.decode()


@EACH
def test_the_page_of_a_link_that_is_over_or_never_was_says_whom_to_call(maker, page, cohort, client: Client):
    link = maker(cohort, PersonFactory())
    for token, moment, status in (
        ("A" * 43, NOW, 404),
        (link.token, link.expires_at, 410),
    ):
        with travel(moment, tick=False):
            response = client.get(reverse(page, kwargs={"token": token}))
        assert response.status_code == status
        assert f'href="tel:{PHONE.replace(" ", "")}">{PHONE}' in response.content.decode()
    type(link).objects.filter(pk=link.pk).update(revoked_at=NOW)
    with travel(NOW, tick=False):
        response = client.get(reverse(page, kwargs={"token": link.token}))
    assert response.status_code == 410
    assert PHONE in response.content.decode()


@EACH
def test_a_link_has_the_same_address_each_time_and_after_its_key_was_changed(maker, page, cohort, settings):
    link = maker(cohort, PersonFactory())
    token, table = link.token, type(link).objects
    assert table.get(pk=link.pk).token == token
    settings.LINK_KEY_FALLBACKS, settings.LINK_KEY = [settings.LINK_KEY], "the key of today"
    assert table.get(pk=link.pk).token == token
    assert table.find(token) == link
    newer = maker(make.cohort(start_time=make.SIX_PM.replace(hour=9)), PersonFactory())
    settings.LINK_KEY_FALLBACKS = []
    assert table.get(pk=newer.pk).token == newer.token, "new links need no key but that of today"
    assert table.get(pk=link.pk).token != token


# --- The press that stops messages, and the code of a letter ----------------------------------------------------------


def test_a_stop_link_stops_nobody_elses_messages_after_a_restore(client: Client):
    with lost():
        old = PersonFactory()
        path, number = reverse("optional:stop", args=[old.pk, token_of(old)]), old.pk
    new = PersonFactory()
    assert new.pk == number, "else this shows nothing"
    response = client.get(path)
    pressed = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, pressed.status_code, OptOut.objects.count()) == (404, 404, 0)
    assert PHONE in response.content.decode()
    assert client.get(reverse("optional:stop", args=[new.pk, token_of(new)])).status_code == 200


def test_a_stop_link_goes_on_working_when_its_key_was_changed(settings):
    person = PersonFactory()
    token = token_of(person)
    settings.LINK_KEY_FALLBACKS, settings.LINK_KEY = [settings.LINK_KEY], "the key of today"
    assert token_of(person) != token
    assert opt_outs.holder_of(person.pk, token) == opt_outs.holder_of(person.pk, token_of(person)) == person
    settings.LINK_KEY_FALLBACKS = []
    assert opt_outs.holder_of(person.pk, token) is None


def placed_by_post(cohort: Cohort, **details) -> Message:
    place = make.placed(cohort, person=by_post(**details))
    letter = Message.objects.get(kind="placed", subject_id=place.pk)
    letters.print_letters(message_ids=[letter.pk], by=OfficerFactory(), now=NOW)
    return letter


def test_the_code_of_a_letter_leads_to_nobody_else_after_a_restore(cohort):
    with lost():
        old = placed_by_post(cohort)
        code = codes.code_of(old)
    new = placed_by_post(cohort)
    assert new.pk == old.pk, "else this shows nothing"
    assert codes.path_of(code, NOW) == ""
    assert codes.path_of(codes.code_of(new), NOW) == f"/s/{AnswerLink.objects.earliest('pk').token}/"


def test_the_code_of_a_letter_stays_when_its_key_was_changed(cohort, settings):
    letter = placed_by_post(cohort)
    code = codes.code_of(letter)
    settings.LINK_KEY_FALLBACKS, settings.LINK_KEY = [settings.LINK_KEY], "the key of today"
    again = Message.objects.get(pk=letter.pk)
    assert codes.code_of(again) == code
    letters.print_letters(message_ids=[letter.pk], by=OfficerFactory(), now=NOW)
    assert codes.code_of(Message.objects.get(pk=letter.pk)) == code
    assert codes.path_of(code, NOW)


def test_a_browser_that_proved_a_date_of_birth_has_proved_it_for_no_later_link_of_this_number(
    cohort, client: Client
):
    def opened(link: SafetyLink) -> str:
        with travel(NOW, tick=False):
            return client.get(reverse("own_safety:questions", args=[link.token])).content.decode()

    with lost(), travel(NOW, tick=False):
        old = own_safety(cohort, PersonFactory(date_of_birth="1966-03-27"))
        born = {"proof_date_day": 27, "proof_date_month": 3, "proof_date_year": 1966}
        client.post(reverse("own_safety:questions", args=[old.token]), born)
        assert "What is your date of birth?" not in opened(old)
    new = own_safety(cohort, PersonFactory(date_of_birth="1950-02-03"))
    assert new.pk == old.pk, "else this shows nothing"
    assert "What is your date of birth?" in opened(new)


def test_what_a_browser_sends_is_kept_as_nobody_elses_draft_after_a_restore(cast, client: Client):
    def somebody(name: str) -> User:
        user = User.objects.create(email=f"{name}@riverbank.example", name=name, joined_at=NOW)
        Membership.objects.create(
            user=user, organisation=cast.riverbank, role=CLINICIAN_ADMIN, started_at=NOW
        )
        return user

    with lost():
        old = somebody("Zed")
        sign_in(client, old)
        assert client.get(page_of_a_draft(uuid4())).status_code == 200
        client.cookies.pop("sessionid")
        client.post(page_of_a_draft(uuid4()), PERSON)
        assert ReferralDraft.objects.get().user == old, "in the time before, it is kept"
    new = somebody("Quenby")
    assert new.pk == old.pk, "else this shows nothing"
    client.post(page_of_a_draft(uuid4()), PERSON)
    assert not ReferralDraft.objects.exists()


# --- Messages ----------------------------------------------------------------------------------------------------------


def test_the_message_of_a_number_that_came_back_is_another_one_and_is_sent(cohort, smtp_sink):
    with lost():
        gone = make.placed(cohort)
        assert worker.drain(now=NOW).outcomes == {Message.State.SENT: 1}
        before = {message.key for message in Message.objects.all()}
    place = make.placed(cohort)
    assert place.pk == gone.pk, "else this shows nothing"
    scheduling.queue_due_reminders(now=NOW)  # a sweep finds the keys again
    worker.drain(now=NOW)
    after = {message.key for message in Message.objects.all()}
    assert len(after) == len(before) > 2
    assert not after & before
    assert not {reference_of(key) for key in after} & {reference_of(key) for key in before}
    assert len({mail["Message-ID"] for mail in smtp_sink.mails}) == len(smtp_sink.mails) == 2
    assert Message.objects.get(kind="placed").state == Message.State.SENT


def rows_with(name: str) -> list[ast.Call]:
    """The calls in our own code that promise a message: each with its key."""
    found = []
    for path in sorted(ROOT.glob("[a-z]*/**/*.py")):
        if {"tests", "migrations", "node_modules", "bench"} & set(path.relative_to(ROOT).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name == getattr(
                node.func, "attr", getattr(node.func, "id", "")
            ):
                found.append(node)
    return found


# Those that are not written where they are used: by the database, from another message's, from a list made before.
ELSEWHERE = {
    "key",  # sessions.reminders.scheduling, in SQL; accounts.notify, which passes on
    "keys[each.pk]",  # referrals.screening.clinician_requests
    "key(kind, place, change)",  # sessions.schedule_changes.recipients
    "f'{message.key.partition(post.BY)[0]}{post.BY}{channel}'",
    "f'{original.key}:copy'",
    "promise.key",
}


@pytest.mark.parametrize("name", ["queue", "Promise", "tell", "promise", "Message"])
def test_every_key_names_a_row_and_not_its_number_alone(name):
    calls = rows_with(name)
    assert calls
    for call in calls:
        for key in (each.value for each in call.keywords if each.arg == "key"):
            if ast.unparse(key) in ELSEWHERE:
                continue
            assert ast.unparse(key).startswith("key_of("), ast.unparse(key)
            rows = [arg for arg in key.args[1:] if isinstance(arg, ast.Name)]
            assert rows, f"{ast.unparse(key)} names no row"


def test_a_key_is_the_old_one_for_a_row_older_than_nonces():
    person = PersonFactory()
    assert key_of("note", person, 3, "x") == f"note:{person.pk}.{person.nonce}:3:x"
    assert number_in(name_of(person)) == person.pk
    Participant.objects.filter(pk=person.pk).update(nonce=None)
    person.refresh_from_db()
    assert key_of("note", person, 3, "x") == f"note:{person.pk}:3:x"
    assert number_in(name_of(person)) == person.pk


def test_a_row_that_was_not_read_back_gives_no_key():
    for unread in (User(), User(pk=7)):
        with pytest.raises(ValueError, match="no nonce of its own yet"):
            nonce_of(unread)


def test_the_longest_key_fits_with_all_that_is_added_to_it():
    long = key_of("x" * 40, *[_row() for _ in range(2)])
    assert len(f"{long}:by:notify_email:copy") <= Message._meta.get_field("key").max_length


def _row() -> Nonced:
    row = Attendance(pk=2**40)
    row.nonce = PersonFactory().nonce
    return row


def test_history_keeps_no_nonce():
    from django.apps import apps

    for model in apps.get_models():
        if re.search("Event$", model.__name__):
            assert "nonce" not in {field.name for field in model._meta.fields}, model


def test_what_is_sent_another_way_has_a_key_of_its_own():
    person = PersonFactory()
    message = Message(key=key_of("note", person), kind="note", expires_at=NOW)
    assert outbox.another_way(message, person, "phone").key == f"note:{name_of(person)}:by:phone"


@pytest.mark.parametrize(
    "kind", ["placed", "reminder_day", "session_moved", "session_cancelled", "offer_changed"]
)
@pytest.mark.parametrize("added", [":copy", ":by:phone", ":by:letter:copy"])
def test_a_copy_and_what_is_sent_another_way_are_due_as_long_as_the_message_is(kind, added, cohort):
    told = _told(kind, cohort)
    it = Message.objects.filter(pk=told.pk)
    assert it.filter(kinds.still_due(it, NOW)).exists()
    it.update(key=told.key + added)
    assert it.filter(kinds.still_due(it, NOW)).exists()
    assert kinds.get(kind).context(it.get(), NOW), "which change it tells stands in its key"


def _told(kind: str, cohort: Cohort) -> Message:
    (make.offered if kind == "offer_changed" else make.placed)(cohort)
    scheduling.queue_due_reminders(now=NOW)
    if kind not in ("placed", "reminder_day"):
        heard("placed", "offer")
    if kind == "session_cancelled":
        make.cancelled(cohort, 2)
    elif kind in ("session_moved", "offer_changed"):
        move(cohort, 1, make.FIRST_DAY + DAY)
    return Message.objects.filter(kind=kind).earliest("pk")
