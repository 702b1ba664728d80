"""Officers' words: who is written to in which, versions, and the pages where they are made."""

import html
import threading
import uuid

import pytest
from django.db import DatabaseError, connections, transaction
from django.urls import reverse

from accounts.tests.factories import OfficerFactory, UserFactory, sign_in
from messaging.content import rendering, validation
from messaging.content.wordings import Variant, Words
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.models import Message, Wording, WordingTest
from messaging.tests.conftest import NOON, fresh
from messaging.wording_editor import services as wording_editor
from participants.models import Readiness
from participants.needs import services as needs
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
TEXT = "Dear {name},\n\nYour own page:\n\n{link}\n\n{phone}"
LIST = "/admin/messaging/message/words/"


def keep(
    officer, *, subject="New words", text=TEXT, seen=0, language="en", variant=Variant.STANDARD, kind="worded"
):
    words = Words(subject, text, language=language, variant=variant)
    return wording_editor.save(kind=kinds.get(kind), words=words, seen=seen, by=officer, now=NOON)


def sent(message: Message) -> Message:
    worker.drain(now=NOON)
    return fresh(message)


def part(smtp_sink, kind: str) -> str:
    return smtp_sink.mails[-1].get_body((kind,)).get_content()


# --- Which words somebody gets ---------------------------------------------------------------------------------------


def test_a_message_is_written_in_the_words_that_hold_when_it_goes(desk, smtp_sink, officer):
    first = sent(desk.queue(kind="worded"))
    assert (first.wording_version, first.wording_language, first.wording_variant) == (0, "en", "standard")
    later = desk.queue(kind="worded", participant=PersonFactory(given_name="{link}"))
    keep(officer)
    later = sent(later)
    assert (later.wording_version, later.rendered_subject) == (1, "New words")
    assert later.rendered_text.startswith("Dear {link},")
    assert later.rendered_text.count("[personal link]") == 1
    assert "token-of" not in later.rendered_text
    assert f"/s/token-of-{later.subject_id}/" in part(smtp_sink, "plain")


def test_words_that_are_taken_back_let_the_ones_before_them_hold(desk, smtp_sink, officer):
    keep(officer, subject="One")
    second = keep(officer, subject="Two", seen=1)
    assert wording_editor.take_back(wording_id=second.pk, by=officer, now=NOON)
    assert not wording_editor.take_back(wording_id=second.pk, by=officer, now=NOON)
    assert sent(desk.queue(kind="worded")).rendered_subject == "One"
    assert keep(officer, subject="Three", seen=2).version == 3


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("pl", "", "pl standard"),
        ("pl", "sight", "pl large"),
        ("pl", "easyread", "pl standard"),
        ("", "sight", "en large"),
        ("ur", "", "en standard"),
        ("ur", "easyread", "en plain"),
        ("en", "", "en standard"),
    ],
)
def test_people_are_written_to_in_their_language_and_form_where_there_is_one(
    desk, officer, language, code, expected
):
    for words in ("en standard", "en large", "en plain", "pl standard", "pl large"):
        spoken, variant = words.split()
        keep(officer, subject=words, language=spoken, variant=variant)
    person = PersonFactory()
    if language:
        Readiness.objects.create(participant=person, language=language, asked_at=NOON, asked_by=officer)
    if code:
        needs.add_if_unknown(person=person, codes=[code], by=officer, now=NOON)
    mail = rendering.render_message(desk.queue(kind="worded", participant=person, channel="smtp"), NOON)
    assert mail.subject == expected
    assert ('lang="pl"' in mail.html) == (expected[:2] == "pl")


def test_fifty_messages_read_the_words_once(desk, smtp_sink, officer, django_assert_max_num_queries):
    keep(officer)
    keep(officer, language="pl")

    def cost(count: int) -> int:
        for _ in range(count):
            desk.queue(kind="worded")
        with django_assert_max_num_queries(500) as asked:
            worker.drain(now=NOON)
        read = [each["sql"] for each in asked.captured_queries if "messaging_wording" in each["sql"]]
        return len([sql for sql in read if sql.lstrip().upper().startswith("SELECT DISTINCT")])

    assert cost(3) == cost(50) == 1


# --- Versions --------------------------------------------------------------------------------------------------------


def test_a_version_is_written_once(desk, officer):
    row = keep(officer)
    for change in (
        lambda: Wording.objects.filter(pk=row.pk).update(text="Other"),
        lambda: Wording.objects.filter(pk=row.pk).delete(),
        lambda: Wording.objects.filter(pk=row.pk).update(
            text="Other", withdrawn_at=NOON, withdrawn_by=officer
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    wording_editor.take_back(wording_id=row.pk, by=officer, now=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Wording.objects.filter(pk=row.pk).update(withdrawn_at=None, withdrawn_by=None)


@pytest.mark.parametrize("seen", [0, 2, 7])
def test_words_begun_from_another_version_than_the_last_are_refused(desk, officer, seen):
    keep(officer)
    with pytest.raises(wording_editor.Overtaken) as refused:
        keep(officer, seen=seen)
    assert refused.value.newest.version == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_hears_of_the_other(desk):
    officer, heard, both = OfficerFactory(), [], threading.Barrier(4)

    def save(number: int) -> None:
        try:
            both.wait()
            keep(officer, subject=f"Of {number}")
        except wording_editor.Overtaken as overtaken:
            heard.append(overtaken.newest.version)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [1, 1, 1]
    assert Wording.objects.count() == 1


def test_codes_and_words_for_colleagues_are_not_an_officers_to_change(desk, officer):
    with pytest.raises(wording_editor.Fixed):
        keep(officer, kind="code")
    with pytest.raises(validation.Unfit):
        keep(officer, text="Hello {nobody}")
    assert not Wording.objects.exists()


# --- The pages -------------------------------------------------------------------------------------------------------

PAGE = f"{LIST}still_on_list/en/standard/"
WORDS = "Dear {first_name},\n\nyou are on our list since {since}.\n\n{link}\n\nRing {phone}."


def typed(**changes) -> dict:
    return {"subject": "Still on our list", "text": WORDS, "seen": "0", "key": str(uuid.uuid4()), **changes}


def test_an_officer_looks_at_new_words_and_keeps_them(office, officer):
    begun = office.get(PAGE).content.decode()
    assert "You joined it on {since}" in begun
    assert "the original words" in begun
    looked = office.post(PAGE, typed(step="look")).content.decode()
    assert "Check: " in looked
    for name in ("Síle O’Neill-D&#x27;Arcy", "Zoë 🌻", "Featherstonehaugh"):
        assert name in looked
    assert "[personal link]" in looked
    assert not Wording.objects.exists()
    kept = office.post(PAGE, typed(step="keep"), follow=True).content.decode()
    assert "Saved as version 1" in kept
    assert "you are on our list since {since}." in kept
    assert Wording.objects.get().written_by == officer
    back = reverse("admin:messaging_words_take_back", args=[Wording.objects.get().pk])
    assert "Withdraw version 1" in office.get(back).content.decode()
    assert "Version 1 withdrawn" in office.post(back, follow=True).content.decode()


def test_what_may_not_be_sent_stays_in_the_box_with_what_to_do(office):
    page = office.post(
        PAGE, typed(step="keep", text="Hello {frist_name} <b>", subject="Your pain")
    ).content.decode()
    assert "Did you mean {first_name}" in page
    assert "Take “pain” out of the subject" in page
    assert "Hello {frist_name} &lt;b&gt;" in page
    assert not Wording.objects.exists()
    for broken in ({"seen": "x"}, {"seen": "-1"}, {"key": "no"}, {"seen": "99999999999999999999"}):
        assert office.post(PAGE, typed(step="keep", **broken)).status_code == 200
    assert not Wording.objects.exists()


def test_whoever_was_overtaken_hears_by_whom_and_may_keep_theirs_next(office):
    other = OfficerFactory(name="Alex Ray")
    keep(other, kind="still_on_list", text=WORDS + " Theirs.")
    page = office.post(PAGE, typed(step="keep")).content.decode()
    assert "Alex Ray saved version 1" in page
    assert 'name="seen" value="1"' in page
    office.post(PAGE, typed(step="keep", seen="1"))
    assert Wording.objects.count() == 2


def test_a_test_goes_to_the_officer_once_and_to_nobody_else(office, officer, smtp_sink, settings):
    words = typed(step="test")
    office.post(PAGE, words)
    assert "already" in office.post(PAGE, words).content.decode()
    assert WordingTest.objects.count() == 1
    worker.drain()
    assert [mail["To"] for mail in smtp_sink.mails] == [officer.email]
    assert smtp_sink.mails[0]["Subject"] == "Test: Still on our list"
    assert "[personal link]" in part(smtp_sink, "plain")
    assert not Wording.objects.exists()


def test_the_list_says_what_is_missing_in_a_language_that_somebody_speaks(office, officer):
    for _ in range(2):
        Readiness.objects.create(participant=PersonFactory(), language="pl", asked_at=NOON, asked_by=officer)
    page = office.get(LIST).content.decode()
    assert "Polish (2 people)" in page
    assert "Original" in page
    assert "You cannot change codes and safety alerts" in page
    keep(officer, kind="still_on_list", text=WORDS, language="pl")
    page = office.get(f"{LIST}?language=pl").content.decode()
    assert page.count("Version 1") == 1
    forms = sum(bool(kind.placeholders) + bool(kind.texted) for kind in kinds.registered())
    assert page.count("Uses English") == forms - 1


def test_the_list_costs_the_same_however_much_is_written(office, officer, django_assert_max_num_queries):
    for seen in range(12):
        keep(officer, kind="still_on_list", text=WORDS, seen=seen)
    with django_assert_max_num_queries(12):
        office.get(LIST)
    with django_assert_max_num_queries(12):
        office.get(PAGE)


@pytest.mark.parametrize(
    "path",
    [
        "nothing/en/standard/",
        "sign_in_code/en/standard/",
        "still_on_list/xx/standard/",
        "still_on_list/other/standard/",
        "still_on_list/en/huge/",
        "0/take-back/",
        "?language=xx",
    ],
)
def test_what_is_not_there_is_not_found(office, path):
    assert office.get(LIST + path).status_code == 404


def test_only_officers_come_near(client):
    sign_in(client, UserFactory())
    assert client.get(PAGE).status_code in (302, 403, 404)
    assert client.post(PAGE, typed(step="keep")).status_code in (302, 403, 404)
    assert not Wording.objects.exists()


def test_a_mail_of_words_that_nobody_kept_is_a_page_of_its_own(office):
    page = office.post(f"{PAGE}mail/", typed())
    assert "sandbox" in page["Content-Security-Policy"]
    assert "Síle" in page.content.decode()
    assert office.post(f"{PAGE}mail/", typed(text="{x}")).status_code == 404
    assert office.get(f"{PAGE}mail/").status_code == 405


# --- Text messages ---------------------------------------------------------------------------------------------------

TEXTED = "/admin/messaging/message/words/reminder_day/en/text/"
SAID = "{service_name}: {when}. {answer_so_far} {link} Or ring {phone}."


def test_an_officer_rewords_a_text_and_sees_what_it_costs(office, officer, smtp_sink):
    page = office.get(TEXTED).content.decode()
    assert "{answer_so_far}" in page
    assert "{first_name}" not in page, "others might read the phone"
    form = {"seen": "0", "key": str(uuid.uuid4()), "text": SAID}
    looked = office.post(TEXTED, form | {"step": "look"}).content.decode()
    assert "costs up to 2 text messages" in looked
    assert "See it as an email" not in looked
    office.post(TEXTED, form | {"step": "test"})
    worker.drain()
    assert "Text message: Reminder, the day before" in smtp_sink.mails[0]["Subject"]
    assert "Saved as version 1" in office.post(TEXTED, form | {"step": "keep"}, follow=True).content.decode()
    row = Wording.objects.get()
    assert (row.subject, row.text, row.variant) == ("", SAID, "text")
    assert "Version 1" in office.get("/admin/messaging/message/words/").content.decode()
    assert office.post(f"{TEXTED}mail/", form).status_code == 404


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SAID + " {first_name}", "This message has no {first_name}"),
        (SAID + " Hope the pain is better.", "Take “pain” out"),
        (SAID.replace("{when}", ""), "Include {when}"),
        (SAID.replace("{link}", ""), "Include {link}"),
        (SAID + " See you tomorrow.", "Give the day"),
        (SAID + " word" * 60, "Make it shorter. It can take 4 text messages, and the limit is 3"),
        (SAID + " слово" * 10, "Make it shorter"),
        ("", "Enter the message"),
    ],
)
def test_a_text_that_may_not_be_sent_stays_in_the_box_with_what_to_do(office, text, told):
    answer = office.post(TEXTED, {"seen": "0", "key": str(uuid.uuid4()), "text": text, "step": "keep"})
    page = html.unescape(answer.content.decode())
    assert told in page
    assert text in page
    assert not Wording.objects.exists()


def test_what_never_goes_by_text_has_no_words_for_it(office, officer):
    assert office.get(TEXTED.replace("reminder_day", "welcome")).status_code == 404
    with pytest.raises(wording_editor.Fixed):
        wording_editor.save(
            kind=kinds.get("welcome"), words=Words("", SAID, variant="text"), seen=0, by=officer, now=NOON
        )
