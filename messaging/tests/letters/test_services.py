"""People who are written to by post: the same promises, on paper."""

import io
import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as some

from accounts.tests.factories import OfficerFactory
from core.dates import LONDON
from messaging.calls import services as calls
from messaging.content import links
from messaging.delivery import housekeeping, worker
from messaging.delivery_reports import services as delivery_reports
from messaging.forecast import services as forecast
from messaging.letters import codes
from messaging.letters import content as letters_content
from messaging.letters import pdf as letter_pdf
from messaging.letters import services as letters
from messaging.models import Letter, LetterToPost, Message
from messaging.outbox import outcomes, pauses
from messaging.outbox import queue as outbox
from messaging.routing import post
from messaging.tests.conftest import NOON, fresh
from participants import contact_details
from participants.deaths import services as deaths
from participants.identity import services as people
from participants.models import Participant
from participants.needs import services as needs
from participants.tests.factories import TOLD, PersonFactory

pytestmark = pytest.mark.django_db
State, Channel = Message.State, Message.Channel
HOME = "Flat 2\n14 Orchard Lane\nStonehouse"
TEN_DAYS = 240


def by_post(*, codes=(), **changes) -> Participant:
    """Somebody with an address for letters, and neither an email address nor the wish to be rung."""
    values = {"email": "", "preferred_contact": Participant.Contact.PHONE, "postal_address": HOME} | changes
    person = PersonFactory(**values)
    needs.add_if_unknown(person=person, codes=["contact_by_letter", *codes], by=OfficerFactory(), now=NOON)
    return person


@pytest.fixture
def letter(desk) -> Message:
    return desk.queue(participant=by_post(), hours=TEN_DAYS)


def printed(*messages, now=NOON, by=None) -> letters.Printed:
    return letters.print_letters(message_ids=[m.pk for m in messages], by=by or OfficerFactory(), now=now)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in read(pdf).pages).split())


def sizes(pdf: bytes) -> set[float]:
    """The sizes in points of everything that is printed."""
    found: set[float] = set()

    def note(text, cm, tm, font, size):
        if text.strip():
            scale = (tm[2] ** 2 + tm[3] ** 2) ** 0.5 * (cm[2] ** 2 + cm[3] ** 2) ** 0.5
            found.add(round(size * scale, 1))

    for page in read(pdf).pages:
        page.extract_text(visitor_text=note)
    return found


# --- When a letter ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "changes", "way"),
    [
        (["contact_by_letter"], {}, Channel.LETTER),
        (["contact_by_letter"], {"email": "a@b.example"}, Channel.LETTER),  # they asked for post
        (
            [],
            {"phone": "", "email": "a@b.example", "email_bad_at": NOON},
            Channel.LETTER,
        ),  # nothing else is left
        (["print_24"], {"phone": "", "email": "a@b.example"}, Channel.LETTER),
        ([], {"phone": "", "email": "a@b.example"}, Channel.SMTP),
        ([], {}, Channel.PHONE),  # can be rung, and did not ask for post
        (["contact_by_letter"], {"postal_address": ""}, Channel.PHONE),
        (["contact_by_letter", "braille"], {}, Channel.PHONE),
        (["contact_by_letter", "contact_by_telephone"], {}, Channel.PHONE),
    ],
)
def test_who_is_written_to_by_post(desk, settings, codes, changes, way):
    settings.EMAIL_CHANNEL = "smtp"
    values = {"email": "", "preferred_contact": "phone", "postal_address": HOME} | changes
    if values["email"]:
        values["preferred_contact"] = "email"
    person = PersonFactory(**values)
    needs.add_if_unknown(person=person, codes=codes, by=OfficerFactory(), now=NOON)
    Participant.objects.filter(pk=person.pk).update(preferred_contact=values["preferred_contact"])
    message = desk.queue(participant=Participant.objects.get(pk=person.pk), hours=TEN_DAYS)
    assert message.channel == way
    if way != Channel.SMTP:
        housekeeping.sweep(NOON)
        assert fresh(message).channel == way  # the rule in SQL says the same


def test_a_letter_that_would_come_too_late_is_a_call_that_says_so(desk):
    person = by_post()
    near, far = desk.queue(participant=person, hours=83), desk.queue(participant=person, hours=85)
    assert (near.channel, far.channel) == (Channel.PHONE, Channel.LETTER)
    [call] = calls.to_make(NOON)
    assert "3 working days" in post.why_a_call(call, {"contact_by_letter"})
    assert post.why_a_call(call, set()) == ""


def test_a_letter_that_nobody_posted_in_time_becomes_a_call(letter):
    housekeeping.sweep(NOON + timedelta(days=4))
    assert fresh(letter).channel == Channel.LETTER
    housekeeping.sweep(letter.expires_at - timedelta(days=2))
    assert (fresh(letter).channel, fresh(letter).state) == (Channel.PHONE, State.PENDING)


def test_a_call_becomes_a_letter_when_an_address_is_known_but_not_one_that_was_tried(desk):
    person, officer = by_post(postal_address=""), OfficerFactory()
    call, tried = (desk.queue(participant=person, hours=TEN_DAYS) for _ in range(2))
    calls.record_call(message=tried, outcome=calls.Outcome.TRY_LATER, by=officer, now=NOON)
    people.mend(person=person, changes={"postal_address": HOME}, by=officer, now=NOON)
    housekeeping.sweep(NOON + timedelta(hours=3))
    assert (fresh(call).channel, fresh(tried).channel) == (Channel.LETTER, Channel.PHONE)


def test_many_at_once_go_the_same_way(desk):
    person = by_post()
    rows = [
        outbox.Promise(key=f"note:{hours}", kind="note", subject_type="thing", subject_id=1, participant=person,
                       expires_at=NOON + timedelta(hours=hours))
        for hours in (24, TEN_DAYS)
    ]  # fmt: skip
    outbox.queue_many(rows, now=NOON)
    assert list(Message.objects.order_by("pk").values_list("channel", flat=True)) == ["phone", "letter"]


@given(some.dates(date(2026, 1, 1), date(2035, 12, 31)), some.integers(0, 20))
def test_the_last_day_to_post_is_the_last_day_in_time(day, later):
    """Two ways of counting, forwards and backwards, over weekends, bank holidays and clock changes."""
    ends = datetime(day.year, day.month, day.day, 10, tzinfo=LONDON) + timedelta(days=later)
    posted = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
    assert post.in_time(posted, ends) == (day <= post.post_by(ends))


def test_easter_is_no_working_day():
    assert post.post_by(datetime(2026, 4, 8, 10, tzinfo=UTC)) == date(
        2026, 3, 31
    )  # for Wednesday after Easter


def test_no_worker_ever_takes_a_letter(letter, smtp_sink):
    worker.drain(now=NOON)
    assert (fresh(letter).state, smtp_sink.mails) == (State.PENDING, [])


# --- Printing and posting --------------------------------------------------------------------------------------------


def test_from_pending_by_printed_to_posted(letter):
    officer = OfficerFactory()
    made = printed(letter, by=officer)
    assert (made.count, made.left_out) == (1, [])
    assert (letter.letter.printed_by, letter.letter.printed_at) == (officer, NOON)
    assert fresh(letter).state == State.PENDING  # in hand: it has not left the house
    assert letters.record_posted(message=letter, by=officer, now=NOON) == ""
    kept = fresh(letter)
    assert (kept.state, kept.sent_at, kept.settled_by) == (State.SENT, NOON, officer)
    assert codes.code_of(letter) not in kept.rendered_text
    assert "type this code: [code]" in kept.rendered_text
    assert "already" in letters.record_posted(message=letter, by=officer, now=NOON)


def test_printing_is_kept_in_the_history(letter):
    first, second = OfficerFactory(), OfficerFactory()
    printed(letter, by=first)
    printed(letter, by=second, now=NOON + timedelta(hours=1))
    assert list(letter.letter.events.order_by("pgh_id").values_list("printed_by", flat=True)) == [
        first.pk, second.pk,
    ]  # fmt: skip


def test_what_was_not_printed_is_not_posted(letter):
    assert "Print it first" in letters.record_posted(message=letter, by=OfficerFactory(), now=NOON)
    assert fresh(letter).state == State.PENDING


def test_a_person_who_leaves_between_printing_and_posting_gets_no_letter(desk, letter):
    printed(letter)
    desk.due = lambda now: Q(pk__in=[])
    told = letters.record_posted(message=letter, by=OfficerFactory(), now=NOON)
    assert told.startswith("Do not post the letter to Aoife O’Neill.")
    assert (fresh(letter).state, fresh(letter).reason) == (State.CANCELLED, outcomes.NO_LONGER_DUE)
    assert list(letters.not_to_post(NOON)) == [LetterToPost.objects.get(pk=letter.pk)]


def test_the_facts_are_asked_at_the_moment_of_printing(desk, letter):
    desk.due = lambda now: Q(pk__in=[])
    with pytest.raises(letters.NothingToPrint, match="no longer right"):
        printed(letter)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("late", [timedelta(days=8), timedelta(days=10)])
def test_nothing_is_posted_that_comes_too_late_or_after_the_start(letter, late):
    printed(letter)
    told = letters.record_posted(message=letter, by=OfficerFactory(), now=NOON + late)
    assert told.startswith("Do not post")
    state = (fresh(letter).channel, fresh(letter).state)
    assert state == ((Channel.PHONE, State.PENDING) if late.days == 8 else (Channel.LETTER, State.EXPIRED))


def test_what_is_held_back_or_about_the_dead_is_neither_printed_nor_posted(desk, letter):
    officer = OfficerFactory()
    printed(letter)
    pause = pauses.pause(why="Wait", by=officer, now=NOON, message=letter)
    assert "is paused" in letters.record_posted(message=letter, by=officer, now=NOON)
    assert list(letters.to_post(NOON)) == []
    pauses.resume(pause_id=pause.pk, by=officer, now=NOON)
    deaths.record(person=letter.participant, **TOLD, by=officer, now=NOON)
    assert "has died" in letters.record_posted(message=letter, by=officer, now=NOON)


def test_a_letter_that_cannot_be_posted_becomes_a_call(desk, letter):
    officer = OfficerFactory()
    told = letters.record_not_posted(message=letter, reason="Address incomplete", by=officer, now=NOON)
    assert told == "Saved. We will send it another way: call by an officer."
    lost = fresh(letter)
    assert (lost.state, lost.reason, lost.settled_by) == (State.FAILED, "Address incomplete", officer)
    housekeeping.sweep(NOON)
    [call] = calls.to_make(NOON)
    assert (call.key, call.kind, call.subject_id) == (
        f"{letter.key}:by:phone",
        letter.kind,
        letter.subject_id,
    )


def test_where_there_is_no_other_way_an_officer_looks_at_it(desk):
    letter = desk.queue(participant=by_post(phone="", email="a@b.example", email_bad_at=NOON), hours=TEN_DAYS)
    told = letters.record_not_posted(message=letter, reason="No stamps", by=OfficerFactory(), now=NOON)
    assert "no other way" in told
    assert list(Message.objects.unhandled()) == [fresh(letter)]
    assert Message.objects.count() == 1


def test_letters_stand_in_the_flight_plan(letter):
    waiting = forecast.waiting(NOON)
    assert [m.get_channel_display() for m in forecast.of_day(waiting, NOON.date(), NOON)] == [
        "Letter by post"
    ]


def test_a_letter_is_printed_with_a_name_and_a_time_or_with_neither(letter):
    with pytest.raises(IntegrityError, match="letter_printed_at_and_by"), transaction.atomic():
        Letter.objects.create(message=letter, digest="x", printed_at=NOON)


# --- The sheet -------------------------------------------------------------------------------------------------------


def test_the_sheet_says_what_the_mail_says_with_a_code_for_its_link(letter, settings):
    settings.SITE_ORIGIN = "https://iym.example"
    settings.SERVICE_NAME, settings.ORG_NAME = "It’s *Your* #Move", "$Active$ <County>"
    pdf = printed(letter).pdf
    text, said = words(pdf), letters_content.sheet(letter, NOON)[0]
    for each in ("Aoife O’Neill", *HOME.splitlines(), "GL1 2AB", "Tuesday 3 March 2026", said.subject, "Hello Aoife,",
                 settings.SERVICE_NAME, settings.ORG_NAME, settings.SERVICE_PHONE, "Go to iym.example/c/ and type this code:"):  # fmt: skip
        assert each in text
    assert codes.code_of(letter) in text
    assert "token-of" not in text


def test_it_is_large_and_says_what_it_is_to_a_screen_reader(letter):
    pdf = printed(letter).pdf
    book = read(pdf)
    assert min(sizes(pdf)) == 16
    assert book.metadata.title == "Letter"
    assert book.trailer["/Root"]["/Lang"] == "en-GB"
    assert book.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert book.pages[0].mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.1)


def test_a_screen_reader_is_told_in_which_language_the_words_are():
    def languages(found) -> set[tuple]:
        """What each part of the document says of its language, down the tree of its structure."""
        found = found.get_object() if hasattr(found, "get_object") else found
        if isinstance(found, list):
            return set().union(*map(languages, found))
        if not isinstance(found, dict):
            return set()
        own = {(found.get("/S"), found["/Lang"])} if "/Lang" in found else set()
        return own.union(*(languages(found[key]) for key in ("/StructTreeRoot", "/K") if key in found))

    def of(language: str) -> set[tuple]:
        sheet = letter_pdf.Sheet(
            1, ("A", "GL1 2AB"), NOON, "Dzień dobry", "Sesja jest w piątek.", "", 16, language
        )
        return languages(read(letter_pdf.made([sheet])[0]).trailer["/Root"])

    assert of("pl") == {(None, "en-GB"), ("/H1", "pl"), ("/P", "pl")}
    assert of("en") == {(None, "en-GB")}


@pytest.mark.parametrize(
    ("code", "size"), [("sight", 18), ("print_20", 20), ("print_24", 24), ("print_28", 28)]
)
def test_it_is_as_large_as_the_person_needs(desk, code, size):
    letter = desk.queue(participant=by_post(codes=[code]), hours=TEN_DAYS)
    found = sizes(printed(letter).pdf)
    assert min(found) == 16  # the address in the window, and the head
    assert size in found


@pytest.mark.parametrize(
    "name",
    ['#import "x": *', "$a$ *b* _c_", "#panic()", "`raw` = <label> @ref", "\\u{41} \\", "// gone /* gone */", "[x] #[y]",
     "Łucja Đặng-Şahin", "d'Arcy O’Brien", "Ελένη Иванова", '{"a": "b"}', "- a\\n+ b", "https://x.example"],
)  # fmt: skip
def test_a_name_is_a_name_whatever_stands_in_it(desk, name):
    letter = desk.queue(participant=by_post(given_name=name, preferred_name=name), hours=TEN_DAYS)
    text = words(printed(letter).pdf).replace("\xa0", " ")
    assert " ".join(name.split()) in text  # in the window
    assert text.count(" ".join(links.unlinked(name).split())) >= (
        2 if links.unlinked(name) == name else 1
    )  # the hello


def sheets(number: int, pictures: int) -> list[letter_pdf.Sheet]:
    """Letters that hold so many pictures each, no two of them the same as far as there are others."""
    found = (chr(0x1F300 + place % 500) for place in itertools.count())
    return [
        letter_pdf.Sheet(
            number=each,
            address=("Zoë", "14 Orchard Lane"),
            day=NOON,
            subject="A note",
            text=f"Hello {' and '.join(next(found) for _ in range(pictures))} there, it is 20 °C.",
            code="",
            size=16,
        )
        for each in range(number)
    ]


@pytest.mark.parametrize(("number", "pictures"), [(50, 2), (50, 10)])
def test_pictures_in_fifty_letters_cost_no_setting_of_them_all_for_each(monkeypatch, number, pictures):
    """Counted, because a clock would tell of the machine: once to find out, and once more."""
    set_all, times = letter_pdf._compiled, []
    monkeypatch.setattr(letter_pdf, "_compiled", lambda some: times.append(len(some)) or set_all(some))
    pdf, refused = letter_pdf.made(sheets(number, pictures))
    assert not refused
    assert times.count(number) <= 3
    assert words(pdf).count("Hello") == number
    assert words(pdf).count("20 °C") == number  # a symbol that the typeface has stays


def test_pictures_leave_the_letter_and_another_script_is_left_to_an_officer(desk):
    smile = desk.queue(participant=by_post(given_name="Zoë😀👩🏽‍🦽"), hours=TEN_DAYS)
    kanji = desk.queue(participant=by_post(given_name="山田"), hours=TEN_DAYS)
    made = printed(smile, kanji)
    assert made.count == 1
    assert "Zoë O’Neill" in words(made.pdf)
    [why] = made.left_out
    assert "山" in why
    assert not Letter.objects.filter(message=kanji).exists()


def test_a_batch_is_one_file_of_at_most_fifty(desk):
    person = by_post()
    many = [desk.queue(participant=person, hours=TEN_DAYS) for _ in range(52)]
    made = printed(*many)
    assert made.count == letters.AT_ONCE == Letter.objects.count()
    assert len(read(made.pdf).pages) >= 50
    assert len(set(Letter.objects.values_list("digest", flat=True))) == 50


def test_an_address_fits_a_window():
    lines = contact_details.parse_postal_address(
        " Flat 2 ,\n\n14  Orchard Lane\r\nStonehouse\ngl1 2ab\n", "GL1 2AB"
    )
    assert lines == HOME
    for typed in ("a\nb\nc\nd\ne", "x" * 41):
        with pytest.raises(contact_details.NotAnAddress):
            contact_details.parse_postal_address(typed)
    with pytest.raises(IntegrityError, match="participant_address_fits_a_window"):
        PersonFactory(postal_address="a\nb\nc\nd\ne")


def test_letters_made_side_by_side_keep_their_words_apart():
    """Requests share a process: no letter may hold what another was given."""

    def sheet(n: int) -> letter_pdf.Sheet:
        code = codes.code_of(Message(key=f"note:{n}"))
        return letter_pdf.Sheet(n, (f"Person{n:04}", "GL1 2AB"), NOON, "A letter", f"Type {code}", code, 16)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: letter_pdf.made([sheet(n)])[0], range(40)))
    for n, pdf in enumerate(made):
        text = words(pdf)
        assert f"Person{n:04}" in text
        assert text.count("Person") == 1
        assert codes.code_of(Message(key=f"note:{n}")) in text


def test_it_is_set_in_the_typeface_that_came_with_it(letter):
    fonts = {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in read(printed(letter).pdf).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"AtkinsonHyperlegible-Regular", "AtkinsonHyperlegible-Bold"}


# --- Letters that come back ------------------------------------------------------------------------------------------


def posted(desk, **person) -> Message:
    letter = desk.queue(participant=by_post(**person), hours=TEN_DAYS)
    printed(letter)
    assert letters.record_posted(message=letter, by=OfficerFactory(), now=NOON) == ""
    return letter


def test_a_letter_that_came_back_goes_another_way_and_an_officer_looks_for_the_address(desk):
    letter = posted(desk)
    waiting = desk.queue(participant=letter.participant, hours=TEN_DAYS)
    assert delivery_reports.letter_came_back(message=letter, still_theirs=True, now=NOON)
    assert not delivery_reports.letter_came_back(message=letter, still_theirs=True, now=NOON)
    assert list(Message.objects.came_back()) == [letter], "though an officer had posted it"
    again = Message.objects.get(key=f"{letter.key}:by:phone")
    assert (again.channel, fresh(waiting).channel) == (Channel.PHONE, Channel.PHONE)
    housekeeping.sweep(NOON)
    assert not LetterToPost.objects.filter(channel=Channel.LETTER, state=State.PENDING).exists()
    assert "came back" in post.why_a_call(again, {"contact_by_letter"})


def test_letters_go_again_once_the_address_is_corrected_or_known_to_work(desk):
    letter, officer = posted(desk), OfficerFactory()
    waiting = desk.queue(participant=letter.participant, hours=TEN_DAYS)
    for mend in (
        lambda: people.mend(
            person=letter.participant, changes={"postal_address": "1 High Street"}, by=officer, now=NOON
        ),
        lambda: people.post_works(person=letter.participant, by=officer),
    ):
        people.post_came_back(person=letter.participant, now=NOON)
        housekeeping.sweep(NOON)
        assert fresh(waiting).channel == Channel.PHONE
        mend()
        housekeeping.sweep(NOON)
        assert fresh(waiting).channel == Channel.LETTER
        assert not Message.objects.came_back().exists()


def test_an_address_that_was_corrected_meanwhile_is_not_blamed_and_the_letter_goes_there_once(desk):
    letter = posted(desk)
    assert delivery_reports.letter_came_back(message=letter, still_theirs=False, now=NOON)
    assert not Participant.objects.filter(postal_bad_at__isnull=False).exists()
    again = Message.objects.get(key=f"{letter.key}:by:letter")
    printed(again)
    letters.record_posted(message=again, by=OfficerFactory(), now=NOON)
    assert delivery_reports.letter_came_back(message=again, still_theirs=False, now=NOON)
    assert Message.objects.filter(key=f"{letter.key}:by:phone", channel=Channel.PHONE).exists()


def test_only_a_letter_that_was_posted_comes_back(desk, letter):
    mail = desk.queue(hours=TEN_DAYS)
    Message.objects.filter(pk=mail.pk).update(state=State.SENT, settled_at=NOON, sent_at=NOON)
    for message in (letter, mail):
        assert not delivery_reports.letter_came_back(message=message, still_theirs=True, now=NOON)
    with pytest.raises(IntegrityError, match="participant_bad_post_is_some"), transaction.atomic():
        PersonFactory(postal_address="", postal_bad_at=NOON)
