"""Mails as bytes: the email package of the standard library reads back exactly what was put in."""

import email
from datetime import timedelta
from email.policy import SMTP

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.channels.base import Calendar, OutgoingMessage, Refused
from messaging.channels.mime import compose, wire_form
from messaging.tests.conftest import NOON
from tests.quickest import quickest

SUBJECTS = [
    "Hello",
    "Session 3 for Síle O’Neill",
    "🙂" * 40,
    "a" * 200,
    "=?utf-8?b?aGk=?= is no code",
    "x" * 59 + "é and then much more of it, beyond one line",
    "Two  spaces, a comma; and a colon: all kept",
    "مرحبا بكم في مجموعتنا",
]
TEXTS = [
    "plain\n",
    "no end",
    "x" * 200,
    "",
    "trailing blanks   \n\tand a tab \n",
    ".\n..\n.end\n",
    "From here\n--=_a\n--\n=20 = soft=\n",
    "O’Neill, Nguyễn 🙂\n",
    "x" * 3000 + "\n",
    "a\r\n.\r\nMAIL FROM:<b>\n",
    "\n\n\n",
]
ICS = "BEGIN:VCALENDAR\r\nSUMMARY:Síle\r\nEND:VCALENDAR\r\n"


def letter(**changes) -> OutgoingMessage:
    values = {"key": "k:1", "address": "eve@home.example", "subject": "Hello", "text": "Text\n", "at": NOON}
    return OutgoingMessage(**values | changes)


def parsed(written: OutgoingMessage):
    raw = compose(written)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = email.message_from_bytes(raw, policy=SMTP)
    assert [defect for part in mail.walk() for defect in part.defects] == []
    return mail


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def body(mail, kind="plain") -> str:
    return lines(mail.get_body([kind]).get_content())


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_read_back(text):
    assert body(parsed(letter(text=text))) == lines(text)
    mail = parsed(letter(text=text, html=f"<p>{text}</p>"))
    assert body(mail) == lines(text)
    assert body(mail, "html") == lines(f"<p>{text}</p>")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_is_read_back(subject):
    mail = parsed(letter(subject=subject))
    assert mail["Subject"] == subject
    assert mail["Subject"].defects == ()
    head = compose(letter(subject=subject)).split(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78


@settings(max_examples=150, deadline=None)
@given(
    subject=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=120),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
)
def test_whatever_is_written_is_read_back(subject, text):
    mail = parsed(
        letter(subject=subject, text=text, html=f"<p>{text}", calendars=(Calendar("REQUEST", ICS),))
    )
    assert mail["Subject"] == subject
    assert (body(mail), body(mail, "html")) == (lines(text), lines(f"<p>{text}"))


def test_who_sends_it_is_read_back_whatever_the_service_is_called(settings):
    for name in ["It’s Your Move", 'Move; "Meet", more', "Cymuned Ŵ"]:
        quoted = name.replace('"', '\\"')
        settings.DEFAULT_FROM_EMAIL = f'"{quoted}" <hello@müller.example>'
        mail = parsed(letter())
        [sender] = mail["From"].addresses
        assert (sender.display_name, sender.addr_spec) == (name, "hello@xn--mller-kva.example")
    assert mail["Date"].datetime == NOON
    assert mail["To"] == "eve@home.example"
    assert mail["Content-Language"] == "en-GB"


def test_calendar_files_go_as_an_alternative_and_as_files():
    calendars = (Calendar("REQUEST", ICS), Calendar("CANCEL", ICS.replace("Síle", "off")))
    mail = parsed(letter(html="<p>Text</p>", calendars=calendars))
    both, *files = mail.iter_parts()
    assert [part.get_content_type() for part in both.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = list(both.iter_parts())[2]
    assert (calendar.get_param("method"), calendar.get_content()) == ("REQUEST", ICS)
    assert [file.get_filename() for file in files] == ["dates.ics", "cancelled.ics"]
    assert [file.get_content().decode() for file in files] == [each.text for each in calendars]


def test_no_header_can_be_smuggled_in():
    for evil in ("Hello\r\nBcc: all@victims.example", "Hello\nBcc: a@b.example", "Hello\x00", "\ud800"):
        with pytest.raises(Refused):
            compose(letter(subject=evil))
    for address in (
        "eve@home.example\r\nBcc: a@b.example",
        "Eve <eve@home.example>",
        "a@b.example,c@d.example",
    ):
        with pytest.raises(Refused):
            compose(letter(address=address))


def test_text_that_no_mail_can_carry_is_refused():
    for field in ("text", "html"):
        with pytest.raises(Refused):
            compose(letter(**{field: "lone \ud800 surrogate"}))


def test_two_tries_are_the_same_bytes_and_another_mail_is_not():
    assert compose(letter(html="<p>")) == compose(letter(html="<p>"))
    assert compose(letter()) != compose(letter(key="k:2"))
    later = parsed(letter(at=NOON + timedelta(days=150)))
    assert later["Message-ID"] == parsed(letter())["Message-ID"]


def test_dots_at_the_beginning_of_lines_are_doubled_and_one_ends_it():
    assert wire_form(b"A: b\r\n\r\n.\r\n.x\r\n") == b"A: b\r\n\r\n..\r\n..x\r\n.\r\n"
    assert wire_form(b"A: b\r\n\r\nend") == b"A: b\r\n\r\nend\r\n.\r\n"


def test_a_mail_costs_less_to_write_than_the_email_package_needs_for_it():
    written = letter(
        text="A line of sixty characters or so that says when to come.\n" * 25, html="<p>x</p>\n" * 500
    )

    def by_django() -> bytes:
        mail = EmailMultiAlternatives(written.subject, written.text, to=[written.address])
        mail.attach_alternative(written.html, "text/html")
        return mail.message().as_bytes()

    assert quickest(lambda: compose(written)) < quickest(by_django)
